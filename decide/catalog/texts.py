"""What an actor may write: how a text is cleaned, and its limits, the same for every actor."""

import re
import unicodedata
from dataclasses import dataclass, field, fields

from decide.catalog.topics import TOPICS
from decide.errors import Refused

TITLE = 120
PROPOSAL = 1600
SUMMARY = 3000
SECTION = 20_000
# What a text is written in. Texts kept before light Markdown came stay plain: see decision 0066.
PLAIN, LIGHT = "", "light"
# All control characters but the new line: PostgreSQL refuses NUL, screen readers trip over others.
CONTROL = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]|[\u202a-\u202e\u2066-\u2069]"
)
BLANK_LINES = re.compile(r"\n{3,}")


class TextRefused(Refused):
    """A text breaks a rule; `field` names it, so that the page can point at it."""

    def __init__(self, field: str, sentence: str) -> None:
        """Keep which field and why."""
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class ProposalText:
    """A proposal as its actor types it. What stands after `text` may stay empty."""

    topic: str
    title: str
    text: str
    how: str = ""  # how and with what
    place: str = ""
    goal: str = ""  # number of a Sustainable Development Goal
    gender: str = ""  # "1" for what INE's export calls PROPUESTA_GENERO
    # The same words are the same text, whatever they are written in.
    markup: str = field(default=PLAIN, compare=False)

    @property
    def details(self) -> dict[str, str]:
        """What is said beside title and text; only what is not empty."""
        return {name: getattr(self, name) for name in DETAILS if getattr(self, name)}

    def cleaned(self) -> "ProposalText":
        """The same without stray blanks and control characters; TextRefused beyond a limit."""
        made = ProposalText(
            topic=self.topic.strip(),
            title=one_line(self.title),
            text=paragraphs(self.text),
            how=paragraphs(self.how),
            place=one_line(self.place),
            goal=self.goal.strip(),
            gender="1" if self.gender else "",
            markup=self.markup,
        )
        within("title", "El título", made.title, TITLE)
        within("text", "La propuesta", made.text, PROPOSAL)
        within("how", "El cómo y con qué", made.how, HOW)
        within("place", "El lugar", made.place, TITLE)
        if made.topic and made.topic not in TOPICS:
            raise TextRefused("topic", "Elija un tema de la lista.")
        if made.goal and made.goal not in GOALS:
            raise TextRefused("goal", "Elija un objetivo de la lista.")
        if not (made.title or made.text):
            raise TextRefused("title", "Escriba al menos el título.")
        return made

    def complete(self) -> None:
        """Raise TextRefused for what citizens would miss."""
        if not self.topic:
            raise TextRefused("topic", "Elija un tema antes de publicar.")
        if not self.title:
            raise TextRefused("title", "Escriba el título antes de publicar.")
        if not self.text:
            raise TextRefused("text", "Escriba la propuesta antes de publicar.")


DETAILS = ("topic", "how", "place", "goal", "gender", "markup")
HOW = 600
# The Sustainable Development Goals of the United Nations, by their number.
GOALS: dict[str, str] = {
    "1": "Fin de la pobreza",
    "2": "Hambre cero",
    "3": "Salud y bienestar",
    "4": "Educación de calidad",
    "5": "Igualdad de género",
    "6": "Agua limpia y saneamiento",
    "7": "Energía asequible y no contaminante",
    "8": "Trabajo decente y crecimiento económico",
    "9": "Industria, innovación e infraestructura",
    "10": "Reducción de las desigualdades",
    "11": "Ciudades y comunidades sostenibles",
    "12": "Producción y consumo responsables",
    "13": "Acción por el clima",
    "14": "Vida submarina",
    "15": "Vida de ecosistemas terrestres",
    "16": "Paz, justicia e instituciones sólidas",
    "17": "Alianzas para lograr los objetivos",
}


