"""How many small defects the tests notice: `python -m bench.mutants`, or with names of rooms.

Each mutant is one function of a room with one change (a comparison turned, a number one larger,
`and` for `or`, a result forgotten), or one constant of a module. First every test of the room runs
once and is watched: which lines it reaches. Then each mutant is put into a process that is forked
when all is loaded and the servers run, and those tests run there that reach its line, the quickest
first, for at most `BUDGET` seconds of them. Noticed are mutants that turn a test red or run out of
time; a line that no test reaches notices nothing. At the end tests run without a mutant once more.

What is a mutant, and what is none: turned.py. `--every 5` takes every fifth; `--at keys:44 leaf:20`
only these lines; `--tests file …` these tests instead of the table's, all of them, unwatched.
"""

import argparse
import ast
import contextlib
import functools
import gc
import importlib
import os
import resource
import signal
import sys
import threading
import time
from pathlib import Path
from types import FunctionType

import psycopg
import pytest
from _pytest.runner import runtestprotocol

from bench.turned import modules_of, mutants_of, users

ROOT = Path(__file__).resolve().parents[1]
ROOMS = {
    "seals": (
        "unit/test_merkle.py", "unit/test_notes.py", "unit/test_leaf.py",
        "integration/test_seals.py", "integration/test_seal_command.py",
        "integration/test_shortening.py", "web/test_seal_pages.py", "web/test_audit_pages.py",
    ),
    "participation": (
        "unit/test_participation.py", "integration/test_ferry.py", "integration/test_wire.py",
        "integration/test_drain.py", "integration/test_ideas.py", "integration/test_press.py",
        "integration/test_pressure.py", "integration/test_invalidation.py",
        "integration/test_ledger_command.py", "integration/test_ledger_model.py",
        "integration/test_replica.py",
        "web/test_press_page.py", "web/test_proving.py",
        "web/test_mine.py", "web/test_office_board.py", "web/test_probes.py",
    ),
    "delivery": (
        "unit/test_agefile.py", "unit/test_themes.py", "unit/test_workbook_rows.py",
        "unit/test_shelf.py", "unit/test_short_words.py", "integration/test_letters.py",
        "integration/test_delivery_package.py", "integration/test_inspection.py",
        "integration/test_delivery.py", "integration/test_review.py",
        "integration/test_reminders.py", "web/test_delivery_download.py", "web/test_receipts.py",
        "web/test_rehearsal.py", "web/test_reminder_pages.py", "web/test_staff.py",
    ),
    "accounts": (
        "unit/test_signed_receipts.py", "integration/test_accounts.py",
        "integration/test_activation.py", "integration/test_passkeys.py",
        "integration/test_reminders.py", "web/test_access.py", "web/test_activation_pages.py",
        "web/test_team.py",
    ),
}  # fmt: skip
BUDGET = 20  # seconds of tests for one mutant, as they lasted when they were watched
PROCESSOR = 20  # seconds more than its tests lasted; a mutant that takes longer goes in circles
MEMORY = 2 << 30  # bytes; so does one that takes more
PATIENCE = 900  # seconds of the clock, on a machine that others use; one that waits waits for ever
NOTICED, SURVIVED, NOT_MADE = 1, 0, 3


