"""What a single machine decides before it starts anything."""

import socket
import stat
from pathlib import Path

import pytest

from decide.kernel.servers import LONGEST_SOCKET_PATH, socket_folder
from decide.kernel.single_machine import (
    DEMONSTRATE,
    MIGRATE,
    CannotStart,
    check_port,
    forget,
    kept_secrets,
    plan,
    port_of,
    programs,
)
from decide.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def test_it_gives_the_programs_every_setting_that_has_no_default(tmp_path):
    chosen = plan(ROOT, tmp_path / "var", {"PATH": "/bin"})
    settings = Settings.from_environment(chosen.environment)
    assert settings.files_folder == tmp_path / "var" / "files"
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.redis_url != settings.queue_url
    assert settings.demonstration


@pytest.mark.parametrize("mark", ["restored.txt", "postgres/data/recovery.signal"])
def test_restored_data_are_never_filled_with_invented_actors(tmp_path, mark):
    (tmp_path / mark).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / mark).touch()
    assert plan(ROOT, tmp_path, {}).environment["DEMONSTRATION"] == "false"
    assert plan(ROOT, tmp_path, {"DEMONSTRATION": "true"}).steps == (MIGRATE,)


def test_everything_is_started_when_nothing_is_set_up(tmp_path):
    chosen = plan(ROOT, tmp_path / "var", {})
    assert [server.name for server in chosen.servers] == ["PostgreSQL", "Valkey"]
    assert [child.name for child in programs(chosen)] == ["web", "drain", "worker"]
    assert chosen.steps == (MIGRATE, DEMONSTRATE)


def test_servers_that_exist_elsewhere_are_not_started_here(tmp_path):
    elsewhere = {
        "DATABASE_URL": "postgresql+psycopg://decide@db/decide",
        "REDIS_URL": "redis://ledger/0",
        "QUEUE_URL": "redis://queue/0",
    }
    chosen = plan(ROOT, tmp_path / "var", elsewhere)
    assert chosen.servers == []
    assert elsewhere.items() <= chosen.environment.items()


@pytest.mark.parametrize("wish", ["", "true"])
def test_a_database_that_is_not_ours_is_never_filled_with_invented_parties(tmp_path, wish):
    environ = {"DATABASE_URL": "postgresql+psycopg://decide@db/decide", "DEMONSTRATION": wish}
    assert plan(ROOT, tmp_path / "var", environ).steps == (MIGRATE,)


def test_with_the_ledger_elsewhere_the_queue_still_has_a_server(tmp_path):
    chosen = plan(ROOT, tmp_path / "var", {"REDIS_URL": "redis://ledger/0"})
    assert [server.name for server in chosen.servers] == ["PostgreSQL", "Valkey"]
    assert chosen.environment["REDIS_URL"] == "redis://ledger/0"
    assert chosen.environment["QUEUE_URL"].startswith("unix://")


def test_the_demonstration_can_be_declined(tmp_path):
    chosen = plan(ROOT, tmp_path / "var", {"DEMONSTRATION": "false"})
    assert chosen.steps == (MIGRATE,)


def test_secrets_are_made_once_and_only_we_can_read_them(tmp_path):
    file = tmp_path / "secrets.env"
    first = kept_secrets(file)
    assert kept_secrets(file) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(set(first.values())) == 2
    assert all(len(value) >= 32 for value in first.values())


def test_a_secret_that_is_new_to_the_product_leaves_the_others_alone(tmp_path):
    file = tmp_path / "secrets.env"
    file.write_text("PROCESS_KEY=kept\n")
    kept = kept_secrets(file)
    assert kept["PROCESS_KEY"] == "kept"
    assert kept["SECRET_KEY"]


def test_a_secret_from_the_environment_wins(tmp_path):
    assert plan(ROOT, tmp_path, {"SECRET_KEY": "given"}).environment["SECRET_KEY"] == "given"


@pytest.mark.parametrize("text", ["0", "65536", "-1", "http", "80a", "٨٠", "8 000"])
def test_what_is_no_port_is_refused_by_its_name(text):
    with pytest.raises(CannotStart, match="PORT="):
        port_of({"PORT": text})


def test_a_port_in_use_is_said_in_one_sentence_with_the_way_out():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CannotStart) as refusal:
            check_port("127.0.0.1", port)
    assert f"El puerto {port} de 127.0.0.1 no está libre" in str(refusal.value)
    assert "PORT=" in str(refusal.value)


def test_a_port_that_another_server_would_share_counts_as_in_use():
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(CannotStart):
            check_port("127.0.0.1", other.getsockname()[1])


def test_forgetting_keeps_secrets_and_packages(tmp_path):
    for name in ("postgres", "valkey", "files", "npm"):
        (tmp_path / name).mkdir()
    (tmp_path / "demonstration.txt").write_text("log-ins")
    kept_secrets(tmp_path / "secrets.env")
    forget(tmp_path)
    assert {each.name for each in tmp_path.iterdir()} == {"npm", "secrets.env"}


@pytest.mark.parametrize("depth", [1, 5, 30])
def test_a_socket_path_is_never_too_long(tmp_path, depth):
    folder = tmp_path.joinpath(*["a-rather-long-name"] * depth)
    longest = ".s.PGSQL.5432.lock"
    chosen = socket_folder(folder, longest)
    assert len(str(chosen / longest)) <= LONGEST_SOCKET_PATH
    assert chosen == socket_folder(folder, longest), "commands in another terminal must find it"
