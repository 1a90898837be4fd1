"""The INE's candidate export: 25 columns, one row for each person, owner and substitute apart.

Trajectories and proposals stand in it too. They are left out on purpose: in this product an actor
publishes them itself, with the credentials that the authority handed over.
"""

import re
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from decide.catalog.entries import (
    CandidacyEntry,
    contest_of_district,
    contest_of_list,
    contest_of_municipality,
)
from decide.catalog.models import Gender, Post
from decide.imports.cells import plain
from decide.imports.layout import Column, Fields, Finding, Layout
from decide.imports.layouts.candidacies import ALIASES, SHELF, person
from decide.imports.places import Places
from decide.imports.plan import Problem
from decide.imports.standing import Standing

STATES = frozenset({"mexico", "estado_de_mexico", "15", "15_mexico", "edomex"})
POSTS = (("presiden", Post.PRESIDENCY), ("sindic", Post.SYNDIC), ("regid", Post.COUNCILLOR))
LISTS = ("representacion", "plurinominal", "rp")  # words of a proportional deputation
OWNERS = ("propietari", "titular")
GENDERS = {
    "mujer": Gender.WOMAN,
    "femenino": Gender.WOMAN,
    "f": Gender.WOMAN,
    "hombre": Gender.MAN,
    "masculino": Gender.MAN,
    "h": Gender.MAN,
    "no_binario": Gender.NON_BINARY,
    "no_binaria": Gender.NON_BINARY,
    "nb": Gender.NON_BINARY,
}
AGES = range(18, 121)
NUMBER = re.compile(r"\D*(\d{1,5})\D*")
LIST_NAME = "la lista de representación proporcional"
SAID = "No se importan trayectorias ni propuestas: las publica cada actor político."


@dataclass
class Pair:
    """What was read about one post so far."""

    entry: CandidacyEntry  # with the names of whoever came first
    rows: dict[bool, Fields] = field(default_factory=dict)  # owner? → row
    names: dict[bool, str] = field(default_factory=dict)
    genders: dict[bool, Gender | None] = field(default_factory=dict)
    age: int | None = None


class PersonReader:
    """Rows of persons, joined to candidacies at the end."""

    def __init__(self, session: Session) -> None:
        """Read the territory and the registered actors once."""
        self.places = Places(session)
        self.standing = Standing(session, ALIASES)
        self.pairs: dict[tuple[str, ...], Pair] = {}

    def read(self, row: Fields) -> None:
        """Keep one person; a fault for what is wrong. Entries come at the end."""
        if row.has("state") and plain(row.text("state")) not in STATES:
            row.fault("state", "La fila es de otra entidad.", "Deje sólo las del Estado de México.")
        name, is_owner, gender, age = person(row, "person"), role(row), gender_of(row), age_of(row)
        row.needed("person")
        post = post_of(row)
        where = None if post is None else self.contest(row, post)
        actor = None if where is None else self.standing.actor(row, "actor", *where)
        rank = None if post is None else rank_of(row, post, where)
        if name is None or where is None or post is None or actor is None or rank is None:
            return
        if row.faults or is_owner is None:
            return
        entry = CandidacyEntry(
            contest=where[0],
            actor=actor,
            post=post,
            rank=rank,
            is_head=post is Post.PRESIDENCY or where[0].split(".")[-1].startswith("d"),
            owner_name=name,
        )
        pair = self.pairs.setdefault(entry.key, Pair(entry))
        if is_owner in pair.rows:
            row.fault(
                "person",
                f"Es la misma candidatura que la fila {pair.rows[is_owner].number}.",
                "Deje una sola de las dos filas, o corrija el número de lista.",
            )
            return
        pair.rows[is_owner], pair.names[is_owner] = row, name
        pair.genders[is_owner] = gender
        if is_owner:
            pair.age = age

    def contest(self, row: Fields, post: Post) -> tuple[str, str] | None:
        """Key and name of the contest, or None with a fault."""
        if post is not Post.DEPUTATION:
            number = self.municipality(row)
            if number is None:
                return None
            return contest_of_municipality(number), self.places.by_number[number].name
        if proportional(row):
            return contest_of_list(), LIST_NAME
        number = number_in(row, "district")
        if number not in self.places.districts:
            row.fault(
                "district",
                "No es el número de un distrito local.",
                f"Escriba un número del 1 al {max(self.places.districts, default=0)}.",
            )
            return None
        return contest_of_district(number), f"el distrito {number}"

    def municipality(self, row: Fields) -> int | None:
        """The municipality by name, as the INE gives it, or by the INE's number."""
        told = row.needed("place")
        if told is None:
            return None
        if any(each.isdigit() for each in told):
            return self.places.municipality(row, "place", "")
        place = self.places.by_name.get(plain(told))
        if place is None:
            row.fault("place", f"No hay un municipio «{told}».", self.places.advice(told))
            return None
        return place.number

    def finish(self) -> Finding:
        """Owners and substitutes joined."""
        entries: list[tuple[int, CandidacyEntry]] = []
        problems: list[Problem] = []
        mixed: list[int] = []
        for pair in self.pairs.values():
            if True not in pair.rows:
                row = pair.rows[False]
                row.fault(
                    "role",
                    "Es suplente y falta su propietaria o propietario.",
                    "Agregue la fila que falta, o corrija el número de lista.",
                )
                problems.append(row.faults[-1])
                continue
            if len({gender for gender in pair.genders.values() if gender}) > 1:
                mixed.append(pair.rows[True].number)
            entries.append((pair.rows[True].number, joined(pair)))
        notes = [SAID]
        if mixed:
            shown = ", ".join(map(str, mixed[:10])) + (", …" if len(mixed) > 10 else "")
            notes.append(f"Propietaria y suplente no son del mismo género en las filas {shown}.")
        return Finding(entries, problems, notes)