def main():
    """Mutate, count, list what survived; exits 1 when a room is below the share that is wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rooms", nargs="*", help=f"of {', '.join(ROOMS)}; none: all")
    parser.add_argument("--tests", nargs="+", help="test files or tests instead of the table's")
    parser.add_argument("--every", type=int, default=1, help="take every so manieth mutant")
    parser.add_argument("--at", nargs="+", help="only these lines, as module:line")
    parser.add_argument("--wanted", type=float, default=0.8, help="share that must be noticed")
    chosen = parser.parse_args()
    told = os.fdopen(os.dup(1), "w")
    below = False
    for room in chosen.rooms or ROOMS:
        trial = Trial(room, chosen, told)
        tests = chosen.tests or [f"tests/{name}" for name in ROOMS[room]]
        # -s: what tests write goes where this process writes; children write nowhere.
        options = ["-s", "-p", "no:cacheprovider", "-qq", "--hypothesis-seed=1"]
        pytest.main([*options, *(str(ROOT / test) for test in tests)], plugins=[trial])
        if not trial.finished:
            told.write(f"{room}: the tests are red without any change\n")
            sys.exit(2)
        below = below or trial.noticed < chosen.wanted * trial.total
    sys.exit(below)


class Trial:
    """A plugin of pytest that runs a room's tests as often as it takes."""

    def __init__(self, room, chosen, told):
        """`told` is where the figures go."""
        self.room, self.chosen, self.told = room, chosen, told
        self.files = {}  # path of a module: its name
        self.lines, self.of_fixture, self.reached, self.seconds = set(), {}, {}, {}
        self.postgres = None
        self.total = self.noticed = 0
        self.finished = False

    def pytest_runtestloop(self, session):
        """Instead of running every test once."""
        if session.testsfailed:
            return True
        silent()
        names = [f"decide.{self.room}.{path.stem}" for path in modules_of(self.room)]
        self.files = {importlib.import_module(name).__file__: name for name in names}
        self.start(session)
        if not self.chosen.tests:
            self.watch(session)
        functions = [
            each
            for each in gc.get_objects()
            if type(each) is FunctionType and each.__code__.co_filename in self.files
        ]
        mutants = [each for name in names for each in mutants_of(name)]
        mutants = [each for each in mutants if self.wants(each)][:: self.chosen.every]
        for mutant in mutants:
            self.judge(mutant, functions, session)
        self.told.write(f"{self.room}: {self.noticed} of {self.total} noticed")
        self.told.write(f" = {self.noticed / max(self.total, 1):.1%}\n")
        self.told.flush()
        # Nothing that a mutant did may have stayed: some of them are tried without their change.
        again = [self.tests_for(mutant, session) for mutant in mutants[:: len(mutants) // 9 or 1]]
        self.finished = all(self.child(tests, session, None) == SURVIVED for tests in again)
        return True

    def start(self, session):
        """Start the servers, for all children, when some test wants them.

        No test runs here: what it leaves (threads of a typesetter, a template that is believed to
        be there) would be no use to a child, which then waits for it for ever.
        """
        wanted = {"template_database", "valkey_server"}
        first = next((item for item in session.items if wanted <= set(item.fixturenames)), None)
        if first is None:
            return
        importlib.import_module("decide.app")
        all_of_it, first.fixturenames = first.fixturenames, sorted(wanted)
        session._setupstate.setup(first)
        self.postgres = first._request.getfixturevalue("postgres")
        session._setupstate.teardown_exact(session)
        first.fixturenames, first._request = all_of_it, False

    def wants(self, mutant):
        """Whether it is among the lines that were asked for."""
        at = f"{mutant.module.split('.')[-1]}:{mutant.line}"
        return not self.chosen.at or at in self.chosen.at

    def judge(self, mutant, functions, session):
        """See whether the tests notice it; tell, count."""
        tests, begun = self.tests_for(mutant, session), time.monotonic()
        ended = SURVIVED
        if tests:
            ended = self.child(tests, session, lambda: mutant.make(functions))
        if ended == NOT_MADE:
            return
        self.total += 1
        self.noticed += ended != SURVIVED
        word = {SURVIVED: "SURVIVED", NOTICED: "noticed"}.get(ended, "out of time")
        self.told.write(
            f"  {word} {mutant.module.split('.')[-1]}:{mutant.line} {mutant.what}"
            f" ({len(tests)} tests, {time.monotonic() - begun:.0f} s)\n"
        )
        self.told.flush()

    def tests_for(self, mutant, session):
        """The tests that reach its line, the quickest first."""
        if self.chosen.tests:
            return session.items
        places = {(mutant.module, line) for line in mutant.lines}
        if mutant.constant:
            places = {
                place for name in self.files.values() for place in users(name, mutant.constant)
            }
        tests = [item for item in session.items if places & self.reached[item.nodeid]]
        tests.sort(key=lambda item: self.seconds[item.nodeid])
        spent, within = 0.0, []
        for item in tests:
            spent += self.seconds[item.nodeid]
            if within and spent > BUDGET:
                break
            within.append(item)
        return within

    def child(self, tests, session, before):
        """Run tests in a forked process, after `before`; how it ended."""
        pid = os.fork()
        if pid == 0:
            status = NOTICED
            try:
                alone(PROCESSOR + int(sum(self.seconds.get(item.nodeid, 1) for item in tests)))
                try:
                    if before:
                        before()
                except Exception:
                    os._exit(NOT_MADE)
                following = [*tests[1:], session]
                pairs = zip(tests, following, strict=True)
                red = next((item for item, other in pairs if not passed(run(item, other))), None)
                status = NOTICED if red else SURVIVED
                if red and not before:
                    self.told.write(f"  red without any change: {red.nodeid}\n")
                    self.told.flush()
            finally:
                os._exit(status)
        _, ended = os.waitpid(pid, 0)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)  # programs that its tests started
        clear(self.postgres)
        return os.waitstatus_to_exitcode(ended)

    # --- Watching

    def watch(self, session):
        """Note which lines every test reaches; in a child, so that nothing stays in a cache."""
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                os.setsid()
                threading.settrace(self.entered)
                sys.settrace(self.entered)
                self.run_all(session)
                sys.settrace(None)
                with os.fdopen(write, "w") as pipe:
                    pipe.write(repr((self.reached, self.seconds)))
            finally:
                os._exit(0)
        os.close(write)
        with os.fdopen(read) as pipe:
            self.reached, self.seconds = ast.literal_eval(pipe.read())
        os.waitpid(pid, 0)
        clear(self.postgres)

    def run_all(self, session):
        """Run every test, noting. One that is red here, unchanged, would notice everything."""
        for item, following in zip(session.items, [*session.items[1:], session], strict=True):
            self.lines, begun = set(), time.monotonic()
            green = passed(run(item, following))
            self.seconds[item.nodeid] = time.monotonic() - begun
            for name in item.fixturenames:
                for definition in item._fixtureinfo.name2fixturedefs.get(name, ()):
                    self.lines |= self.of_fixture.get(id(definition), set())
            self.reached[item.nodeid] = self.lines if green else set()
            if not green:
                self.told.write(f"  left out, red while it is watched: {item.nodeid}\n")
        self.told.flush()

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef):
        """What a fixture of several tests reaches belongs to each of them."""
        if fixturedef.scope == "function":
            return (yield)
        outer, self.lines = self.lines, self.of_fixture.setdefault(id(fixturedef), set())
        try:
            return (yield)
        finally:
            self.lines = outer

    def entered(self, frame, event, argument):
        """Follow the functions of the room only."""
        name = self.files.get(frame.f_code.co_filename)
        return functools.partial(self.stepped, name) if name else None

    def stepped(self, name, frame, event, argument):
        """Note a line."""
        self.lines.add((name, frame.f_lineno))
        return functools.partial(self.stepped, name)


def run(item, following):
    """Run one test; its reports."""
    return runtestprotocol(item, log=False, nextitem=following)


def passed(reports):
    """Whether nothing went wrong."""
    return not any(report.failed for report in reports)


def alone(seconds):
    """Make the child a group of its own that is silent and ends some day."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    signal.alarm(PATIENCE)
    silent()


def silent():
    """Write nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def clear(postgres):
    """Drop the databases that a child left when it was stopped."""
    if not postgres:
        return
    with psycopg.connect(postgres.conninfo(), autocommit=True) as connection:
        known = "SELECT datname FROM pg_database WHERE NOT datistemplate"
        for (name,) in connection.execute(known).fetchall():
            if name not in ("postgres", "migrated"):
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


if __name__ == "__main__":
    main()
