"""The actors of 2015, as the real polling-station file needs them, and parties by the dozen."""

import csv
from pathlib import Path

from decide.catalog import registry
from decide.catalog.entries import ActorEntry, AllianceEntry, contest_of_municipality
from decide.catalog.models import ActorKind
from decide.geography.actions import load_territory
from decide.geography.facts import shipped
from tests.import_files import AT

STATIONS = (
    Path(__file__).resolve().parents[2]
    / "shared/data/resultados_casilla_ieem_2015_ayuntamientos.csv"
)
PARTIES = ("PAN", "PRI", "PRD", "PT", "PVEM", "MC", "NA", "MORENA", "PH", "PES", "PFD")
COMBINATIONS = {"PRI PVEM NA", "PRI PVEM", "PRI NA", "PVEM NA"}


def register_parties(session, count):
    """Territory, contests and `count` parties called P01, P02 …"""
    prepared(session)
    entries = [
        ActorEntry(f"P{number:02d}", ActorKind.PARTY, f"P{number:02d}", f"Partido {number}", None,
                   number)
        for number in range(1, count + 1)
    ]  # fmt: skip
    registry.register_actors(session, entries, at=AT, by=None)


def register_2015(session):
    """Parties of 2015 and their two alliances where the file gives them votes."""
    prepared(session)
    entries = [
        ActorEntry(code, ActorKind.PARTY, code, f"Partido {code}", None, number)
        for number, code in enumerate(PARTIES, start=1)
    ]
    for number, parties in enumerate((("PRI", "PVEM", "NA"), ("PAN", "PT")), start=20):
        code = "-".join(parties)
        entries.append(
            ActorEntry(code, ActorKind.COALITION, code, f"Coalición {code}", None, number, parties)
        )
    registry.register_actors(session, entries, at=AT, by=None)
    registry.register_alliances(session, stood(), at=AT, by=None)


def stood():
    """Where each alliance of 2015 has votes of its own."""
    found = set()
    with STATIONS.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            contest = contest_of_municipality(int(row["Municipio"]))
            if any(row[name].strip("0 ") for name in COMBINATIONS):
                found.add((contest, "PRI-PVEM-NA"))
            if row["PAN PT"].strip("0 "):
                found.add((contest, "PAN-PT"))
    return [AllianceEntry(contest, code) for contest, code in sorted(found)]


def prepared(session):
    """The real territory with its contests."""
    load_territory(session, shipped(), at=AT, by=None)
    registry.create_contests(session, at=AT, by=None)
