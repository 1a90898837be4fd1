"""What the timetable runs: answers to requests about personal data go out by mail."""

from datetime import timedelta

from sqlalchemy import select

from decide.kernel import mail
from decide.kernel.jobs import job
from decide.kernel.letterhead import composed
from decide.kernel.log import logger
from decide.kernel.mail import MailDelayed, MailRefused
from decide.kernel.resources import Resources
from decide.kernel.sealing import Sealer
from decide.listening.kinds import MailState
from decide.listening.models import ArcoRequest
from decide.listening.requests import SEAL
from decide.settings import Settings

ATTEMPTS = 6
BATCH = 100  # of one turn; the next follows a minute later

log = logger("listening")


@job
def answer_by_mail(resources: Resources, _turn: int) -> None:
    """Send what waits; the row is the outbox. Without a mail server it goes on waiting."""
    if resources.settings.smtp_url:
        send_due(resources)


def send_due(resources: Resources) -> None:
    """Send each in its own transaction, until the server asks for patience."""
    for _ in range(BATCH):
        with resources.database.transaction() as session:
            at = resources.clock.now(session)
            row = session.scalars(
                select(ArcoRequest)
                .where(ArcoRequest.mail == MailState.QUEUED, ArcoRequest.mail_due_at <= at)
                .order_by(ArcoRequest.mail_due_at, ArcoRequest.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            ).one_or_none()
            if row is None:
                return
            try:
                send_one(resources, row)
            except MailDelayed:
                row.mail_due_at = at + timedelta(minutes=2**row.attempts)
                if row.attempts >= ATTEMPTS:
                    row.mail, row.address = MailState.FAILED, None
                log.warning("listening.mail_delayed", request_id=row.id, attempts=row.attempts)
                return


def send_one(resources: Resources, row: ArcoRequest) -> None:
    """Try one mail. Once it has gone, or never will, the address has no use: it is erased.

    MailDelayed goes on to the caller.
    """
    if row.address is None:
        row.mail = MailState.NONE
        return
    row.attempts += 1
    try:
        mail.send(resources.settings, letter(resources.settings, row, row.address))
    except MailRefused:
        row.mail, row.address = MailState.FAILED, None
        log.warning("listening.mail_refused", request_id=row.id)
        return
    row.mail, row.address = MailState.SENT, None


def letter(settings: Settings, row: ArcoRequest, sealed: bytes) -> mail.Message:
    """The answer as a mail; the number is not in it, for we do not know it."""
    day = f"{row.received_on:%d/%m/%Y}"
    paragraphs = (
        f"Esta es la respuesta a la solicitud sobre sus datos que envió el {day}.",
        *(part for part in row.answer.split("\n") if part.strip()),
        "También puede leerla con su folio en esta página:",
    )
    return composed(
        settings,
        Sealer(settings, SEAL).open(sealed),
        f"{settings.site_name}: respuesta a su solicitud sobre datos personales",
        paragraphs,
        f"{settings.public_url}/privacidad/derechos/estado",
        "Usted dejó este correo para recibir la respuesta. Con este envío lo borramos.",
        name=f"derechos-{row.id}",
    )
