"""Whom a poster can be about, and what it says: words, a short address, the same box for everybody.

An office is what is voted for ("Presidencia municipal"); its poster leads to whoever stands for it.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from decide.catalog import queries as catalog
from decide.catalog.entries import slug_of
from decide.catalog.queries import ActorLine
from decide.errors import NotFound, Sentence
from decide.geography import queries as geography
from decide.geography.queries import DistrictLine, MunicipalityLine
from decide.outreach.pictures import Words

CALL = Sentence("Apunte la cámara al cuadro. Conozca, compare y opine.")


class About(StrEnum):
    """Whom posters are about; the value stands in addresses and names of files."""

    MUNICIPALITIES = "municipios"
    DISTRICTS = "distritos"
    OFFICES = "cargos"
    ACTORS = "actores"


@dataclass(frozen=True)
class Sheet:
    """One poster. `key` names it among its like, `path` is the short address in its code."""

    key: str
    name: str
    words: Words
    path: str


OFFICES = {
    "diputacion": Sentence("Diputación local"),
    "presidencia": Sentence("Presidencia municipal"),
    "sindicatura": Sentence("Sindicatura"),
    "regiduria": Sentence("Regiduría"),
}


def sheets(session: Session, about: About) -> tuple[Sheet, ...]:
    """All of a kind: places by number, offices and actors as on the ballot."""
    if about is About.MUNICIPALITIES:
        return tuple(map(of_municipality, geography.municipalities(session)))
    if about is About.DISTRICTS:
        return tuple(map(of_district, geography.districts(session)))
    if about is About.ACTORS:
        return tuple(of_actor(*each) for each in enumerate(catalog.actors(session), start=1))
    return tuple(of_office(key, title) for key, title in OFFICES.items())


def sheet(session: Session, about: About, key: str) -> Sheet:
    """One poster; NotFound. The test actor has none."""
    for each in sheets(session, about):
        if each.key == key:
            return each
    raise NotFound("Ese cartel no existe. Vea los que hay en la página de carteles.")


def of_municipality(line: MunicipalityLine) -> Sheet:
    """A municipality's."""
    words = Words(Sentence("Su ayuntamiento y su distrito"), line.name, CALL)
    return Sheet(str(line.number), f"{line.number:03d}-{slug_of(line.name)}", words,
                 f"/m/{line.number}")  # fmt: skip


def of_district(line: DistrictLine) -> Sheet:
    """A local district's."""
    title = Sentence("Distrito %(n)s, %(seat)s", n=line.number, seat=line.seat)
    words = Words(Sentence("Su diputación local"), title, CALL)
    return Sheet(str(line.number), f"{line.number:02d}-{slug_of(line.seat)}", words,
                 f"/d/{line.number}")  # fmt: skip


def of_office(key: str, title: Sentence) -> Sheet:
    """That of an office."""
    return Sheet(key, key, Words(Sentence("Quiénes quieren este cargo"), title, CALL), f"/c/{key}")


def of_actor(place: int, line: ActorLine) -> Sheet:
    """An actor's. Its address has its number, so that all codes are equally fine."""
    actor = line.actor
    words = Words(Sentence("Lea lo que propone"), actor.name, CALL)
    return Sheet(str(actor.id), f"{place:03d}-{actor.slug}", words, f"/a/{actor.id}")
