"""Official lists of the territory. They are compared with the product's own facts, never written.

A list that agrees is reported as such; a difference is refused, because districts, contests and
candidacies hang on the facts: a new map needs new facts (see decide/geography/facts).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from decide.geography.facts import Territory, shipped
from decide.imports.cells import plain
from decide.imports.layout import Column, Fields, Finding, Layout, Reader, Shelf
from decide.imports.plan import Problem

YES = frozenset({"si", "completo", "1", "verdadero"})


@dataclass(frozen=True)
class Fact:
    """One line of the territory that the file confirms."""

    kind: str
    number: tuple[int, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """Kind and numbers."""
        return (self.kind, *map(str, self.number))


class Comparer:
    """Compares each row with the line of the facts that has its key."""

    def __init__(
        self,
        kind: str,
        what: str,
        keys: Sequence[str],
        lines: Mapping[tuple[int, ...], Mapping[str, str | int]],
    ) -> None:
        """`keys` are the columns that make the key of `lines`; the other columns are compared."""
        self.kind = kind
        self.what = what
        self.keys = keys
        self.lines = lines
        self.left = dict.fromkeys(lines)

    def read(self, row: Fields) -> Fact | None:
        """The confirmed fact, or None with a fault for each column that differs."""
        numbers = [row.needed_integer(key) for key in self.keys]
        if any(number is None for number in numbers):
            return None
        key = tuple(number for number in numbers if number is not None)
        line = self.lines.get(key)
        if line is None:
            self.refuse_unknown(row, key[-1])
            return None
        self.left.pop(key, None)
        for column, value in line.items():
            if row.has(column):
                compare(row, column, value)
        return None if row.faults else Fact(self.kind, key)

    def refuse_unknown(self, row: Fields, told: int) -> None:
        """No line has this key; an INEGI key in the place of the INE's number is named as such."""
        meant = {each.inegi_key: each for each in shipped().municipalities}.get(told)
        if self.keys == ("number",) and meant is not None:
            row.fault(
                "number",
                f"{told} es la clave del INEGI de {meant.name}; aquí va el número del INE.",
                f"Escriba {meant.number}.",
            )
            return
        row.fault(
            self.keys[-1],
            f"{self.what} no está en el territorio del producto.",
            "Revise el número. Si el mapa cambió, hace falta un territorio nuevo.",
        )

    def finish(self) -> Finding:
        """Lines of the facts that the file does not name."""
        if not self.left:
            return Finding(notes=("El archivo coincide con el territorio del producto.",))
        missing = [", ".join(map(str, key)) for key in self.left]
        shown = "; ".join(missing[:10]) + ("; …" if len(missing) > 10 else "")
        problem = Problem(
            None,
            None,
            shown,
            f"Faltan {len(missing)} de {len(self.lines)} líneas del territorio.",
            "Use la lista completa. Si el mapa cambió, hace falta un territorio nuevo.",
        )
        return Finding(problems=(problem,))


def compare(row: Fields, column: str, value: str | int) -> None:
    """Fault when a cell differs from what the product knows."""
    if isinstance(value, int):
        agrees = row.needed_integer(column) == value
    else:
        told = row.text(column)
        agrees = plain(told) == plain(value) or (value == "si" and plain(told) in YES)
    if not agrees:
        row.fault(
            column,
            f"El producto dice {value}.",
            "Revise la celda. Si el mapa cambió, hace falta un territorio nuevo.",
        )


def confirmed(session: Session) -> Mapping[tuple[str, ...], Fact]:
    """Every fact stands already: a row that agrees changes nothing."""
    facts = [Fact(kind, key) for kind, lines in LINES.items() for key in lines(shipped())]
    return {fact.key: fact for fact in facts}


def write_nothing(
    session: Session, entries: Sequence[Fact], *, at: datetime, by: int | None
) -> None:
    """Facts are never written from a file."""


def municipality_lines(territory: Territory) -> dict[tuple[int, ...], dict[str, str | int]]:
    """Each municipality by the INE's number."""
    districts: dict[int, list[int]] = {}
    sections: dict[int, int] = {}
    for part in territory.parts:
        districts.setdefault(part.municipality, []).append(part.district)
        sections[part.municipality] = sections.get(part.municipality, 0) + len(part.sections)
    return {
        (each.number,): {
            "inegi": each.inegi_key,
            "name": each.name,
            "official_name": each.official_name,
            "population": each.population,
            "districts": "|".join(f"{number:02d}" for number in districts[each.number]),
            "sections": sections[each.number],
        }
        for each in territory.municipalities
    }


def district_lines(territory: Territory) -> dict[tuple[int, ...], dict[str, str | int]]:
    """Each district by number."""
    lines: dict[tuple[int, ...], dict[str, str | int]] = {}
    for number, seat in territory.districts:
        parts = [part for part in territory.parts if part.district == number]
        lines[number,] = {
            "seat": seat,
            "municipalities": len(parts),
            "whole": sum(part.whole for part in parts),
            "sections": sum(len(part.sections) for part in parts),
        }
    return lines


def part_lines(territory: Territory) -> dict[tuple[int, ...], dict[str, str | int]]:
    """Each part of a municipality in a district, by district and INEGI key."""
    places = {each.number: each for each in territory.municipalities}
    seats = dict(territory.districts)
    totals: dict[int, int] = {}
    for part in territory.parts:
        totals[part.municipality] = totals.get(part.municipality, 0) + len(part.sections)
    return {
        (part.district, places[part.municipality].inegi_key): {
            "seat": seats[part.district],
            "name": places[part.municipality].name,
            "whole": "si" if part.whole else "no",
            "sections": len(part.sections),
            "of": totals[part.municipality],
        }
        for part in territory.parts
    }


