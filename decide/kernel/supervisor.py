"""Keeps everything on one machine running: `python -m decide.kernel.supervisor` is `make run`.

Starts PostgreSQL and Valkey, migrates, loads the demonstration, then web server, drain and worker.
Whatever is killed is started again; Ctrl-C or SIGTERM ends everything and leaves no process.
Even if this process is killed, its children are told by the kernel and end by themselves.
"""

import fcntl
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from types import FrameType

from decide.errors import DecideError
from decide.kernel import log
from decide.kernel.children import Child
from decide.kernel.servers import Server
from decide.kernel.single_machine import (
    DATABASE,
    MIGRATE,
    CannotStart,
    Plan,
    Step,
    check_port,
    forget,
    is_migrated,
    plan,
    program,
    programs,
    write_private,
)
from decide.settings import Settings

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LONGEST_PAUSE = 5.0
STEADY = 30.0  # after so many seconds a restart counts as a new incident
LONGEST_START = 60.0
SLOW_START = 8.0

Welcome = Callable[[Mapping[str, str]], Sequence[str]]


class Stopped(Exception):
    """Somebody asked to stop before everything was up."""


def say(line: str) -> None:
    """Tell the person at the terminal."""
    print(line, flush=True)


class Signals:
    """Turns signals into one flag and one pipe, so that waiting ends at once and nothing races."""

    def __init__(self) -> None:
        """Take over the stop signals and SIGCHLD; `restore` gives them back."""
        self.stopping = False
        self.readable, self.writable = os.pipe()
        os.set_blocking(self.writable, False)
        os.set_blocking(self.readable, False)
        self.wakeup = signal.set_wakeup_fd(self.writable, warn_on_full_buffer=False)
        self.former = {each: signal.signal(each, self.stop) for each in STOP_SIGNALS}
        self.former[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, self.note)

    def stop(self, number: int, frame: FrameType | None) -> None:
        """A stop signal arrived."""
        self.stopping = True

    def note(self, number: int, frame: FrameType | None) -> None:
        """A child ended; the pipe has been written to, which is all we need."""

    def wait(self, seconds: float) -> None:
        """Sleep up to `seconds`, or until any signal arrives."""
        ready, _, _ = select.select([self.readable], [], [], seconds)
        if ready:
            os.read(self.readable, 4096)

    def restore(self) -> None:
        """Give the signals back to whoever had them."""
        for each, handler in self.former.items():
            signal.signal(each, handler)
        signal.set_wakeup_fd(self.wakeup)
        os.close(self.readable)
        os.close(self.writable)


class Watched:
    """A server or program with the patience that it has used up."""

    def __init__(self, name: str, part: Server | Child) -> None:
        """Watch `part`, which is running."""
        self.name = name
        self.part = part
        self.failures = 0
        self.started = time.monotonic()
        self.due: float | None = None

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self.part.is_alive() if isinstance(self.part, Server) else self.part.is_alive

    def repair(self) -> None:
        """Start it again, at once the first time and ever later while it keeps failing."""
        now = time.monotonic()
        if self.due is None:
            if now - self.started > STEADY:
                self.failures = 0
            self.due = now + min(LONGEST_PAUSE, 0.1 * 4**self.failures - 0.1)
            self.failures += 1
        if now < self.due:
            return
        self.due, self.started = None, now
        try:
            self.part.start()
        except DecideError as error:
            say(f"{self.name} no pudo volver a iniciar. {error}")
        else:
            say(f"{self.name} se había detenido; se inició de nuevo.")


class Supervisor:
    """Starts the parts of a plan in order, keeps them alive, stops them in reverse order."""

    def __init__(self, plan: Plan) -> None:
        """Supervise `plan`; nothing is started."""
        self.plan = plan
        self.programs = programs(plan)
        self.signals = Signals()

    def start(self) -> None:
        """Bring everything up; raises CannotStart, EmbeddedFailed or Stopped."""
        for server in self.plan.servers:
            say(f"Iniciando {server.name} …")
            server.start()
            self.heed()
        steps = list(self.plan.steps)
        if self.plan.postgres:
            self.plan.postgres.ensure_database(DATABASE)
            revisions = self.plan.root / "migrations" / "versions"
            if is_migrated(self.plan.postgres, revisions):
                steps.remove(MIGRATE)
        for step in steps:
            self.take(step)
        # The pages first: the others would only compete with them for the processors.
        web, *others = self.programs
        web.start()
        self.await_web(web)
        for each in others:
            each.start()

    def take(self, step: Step) -> None:
        """Run one step to its end; raises CannotStart with its last words."""
        kept = self.plan.var / step.once if step.once else None
        if kept and kept.exists():
            return
        say(f"{step.title} …")
        run = program(self.plan, step.command[-1], list(step.command))
        if kept:
            # Its words may be log-ins: never in a log, and for our eyes only.
            run.log = kept.with_suffix(".part")
        run.log.parent.mkdir(parents=True, exist_ok=True)
        run.log.write_text("")
        run.log.chmod(0o600)
        run.start()
        while run.is_alive:
            self.signals.wait(0.5)
            if self.signals.stopping:
                run.stop()
                raise Stopped
        if run.exit_code != 0:
            raise CannotStart(f"{step.title}: no se pudo. El registro dice:\n{run.last_lines(20)}")
        if kept:
            run.log.replace(kept)

    def await_web(self, web: Child) -> None:
        """Wait until the first page could be served; raises CannotStart when the server ends."""
        begun = time.monotonic()
        told = False
        while not answers(self.plan.host, self.plan.port):
            self.heed()
            waited = time.monotonic() - begun
            if not web.is_alive or waited > LONGEST_START:
                raise CannotStart(
                    f"El servidor web no responde. Su registro dice:\n{web.last_lines()}"
                )
            if waited > SLOW_START and not told:
                # granian starts a worker that fails again and again; do not watch in silence.
                say(f"El servidor web tarda en responder. Su registro dice:\n{web.last_lines()}")
                told = True
            self.signals.wait(0.05)

    def watch(self) -> None:
        """Repair what stops, until somebody asks to stop."""
        watched = [Watched(server.name, server) for server in self.plan.servers]
        watched += [Watched(each.name, each) for each in self.programs]
        while not self.signals.stopping:
            for each in watched:
                if not each.is_alive:
                    each.repair()
            pending = any(each.due is not None for each in watched)
            self.signals.wait(0.05 if pending else 1.0)

    def stop(self) -> None:
        """End everything: programs together, then the servers they use. No process is left."""
        for each in self.programs:
            each.ask()
        deadline = time.monotonic() + max(each.patience for each in self.programs)
        for each in self.programs:
            each.finish(deadline)
        for server in reversed(self.plan.servers):
            server.stop()
        self.signals.restore()

    def heed(self) -> None:
        """Raise Stopped when a stop signal has arrived."""
        if self.signals.stopping:
            raise Stopped


