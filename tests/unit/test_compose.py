"""The production file says the same as the single machine, and opens nothing to the world."""

import itertools
import os
import re
import shutil
import subprocess
import sys
from dataclasses import MISSING, fields
from pathlib import Path

import psycopg
import pytest
import yaml
from sqlalchemy import make_url

from decide.kernel import walls
from decide.kernel.embedded import EmbeddedPostgres, EmbeddedValkey, postgres_programs
from decide.settings import KEYS, Settings
from tests.killable import free_port
from tests.tools import need
from tests.topology import Host, ShippedPostgres, filled

ROOT = Path(__file__).resolve().parents[2]
REQUIRED = (
    "POSTGRES_PASSWORD", "APP_PASSWORD", "WEB_PASSWORD", "WORKER_PASSWORD", "DRAIN_PASSWORD",
    "BACKUP_PASSWORD", "SECRET_KEY", "PROCESS_KEY", "PUBLIC_URL",
)  # fmt: skip
UNITS = {
    "migrate": "decide-migrate", "web": "decide-web", "drain": "decide-drain@",
    "worker": "decide-worker@", "backup": "decide-backup",
}  # fmt: skip
# What a service may say, of the Compose specification: as much of it as we use.
WORDS = {
    "build", "image", "restart", "read_only", "tmpfs", "cap_drop", "security_opt", "environment",
    "volumes", "depends_on", "user", "healthcheck", "command", "entrypoint", "ports", "profiles",
    "deploy", "stop_grace_period", "stop_signal", "shm_size", "group_add",
}  # fmt: skip


PROFILES = ("monitoring", "replica", "storage")
PLUGIN = (
    bool(shutil.which("docker"))
    and not subprocess.run(
        ["docker", "compose", "version"], capture_output=True, check=False
    ).returncode
)
PINNED = re.compile(r"[a-z][a-z0-9./-]*:[\w.-]+@sha256:[0-9a-f]{64}")


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]


def options_of(command):
    """Pairs of `--name value` in a list of arguments."""
    return {name: value for name, value in itertools.pairwise(command) if name.startswith("--")}


def lines_of(file):
    """Name → value of a configuration file of ours."""
    text = (ROOT / "deploy" / file).read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines()]
    said = [line for line in lines if line and not line.startswith("#")]
    pairs = [re.split(r"\s*=\s*|\s+", line, maxsplit=1) for line in said]
    return {name: value.strip("'\"") for name, value in pairs}


def of_others(compose, dockerfile):
    """Each image that both files fetch, as it is named there."""
    stages = set(re.findall(r"^FROM .* AS (\w+)$", dockerfile, re.MULTILINE))
    named = re.findall(r"^FROM (\S+)|^COPY --from=(\S+)", dockerfile, re.MULTILINE)
    built = {first or second for first, second in named} - stages
    return built | {each["image"] for each in compose.values() if "build" not in each}


