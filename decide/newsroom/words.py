"""What the mails to the list say, in plain Spanish."""

from decide.kernel.letterhead import composed
from decide.kernel.mail import Message
from decide.newsroom.sealing import CONFIRM, LEAVE, Secrets
from decide.settings import Settings

ROOM = "/lista-de-correo"


def question(
    settings: Settings, own: Secrets, subscriber_id: int, sealed: bytes, *, name: int
) -> Message:
    """Whether they asked for this."""
    link = f"{settings.public_url}{ROOM}/confirmar/{own.token(CONFIRM, subscriber_id)}"
    paragraphs = (
        f"Alguien pidió los boletines de {settings.site_name} para esta dirección.",
        "Si fue usted, confirme con este enlace. Vale por 48 horas.",
    )
    end = "Si no fue usted, no haga nada. Borraremos esta dirección."
    return composed(
        settings, own.open(sealed), f"{settings.site_name}: confirme su correo", paragraphs, link,
        end, name=f"lista-{name}",
    )  # fmt: skip


def bulletin(
    settings: Settings, own: Secrets, subscriber_id: int, sealed: bytes, *, name: int,
    bulletin_id: int, title: str, summary: str,
) -> Message:  # fmt: skip
    """A bulletin's title and summary; the rest is read on the site."""
    leave = f"{settings.public_url}{ROOM}/baja/{own.token(LEAVE, subscriber_id)}"
    link = f"{settings.public_url}/sala-de-prensa/{bulletin_id}?utm_medium=mail"
    end = f"Usted pidió estos correos. Para no recibirlos y borrar su dirección: {leave}"
    return composed(
        settings, own.open(sealed), title, (title, summary), link, end, name=f"lista-{name}",
        leave=leave,
    )  # fmt: skip
