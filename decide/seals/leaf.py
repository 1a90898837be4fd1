"""What a leaf of the log says about one idea, and what a commitment says about an actor's counts.

Everything here is for ever: a verifier written today must read what was sealed years ago. Changes
take another tag.

    content    = SHA-256(tag ‖ salt ‖ the idea in canonical JSON)     opened in the delivery
    folio part = SHA-256(tag ‖ SHA-256(folio))                        known to the author
    leaf       = SHA-256(0 ‖ content ‖ folio part)                    public

The salt hides a text that could be guessed; the folio part lets an author find the own leaf.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from decide.seals.merkle import leaf_hash

IDEA = b"decide/idea/1\n"
FOLIO = b"decide/folio/1\n"
COUNTS = b"decide/conteos/1\n"
SALT = 16
# Words as they are sealed and delivered, by the ledger's own.
KINDS = {"idea": "idea", "proposal": "propuesta", "comment": "comentario"}


@dataclass(frozen=True)
class SealedIdea:
    """An idea in the words of the delivery. `kind` is one of KINDS' words, `day` ISO."""

    actor: str
    subject: int
    version: int
    kind: str
    topic: str | None
    municipality: int | None
    day: str
    text: str

    def canonical(self) -> bytes:
        """JSON with sorted Spanish names, no spaces, UTF-8 as it is."""
        told = {
            "actor": self.actor,
            "asunto": self.subject,
            "dia": self.day,
            "municipio": self.municipality,
            "tema": self.topic,
            "texto": self.text,
            "tipo": self.kind,
            "version": self.version,
        }
        return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def content_of(salt: bytes, idea: SealedIdea) -> bytes:
    """The part of a leaf that the delivery opens."""
    return sha256(IDEA + salt + idea.canonical()).digest()


def folio_part(folio_hash: bytes) -> bytes:
    """The part of a leaf that its author knows; `folio_hash` is SHA-256 of the folio's 16 bytes."""
    return sha256(FOLIO + folio_hash).digest()


def leaf_of(content: bytes, folio: bytes) -> bytes:
    """The leaf's hash, as it is published."""
    return leaf_hash(content + folio)


def stated(leaves: tuple[int, bytes] | None, rows: Iterable[tuple[int, int, int, int]]) -> bytes:
    """What an actor has at a seal, in canonical text.

    First how many leaves and the hash over them all, so that no idea can be left out of a delivery;
    then subject, version, likes and dislikes, sorted, without empty ones.
    """
    number, digest = leaves or (0, sha256(b"").digest())
    lines = [f"ideas {number} {digest.hex()}\n"]
    lines += [
        f"{subject} {version} {likes} {dislikes}\n"
        for subject, version, likes, dislikes in sorted(rows)
        if likes or dislikes
    ]
    return "".join(lines).encode()


def commitment_of(actor: str, salt: bytes, statement: bytes) -> bytes:
    """A commitment to an actor's statement: 32 bytes, whatever it says."""
    return sha256(COUNTS + salt + f"{actor}\n".encode() + statement).digest()
