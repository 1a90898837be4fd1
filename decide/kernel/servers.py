"""What every server of our own has in common: a private folder, a lock, a socket, start and stop.

The lock is inherited by the server and all its children, so it says truly whether anybody still
works on a data folder. Two servers on one folder would destroy it.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import signal
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from decide.errors import Unavailable
from decide.kernel.children import Child, kill, working_in

LONGEST_SOCKET_PATH = 107  # sun_path of a unix socket, less its final zero
# What a server is given of the environment: nothing that could change its behaviour or leak.
PLAIN = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


class EmbeddedFailed(Unavailable):
    """A server of our own could not be started; the message says which, why and what to do."""


class Server:
    """What both have in common: folder, lock, socket, start and stop. A context manager."""

    name = ""
    socket_file = ""
    stop_signal = signal.SIGTERM

    def __init__(self, folder: Path, *, durable: bool = True, patience: float = 20.0) -> None:
        """Keep everything in `folder`; without `durable` data may be lost (tests only).

        `patience`: seconds to wait for a former server on this folder, and for this one to stop.
        """
        self.folder = folder.resolve()
        self.data = self.folder / "data"
        self.durable = durable
        self.patience = patience
        self.sockets = socket_folder(self.folder, self.socket_file)
        self.child: Child | None = None

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it."""
        self.stop()

    def start(self) -> None:
        """Start it and wait until it answers; raises EmbeddedFailed with the reason."""
        private_folder(self.folder)
        lock = self.locked()
        try:
            private_folder(self.sockets)
            self.prepare()
            self.child = self.described()
            self.run(self.child, lock)
        finally:
            os.close(lock)  # from here on the server holds it

    def stop(self) -> None:
        """Stop it in order, and force what does not stop; harmless when it does not run."""
        if self.child:
            self.child.stop()
            kill(working_in(self.data))
        if self.sockets.parent != self.folder:
            shutil.rmtree(self.sockets, ignore_errors=True)

    def is_alive(self) -> bool:
        """Whether its main process runs."""
        return self.child is not None and self.child.is_alive

    @property
    def pid(self) -> int | None:
        """Process id of its main process."""
        return self.child.pid if self.child else None

    def prepare(self) -> None:
        """Bring the data folder into a state from which the server can start."""
        raise NotImplementedError

    def described(self) -> Child:
        """The server as a child process."""
        raise NotImplementedError

    def answers(self) -> bool:
        """Whether it is ready for work."""
        raise NotImplementedError

    def run(self, child: Child, lock: int) -> None:
        """Start `child` holding `lock` and wait until it answers."""
        child.start(held=[lock])
        # Recovery after a power cut may take long; as long as it works on it, it is waited for.
        deadline = time.monotonic() + 600
        while time.monotonic() < deadline:
            if self.answers():
                return
            if not child.is_alive:
                break
            time.sleep(0.01)
        child.stop()
        raise EmbeddedFailed(
            f"{self.name} no pudo iniciar. Su registro dice:\n{child.last_lines()}"
        )

    def locked(self) -> int:
        """Take the folder's lock, waiting for a former server to end; raises EmbeddedFailed."""
        lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + self.patience
        while True:
            if self.child and not self.child.is_alive:
                # Killed: whatever it left must not go on working beside its successor.
                self.child.clear_away()
                kill(working_in(self.data))
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    os.close(lock)
                    raise EmbeddedFailed(
                        f"Otro {self.name} ya usa la carpeta {self.folder}. "
                        "¿Está Decide abierto en otra ventana? Ciérrelo e intente de nuevo."
                    ) from None
                time.sleep(0.05)
            else:
                return lock


def socket_folder(folder: Path, longest: str) -> Path:
    """Where the socket goes: beside the data, or, where that path is too long, below /tmp."""
    beside = folder / "s"
    if len(os.fsencode(beside / longest)) <= LONGEST_SOCKET_PATH:
        return beside
    mark = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"decide-{os.geteuid()}-{mark}"


def private_folder(folder: Path) -> None:
    """Make a folder that only we can enter; raises EmbeddedFailed if it is somebody else's."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise EmbeddedFailed(f"La carpeta {folder} es de otro usuario. Bórrela o use su cuenta.")
    folder.chmod(0o700)


def wheel_folder(package: str) -> Path | None:
    """Folder of an installed package, found without importing it."""
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        return None
    return Path(found.submodule_search_locations[0])
