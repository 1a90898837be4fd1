"""The audit's result on paper, for the council's minutes; signed by the keys of the log."""

from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from sqlalchemy.orm import Session

from decide.calendar import queries as calendar
from decide.delivery import queries
from decide.delivery.inspection import Finding
from decide.kernel import typeset
from decide.kernel.resources import Resources
from decide.seals import keys
from decide.seals import queries as seals
from decide.seals.notes import signed

TEMPLATE = Path(__file__).with_name("paper") / "audit.typ"
ABOUT = "decide-auditoria"


@dataclass(frozen=True)
class Minutes:
    """The PDF and the note that signs its hash."""

    pdf: bytes
    signature: str


def write(resources: Resources, findings: list[Finding]) -> Minutes:
    """Put the findings on paper as of now."""
    settings = resources.settings
    with resources.database.reading() as session:
        signers = keys.signers(session, settings.process_key)
        paper = typeset.pdf(TEMPLATE, _data(resources, session, findings))
    about = f"{ABOUT}\n{sha256(paper).hexdigest()}\n"
    return Minutes(paper, signed(about, signers))


def _data(resources: Resources, session: Session, findings: list[Finding]) -> dict[str, object]:
    settings = resources.settings
    zone = ZoneInfo(settings.time_zone)
    now = resources.clock.now(session)
    cutoff = queries.closing(session, now)
    heads = seals.seals(session)

    def words(instant: datetime) -> str:
        return format_datetime(
            instant, "d 'de' MMMM 'de' y, HH:mm 'horas'", tzinfo=zone, locale="es_MX"
        )

    return {
        "authority": settings.authority,
        "process": calendar.process(session).name,
        "at": words(now),
        "cutoff": words(cutoff) if cutoff else "todavía abierta",
        "good": all(each.good for each in findings),
        "findings": [asdict(each) for each in findings],
        "head": heads[0].note if heads else "",
    }
