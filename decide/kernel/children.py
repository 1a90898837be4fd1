"""A child process that starts in its own session, logs to a file, and leaves nothing behind."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from decide.kernel.launch import SAME, launched

LOG_LIMIT = 10 << 20
PROCESSES = Path("/proc")


class Child:
    """One program that can be started, watched, stopped and started again."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str],
        identity: str = SAME,
        stop_signal: signal.Signals = signal.SIGTERM,
        patience: float = 8.0,
        folder: Path | None = None,
    ) -> None:
        """Describe it; nothing is started.

        `stop_signal` asks it to end, also when this process dies; after `patience` seconds it is
        forced. `folder` is its working directory.
        """
        self.name = name
        self.command = list(command)
        self.log = log
        self.environment = dict(environment)
        self.identity = identity
        self.stop_signal = stop_signal
        self.patience = patience
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._log_begins = 0  # where the words of the present life begin

    def start(self, *, held: Collection[int] = ()) -> None:
        """Start it; `held` are open files (locks) that live as long as it or a child of it does."""
        if self._process is not None:
            self.clear_away()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".1.log"))
        command = launched(self.command, death=self.stop_signal, identity=self.identity)
        with self.log.open("ab") as log:
            self._log_begins = log.tell()
            self._process = subprocess.Popen(  # noqa: S603 - our own argument list, no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.environment,
                cwd=self.folder,
                start_new_session=True,
                pass_fds=tuple(held),
            )

    @property
    def pid(self) -> int | None:
        """Its process id, also after it ended; None before the first start."""
        return self._process.pid if self._process else None

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs or before it did."""
        return self._process.poll() if self._process else None

    def ask(self) -> None:
        """Ask it to end, without waiting."""
        if self.is_alive and self._process:
            self._process.send_signal(self.stop_signal)

    def finish(self, deadline: float | None = None) -> None:
        """Wait until it ended (at most until the monotonic `deadline`), then force what is left."""
        if self._process is None:
            return
        remaining = self.patience if deadline is None else max(0.0, deadline - time.monotonic())
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(remaining)
        self.clear_away()

    def stop(self) -> None:
        """Ask, wait, force: afterwards no process of its session is left."""
        self.ask()
        self.finish()

    def clear_away(self) -> None:
        """Kill it and whatever it left in its session, e.g. workers whose parent was killed."""
        if self._process is None:
            return
        if self._process.poll() is None or not PROCESSES.exists():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        kill(in_session(self._process.pid))

    def last_lines(self, count: int = 12) -> str:
        """What it said last since its present start, for a message."""
        try:
            with self.log.open("rb") as log:
                log.seek(max(self._log_begins, self.log.stat().st_size - 8192))
                lines = log.read().decode(errors="replace").splitlines()
        except FileNotFoundError:
            return ""
        return "\n".join(lines[-count:])


def in_session(leader: int) -> list[int]:
    """Ids of the living processes of the session that `leader` began; empty without /proc."""
    return [pid for pid, session in sessions() if session == leader]


def sessions() -> Iterator[tuple[int, int]]:
    """(process, session) of every living process that /proc shows.

    One whose first thread has ended is alive while another thread is: it still holds its files and
    sockets, e.g. the port of a web server (`man 5 proc_pid_stat`: 3 state, 6 session, 20 threads).
    """
    for entry in PROCESSES.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            # The command name, in parentheses, may itself hold spaces and parentheses.
            told = (entry / "stat").read_text().rpartition(")")[2].split()
            state, session, threads = told[0], int(told[3]), int(told[17])
            if state not in "ZX" or threads > 1:
                yield int(entry.name), session


def working_in(folder: Path) -> list[int]:
    """Ids of the processes whose working directory is `folder`; empty without /proc."""
    found = []
    for entry in PROCESSES.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (entry / "cwd").readlink() == folder:
                found.append(int(entry.name))
    return found


def kill(pids: Collection[int], *, wait: float = 5.0) -> None:
    """End these processes at once and wait until they are gone."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + wait
    while set(pids) & {pid for pid, _ in sessions()} and time.monotonic() < deadline:
        time.sleep(0.02)