def test_every_image_of_others_is_named_by_version_and_digest(services):
    names = of_others(services, (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    assert [name for name in names if not PINNED.fullmatch(name)] == []
    # PostgreSQL's server, its replica and the programs that copy it are the same build.
    assert len({name.partition(":")[0] for name in names}) == len(names)


@pytest.mark.parametrize(
    ("service", "line"),
    [("nginx:1.30", "FROM python:3.13@sha256:" + "0" * 64), ("nginx@sha256:" + "0" * 64, ""),
     ("", "FROM python:3.13 AS program"), ("", "COPY --from=postgres:18 /usr /usr")],
)  # fmt: skip
def test_an_image_by_version_alone_is_found_out(service, line):
    names = of_others({"one": {"image": service}} if service else {}, line)
    assert [name for name in names if not PINNED.fullmatch(name)]


def test_each_server_reads_the_file_that_tests_start_it_with(services):
    for name, folder in (("ledger", "valkey"), ("queue", "valkey"), ("postgres", "postgres")):
        kind = "postgresql" if name == "postgres" else name
        mounted = f"./deploy/{folder}/{kind}.conf:/etc/decide/{kind}.conf:ro"
        assert mounted in services[name]["volumes"]
        assert f"/etc/decide/{kind}.conf" in " ".join(services[name]["command"])


def test_the_ledger_is_as_durable_as_on_a_single_machine(tmp_path):
    ours = options_of(EmbeddedValkey(tmp_path).described().command)
    theirs = lines_of("valkey/ledger.conf")
    for name in ("appendonly", "appendfsync", "aof-load-truncated", "maxmemory-policy", "save"):
        assert theirs[name] == ours[f"--{name}"], name


def test_the_log_of_postgres_is_as_silent_as_on_a_single_machine(tmp_path):
    theirs = lines_of("postgres/postgresql.conf")
    ours = EmbeddedPostgres(tmp_path).described().command
    for name, value in (("log_min_error_statement", "panic"), ("log_error_verbosity", "terse")):
        assert f"{name}={value}" in ours
        assert theirs[name] == value


def composed(folder, text, *options, without="", override=""):
    """What compose makes of the file, with a complete .env but for one variable: code and words.

    Debian's compose, 1.29, knows all that this file says but the project's name, which is an option
    there. A newer one, `docker compose`, reads the file as it is.
    """
    lines = (f"{name}={name.lower()}0\n" for name in REQUIRED if name != without)
    (folder / ".env").write_text("".join(lines), encoding="utf-8")
    if PLUGIN:
        command = ["docker", "compose"]
    else:
        command = [need("docker-compose"), "--project-name", "decide"]
        text = text.replace("\nname: decide\n", "\n", 1)
    (folder / "docker-compose.yml").write_text(text, encoding="utf-8")
    if override:
        (folder / "docker-compose.override.yml").write_text(override, encoding="utf-8")
    told = subprocess.run(
        [*command, *options, "config"], cwd=folder, capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    return told.returncode, told.stdout, told.stderr


@pytest.mark.parametrize("profiles", [(), PROFILES], ids=["bare", "whole"])
def test_compose_itself_reads_the_file(tmp_path, profiles):
    """And understands what is written: parts, images, health checks, secrets, the network."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    options = [part for each in profiles for part in ("--profile", each)]
    code, told, wrong = composed(tmp_path, text, *options)
    assert (code, wrong) == (0, "")
    read, written = yaml.safe_load(told), yaml.safe_load(text)["services"]
    # Debian's prints the parts of every profile, whichever is asked for.
    shown = set(profiles if PLUGIN else PROFILES)
    for name, service in written.items():
        assert (name in read["services"]) == (shown >= set(service.get("profiles", ()))), name
    for name, service in read["services"].items():
        assert essence(service) == essence(written[name]), name
    # One network, whose only open door is the proxy's; no service names another.
    assert set(read.get("networks") or {}) <= {"default"}


def essence(service):
    """What matters of a service, in one form for what we wrote and for what compose prints."""
    given = service.get("environment") or {}
    known = {name: f"{name.lower()}0" for name in REQUIRED}
    return {
        "image": service["image"],
        "command": service.get("command"),
        "user": service.get("user"),
        "health": (service.get("healthcheck") or {}).get("test"),
        "read only": service.get("read_only", False),
        "needs": {
            name: how["condition"] for name, how in (service.get("depends_on") or {}).items()
        },
        "environment": {name: filled(str(value or ""), known) for name, value in given.items()},
        "rights": (service["cap_drop"], service["security_opt"], service.get("group_add")),
        "replicas": service.get("deploy", {}).get("replicas", 1),
        "networks": set(service.get("networks") or {"default"}),
    }


@pytest.mark.parametrize("name", REQUIRED)
def test_compose_refuses_to_start_without_a_secret_and_has_none_of_its_own(tmp_path, name):
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    code, told, wrong = composed(tmp_path, text, without=name)
    assert code
    assert name in wrong
    assert told == ""


@pytest.mark.parametrize(
    ("right", "slip"),
    [("    healthcheck:\n", "    healthchek:\n"), ("    command: [flask", "    comand: [flask"),
     ("{replicas: 2}", "{replicas: two}"), ("volumes: [storage:/data]", "volumes: [store:/data]"),
     ("condition: service_healthy", "condition: service_well")],
)  # fmt: skip
def test_a_slip_in_the_file_is_refused_by_compose(tmp_path, right, slip):
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert right in text
    profiles = [part for each in PROFILES for part in ("--profile", each)]
    assert composed(tmp_path, text.replace(right, slip, 1), *profiles)[0]


def test_the_file_uses_no_word_that_compose_does_not_know(services):
    """A slip in a key is found without compose, too; so is a volume or condition that is none."""
    whole = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    assert {key for key in whole if not key.startswith("x-")} == {"name", "services", "volumes"}
    for name, service in services.items():
        assert set(service) <= WORDS, name
        for needed, how in service.get("depends_on", {}).items():
            assert set(how) == {"condition"}, name
            healthy = how["condition"] == "service_healthy"
            assert not healthy or "healthcheck" in services[needed], (name, needed)
        for each in service.get("volumes", []):
            source = each.split(":")[0]
            named = not source.startswith((".", "$"))
            assert (source in whole["volumes"]) if named else True, (name, each)
            if source.startswith("./"):
                assert (ROOT / source).exists(), (name, each)


def test_every_variable_is_explained_where_operators_look():
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"\$\{(\w+):\?", text)) == set(REQUIRED)
    head = text.partition("name: decide")[0]
    assert [name for name in REQUIRED if name not in head] == []


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("migrate", set()),
        ("web", {"SECRET_KEY", "PROCESS_KEY"}),
        ("drain", set()),
        ("worker", {"PROCESS_KEY"}),
        ("backup", {"PROCESS_KEY"}),
    ],
)
def test_each_program_gets_every_setting_that_has_no_default_and_no_key_but_its_own(
    services, name, keys
):
    needed = {each.name.upper() for each in fields(Settings) if each.default is MISSING}
    known = {each.name.upper() for each in fields(Settings)}
    all_keys = {each.upper() for each in KEYS}
    given = set(services[name]["environment"])
    assert needed - all_keys <= given <= known
    assert given & all_keys == keys
    text = (ROOT / "deploy" / "systemd" / f"{UNITS[name]}.service").read_text(encoding="utf-8")
    own = re.findall(r"^EnvironmentFile=/etc/decide-(\w+)\.env$", text, re.MULTILINE)
    assert own == [{"migrate": "owner"}.get(name, name)]
    assert {each for each in all_keys if each in text} == keys


def test_each_program_logs_in_with_its_own_role_and_only_the_migration_as_the_owner(services):
    def user(name):
        return make_url(services[name]["environment"]["DATABASE_URL"]).username

    assert {user("web"), user("worker")} == {walls.APP}
    assert user("drain") == walls.DRAIN
    assert user("backup") == walls.BACKUP
    owner = services["postgres"]["environment"]["POSTGRES_USER"]
    knowing = {
        name
        for name, service in services.items()
        if "MIGRATION_URL" in (service.get("environment") or {})
    }
    assert knowing == {"migrate"}
    assert make_url(services["migrate"]["environment"]["MIGRATION_URL"]).username == owner


OF_ONE_PROGRAM = {"SECRET_KEY", "PROCESS_KEY", "MIGRATION_URL", "ROLE_PASSWORDS"}
MADE_BY_COMPOSE = {"DATABASE_URL", "REDIS_URL", "QUEUE_URL", "FILES_FOLDER", "PUBLIC_URL"}


def test_every_setting_that_stands_in_env_reaches_every_program(services):
    """One that compose does not pass on does nothing, and says nothing."""
    known = {each.name.upper() for each in fields(Settings)}
    for name in UNITS:
        given = services[name]["environment"]
        assert known - OF_ONE_PROGRAM <= set(given), name
        for each in known - OF_ONE_PROGRAM - MADE_BY_COMPOSE:
            assert filled(str(given[each]), {each: "as written in .env"}) == "as written in .env"


def test_a_setting_that_does_not_stand_in_env_keeps_the_program_s_default(services):
    needed = {name: f"{name.lower()}-of-tests" for name in REQUIRED}
    needed["PUBLIC_URL"] = "https://localhost"
    given = services["web"]["environment"]
    made = Settings.from_environment({name: filled(given[name], needed) for name in given})
    for each in fields(Settings):
        if each.default is not MISSING and each.name not in {"public_url", "proxies"}:
            assert getattr(made, each.name) == each.default, each.name
    assert made.proxies == 1


def test_compose_reads_what_the_page_about_more_machines_puts_beside_the_file(tmp_path):
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    page = (ROOT / "docs" / "operations" / "scaling.md").read_text(encoding="utf-8")
    servers, programs = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    code, told, wrong = composed(tmp_path, text, override=servers)
    assert (code, wrong) == (0, "")
    code, told, wrong = composed(tmp_path, text, override=programs)
    assert (code, wrong) == (0, "")
    read = yaml.safe_load(told)["services"]
    for name in ("web", "drain", "worker"):
        assert len(read[name]["extra_hosts"]) == 2
        queue = make_url(read[name]["environment"]["QUEUE_URL"])
        assert (queue.host, queue.port) == ("10.0.0.10", 6380)
        assert queue.username == (name if name != "drain" else None)


def test_only_the_proxy_is_reachable_from_outside(services):
    open_ports = {name: service.get("ports", []) for name, service in services.items()}
    outside = {
        name
        for name, ports in open_ports.items()
        if not all(port.startswith("127.0.0.1:") for port in ports)
    }
    assert outside == {"proxy"}
    # Figures and pictures are for whoever is logged in at the machine.
    assert open_ports["prometheus"] == ["127.0.0.1:9090:9090"]
    assert open_ports["grafana"] == ["127.0.0.1:3000:3000"]


def test_the_proxy_reads_the_file_that_tests_start_and_listens_where_it_says(services):
    proxy = services["proxy"]
    shipped = (ROOT / "deploy" / "nginx" / "nginx.conf").read_text(encoding="utf-8")
    assert "./deploy/nginx/nginx.conf:/etc/nginx/decide.conf:ro" in proxy["volumes"]
    assert "/etc/nginx/decide.conf" in proxy["command"]
    for port in proxy["ports"]:
        assert f"listen {port.split(':')[1]}" in shipped
    assert "server web:8000" in shipped
    assert filled(services["web"]["environment"]["PROXIES"], {}) == "1"


def test_the_shipped_list_of_who_may_enter_is_read_by_a_real_server(services, memory):
    shipped = ROOT / "deploy" / "postgres" / "pg_hba.conf"
    mounted = f"./{shipped.relative_to(ROOT)}:/etc/decide/pg_hba.conf:ro"
    assert mounted in services["postgres"]["volumes"]
    with EmbeddedPostgres(memory / "hba", durable=False) as server:
        (server.data / "pg_hba.conf").write_bytes(shipped.read_bytes())
        with psycopg.connect(server.conninfo()) as owner:
            rows = owner.execute("SELECT user_name, error FROM pg_hba_file_rules").fetchall()
    assert [error for _, error in rows if error] == []
    named = {name for names, _ in rows for name in names}
    assert named == {"postgres", *walls.written().roles} - {walls.PORTAL}


def test_the_steps_of_replacing_make_the_images_first_and_reach_every_program_of_ours(services):
    """Without a build `up` starts the old program again: it has the name already."""
    page = (ROOT / "docs" / "operations" / "faults.md").read_text(encoding="utf-8")
    steps = page.partition("## Replacing programs")[2].partition("\nServers of others")[0]
    typed = [line.strip() for line in re.findall(r"^ {7}(docker .*)$", steps, re.MULTILINE)]
    ours = {name for name, service in services.items() if "build" in service}
    replaced = [
        set(line.split()) & ours for line in typed if re.match(r"docker compose (up|run) ", line)
    ]
    assert replaced == [{"migrate"}, {"web"}, {"drain"}, {"worker", "backup"}]
    build = typed.index("docker compose build --pull")
    assert not any(re.match(r"docker compose (up|run) ", line) for line in typed[:build])
    # nginx asks for addresses once: it is told when the new one is there and when the old is gone.
    told = [line.split(" -c ")[0] for line in typed if "nginx" in line or " stop " in f" {line} "]
    reload = "docker compose exec proxy nginx -s reload"
    assert told == [
        reload,
        "docker stop -t 30 $(cat before.txt) && docker rm $(cat before.txt)",
        reload,
    ]


def test_a_password_that_nothing_changes_by_itself_is_changed_by_hand_and_first(services):
    """Valkeys read theirs at each start, `migrate` gives the roles theirs; PostgreSQL's owner and
    a replica that was made keep the old ones."""
    by_itself = str(services["migrate"]["environment"]["ROLE_PASSWORDS"])
    by_itself += str([services[name]["environment"] for name in ("ledger", "queue")])
    left = {name for name in REQUIRED if name.endswith("_PASSWORD") and name not in by_itself}
    assert left == {"POSTGRES_PASSWORD"}
    page = (ROOT / "docs" / "operations" / "runbook.md").read_text(encoding="utf-8")
    steps = page.partition("To change them (")[2].partition("\n## ")[0]
    by_hand = "docker compose exec postgres psql -U postgres -c '\\password postgres'"
    assert by_hand in steps
    assert steps.index(by_hand) < steps.index("`docker compose up -d`")
    assert "docker volume rm decide_replica\n" in steps
    assert "`REPLICA_URL`" in steps


def test_the_reader_gets_in_by_address_with_a_password_and_not_by_the_socket(memory):
    """As docs/operations/runbook.md says under “Roles of the database”."""
    page = (ROOT / "docs" / "operations" / "runbook.md").read_text(encoding="utf-8")
    assert "psql -h 127.0.0.1 -U decide_reader -d decide\n" in page
    with ShippedPostgres(memory / "reader", Host(), free_port()) as server:
        server.ensure_database("decide")
        with psycopg.connect(server.conninfo()) as owner:
            owner.execute("CREATE ROLE decide_reader LOGIN PASSWORD 'of-tests'")
        who = {"user": "decide_reader", "dbname": "decide", "port": server.port}
        with psycopg.connect(host="127.0.0.1", password="of-tests", **who) as reader:
            assert reader.execute("SELECT current_user").fetchone() == ("decide_reader",)
        with pytest.raises(psycopg.OperationalError, match=r"no pg_hba\.conf entry"):
            psycopg.connect(host=str(server.sockets), password="of-tests", **who)


def test_the_page_about_destroying_names_every_place_that_compose_fills(services):
    page = (ROOT / "docs" / "operations" / "retention.md").read_text(encoding="utf-8")
    listed = page.partition("## After the process")[2]
    whole = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    assert [name for name in whole["volumes"] if f"`{name}`" not in listed] == []
    (command,) = re.findall(r"^ {4}(docker compose .* down --volumes)$", listed, re.MULTILINE)
    named = {each for service in services.values() for each in service.get("profiles", ())}
    assert set(re.findall(r"--profile (\w+)", command)) == named == set(PROFILES)


@pytest.mark.parametrize("name", ["web", "worker", "backup"])
def test_whoever_keeps_or_fetches_files_may_write_where_they_lie(services, name):
    """The backup, too: what only the store of FILES_URL has is fetched first."""
    assert "files:/srv/files" in services[name]["volumes"]
    unit = (ROOT / "deploy" / "systemd" / f"{UNITS[name]}.service").read_text(encoding="utf-8")
    assert "ProtectSystem=strict\n" in unit
    assert "StateDirectory=decide\nStateDirectoryMode=0700\n" in unit  # /var/lib/decide


def test_a_second_drain_stands_by(services):
    assert services["drain"]["deploy"]["replicas"] == 2


def test_nothing_runs_as_root_or_may_become_root(services):
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "\nUSER decide\n" in image
    for name, service in services.items():
        assert service.get("user") or service["image"] in {"decide", "decide-backup"}, name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name


def test_an_image_for_copies_whose_programs_do_not_run_is_not_built():
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    stage = image.partition("FROM program AS backup\n")[2].partition("\n\n")[0]
    programs = ("pg_basebackup", "pg_receivewal", "pg_verifybackup", "postgres")
    # Last, and as the user of the service, so that nothing is added behind what was tried.
    assert stage.splitlines()[-1] == "RUN " + " && ".join(f"{each} --version" for each in programs)
    assert re.findall(r"^USER (\w+)$", stage, re.MULTILINE) == ["root", "decide"]
    # Their libraries come from where they run, and the awk that finds them finds those of ours.
    filtered = re.search(r"\| (awk '.*?' \| sort -u) \|", image)[1]
    ldd = ["ldd", str(postgres_programs() / "pg_basebackup"), str(postgres_programs() / "postgres")]
    said = subprocess.run(ldd, capture_output=True, text=True, check=True).stdout
    found = subprocess.run(
        ["sh", "-c", filtered], input=said, capture_output=True, text=True, check=True
    ).stdout.split()
    assert any("/libpq" in each for each in found)
    assert all(Path(each).is_file() for each in found)


def test_the_production_image_holds_no_server_for_single_machines():
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "requirements/run.txt" in image
    assert "embedded" not in image.replace("No embedded servers inside.", "")


def test_the_production_image_is_made_without_tests_and_without_the_demonstration():
    left_out = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {"tests", "bench", "decide/demonstration"} <= set(left_out)
    code = """
import sys
sys.modules["decide.demonstration"] = None  # as if it were not there
import decide.wsgi, decide.cli, worker
from click.testing import CliRunner
told = CliRunner().invoke(decide.cli.demo_command)
print(told.exit_code, told.output)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("1 Error: Esta instalación no trae la demostración."), done.stderr


def test_each_program_is_its_own_user_at_the_valkeys_with_a_password_nobody_else_is_given(services):
    def user(name, setting):
        address = make_url(services[name]["environment"][setting])
        return address.username, address.password

    for name in ("web", "drain", "worker", "backup"):
        assert user(name, "REDIS_URL") == (name, f"${{{name.upper()}_PASSWORD:?}}")
    for name in ("web", "worker"):
        assert user(name, "QUEUE_URL") == user(name, "REDIS_URL")
    assert {user(name, "QUEUE_URL") for name in ("migrate", "drain", "backup")} == {(None, None)}
    assert user("migrate", "REDIS_URL") == (None, None)
    for server in ("ledger", "queue"):
        told = (ROOT / "deploy" / "valkey" / f"{server}.users").read_text(encoding="utf-8")
        users = dict(re.findall(r"^user (\w+) on #(\w+) ", told, re.MULTILINE))
        assert users == {name: f"{name.upper()}_PASSWORD" for name in users}
        assert set(users.values()) == set(services[server]["environment"])
        assert (
            f"./deploy/valkey/{server}.users:/etc/decide/{server}.users:ro"
            in services[server]["volumes"]
        )


def test_the_unit_of_the_valkeys_starts_them_as_compose_does(services):
    unit = (ROOT / "deploy" / "systemd" / "decide-valkey@.service").read_text(encoding="utf-8")
    for name in ("ledger", "queue"):
        wanted = " ".join(services[name]["command"]).replace(
            "/etc/decide", "/opt/decide/deploy/valkey"
        )
        assert f"ExecStart=/bin/{wanted} " in unit.replace("%i", name)
    assert "EnvironmentFile=/etc/decide-valkey.env" in unit


@pytest.mark.parametrize(
    ("unit", "service"),
    [
        ("decide-migrate", "migrate"),
        ("decide-backup", "backup"),
        ("decide-web", "web"),
        ("decide-drain@", "drain"),
        ("decide-worker@", "worker"),
    ],
)
def test_units_without_containers_start_the_same_programs(services, unit, service):
    text = (ROOT / "deploy" / "systemd" / f"{unit}.service").read_text(encoding="utf-8")
    started = next(line for line in text.splitlines() if line.startswith("ExecStart="))
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    last = services[service].get("command") or yaml.safe_load(
        re.findall(r"CMD (\[.*?\])", image, re.DOTALL)[-1].replace("\\\n", "")
    )
    elsewhere = {"0.0.0.0", "granian", "python", "flask", "--ledger"}
    wanted = {part for part in last if part not in elsewhere and not part.startswith("/srv")}
    assert wanted <= set(started.split())
    assert "User=decide" in text
    assert "EnvironmentFile=/etc/decide.env" in text
