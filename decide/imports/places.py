"""Which municipality or district a row means: by key first, by name second, never by guess."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process
from sqlalchemy.orm import Session

from decide.geography import queries as geography
from decide.geography.queries import DistrictLine, MunicipalityLine
from decide.imports.cells import plain
from decide.imports.layout import Fields

INEGI = range(15001, 15126)
LIKE = 75.0  # likeness from which on a name is offered as what was meant


class Places:
    """The territory by every key that files use."""

    def __init__(self, session: Session) -> None:
        """Read municipalities and districts once."""
        self.by_number = {each.number: each for each in geography.municipalities(session)}
        self.by_inegi = {each.inegi_key: each for each in self.by_number.values()}
        self.by_name = {plain(each.name): each for each in self.by_number.values()}
        self.districts = {each.number: each for each in geography.districts(session)}

    def municipality(
        self, row: Fields, number: str, name: str, inegi: str | None = None
    ) -> int | None:
        """The INE's number of the row's municipality, or None with a fault.

        `number`, `name` and `inegi` are columns; "" for none. A name or an INEGI key beside the
        number must agree with it.
        """
        told = row.needed_integer(number)
        if told is None:
            return None
        if told in self.by_inegi:
            meant = self.by_inegi[told]
            row.fault(
                number,
                f"{told} es la clave del INEGI de {meant.name}; aquí va el número del INE.",
                f"Escriba {meant.number}.",
            )
            return None
        place = self.by_number.get(told)
        if place is None:
            row.fault(
                number, f"No hay municipio con el número {told}.", self.advice(row.text(name))
            )
            return None
        faults = len(row.faults)
        self.compare_name(row, number, name, place)
        if inegi is not None and row.has(inegi):
            self.compare_inegi(row, inegi, place)
        return place.number if len(row.faults) == faults else None

    def municipality_by_inegi(self, row: Fields, inegi: str, name: str) -> int | None:
        """The same for lists that carry INEGI's key only."""
        told = row.needed_integer(inegi)
        if told is None:
            return None
        place = self.by_inegi.get(told)
        if place is None:
            other = self.by_number.get(told)
            row.fault(
                inegi,
                f"{told} no es una clave del INEGI; van de {INEGI[0]} a {INEGI[-1]}.",
                f"Si es el número del INE de {other.name}, escriba {other.inegi_key}."
                if other
                else self.advice(row.text(name)),
            )
            return None
        return place.number if self.same_name(row, name, place) else None

    def district(self, row: Fields, number: str, name: str) -> int | None:
        """The number of the row's district, or None with a fault; the cabecera must agree."""
        told = row.needed_integer(number)
        if told is None:
            return None
        district = self.districts.get(told)
        if district is None:
            row.fault(
                number,
                f"No hay distrito local con el número {told}.",
                f"Los distritos van del 1 al {max(self.districts, default=0)}.",
            )
            return None
        seat = row.text(name)
        if seat and not same(seat, district.seat):
            row.fault(
                name,
                f"La cabecera del distrito {told} es {district.seat}.",
                self.district_advice(seat, district),
            )
            return None
        return told

    def compare_name(self, row: Fields, number: str, name: str, place: MunicipalityLine) -> None:
        """Fault when the name beside a number is another municipality's, or nobody's."""
        told = row.text(name)
        if not told or self.agrees(told, place):
            return
        meant = self.by_name.get(plain(told))
        if meant is None:
            row.fault(
                name,
                f"El número {place.number} es de {place.name}, y la fila dice otro nombre.",
                f"Corrija el nombre o el número. {self.advice(told)}",
            )
        elif meant.inegi_key - INEGI[0] + 1 == place.number:
            row.fault(
                number,
                f"{place.number} es la clave del INEGI de {meant.name}; aquí va el número del INE.",
                f"Escriba {meant.number}.",
            )
        else:
            row.fault(
                number,
                f"El número {place.number} es de {place.name}, y la fila dice {meant.name}.",
                f"Si es {meant.name}, escriba {meant.number}. Si no, corrija el nombre.",
            )

    def compare_inegi(self, row: Fields, inegi: str, place: MunicipalityLine) -> None:
        """Fault when the INEGI key beside a number is another municipality's."""
        told = row.integer(inegi)
        if told is not None and told != place.inegi_key:
            row.fault(
                inegi,
                f"La clave del INEGI de {place.name} es otra.",
                f"Escriba {place.inegi_key}, o corrija el número del municipio.",
            )

    def same_name(self, row: Fields, name: str, place: MunicipalityLine) -> bool:
        """Whether the name agrees or is missing; a fault when not."""
        told = row.text(name)
        if not told or self.agrees(told, place):
            return True
        row.fault(
            name,
            f"La clave es de {place.name}, y la fila dice otro nombre.",
            f"Corrija el nombre o la clave. {self.advice(told)}",
        )
        return False

    def agrees(self, told: str, place: MunicipalityLine) -> bool:
        """Whether a name, maybe shortened, is that of `place` and of no other."""
        name = plain(told)
        other = self.by_name.get(name)
        if other is not None:
            return other is place
        return plain(place.name).startswith(f"{name}_") or abbreviates(told, place.name)

    def advice(self, told: str) -> str:
        """What to write instead, when a name helps to know."""
        place = self.by_name.get(plain(told))
        if place is None and told:
            close = nearest(told, (each.name for each in self.by_number.values()))
            place = self.by_name[plain(close)] if close else None
        if place is None:
            return f"Los números del INE van del 1 al {max(self.by_number, default=0)}."
        return f"{place.name} lleva el número {place.number} del INE (clave {place.inegi_key})."

    def district_advice(self, seat: str, district: DistrictLine) -> str:
        """What to write instead of a wrong cabecera."""
        meant = [each.number for each in self.districts.values() if same(seat, each.seat)]
        if not meant:
            return f"Escriba «{district.seat}», o corrija el número."
        shown = " o ".join(str(number) for number in meant)
        return f"Si es {seat}, el distrito es el {shown}. Si no, escriba «{district.seat}»."


def same(one: str, other: str) -> bool:
    """Whether two names differ in accents, capitals and punctuation only."""
    return plain(one) == plain(other)


def abbreviates(told: str, name: str) -> bool:
    """Whether words that end in a point stand for those of a name: "V. DE CHALCO SOLIDARIDAD"."""
    short, whole = told.split(), name.split()
    return len(short) == len(whole) and all(
        plain(word).startswith(plain(part)) if part.endswith(".") else same(part, word)
        for part, word in zip(short, whole, strict=True)
    )


def nearest(told: str, names: Iterable[str]) -> str | None:
    """The name most like `told`, or None when none is like it."""
    known = list(names)
    found = process.extractOne(
        plain(told), [plain(name) for name in known], scorer=fuzz.ratio, score_cutoff=LIKE
    )
    return known[found[2]] if found else None
