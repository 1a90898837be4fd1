"""What the mails say: plain Spanish, the same in text and HTML."""

from dataclasses import dataclass
from html import escape

from decide.catalog.own import OwnHead
from decide.settings import Settings

SHOWN = 10  # candidacies named in one mail
BODY = "font:16px/1.5 sans-serif;max-width:36em"  # mail programs read no style sheet


@dataclass(frozen=True)
class Words:
    """A mail's subject and paragraphs; `link` is where to go on."""

    subject: str
    paragraphs: tuple[str, ...]
    link: str

    def text(self, settings: Settings) -> str:
        """As plain text."""
        return "\n\n".join((*self.paragraphs, self.link, signature(settings))) + "\n"

    def html(self, settings: Settings) -> str:
        """The same as HTML."""
        told = "".join(f"<p>{escape(each)}</p>" for each in self.paragraphs)
        link = f'<p><a href="{escape(self.link)}">{escape(self.link)}</a></p>'
        end = f'<hr><p style="font-size:14px">{escape(signature(settings))}</p>'
        return (
            '<!doctype html><html lang="es-MX"><head><meta charset="utf-8">'
            f"<title>{escape(self.subject)}</title></head>"
            f'<body style="{BODY}">{told}{link}{end}</body></html>'
        )


def signature(settings: Settings) -> str:
    """Who writes, and how to stop it."""
    return (
        f"{settings.authority}. Ayuda: {settings.help_phone}. "
        "Para no recibir estos avisos, cámbielo en «Su cuenta»."
    )


def invitation(settings: Settings, until: str) -> Words:
    """Writing has begun."""
    return Words(
        f"{settings.site_name}: ya puede publicar trayectorias y propuestas",
        (
            "Ya está abierto el portal de partidos y candidaturas.",
            f"Puede escribir y publicar hasta el {until}.",
            "Empiece por una candidatura: toma diez minutos.",
        ),
        f"{settings.public_url}/partido",
    )


def missing(settings: Settings, heads: tuple[OwnHead, ...], days: int, until: str) -> Words:
    """What is missing, and how long there is."""
    left = [head for head in heads if not head.is_complete]
    named = [f"{head.name} ({head.complete} %)" for head in left[:SHOWN]]
    more = f" Y {len(left) - SHOWN} más." if len(left) > SHOWN else ""
    days_words = "Queda 1 día" if days == 1 else f"Quedan {days} días"
    return Words(
        f"{settings.site_name}: {days_words.lower()} y faltan {len(left)} candidaturas",
        (
            f"{days_words} para publicar: hasta el {until}.",
            f"De {len(heads)} candidaturas, {len(heads) - len(left)} están completas.",
            f"Faltan: {', '.join(named)}.{more}",
        ),
        f"{settings.public_url}/partido",
    )


def closed(settings: Settings, heads: tuple[OwnHead, ...]) -> Words:
    """Writing has ended."""
    complete = sum(head.is_complete for head in heads)
    return Words(
        f"{settings.site_name}: terminó el plazo para publicar",
        (
            "Ya no se pueden cambiar trayectorias ni propuestas.",
            f"Quedaron completas {complete} de {len(heads)} candidaturas.",
            "Después de la elección recibirá la base de datos de lo que opinó la ciudadanía.",
        ),
        f"{settings.public_url}/partido",
    )


def delivery(settings: Settings) -> Words:
    """The own database can be fetched."""
    return Words(
        f"{settings.site_name}: su base de datos está lista",
        (
            "Ya puede descargar todo lo que la ciudadanía opinó sobre sus textos.",
            "Entre con su cuenta. El archivo no se envía por correo.",
        ),
        f"{settings.public_url}/partido/base-de-datos",
    )


def no_receipt(settings: Settings) -> Words:
    """The own database is ready, and nobody has signed for it."""
    return Words(
        f"{settings.site_name}: falta el acuse de su base de datos",
        (
            "Su base de datos está lista y todavía no consta que la recibió.",
            "Entre con su cuenta, descárguela y firme el acuse de recibo.",
            "Si prefiere una memoria USB, pídala a la autoridad.",
        ),
        f"{settings.public_url}/partido/base-de-datos",
    )
