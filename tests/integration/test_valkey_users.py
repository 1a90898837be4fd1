"""At ledger and queue each program is a user of its own, who may do its work and no more."""

import contextlib
import re
import socket
import stat
from pathlib import Path

import pytest
from redis.exceptions import AuthenticationError, NoPermissionError

from decide.kernel.embedded import EmbeddedFailed
from tests.killable import free_port
from tests.topology import PASSWORDS, Host, ShippedValkey

USERS = {"ledger": ("web", "drain", "worker", "backup"), "queue": ("web", "worker")}
EACH = [(server, user) for server, users in USERS.items() for user in users]
PRESS, IDEA, TALLY = "{p00}:press", "{p00}:idea", "{p00}:tally:7"
# What would destroy, stop or take over a server.
DEADLY = (
    "FLUSHALL", "FLUSHDB", "SHUTDOWN", "DEBUG SLEEP 0", "CONFIG REWRITE", "ACL LIST",
    "ACL SETUSER web on", "REPLICAOF NO ONE", "MODULE LIST", "MONITOR", "KEYS *", "SWAPDB 0 1",
    "SELECT 1", "CLIENT KILL TYPE normal", "BGREWRITEAOF", "SAVE", "RESTORE x 0 y",
    "FUNCTION FLUSH", "SCRIPT FLUSH", "EVAL return 0",
)  # fmt: skip
DESTROYING = (f"DEL {PRESS}", f"UNLINK {IDEA}", f"XDEL {PRESS} 1-1", f"RENAME {PRESS} x")
# And of the ledger what only one of them may.
ALONE = {
    f"XADD {PRESS} * a b": {"web"},
    f"XADD {IDEA} * a b": {"web"},
    f"XTRIM {PRESS} MINID 1": {"worker"},
    f"SET {TALLY} 1": {"drain", "worker"},
    f"GET {TALLY}": {"drain", "worker"},
    f"SET {PRESS} 1": {"worker"},
    f"XRANGE {PRESS} - +": {"web", "drain", "worker"},
    "CONFIG SET auto-aof-rewrite-percentage 0": {"backup"},
    "GET another": set(),
}


@pytest.fixture(scope="module")
def servers(memory):
    with contextlib.ExitStack() as open_ones:
        yield {
            name: open_ones.enter_context(
                ShippedValkey(memory / f"users-{name}", name, Host(), free_port())
            )
            for name in USERS
        }


def allowed(server, user, command):
    """Whether the server would let this user's command through; the server's own rehearsal."""
    with server.client() as client:
        return client.execute_command("ACL", "DRYRUN", user, *command.split(" ")) == b"OK"


def too_much(server, user):
    """Deadly commands that a user may give."""
    deadly = (*DEADLY, *DESTROYING) if server.service == "ledger" else DEADLY
    return [command for command in deadly if allowed(server, user, command)]


def said(server, *lines):
    """What a server says to somebody who has not logged in, line by line."""
    with socket.create_connection((server.host.address, server.port), timeout=5) as line:
        answers = line.makefile("rb")
        for each in lines:
            line.sendall(each.encode() + b"\r\n")
            yield answers.readline().decode().strip()


@pytest.mark.parametrize("name", USERS)
def test_without_a_log_in_a_server_says_that_it_is_there_and_nothing_else(servers, name):
    asked = [
        "INFO",
        "GET x",
        "DBSIZE",
        f"XADD {PRESS} * a b",
        "SUBSCRIBE x",
        "ACL WHOAMI",
        "COMMAND",
        *DEADLY,
    ]
    answers = list(said(servers[name], "PING", *asked))
    assert answers[0] == "+PONG"
    refusals = ("-NOPERM", "-ERR DEBUG command not allowed")
    assert [each for each in answers[1:] if not each.startswith(refusals)] == []


@pytest.mark.parametrize(("name", "user"), EACH)
def test_a_user_logs_in_with_its_own_password_and_no_other(servers, name, user):
    server = servers[name]
    with server.client(user) as client:
        assert client.ping()
    others = {word for variable, word in PASSWORDS.items() if not variable.startswith(user.upper())}
    for wrong in (*others, user, f"{PASSWORDS[f'{user.upper()}_PASSWORD']} "):
        with server.client(user, wrong) as client, pytest.raises(AuthenticationError):
            client.ping()


@pytest.mark.parametrize(("name", "user"), EACH)
def test_no_program_can_empty_stop_or_take_over_a_server(servers, name, user):
    assert too_much(servers[name], user) == []
    with servers[name].client(user) as client, pytest.raises(NoPermissionError):
        client.flushall()


@pytest.mark.parametrize("command", ALONE)
def test_what_only_one_program_does_only_that_one_may(servers, command):
    users = {user for user in USERS["ledger"] if allowed(servers["ledger"], user, command)}
    assert users == ALONE[command]


def test_a_program_sees_its_own_keys_of_the_queue_only(servers):
    for user in USERS["queue"]:
        assert allowed(servers["queue"], user, "GET rq:job:1")
        assert not allowed(servers["queue"], user, "GET another")
    assert not allowed(servers["queue"], "worker", "GET proof:1")


def test_a_user_who_may_too_much_is_found_out(memory):
    """Sabotage: the web server may do everything with every key."""
    server = ShippedValkey(memory / "too-much", "ledger", Host(), free_port())
    shipped = server.users()
    server.users = lambda: re.sub(
        r"^(user web on \S+) .*$", r"\1 ~* +@all", shipped, flags=re.MULTILINE
    )
    with server:
        assert len(too_much(server, "web")) == len(DEADLY) + len(DESTROYING)
        assert too_much(server, "drain") == []


@pytest.mark.parametrize("missing", ["WEB_PASSWORD", "DRAIN_PASSWORD"])
def test_without_a_password_the_server_does_not_start(memory, missing):
    server = ShippedValkey(
        memory / f"no-{missing}", "ledger", Host(), free_port(), PASSWORDS | {missing: ""}
    )
    with pytest.raises(EmbeddedFailed, match=missing):
        server.start()


def test_a_running_server_shows_no_password_and_its_group_may_copy_its_files(servers):
    server = servers["ledger"]
    process = Path(f"/proc/{server.pid}")
    made = server.folder / "users.acl"
    shown = made.read_bytes() + b"".join(
        (process / name).read_bytes() for name in ("cmdline", "environ")
    )
    assert [word for word in PASSWORDS.values() if word.encode() in shown] == []
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    files = server.data / "appendonlydir"
    assert stat.S_IMODE(files.stat().st_mode) == 0o750
    assert {stat.S_IMODE(each.stat().st_mode) for each in files.iterdir()} <= {0o640}
