"""Where packages lie: names, what a crash left behind, room to work in."""

import mmap
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from decide.errors import NotFound
from decide.kernel.files import is_there, write_aside
from decide.seals.merkle import SIZE, Tree


class Shelf:
    """The folder of packages; the only owner of its names."""

    def __init__(self, files_folder: Path) -> None:
        """Packages lie in `deliveries` below the service's files, trees in `trees`."""
        self._folder = files_folder / "deliveries"
        self._trees = files_folder / "trees"

    def package(self, delivery_id: int) -> Path:
        """Where the package of a delivery lies, or will."""
        return self._folder / f"{delivery_id}.zip"

    def encrypted(self, delivery_id: int) -> tuple[Path, Path]:
        """The two places of the copies that phrases of letters open.

        A new letter's copy leaves that of the one before in peace, which stays the newest if
        anything fails up to and with the commit.
        """
        first, second = (self._folder / f"{delivery_id}.zip{turn}.age" for turn in ("", ".2"))
        return first, second

    def finished(self, delivery_id: int) -> Path:
        """The package; NotFound when the disk no longer holds it."""
        path = self.package(delivery_id)
        if not is_there(path):
            raise NotFound(
                "El archivo de esta entrega no está en el servidor. Avise a la autoridad."
            )
        return path

    def tree(self, seal_number: int, size: int, root: str, made: Callable[[], Tree]) -> Tree:
        """The log's tree as it stood at a seal; `made` makes it when none is kept here.

        All packages of a seal need the same million hashes: who comes first leaves them behind. The
        file ends in its own hash; one that is torn, or has not this root, is made anew.
        """
        path = self._trees / f"{seal_number}.nodes"
        kept = _kept(path, size)
        if kept is not None and kept.root().hex() == root:
            return kept
        tree, whole = made(), sha256()
        with write_aside(path, shared=False) as part, part.open("wb") as stream:
            for level in tree.stored():
                stream.write(level)
                whole.update(level)
            stream.write(whole.digest())
        for older in self._trees.glob("*.nodes"):
            if older != path:
                older.unlink(missing_ok=True)
        return tree

    @contextmanager
    def workbench(self, delivery_id: int) -> Iterator[Path]:
        """An empty folder, gone afterwards.

        Only for the holder of the delivery's lock: what builders before left behind is thrown away.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        for left in self._folder.glob(f"{delivery_id}-*.aside"):
            shutil.rmtree(left)
        for left in self._folder.glob(f"{delivery_id}.zip.*.part"):
            left.unlink()
        bench = tempfile.mkdtemp(prefix=f"{delivery_id}-", suffix=".aside", dir=self._folder)
        try:
            yield Path(bench)
        finally:
            shutil.rmtree(bench, ignore_errors=True)


def _kept(path: Path, size: int) -> Tree | None:
    """A kept tree, read where it lies; None when there is none or it is not whole."""
    try:
        with path.open("rb") as stream:
            kept = memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))
        whole = sha256(kept[:-SIZE]).digest() == kept[-SIZE:]
        return Tree.over(kept[:-SIZE], size) if whole else None
    except (OSError, ValueError):
        return None
