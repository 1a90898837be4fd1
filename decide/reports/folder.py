"""Where reports lie: the only owner of their names."""

from pathlib import Path

from decide.errors import NotFound
from decide.kernel.files import is_there, write_aside

FORMS = ("pdf", "xlsx")


class Archive:
    """The folder of reports, each paper under its number."""

    def __init__(self, files_folder: Path) -> None:
        """Reports lie in `reports` below the service's files."""
        self._folder = files_folder / "reports"

    def keep(self, number: int, form: str, body: bytes) -> None:
        """Write a paper; the same bytes again are harmless."""
        with write_aside(self._folder / f"{number}.{form}") as part:
            part.write_bytes(body)

    def find(self, number: int, form: str) -> Path:
        """A paper; NotFound."""
        path = self._folder / f"{number}.{form}"
        if form not in FORMS or not is_there(path):
            raise NotFound("Ese informe no está aquí.")
        return path
