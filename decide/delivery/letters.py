"""What goes with a package on paper: the formal letter, and copies handed over by hand."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from sqlalchemy import select
from sqlalchemy.orm import Session

from decide.audit import actions as audit
from decide.calendar import queries as calendar
from decide.delivery import queries
from decide.delivery.models import DeliveryHandover, DeliveryLetter
from decide.delivery.queries import DeliveryLine
from decide.errors import NotFound, Refused
from decide.kernel import typeset
from decide.seals import queries as seals
from decide.settings import Settings

FOLDER = Path(__file__).with_name("paper")
LONGEST = 200
LONGEST_BODY = 4_000
NOT_READY = "Esta entrega todavía no está lista."
# Where the first letter begins; later ones begin with the words of the one before.
FIRST_BODY = """\
Por este medio le remitimos la base de datos con el total de «Me gusta» y «No me gusta» que la \
ciudadanía dio a sus plataformas y propuestas. Incluye todas las ideas, propuestas y comentarios.

La base está en un archivo ZIP. Abra primero LEEME.pdf: dice qué contiene y cómo comprobar que \
está completa y sin cambios.

Le pedimos firmar el acuse de recibo en el sitio, o devolver firmada la copia de este oficio."""


@dataclass(frozen=True)
class HandoverLine:
    """A copy handed over on a medium."""

    id: int
    handed_on: date
    medium: str
    received_by: str
    document: str
    scan_name: str | None
    scan_sha256: str | None


@dataclass(frozen=True)
class LetterLine:
    """A letter that was printed."""

    number: str
    body: str
    at: datetime
    account_id: int


def print_letter(
    session: Session,
    settings: Settings,
    delivery_id: int,
    *,
    number: str,
    body: str,
    at: datetime,
    by: int,
) -> bytes:
    """The formal letter (oficio de remisión) of a ready package as PDF; kept as it was printed."""
    line = queries.delivery(session, delivery_id)
    if not line.is_ready:
        raise Refused(NOT_READY)
    if not number.strip() or len(number) > LONGEST:
        raise Refused(f"Escriba el número del oficio, en no más de {LONGEST} letras.")
    if not body.strip() or len(body) > LONGEST_BODY:
        raise Refused(f"Escriba el texto del oficio, en no más de {LONGEST_BODY} letras.")
    paragraphs = [part.strip() for part in body.replace("\r", "").split("\n\n") if part.strip()]
    paper = typeset.pdf(
        FOLDER / "remittance.typ",
        facts_of(session, settings, line, at)
        | {"number": number.strip(), "paragraphs": paragraphs},
    )
    session.add(
        DeliveryLetter(
            delivery_id=line.id, number=number.strip(), body=body.strip(), at=at, account_id=by
        )
    )
    audit.record(
        session,
        "delivery.letter_printed",
        at=at,
        by=by,
        subject=("delivery", line.id),
        after={"number": number.strip()},
    )
    return paper


def letters(session: Session, delivery_id: int) -> list[LetterLine]:
    """Letters printed for a delivery, newest first."""
    rows = session.scalars(
        select(DeliveryLetter)
        .where(DeliveryLetter.delivery_id == delivery_id)
        .order_by(DeliveryLetter.id.desc())
    )
    return [LetterLine(row.number, row.body, row.at, row.account_id) for row in rows]


def next_body(session: Session) -> str:
    """The words with which the next letter begins: those of the last one, whomever it went to."""
    newest = select(DeliveryLetter.body).order_by(DeliveryLetter.id.desc()).limit(1)
    return session.scalar(newest) or FIRST_BODY


def hand_over(
    session: Session,
    delivery_id: int,
    *,
    handed_on: date,
    medium: str,
    received_by: str,
    document: str,
    scan: tuple[str, str] | None,
    at: datetime,
    by: int,
) -> None:
    """Write down a copy that was handed over by hand.

    `scan` is name and SHA-256 of the signed receipt, kept before by `Receipts`.
    """
    line = queries.delivery(session, delivery_id)
    if not line.is_ready:
        raise Refused(NOT_READY)
    if handed_on > at.date():
        raise Refused("La fecha de entrega no puede estar en el futuro.")
    for value, what in (
        (medium, "en qué se entregó"), (received_by, "quién la recibió"),
        (document, "el número del oficio"),
    ):  # fmt: skip
        if not value.strip() or len(value) > LONGEST:
            raise Refused(f"Escriba {what}, en no más de {LONGEST} letras.")
    name, digest = scan or (None, None)
    session.add(
        DeliveryHandover(
            delivery_id=line.id,
            at=at,
            handed_on=handed_on,
            medium=medium.strip(),
            received_by=received_by.strip(),
            document=document.strip(),
            scan_name=name,
            scan_sha256=digest,
            account_id=by,
        )
    )
    audit.record(
        session,
        "delivery.handed_over",
        at=at,
        by=by,
        subject=("delivery", line.id),
        after={"medium": medium.strip(), "document": document.strip(), "receipt": digest},
    )


def handovers(session: Session, delivery_id: int) -> list[HandoverLine]:
    """Copies handed over by hand, newest first."""
    rows = session.scalars(
        select(DeliveryHandover)
        .where(DeliveryHandover.delivery_id == delivery_id)
        .order_by(DeliveryHandover.id.desc())
    )
    return [_handover(row) for row in rows]


def handover(session: Session, delivery_id: int, handover_id: int) -> HandoverLine:
    """One of a delivery's; NotFound for another delivery's."""
    row = session.get(DeliveryHandover, handover_id)
    if row is None or row.delivery_id != delivery_id:
        raise NotFound("Esa entrega en mano no existe.")
    return _handover(row)


def facts_of(
    session: Session, settings: Settings, line: DeliveryLine, at: datetime
) -> dict[str, object]:
    """What every paper about a package says of it."""
    zone = ZoneInfo(settings.time_zone)

    def words(instant: datetime) -> str:
        return format_datetime(
            instant, "d 'de' MMMM 'de' y, HH:mm 'horas'", tzinfo=zone, locale="es_MX"
        )

    sealed = seals.seal(session, line.seal_number) if line.seal_number else None
    return {
        "authority": settings.authority,
        "process": calendar.process(session).name,
        "site": settings.site_name,
        "at": words(at),
        "day": words(at).partition(",")[0],
        "actor": f"{line.actor_name} ({line.acronym})",
        "version": line.version,
        "cutoff": words(line.cutoff),
        "file": line.file_name,
        "size": f"{line.size or 0:,}",
        "sha256": line.sha256 or "",
        "seal": f"{sealed.number}: {sealed.root}" if sealed else "",
    }


def _handover(row: DeliveryHandover) -> HandoverLine:
    return HandoverLine(
        row.id,
        row.handed_on,
        row.medium,
        row.received_by,
        row.document,
        row.scan_name,
        row.scan_sha256,
    )
