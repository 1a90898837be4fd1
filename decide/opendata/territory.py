"""Open data of the territory: municipalities, local districts, how they overlap, and sections."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from decide.calendar.rules import Area
from decide.geography import queries
from decide.geography.models import DistrictPart, Municipality, Section
from decide.opendata.definitions import DataSet, Link, Table, column


@dataclass(frozen=True)
class MunicipalityRow:
    """One municipality."""

    municipio: int = column(
        "Municipio", "Número del INE y de la autoridad electoral, del 1 al 125."
    )
    clave_inegi: int = column("Clave del INEGI", "Otra numeración: 15001 a 15125.")
    nombre: str = column("Nombre", "Con acentos.")
    nombre_ine: str = column("Nombre del INE", "En mayúsculas, como en sus listas.")
    poblacion: int = column("Población", "Censo de 2020.")
    secciones: int = column("Secciones", "Secciones electorales del municipio.")
    presidencias: int = column("Presidencias", "Lugares por mayoría.")
    sindicaturas_mayoria: int = column("Sindicaturas por mayoría", "Lugares.")
    sindicaturas_proporcional: int = column("Sindicaturas por lista", "Lugares.")
    regidurias_mayoria: int = column("Regidurías por mayoría", "Lugares.")
    regidurias_proporcional: int = column("Regidurías por lista", "Lugares.")


@dataclass(frozen=True)
class DistrictRow:
    """One local district."""

    distrito: int = column("Distrito", "Número del distrito local, del 1 al 45.")
    cabecera: str = column("Cabecera", "Población que le da nombre.")
    mapa: int = column("Mapa", "Año del mapa de distritos.")
    secciones: int = column("Secciones", "Secciones electorales del distrito.")
    municipios: int = column("Municipios", "Municipios que toca, completos o en parte.")


@dataclass(frozen=True)
class PartRow:
    """A municipality, or a part of it, inside a district."""

    distrito: int = column("Distrito", "Número del distrito local.")
    municipio: int = column("Municipio", "Número del INE.")
    completo: bool = column("Completo", "Si todo el municipio está en este distrito.")
    secciones: int = column("Secciones", "Secciones del municipio en este distrito.")


@dataclass(frozen=True)
class SectionRow:
    """Where one section votes."""

    seccion: int = column("Sección", "Los cuatro dígitos de la credencial para votar.")
    distrito: int = column("Distrito", "Distrito local en el que vota.")
    municipio: int = column("Municipio", "Número del INE.")


def municipality_rows(session: Session) -> Iterator[MunicipalityRow]:
    """By number."""
    for row in session.scalars(select(Municipality).order_by(Municipality.number)):
        yield MunicipalityRow(
            municipio=row.number,
            clave_inegi=row.inegi_key,
            nombre=row.name,
            nombre_ine=row.official_name,
            poblacion=row.population,
            secciones=row.sections,
            presidencias=row.presidencies,
            sindicaturas_mayoria=row.syndics_mr,
            sindicaturas_proporcional=row.syndics_rp,
            regidurias_mayoria=row.councillors_mr,
            regidurias_proporcional=row.councillors_rp,
        )


def district_rows(session: Session) -> Iterator[DistrictRow]:
    """By number."""
    for each in queries.districts(session):
        yield DistrictRow(each.number, each.seat, each.map_year, each.sections, each.municipalities)


def part_rows(session: Session) -> Iterator[PartRow]:
    """By district, then municipality."""
    columns = (
        DistrictPart.district_number,
        DistrictPart.municipality_number,
        DistrictPart.whole,
        DistrictPart.sections,
    )
    for row in session.execute(select(*columns).order_by(*columns[:2])):
        yield PartRow(*row)


def section_rows(session: Session) -> Iterator[SectionRow]:
    """By number."""
    columns = (Section.number, Section.district_number, Section.municipality_number)
    for row in session.execute(select(*columns).order_by(Section.number)):
        yield SectionRow(*row)


OF_MUNICIPALITY = Link(("municipio",), "municipios", ("municipio",))
OF_DISTRICT = Link(("distrito",), "distritos", ("distrito",))
TERRITORY = DataSet(
    name="territorio",
    title="Territorio electoral",
    about="Municipios, distritos locales y secciones, con los lugares que se eligen.",
    area=Area.GUIDE,
    keywords=("municipios", "distritos", "secciones electorales", "Estado de México"),
    tables=(
        Table(
            name="municipios",
            title="Municipios",
            about="Los municipios con sus dos numeraciones y los lugares de su ayuntamiento.",
            row=MunicipalityRow,
            key=("municipio",),
            rows=municipality_rows,
        ),
        Table(
            name="distritos",
            title="Distritos locales",
            about="Los distritos en que se eligen diputaciones.",
            row=DistrictRow,
            key=("distrito",),
            rows=district_rows,
        ),
        Table(
            name="composicion",
            title="Composición de los distritos",
            about="Qué municipios, completos o en parte, forman cada distrito.",
            row=PartRow,
            key=("distrito", "municipio"),
            rows=part_rows,
            links=(OF_DISTRICT, OF_MUNICIPALITY),
        ),
        Table(
            name="secciones",
            title="Secciones electorales",
            about="En qué distrito y municipio vota cada sección.",
            row=SectionRow,
            key=("seccion",),
            rows=section_rows,
            links=(OF_DISTRICT, OF_MUNICIPALITY),
        ),
    ),
)