@dataclass(frozen=True)
class ProfileText:
    """A trajectory as its actor types it; every part may stay empty.

    The parts are those of INE's candidate export, so that what is written here can be compared.
    """

    schooling: str = ""
    schooling_status: str = ""
    courses: str = ""
    occupation: str = ""
    history: str = ""
    motive: str = ""
    website: str = ""
    networks: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    photo: str = ""  # name in the album
    photo_alt: str = ""
    # What courses, occupation, history and motive are written in.
    markup: str = field(default=PLAIN, compare=False)

    def cleaned(self) -> "ProfileText":
        """The same without stray blanks and control characters; TextRefused beyond a limit."""
        made = ProfileText(
            **{each.name: paragraphs(getattr(self, each.name)) for each in fields(self)}
        )
        for name, part in PROFILE_PARTS.items():
            within(name, part.words, getattr(made, name), part.limit)
        return made.checked()

    def checked(self) -> "ProfileText":
        """Raise TextRefused for what could not be used as it stands."""
        if self.schooling_status and self.schooling_status not in SCHOOLING_STATUS:
            raise TextRefused("schooling_status", "Elija una opción de la lista.")
        if self.email and not EMAIL.fullmatch(self.email):
            raise TextRefused("email", "Escriba el correo completo, como nombre@ejemplo.mx.")
        if self.website and not ADDRESS.fullmatch(self.website):
            raise TextRefused(
                "website", "Escriba la dirección completa, con https:// al principio."
            )
        links = self.networks.split()
        if len(links) > NETWORKS or not all(map(ADDRESS.fullmatch, links)):
            raise TextRefused(
                "networks",
                f"Escriba hasta {NETWORKS} direcciones, una por renglón y con https://.",
            )
        if self.photo and not self.photo_alt:
            raise TextRefused("photo_alt", "Describa la fotografía para quien no puede verla.")
        return self

    def is_empty(self) -> bool:
        """Whether nothing at all is written."""
        return not any(getattr(self, part) for part in PROFILE_PARTS)


@dataclass(frozen=True)
class Part:
    """One part of a trajectory: how a sentence names it, its limit, whether it counts as told."""

    words: str
    limit: int
    counts: bool = False


PROFILE_PARTS: dict[str, Part] = {
    "schooling": Part("La escolaridad", 500, counts=True),
    "schooling_status": Part("El estado de los estudios", 40),
    "courses": Part("Los cursos", 1000),
    "occupation": Part("La experiencia profesional", 2000, counts=True),
    "history": Part("La trayectoria política", 2000, counts=True),
    "motive": Part("El motivo", 1000, counts=True),
    "website": Part("La página web", 200),
    "networks": Part("Las redes sociales", 800),
    "email": Part("El correo", 120),
    "phone": Part("El teléfono", 60),
    "address": Part("El domicilio de la casa de campaña", 300),
    "photo": Part("La fotografía", 32, counts=True),
    "photo_alt": Part("La descripción de la fotografía", 200),
}
PROFILE_FIELDS = (*PROFILE_PARTS, "markup")
# What a complete trajectory tells; contact and courses are welcome and count no further.
COUNTED = tuple(name for name, part in PROFILE_PARTS.items() if part.counts)
SCHOOLING_STATUS: dict[str, str] = {
    "en-curso": "En curso",
    "trunca": "Sin terminar",
    "concluida": "Terminada",
    "titulada": "Terminada, con título",
}
NETWORKS = 5
EMAIL = re.compile(r"[^@\s<>\"']{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
ADDRESS = re.compile(r"https?://[a-z0-9.-]+\.[a-z]{2,}(/[^\s<>\"']*)?", re.IGNORECASE)


def one_line(text: str) -> str:
    """A text of one line: blanks joined, control characters gone."""
    return " ".join(CONTROL.sub(" ", composed(text)).split())


def paragraphs(text: str) -> str:
    """A text of several paragraphs, with plain new lines and no more than one empty line."""
    lines = composed(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    joined = "\n".join(CONTROL.sub(" ", line).rstrip() for line in lines)
    return BLANK_LINES.sub("\n\n", joined).strip()


def composed(text: str) -> str:
    """Unicode's NFC form, in which an accented letter is one character of the limit."""
    return unicodedata.normalize("NFC", text)


def within(field: str, words: str, text: str, limit: int) -> None:
    """Raise TextRefused when a text is longer than its limit, and say by how much."""
    over = len(text) - limit
    if over > 0:
        unit = "carácter" if over == 1 else "caracteres"
        raise TextRefused(
            field, f"{words} puede tener hasta {limit:,} caracteres. Le sobran {over:,} {unit}."
        )
