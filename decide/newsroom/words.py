"""What the mails to the list say: plain Spanish, the same in text and HTML."""

from html import escape

from decide.kernel.mail import Message
from decide.newsroom.sealing import CONFIRM, LEAVE, Secrets
from decide.settings import Settings

BODY = "font:16px/1.5 sans-serif;max-width:36em"  # mail programs read no style sheet
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


def composed(
    settings: Settings, to: str, subject: str, paragraphs: tuple[str, ...], link: str, end: str,
    *, name: str, leave: str = "",
) -> Message:  # fmt: skip
    """A mail in both forms."""
    sender = f"{settings.authority}. Ayuda: {settings.help_phone}."
    told = "".join(f"<p>{escape(each)}</p>" for each in paragraphs)
    html = (
        '<!doctype html><html lang="es-MX"><head><meta charset="utf-8">'
        f"<title>{escape(subject)}</title></head>"
        f'<body style="{BODY}">{told}<p><a href="{escape(link)}">{escape(link)}</a></p>'
        f'<hr><p style="font-size:14px">{escape(sender)}</p>'
        f'<p style="font-size:14px">{escape(end)}</p></body></html>'
    )
    text = "\n\n".join((*paragraphs, link, sender, end)) + "\n"
    return Message(
        to=to, subject=one_line(subject), text=text, html=html, name=f"decide-{name}", leave=leave
    )


def one_line(text: str) -> str:
    """A subject: the library refuses new lines."""
    return " ".join(text.split())