def answers(host: str, port: int) -> bool:
    """Whether a web server answers there, whatever it says."""
    target = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 - compared, not bound
    try:
        with socket.create_connection((target, port), timeout=5) as line:
            line.sendall(b"HEAD /salud HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return line.recv(5) == b"HTTP/"
    except OSError:
        return False


def run_everything(
    root: Path,
    environ: Mapping[str, str],
    *,
    var: Path | None = None,
    welcome: Welcome | None = None,
) -> int:
    """Run the whole service from the checkout `root` until asked to stop; returns the exit code.

    Data are kept in `var`, by default the checkout's own. `welcome` gets the environment of the
    programs and returns lines to print when all is up.
    """
    try:
        chosen = plan(root, var or root / "var", environ)
        lock = locked(chosen.var / "supervisor.lock")
    except CannotStart as error:
        say(str(error))
        return 1
    log.configure("warning")
    try:
        return supervised(chosen, welcome)
    finally:
        os.close(lock)


def supervised(chosen: Plan, welcome: Welcome | None) -> int:
    """Start, watch and stop what was planned."""
    shown = chosen.var / "environment"
    supervisor = None
    try:
        check_port(chosen.host, chosen.port)
        supervisor = Supervisor(chosen)
        # For commands in another terminal; the settings only, not the whole environment.
        write_private(shown, settings_of(chosen))
        supervisor.start()
        greet(chosen, welcome)
        supervisor.watch()
    except Stopped:
        pass
    except (CannotStart, DecideError) as error:
        say(str(error))
        return 1
    finally:
        if supervisor:
            say("Deteniendo todo …")
            supervisor.stop()
            say("Listo. Los datos quedaron guardados en var/.")
        shown.unlink(missing_ok=True)
    return 0


def settings_of(chosen: Plan) -> dict[str, str]:
    """The settings that a command in another terminal needs to reach the same service."""
    names = {each.name.upper() for each in fields(Settings)}
    return {name: value for name, value in chosen.environment.items() if name in names}


def greet(chosen: Plan, welcome: Welcome | None) -> None:
    """Say where the service is and, in the demonstration, who can log in."""
    say("")
    say(f"Decide está abierto en {chosen.address}")
    for step in chosen.steps:
        if step.once:
            say((chosen.var / step.once).read_text(encoding="utf-8").rstrip())
    for line in welcome(chosen.environment) if welcome else []:
        say(line)
    say(f"Los registros están en {chosen.var.name}/log. Para terminar: Ctrl-C.")


def locked(file: Path) -> int:
    """Take the lock of this checkout; raises CannotStart when another start holds it."""
    lock = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise CannotStart(
            "Decide ya está abierto desde esta carpeta. Ciérrelo en su ventana con Ctrl-C."
        ) from None
    return lock


def reset(var: Path) -> int:
    """Forget all data in `var`, if nothing is running there; returns the exit code."""
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        lock = locked(var / "supervisor.lock")
    except CannotStart as error:
        say(str(error))
        return 1
    forget(var)
    os.close(lock)
    say("Se borraron los datos. El siguiente «make run» carga la demostración de nuevo.")
    return 0


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """`make run`, or, with the word `reset`, `make demo-reset`."""
    root = Path(__file__).resolve().parents[2]
    return reset(root / "var") if list(arguments) == ["reset"] else run_everything(root, environ)


if __name__ == "__main__":
    # An entry point: the one place besides the web server where the environment is read.
    sys.exit(main(sys.argv[1:], os.environ))  # noqa: TID251
