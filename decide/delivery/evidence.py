"""What makes a package checkable by anybody: head, commitments, keys, verifier, signature."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sqlalchemy.orm import Session

from decide.seals import keys
from decide.seals import queries as seals
from decide.seals.notes import Signer, opened, signed

VERIFIER = Path(__file__).with_name("verificar.py")
SIGNATURE = "manifiesto.firma.txt"
# First line of the signed note: what the signature is about.
ABOUT = "decide-entrega"

FILES = (
    ("cabeza.txt", "La cabeza firmada del registro de ideas, igual a la publicada en el sitio."),
    ("compromisos.txt", "La lista publicada de compromisos de conteos de todos los actores."),
    ("clave.txt", "La clave pública con que se firmó. Compárela con la del sitio."),
    ("verificar.py", "El programa que comprueba este paquete sin conexión."),
)


@dataclass(frozen=True)
class Evidence:
    """The files that were written, and the keys that sign the package: those of its seal.

    Not the keys of today: after a rotation the same package would get other bytes.
    """

    files: list[Path]
    signers: list[Signer]


def write(folder: Path, session: Session, seal_number: int, process_key: str) -> Evidence:
    """Write the evidence of a seal into a package's folder."""
    line = seals.seal(session, seal_number)
    _, names = opened(line.note, keys.verifiers(session))
    signers = [each for each in keys.signers_of(session, process_key) if each.verifier in names]
    texts = {
        "cabeza.txt": line.note.encode(),
        "compromisos.txt": seals.commitment_list(session, seal_number),
        "clave.txt": "".join(f"{each.verifier.text()}\n" for each in signers).encode(),
        "verificar.py": VERIFIER.read_bytes(),
    }
    for name, content in texts.items():
        (folder / name).write_bytes(content)
    return Evidence([folder / name for name in texts], signers)


def sign(manifest: Path, signers: list[Signer]) -> Path:
    """Sign the manifest's hash; the signature's file beside it."""
    about = f"{ABOUT}\n{sha256(manifest.read_bytes()).hexdigest()}\n"
    path = manifest.with_name(SIGNATURE)
    path.write_text(signed(about, signers), encoding="utf-8")
    return path
