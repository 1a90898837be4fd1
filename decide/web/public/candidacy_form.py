"""The filters of the candidacy list as its address carries them, in Spanish words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from decide.catalog.queries_candidacies import CandidacyFilter, FilterWords
from decide.web.shared.wording import gettext as _

CONTESTS = {"diputacion": "district", "ayuntamiento": "ayuntamiento", "lista": "proportional"}
POSTS = {
    "diputacion": "deputation",
    "presidencia": "presidency",
    "sindicatura": "syndic",
    "regiduria": "councillor",
}
GENDERS = {"mujer": "woman", "hombre": "man", "no-binaria": "non_binary"}
AGES = {"18-29": (18, 29), "30-44": (30, 44), "45-59": (45, 59), "60": (60, 200)}
SCHOOLING = {
    "basica": "basic",
    "media": "middle",
    "superior": "higher",
    "posgrado": "postgraduate",
}
LONGEST_NAME = 80  # characters of a name that are searched


@dataclass(frozen=True)
class CandidacyForm:
    """What the address asks for; values nobody offers are as if they were not there."""

    name: str = ""
    contest: str = ""
    district: str = ""
    municipality: str = ""
    actor: str = ""
    post: str = ""
    gender: str = ""
    age: str = ""
    schooling: str = ""
    published: bool = False
    by_name: bool = False
    page: int = 1

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "CandidacyForm":
        """From the parameters of a request."""
        return cls(
            name=" ".join(args.get("nombre", "").split())[:LONGEST_NAME],
            contest=known(args, "eleccion", CONTESTS),
            district=number(args, "distrito"),
            municipality=number(args, "municipio"),
            actor=args.get("actor", ""),
            post=known(args, "cargo", POSTS),
            gender=known(args, "genero", GENDERS),
            age=known(args, "edad", AGES),
            schooling=known(args, "escolaridad", SCHOOLING),
            published=args.get("publico") == "1",
            by_name=args.get("orden") == "nombre",
            page=int(number(args, "pagina") or 1) or 1,
        )

    @property
    def filter(self) -> CandidacyFilter:
        """The same in the catalog's words."""
        return CandidacyFilter(
            name=self.name,
            contest_kind=CONTESTS.get(self.contest),
            district=int(self.district) if self.district else None,
            municipality=int(self.municipality) if self.municipality else None,
            actor=self.actor or None,
            post=POSTS.get(self.post),
            gender=GENDERS.get(self.gender),
            ages=AGES.get(self.age),
            schooling=SCHOOLING.get(self.schooling),
            published=self.published,
            by_name=self.by_name,
        )

    def query(self) -> str:
        """The parameters that are set, without the page, in one fixed order."""
        return urlencode(
            {
                name: value
                for name, value in (
                    ("nombre", self.name),
                    ("eleccion", self.contest),
                    ("distrito", self.district),
                    ("municipio", self.municipality),
                    ("actor", self.actor),
                    ("cargo", self.post),
                    ("genero", self.gender),
                    ("edad", self.age),
                    ("escolaridad", self.schooling),
                    ("publico", "1" if self.published else ""),
                    ("orden", "nombre" if self.by_name else ""),
                )
                if value
            }
        )

    def address(self, path: str, **more: str | int) -> str:
        """`path` with these parameters and `more`."""
        query = "&".join(part for part in (self.query(), urlencode(more)) if part)
        return f"{path}?{query}" if query else path

    def sorted_by_name(self, by_name: bool) -> "CandidacyForm":
        """The same list in the other order, from its first page."""
        return replace(self, by_name=by_name, page=1)

    def narrowed_by(self, words: FilterWords) -> list[tuple[str, "CandidacyForm"]]:
        """Each filter in use as words, and the form without it."""
        offered = options()
        labels: dict[str, Callable[[], str]] = {
            "name": lambda: f"«{self.name}»",
            "contest": lambda: offered["contest"][self.contest],
            "district": lambda: _("Distrito %(n)s", n=self.district),
            "municipality": lambda: dict(words.municipalities).get(
                int(self.municipality), self.municipality
            ),
            "actor": lambda: dict(words.actors).get(self.actor, self.actor),
            "post": lambda: offered["post"][self.post],
            "gender": lambda: offered["gender"][self.gender],
            "age": lambda: offered["age"][self.age],
            "schooling": lambda: offered["schooling"][self.schooling],
            "published": lambda: _("Con trayectoria o propuestas"),
        }
        nothing = CandidacyForm()
        return [
            (label(), replace(self, page=1, **{name: getattr(nothing, name)}))
            for name, label in labels.items()
            if getattr(self, name) != getattr(nothing, name)
        ]


def options() -> dict[str, dict[str, str]]:
    """What each closed filter offers: value → words."""
    return {
        "contest": {
            "diputacion": _("Diputaciones por distrito"),
            "ayuntamiento": _("Ayuntamientos"),
            "lista": _("Diputaciones de lista"),
        },
        "post": {
            "diputacion": _("Diputación local"),
            "presidencia": _("Presidencia municipal"),
            "sindicatura": _("Sindicatura"),
            "regiduria": _("Regiduría"),
        },
        "gender": {
            "mujer": _("Mujeres"),
            "hombre": _("Hombres"),
            "no-binaria": _("Personas no binarias"),
        },
        "age": {
            "18-29": _("18 a 29 años"),
            "30-44": _("30 a 44 años"),
            "45-59": _("45 a 59 años"),
            "60": _("60 años o más"),
        },
        "schooling": {
            "basica": _("Primaria o secundaria"),
            "media": _("Bachillerato o carrera técnica"),
            "superior": _("Licenciatura o ingeniería"),
            "posgrado": _("Maestría o doctorado"),
        },
    }


def known(args: Mapping[str, str], name: str, values: Mapping[str, object]) -> str:
    """The parameter, if it is one of the values offered."""
    given = args.get(name, "")
    return given if given in values else ""


def number(args: Mapping[str, str], name: str) -> str:
    """The parameter, if it is a small whole number."""
    given = args.get(name, "").strip()
    return str(int(given)) if given.isascii() and given.isdigit() and len(given) < 6 else ""
