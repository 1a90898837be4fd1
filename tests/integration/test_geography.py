"""The territory in the database: loaded once, asked in few statements."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import event, func, select

from decide.audit.models import AuditEntry
from decide.catalog import registry
from decide.catalog.models import Contest
from decide.geography import queries
from decide.geography.actions import OtherTerritory, load_territory
from decide.geography.facts import shipped
from decide.geography.models import Municipality, Section
from decide.geography.sections import MistypedSection, UnknownSection

AT = datetime(2021, 4, 1, tzinfo=UTC)


@pytest.fixture
def session(resources):
    """A transaction on a database with the territory."""
    with resources.database.transaction() as session:
        load_territory(session, shipped(), at=AT, by=None)
        yield session


class Statements:
    """Counts what is asked of the database."""

    def __init__(self, session):
        self.count = 0
        event.listen(session.get_bind(), "before_cursor_execute", self.one_more)

    def one_more(self, *_):
        self.count += 1


def test_loading_twice_changes_nothing_and_is_told_once(session):
    assert load_territory(session, shipped(), at=AT, by=None) is False
    assert session.scalar(select(func.count()).select_from(Section)) == 6530
    deeds = session.scalars(select(AuditEntry.deed)).all()
    assert deeds == ["territory.loaded"]


def test_another_territory_is_refused(session):
    session.get(Municipality, 1).population += 1
    session.flush()
    with pytest.raises(OtherTerritory):
        load_territory(session, shipped(), at=AT, by=None)


def test_every_section_knows_its_district_and_municipality(session):
    expected = {number: (district, place) for number, district, place in shipped().sections()}
    runs = queries.section_table(session)
    found = {
        number: (district, place)
        for first, last, district, place in runs
        for number in range(first, last + 1)
    }
    assert found == expected
    assert len(runs) < 600
    place = queries.place_of_section(session, "0123")
    assert (place.district, place.municipality) == expected[123]


@pytest.mark.parametrize("typed", ["6638", "0000", "9999"])
def test_a_section_of_another_state_says_which_exist_here(session, typed):
    with pytest.raises(UnknownSection, match="de la 0001 a la 6637"):
        queries.place_of_section(session, typed)


def test_a_section_that_was_dissolved_says_so(session):
    gone = next(n for n in range(1, 6638) if n not in {s for s, _, _ in shipped().sections()})
    with pytest.raises(UnknownSection, match="ya no existe"):
        queries.place_of_section(session, gone)


def test_a_mistyped_section_is_not_looked_up(session):
    with pytest.raises(MistypedSection):
        queries.place_of_section(session, "12a4")


def test_lists_take_one_statement_however_long(session):
    session.flush()
    statements = Statements(session)
    assert len(queries.municipalities(session)) == 125
    assert statements.count == 1
    assert len(queries.districts(session)) == 45
    assert statements.count == 2
    assert len(queries.split_municipalities(session)) == 12
    assert statements.count == 3


def test_a_split_municipality_shows_all_its_districts(session):
    ecatepec = queries.find_municipalities(session, "ecatepec")[0]
    page = queries.municipality(session, ecatepec.number)
    assert page.split
    assert [each.number for each in page.districts] == list(ecatepec.districts)
    assert sum(each.sections for each in page.districts) == page.sections
    assert not any(each.whole for each in page.districts)


def test_a_district_shows_its_municipalities_and_their_sections_add_up(session):
    for line in queries.districts(session):
        page = queries.district(session, line.number)
        assert len(page.municipalities) == line.municipalities
        assert sum(each.sections for each in page.municipalities) == page.sections


def test_the_people_of_all_districts_are_those_of_the_state(session):
    pages = [queries.district(session, line.number) for line in queries.districts(session)]
    counted = sum(each.population for each in queries.municipalities(session))
    estimates = [page for page in pages if page.estimated]
    assert 0 < len(estimates) < len(pages)
    assert all(page.population % 1000 == 0 for page in estimates)
    told = sum(page.population for page in pages)
    assert abs(told - counted) <= 500 * len(estimates), "each estimate is rounded to a thousand"


def test_contests_are_created_once_from_the_territory(session):
    assert registry.create_contests(session, at=AT, by=None) == 171
    assert registry.create_contests(session, at=AT, by=None) == 0
    keys = session.scalars(select(Contest.key)).all()
    assert {"em.d01", "em.d45", "em.m001", "em.m125", "em.rp"} <= set(keys)
