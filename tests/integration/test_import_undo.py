"""Taking an import back, and saying what it changed."""

import pytest
from sqlalchemy import select

from decide.audit.models import AuditEntry
from decide.catalog import registry, registry_removal
from decide.catalog.models import Candidacy
from decide.errors import Conflict, NotFound
from decide.imports import actions, history, queries
from decide.imports.models import ImportRun
from tests import factories
from tests.import_files import (
    AT,
    GOOD,
    listing,
    registered_world,  # noqa: F401
    session_that_forgets,  # noqa: F401
    stream,
)

WHY = "Se importó la lista equivocada."


def imported(session, *rows):
    """Import the authority's list with these rows."""
    plan = actions.dry_run(session, None, stream(listing(*rows)), "lista.csv")
    assert plan.problems == ()
    return actions.commit(session, plan, at=AT, by=None)


def undo(session, run):
    """Undo it."""
    return history.undo(session, run.id, at=AT, by=3, reason=WHY)


def test_undoing_takes_new_entries_away_and_changed_ones_back(session):
    imported(session, *GOOD[:2])
    before = registry.candidacies(session)
    second = imported(session, GOOD[0].replace("ELVIA", "ANA"), *GOOD[1:])
    assert (second.created, second.changed) == (3, 1)
    assert undo(session, second).undone_at == AT
    assert registry.candidacies(session) == before


def test_undoing_is_told_with_its_reason(session):
    run = imported(session, *GOOD)
    undo(session, run)
    deed = session.scalars(select(AuditEntry).where(AuditEntry.deed == "import.undone")).one()
    assert (deed.account_id, deed.reason, deed.subject_id) == (3, WHY, run.id)
    assert queries.runs(session)[0].undone_at == AT


def test_a_file_that_was_undone_may_be_imported_again(session):
    undo(session, imported(session, *GOOD))
    assert imported(session, *GOOD).created == 5


def test_only_the_last_import_can_be_undone(session):
    first = imported(session, *GOOD[:2])
    imported(session, *GOOD[2:])
    with pytest.raises(history.NotTheLast):
        undo(session, first)


def test_an_import_that_changed_nothing_stands_in_nobodys_way(session):
    first = imported(session, *GOOD)
    imported(session, *reversed(GOOD))
    undo(session, first)
    assert registry.candidacies(session) == {}


def test_an_import_is_undone_once(session):
    run = imported(session, *GOOD)
    undo(session, run)
    with pytest.raises(history.CannotUndo):
        undo(session, run)


def test_nothing_is_undone_after_somebody_corrected_an_entry(session):
    run = imported(session, *GOOD)
    session.scalars(select(Candidacy)).first().owner_name = "OTRA PERSONA"
    session.flush()
    with pytest.raises(Conflict):
        undo(session, run)


def test_nothing_is_undone_once_a_proposal_hangs_on_it(session):
    run = imported(session, *GOOD)
    factories.proposal(session, session.scalars(select(Candidacy)).first())
    with pytest.raises(registry_removal.InUse, match="Ya hay propuestas"):
        undo(session, run)
    assert len(registry.candidacies(session)) == 5
    assert session.get(ImportRun, run.id).undone_at is None


def test_an_unknown_import_does_not_exist(session):
    with pytest.raises(NotFound):
        history.undo(session, 10**9, at=AT, by=None, reason=WHY)


def test_the_same_file_is_not_committed_twice(session):
    text = listing(*GOOD)
    for _ in range(2):
        plan = actions.dry_run(session, None, stream(text), "lista.csv")
        if not plan.repeated:
            actions.commit(session, plan, at=AT, by=None)
    with pytest.raises(actions.AlreadyImported):
        actions.commit(session, plan, at=AT, by=None)


def test_what_a_list_changed_against_the_one_before_is_said_field_by_field(session):
    imported(session, *GOOD)
    run = imported(session, GOOD[0].replace("ELVIA", "ANA"), *GOOD[1:4])
    found = history.differences(session, run.id)
    assert [(each.row, each.field, each.before, each.after) for each in found] == [
        (2, "owner_name", "ELVIA NAVA ORDÓÑEZ", "ANA NAVA ORDÓÑEZ")
    ]
    assert found[0].key[:2] == ("em.m001", "PAN")


def test_actors_and_alliances_can_be_taken_back_too(session):
    actors = "siglas,nombre,tipo\nVERDAD,Partido Verdad,partido local\n"
    actors += "VERDAD-PVEM,Verde Verdad,coalición\n"
    plan = actions.dry_run(session, None, stream(actors), "actores.csv")
    first = actions.commit(session, plan, at=AT, by=None)
    alliances = "clave_ine,municipio,alianza,figura\n5,Almoloya de Juárez,VERDAD-PVEM,coalición\n"
    plan = actions.dry_run(session, None, stream(alliances), "alianzas.csv")
    second = actions.commit(session, plan, at=AT, by=None)
    before = len(registry.actors(session))
    undo(session, second)
    undo(session, first)
    assert len(registry.actors(session)) == before - 2