def joined(pair: Pair) -> CandidacyEntry:
    """The candidacy of a pair that has an owner."""
    entry = pair.entry
    return CandidacyEntry(
        contest=entry.contest,
        actor=entry.actor,
        post=entry.post,
        rank=entry.rank,
        is_head=entry.is_head,
        owner_name=pair.names[True],
        owner_gender=pair.genders[True],
        owner_age=pair.age,
        substitute_name=pair.names.get(False),
    )


def post_of(row: Fields) -> Post | None:
    """The post, or None with a fault."""
    told = row.needed("post")
    if told is None:
        return None
    words = plain(told)
    for beginning, post in POSTS:
        if words.startswith(beginning):
            return post
    if words.startswith("diputa") and "federal" not in words:
        return Post.DEPUTATION
    row.fault(
        "post",
        f"«{told}» no es un cargo de este proceso.",
        "Escriba diputación local, presidencia municipal, sindicatura o regiduría.",
    )
    return None


def proportional(row: Fields) -> bool:
    """Whether a deputation comes from the list."""
    words = plain(row.text("post")).split("_")
    return any(word in LISTS for word in words) or bool(row.text("circumscription"))


def rank_of(row: Fields, post: Post, where: tuple[str, str] | None) -> int | None:
    """The place in slate or list; single posts are always the first."""
    single = post is Post.PRESIDENCY or (where is not None and where[0] != contest_of_list())
    if single and post in (Post.PRESIDENCY, Post.DEPUTATION):
        return 1
    told = row.needed_integer("rank")
    if told is not None and not 1 <= told <= 200:
        row.fault("rank", "El lugar en la lista no puede ser ése.", "Escriba un número desde 1.")
        return None
    return told


def role(row: Fields) -> bool | None:
    """Whether the person is the owner; None with a fault."""
    told = row.needed("role")
    if told is None:
        return None
    if plain(told).startswith(OWNERS):
        return True
    if plain(told).startswith("suplen"):
        return False
    row.fault("role", "El tipo de candidatura no se entiende.", "Escriba PROPIETARIO o SUPLENTE.")
    return None


def gender_of(row: Fields) -> Gender | None:
    """As registered; None when blank. A lone "M" may mean both, so it is refused."""
    told = plain(row.text("gender"))
    if told and told not in GENDERS:
        row.fault("gender", "El sexo no se entiende.", "Escriba MUJER, HOMBRE o NO BINARIO.")
    return GENDERS.get(told)


def age_of(row: Fields) -> int | None:
    """In years; None when blank."""
    told = row.integer("age")
    if told is not None and told not in AGES:
        row.fault("age", "La edad no puede ser ésa.", f"Escriba una edad desde {AGES[0]} años.")
        return None
    return told


def number_in(row: Fields, column: str) -> int:
    """The one number in a cell such as "DISTRITO 02"; 0 when there is none."""
    match = NUMBER.fullmatch(row.text(column).removesuffix(".0"))
    return int(match[1]) if match else 0


PERSONS = Layout(
    key="candidaturas-ine",
    title="Candidaturas, exportación del INE",
    about="Las 25 columnas del INE: una fila por persona, propietaria y suplente aparte.",
    columns=(
        Column("actor", "PARTIDO_COALICION", ("partido_o_coalicion",)),
        Column("post", "CARGO"),
        Column("state", "ENTIDAD", required=False),
        Column("district", "DISTRITO FEDERAL", ("distrito_local", "distrito")),
        Column("circumscription", "CIRCUNSCRIPCION", required=False),
        Column("place", "MUNICIPIO"),
        Column("rank", "NUM_LISTA_O_FORMULA"),
        Column("person", "NOMBRE_CANDIDATO", ("nombre",)),
        Column("role", "TIPO_CANDIDATO"),
        Column("age", "EDAD", required=False),
        Column("gender", "SEXO", ("genero",), required=False),
    ),
    cite="person",
    open=PersonReader,
    shelf=SHELF,
    one="la misma candidatura",
)
