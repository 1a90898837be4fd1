"""The text of a PDF, taken out by a process of its own that has little memory and little time."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from decide.errors import Refused
from decide.platforms import child

PATIENCE = 20  # seconds on a busy machine; the processor's time is limited far below
MOST_OUT = 16 << 20


class NotReadable(Refused):
    """The file gives no text. The sentence says what to do."""


@dataclass(frozen=True)
class Line:
    """One line as it is printed: where, how large, how bold."""

    page: int
    size: float
    weight: int
    text: str


REASONS = {
    child.LOCKED: "El PDF tiene contraseña. Guárdelo sin contraseña y súbalo otra vez.",
    child.TOO_LONG: f"El PDF es demasiado largo. Suba uno de hasta {child.PAGES} páginas.",
    child.UNREADABLE: "El PDF está dañado. Ábralo, guárdelo otra vez como PDF y súbalo.",
}
OTHER = "No se pudo leer el PDF en el tiempo y la memoria permitidos. Guárdelo más sencillo."
NO_TEXT = (
    "El PDF no trae texto: parece una imagen escaneada. Suba el PDF original, o escriba los temas."
)


def lines(path: Path) -> list[Line]:
    """All lines in the order of the file; NotReadable with the reason."""
    try:
        done = subprocess.run(  # noqa: S603 - our own argument list, no shell
            [sys.executable, "-I", "-X", "utf8", str(Path(child.__file__)), str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
            env={},
            close_fds=True,
        )
    except subprocess.TimeoutExpired as error:
        raise NotReadable(OTHER) from error
    if done.returncode or len(done.stdout) > MOST_OUT:
        raise NotReadable(REASONS.get(done.returncode, OTHER))
    found = [Line(**json.loads(each)) for each in done.stdout.decode().splitlines()]
    if not any(each.text for each in found):
        raise NotReadable(NO_TEXT)
    return found
