"""The form of our mails to citizens: plain Spanish, the same in text and HTML."""

from html import escape

from decide.kernel.mail import Message
from decide.settings import Settings

BODY = "font:16px/1.5 sans-serif;max-width:36em"  # mail programs read no style sheet


def composed(
    settings: Settings, to: str, subject: str, paragraphs: tuple[str, ...], link: str, end: str,
    *, name: str, leave: str = "",
) -> Message:  # fmt: skip
    """A mail in both forms. `name` and `leave` are those of `Message`."""
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
