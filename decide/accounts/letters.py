"""Letters on paper: one page per person with the activation code, and the receipt to sign."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import segno

from decide.accounts.activation import Letter
from decide.accounts.roles import ACTOR_ROLES, Role
from decide.kernel import typeset
from decide.settings import Settings

TEMPLATE = Path(__file__).parent / "paper" / "letter.typ"
NO_ACTOR = "Instituto"
ROLES: dict[str, str] = {
    Role.COORDINATOR: "Coordinación: publica y administra a su equipo",
    Role.EDITOR: "Edición: escribe trayectorias y propuestas",
    Role.ADMINISTRATOR: "Administración",
    Role.WRITER: "Edición de textos y atención a la gente",
    Role.IMPORTER: "Carga de listas",
    Role.CREDENTIALS: "Cartas de acceso",
    Role.OBSERVER: "Consulta",
    Role.AUDITOR: "Auditoría",
}


@dataclass(frozen=True)
class Addressed:
    """A letter, the name of the actor it is for, and the address where it is used."""

    letter: Letter
    actor: str
    notice: str = ""


def as_pdf(
    letters: Sequence[Addressed],
    settings: Settings,
    *,
    process: str,
    day: Callable[[datetime], str],
) -> bytes:
    """One PDF with a page per letter. `day` says an instant as a date in words."""
    return typeset.pdf(TEMPLATE, contents(letters, settings, process=process, day=day))


def contents(
    letters: Sequence[Addressed],
    settings: Settings,
    *,
    process: str,
    day: Callable[[datetime], str],
) -> dict[str, object]:
    """What the template is given."""
    return {
        "authority": settings.authority,
        "process": process,
        "site": settings.site_name,
        "help_phone": settings.help_phone,
        "help_email": settings.help_email,
        "help_hours": settings.help_hours,
        "letters": [
            {
                "person": each.letter.person,
                "username": each.letter.username,
                "role": ROLES[each.letter.role],
                "actor": each.actor or NO_ACTOR,
                "code": each.letter.code.grouped,
                "issued": day(each.letter.issued_at),
                "expires": day(each.letter.expires_at),
                "short_url": address_of(each.letter, settings).split("://", 1)[-1],
                "qr": drawn(each.letter, settings),
                "notice": each.notice,
            }
            for each in letters
        ],
    }


def drawn(letter: Letter, settings: Settings) -> str:
    """The QR code. The activation code stands after "#", which browsers send to no server."""
    out = io.BytesIO()
    whole = f"{address_of(letter, settings)}#{letter.code.grouped}"
    segno.make(whole, error="m").save(out, kind="svg", xmldecl=False, border=2)
    return out.getvalue().decode()


def address_of(letter: Letter, settings: Settings) -> str:
    """Where this letter's code is typed."""
    door = "partido" if letter.role in ACTOR_ROLES else "oficina"
    return f"{settings.public_url}/{door}/activar"
