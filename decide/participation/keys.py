"""The keys of this room, each derived for one purpose, and the press id that one of them makes."""

import hmac
from dataclasses import dataclass
from functools import lru_cache

PRESS_ID_BYTES = 16
PURPOSES = (b"device", b"press", b"folio", b"author", b"proof")


@dataclass(frozen=True)
class Keys:
    """One key per purpose, so that knowing or leaking one says nothing about the others."""

    device: bytes
    press: bytes
    folio: bytes
    author: bytes
    proof: bytes


@lru_cache(maxsize=8)
def keys_of(process_key: str) -> Keys:
    """Derive the room's keys from `settings.process_key`; the same key gives the same keys."""
    root = process_key.encode()
    return Keys(*(hmac.digest(root, b"decide/1/" + label, "sha256") for label in PURPOSES))


def press_id_of(keys: Keys, device: bytes, subject_id: int) -> bytes:
    """The 16 bytes under which a device's choice on a subject is kept.

    Without the key nobody can tell whether two press ids come from one device.
    """
    told = device + subject_id.to_bytes(8, "big")
    return hmac.digest(keys.press, told, "sha256")[:PRESS_ID_BYTES]


def author_of(keys: Keys, device: bytes, subject_id: int) -> bytes:
    """The 16 bytes by which a device finds its own ideas on a subject again.

    Another key than a press id's: idea and press of one device cannot be joined by whoever reads
    the tables, nor ideas on two subjects.
    """
    told = device + subject_id.to_bytes(8, "big")
    return hmac.digest(keys.author, told, "sha256")[:PRESS_ID_BYTES]
