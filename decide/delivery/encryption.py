"""A package for one recipient only, as an age file: what travels on a USB stick may be lost."""

import tempfile
from pathlib import Path
from typing import IO

import pyrage

from decide.errors import Refused

ENDING = ".age"


class WrongKey(Refused):
    """What was typed is no public key of age."""

    def __init__(self) -> None:
        """One sentence."""
        super().__init__("Esa no es una clave pública de age. Empieza con age1 y tiene 62 letras.")


def encrypted_to(package: Path, key: str) -> IO[bytes]:
    """The package encrypted to a public key (`age1…`), as a stream at its beginning.

    It is written beside the package, streamed, and has no name any more when this returns: whoever
    closes the stream, or dies, leaves nothing behind. Raises WrongKey.
    """
    try:
        recipient = pyrage.x25519.Recipient.from_str(key.strip())
    except pyrage.RecipientError:
        raise WrongKey from None
    aside = tempfile.TemporaryFile(dir=package.parent)  # noqa: SIM115 - handed to the caller
    with package.open("rb") as source:
        pyrage.encrypt_io(source, aside, [recipient])
    aside.seek(0)
    return aside
