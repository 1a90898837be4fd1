"""Where packages lie: names, what a crash left behind, room to work in."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from decide.errors import NotFound
from decide.kernel.files import is_there


class Shelf:
    """The folder of packages; the only owner of its names."""

    def __init__(self, files_folder: Path) -> None:
        """Packages lie in `deliveries` below the service's files."""
        self._folder = files_folder / "deliveries"

    def package(self, delivery_id: int) -> Path:
        """Where the package of a delivery lies, or will."""
        return self._folder / f"{delivery_id}.zip"

    def finished(self, delivery_id: int) -> Path:
        """The package; NotFound when the disk no longer holds it."""
        path = self.package(delivery_id)
        if not is_there(path):
            raise NotFound(
                "El archivo de esta entrega no está en el servidor. Avise a la autoridad."
            )
        return path

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