def section_lines(territory: Territory) -> dict[tuple[int, ...], dict[str, str | int]]:
    """Each section by number."""
    places = {each.number: each for each in territory.municipalities}
    seats = dict(territory.districts)
    return {
        (section,): {
            "district": district,
            "seat": seats[district],
            "inegi": places[municipality].inegi_key,
            "number": municipality,
            "name": places[municipality].name,
        }
        for section, district, municipality in territory.sections()
    }


def seat_lines(territory: Territory) -> dict[tuple[int, ...], dict[str, str | int]]:
    """The seats of each ayuntamiento, by INEGI key."""
    return {
        (each.inegi_key,): {
            "name": each.name,
            "population": each.population,
            "presidencies": each.seats.presidencies,
            "syndics_mr": each.seats.syndics_mr,
            "syndics_rp": each.seats.syndics_rp,
            "councillors_mr": each.seats.councillors_mr,
            "councillors_rp": each.seats.councillors_rp,
            "slate": each.seats.slate,
            "total": each.seats.total,
        }
        for each in territory.municipalities
    }


Lines = Callable[[Territory], dict[tuple[int, ...], dict[str, str | int]]]
LINES: dict[str, Lines] = {
    "municipality": municipality_lines,
    "district": district_lines,
    "part": part_lines,
    "section": section_lines,
    "seats": seat_lines,
}
SHELF = Shelf(current=confirmed, write=write_nothing)


def opener(kind: str, what: str, keys: Sequence[str]) -> Callable[[Session], Reader]:
    """How a layout of this room starts reading."""

    def open_reader(session: Session) -> Reader:
        return Comparer(kind, what, keys, LINES[kind](shipped()))

    return open_reader


NAME = Column("name", "municipio", ("nombre_municipio", "mun"), required=False)
INEGI = Column("inegi", "clave_inegi", ("cvegeo", "inegi"))

MUNICIPALITIES = Layout(
    key="municipios",
    title="Municipios",
    about="Los 125 municipios con su clave del INEGI y su número del INE.",
    columns=(
        Column("number", "clave_ine", ("numero_ine", "clave_ieem")),
        INEGI,
        Column("name", "nombre", ("municipio",)),
        Column("official_name", "nombre_ine", required=False),
        Column("population", "poblacion_2020", ("poblacion",)),
        Column("districts", "distritos_locales_2021", ("distritos_locales",), required=False),
        Column("sections", "secciones_2021", ("secciones",)),
    ),
    cite="number",
    open=opener("municipality", "Ese municipio", ("number",)),
    shelf=SHELF,
    one="el mismo municipio",
)
DISTRICTS = Layout(
    key="distritos",
    title="Distritos locales",
    about="Los 45 distritos locales con su cabecera.",
    columns=(
        Column("number", "distrito", ("distrito_local",)),
        Column("seat", "cabecera"),
        Column("municipalities", "n_municipios"),
        Column("whole", "n_municipios_completos", required=False),
        Column("sections", "secciones"),
    ),
    cite="number",
    open=opener("district", "Ese distrito", ("number",)),
    shelf=SHELF,
    one="el mismo distrito",
)
COMPOSITION = Layout(
    key="composicion",
    title="Composición de los distritos",
    about="Qué municipios, enteros o en parte, forman cada distrito.",
    columns=(
        Column("district", "distrito", ("distrito_local",)),
        Column("seat", "cabecera", required=False),
        INEGI,
        NAME,
        Column("whole", "completo"),
        Column("sections", "secciones"),
        Column("of", "secciones_del_municipio", required=False),
    ),
    cite="inegi",
    open=opener("part", "Esa pareja de distrito y municipio", ("district", "inegi")),
    shelf=SHELF,
    one="la misma pareja",
)
SECTIONS = Layout(
    key="secciones",
    title="Secciones electorales",
    about="Cada sección con su distrito local y su municipio.",
    columns=(
        Column("section", "seccion"),
        Column("district", "distrito_local"),
        Column("seat", "cabecera_distrito_local", required=False),
        INEGI,
        Column("number", "clave_ine", ("numero_ine",)),
        NAME,
    ),
    cite="section",
    open=opener("section", "Esa sección", ("section",)),
    shelf=SHELF,
    one="la misma sección",
)
SEATS = Layout(
    key="integracion",
    title="Integración de los ayuntamientos",
    about="Cuántos cargos tiene cada ayuntamiento.",
    columns=(
        INEGI,
        NAME,
        Column("population", "poblacion_2020", ("poblacion",), required=False),
        Column("presidencies", "presidencia"),
        Column("syndics_mr", "sindicatura_mr"),
        Column("syndics_rp", "sindicatura_rp"),
        Column("councillors_mr", "regidurias_mr"),
        Column("councillors_rp", "regidurias_rp"),
        Column("slate", "cargos_en_planilla_mr", required=False),
        Column("total", "total_integrantes", required=False),
    ),
    cite="inegi",
    open=opener("seats", "Ese municipio", ("inegi",)),
    shelf=SHELF,
    one="el mismo municipio",
)
