"""All data sets, and finding one by the words of an address."""

from decide.errors import NotFound
from decide.opendata.campaign import PLATFORMS, PROPOSALS
from decide.opendata.definitions import DataSet, Table
from decide.opendata.earlier import EARLIER
from decide.opendata.offer import ACTORS, CANDIDACIES
from decide.opendata.results import RESULTS
from decide.opendata.seals import SEALS
from decide.opendata.stations import STATIONS
from decide.opendata.statistics import STATISTICS
from decide.opendata.territory import TERRITORY
from decide.opendata.words import CALENDAR, GLOSSARY

SETS: tuple[DataSet, ...] = (
    TERRITORY,
    CALENDAR,
    GLOSSARY,
    ACTORS,
    PLATFORMS,
    CANDIDACIES,
    PROPOSALS,
    RESULTS,
    STATIONS,
    EARLIER,
    STATISTICS,
    SEALS,
)


def set_named(name: str) -> DataSet:
    """The set with this name; NotFound otherwise."""
    found = next((each for each in SETS if each.name == name), None)
    if found is None:
        raise NotFound("Ese conjunto de datos no existe. Vea la lista en Datos abiertos.")
    return found


def table_named(chosen: DataSet, name: str) -> Table:
    """The table of a set with this name; NotFound otherwise."""
    found = next((each for each in chosen.tables if each.name == name), None)
    if found is None:
        raise NotFound("Ese archivo no existe. Vea la lista en Datos abiertos.")
    return found
