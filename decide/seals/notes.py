"""Signed notes and checkpoints as text, in the formats of the transparency-log community.

C2SP signed-note: a text, an empty line, and one line for each signature. C2SP tlog-checkpoint:
the text begins with the log's name, its size and its root; our further lines commit to counts and
trail.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519 = b"\x01"
NAME = re.compile(r"[^\s+]+")
SIZE = re.compile(r"[0-9]{1,20}")  # 64 bits, as the format has it
SIGNATURE = re.compile(r"— (\S+) (\S+)")


class BrokenNote(ValueError):
    """A text is no note, or none of the known keys signed it; says which."""


@dataclass(frozen=True)
class Verifier:
    """A key's public side: its name and 32 bytes."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a signature line names its key."""
        return sha256(f"{self.name}\n".encode() + ED25519 + self.public).digest()[:4]

    def text(self) -> str:
        """The key as one line: name, id and key, to be compared and copied."""
        packed = base64.b64encode(ED25519 + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{packed}"

    @classmethod
    def parse(cls, text: str) -> "Verifier":
        """Read such a line; BrokenNote when it is none."""
        try:
            name, key_id, packed = text.strip().split("+", 2)
            content = base64.b64decode(packed, validate=True)
        except ValueError:
            raise BrokenNote("no key") from None
        made = cls(name, content[1:])
        if content[:1] != ED25519 or len(content) != 33 or made.key_id.hex() != key_id:
            raise BrokenNote("no key")
        return made


@dataclass(frozen=True)
class Signer:
    """A key that can sign."""

    name: str
    private: Ed25519PrivateKey

    @property
    def verifier(self) -> Verifier:
        """Its public side."""
        public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return Verifier(self.name, public)

    def line(self, text: str) -> str:
        """The signature line over a text."""
        packed = self.verifier.key_id + self.private.sign(text.encode())
        return f"— {self.name} {base64.b64encode(packed).decode()}\n"


@dataclass(frozen=True)
class Checkpoint:
    """The head of the log at a seal. `lines` are (word, value) pairs after the fixed ones."""

    origin: str
    size: int
    root: bytes
    lines: tuple[tuple[str, str], ...]

    def text(self) -> str:
        """The checkpoint as it is signed."""
        head = f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"
        return head + "".join(f"{word} {value}\n" for word, value in self.lines)

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read a checkpoint's text; BrokenNote when it is none."""
        parts = text.split("\n")
        if len(parts) < 4 or parts[-1] or not SIZE.fullmatch(parts[1]):
            raise BrokenNote("no checkpoint")
        try:
            root = base64.b64decode(parts[2], validate=True)
        except ValueError:
            raise BrokenNote("no root") from None
        lines = tuple(_pair(line) for line in parts[3:-1])
        made = cls(parts[0], int(parts[1]), root, lines)
        if len(root) != 32 or made.text() != text:
            raise BrokenNote("not written as it must be")
        return made

    def told(self) -> Mapping[str, str]:
        """The further lines by their word."""
        return dict(self.lines)


def signed(text: str, signers: Sequence[Signer]) -> str:
    """A note: the text, which must end with a line break, and a line of each signer."""
    return text + "\n" + "".join(signer.line(text) for signer in signers)


def opened(note: str, verifiers: Sequence[Verifier]) -> tuple[str, tuple[Verifier, ...]]:
    """The text of a note and the known keys that signed it.

    Lines of unknown keys are passed over, as the format asks. BrokenNote when no known key signed,
    or when a known one signed something else.
    """
    text, gap, tail = note.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        raise BrokenNote("no note")
    text += "\n"
    known = {(each.name, each.key_id): each for each in verifiers}
    names: list[Verifier] = []
    for line in tail[:-1].split("\n"):
        found = SIGNATURE.fullmatch(line)
        if not found:
            raise BrokenNote("no signature line")
        packed = _decoded(found[2])
        verifier = known.get((found[1], packed[:4]))
        if verifier is not None:
            _check(verifier, packed[4:], text)
            names.append(verifier)
    if not names:
        raise BrokenNote("no known key signed this")
    return text, tuple(names)


def _check(verifier: Verifier, signature: bytes, text: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(verifier.public).verify(signature, text.encode())
    except InvalidSignature:
        raise BrokenNote("the signature does not fit") from None


def _decoded(packed: str) -> bytes:
    try:
        content = base64.b64decode(packed, validate=True)
    except ValueError:
        raise BrokenNote("no signature line") from None
    if base64.b64encode(content).decode() != packed:
        raise BrokenNote("the signature is not written as it must be")
    return content


def _pair(line: str) -> tuple[str, str]:
    word, gap, value = line.partition(" ")
    if not gap:
        raise BrokenNote("no checkpoint line")
    return word, value
