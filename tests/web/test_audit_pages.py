"""The trail: chained in the database, verified by command, looked through and given as a file."""

import csv
import dataclasses
import io
import re
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from decide.audit import actions as audit
from decide.audit import chain
from decide.audit.jobs import link
from decide.cli import decide
from decide.seals import actions as sealing
from decide.seals import keys, trail
from decide.web.shared.context import KEY
from tests.owner import as_owner

LATER = timedelta(hours=2)


@pytest.fixture
def house(portal_app):
    return portal_app.extensions[KEY].resources


@pytest.fixture
def deeds(house, clock):
    """Numbers of twelve deeds, written and linked."""
    with house.database.transaction() as session:
        for number in range(12):
            audit.record(
                session, "phase.moved", at=clock.instant, by=None, subject=("phase", number),
                before={"opens_at": "a"}, after={"opens_at": f"b{number}"},
                reason=f"Acuerdo {number}",
            )  # fmt: skip
        session.flush()
        rows = session.execute(text("SELECT id FROM audit_entry ORDER BY id DESC LIMIT 12"))
        found = sorted(row[0] for row in rows)
    clock.instant += LATER
    link.__wrapped__(house, 1)
    return found


@pytest.fixture
def verdict(house, clock):
    """What a look at the whole trail says now."""

    def look():
        with house.database.reading() as session:
            return chain.verify(session, at=clock.instant)

    return look


@pytest.fixture
def typed(house, monkeypatch):
    """`flask decide trail verify`: exit code and what it says."""
    for each in dataclasses.fields(house.settings):
        monkeypatch.setenv(each.name.upper(), str(getattr(house.settings, each.name)))

    def run():
        result = CliRunner().invoke(decide, ["trail", "verify"])
        return result.exit_code, result.output

    return run


def test_every_entry_is_linked_once_and_the_chain_gives_the_seals_head(
    house, clock, deeds, verdict
):
    assert verdict().good
    assert verdict().linked >= 12
    before = verdict()
    link.__wrapped__(house, 2)
    assert verdict() == before, "a second look adds nothing"
    with house.database.reading() as session:
        assert trail.head_at(session, before.last) == before.head


def test_a_young_entry_waits_and_an_old_one_without_a_link_is_a_gap(house, clock, deeds, verdict):
    with house.database.transaction() as session:
        audit.record(session, "phase.moved", at=clock.instant, by=None, subject=("phase", 1))
    assert verdict().waiting == 1
    clock.instant += LATER
    assert [each.wrong for each in verdict().faults] == [chain.Wrong.UNLINKED]


# Each sabotage is done by the owner of the database, whom no right holds back.
SABOTAGE = {
    "a reason is changed": ("UPDATE audit_entry SET reason = 'otro' WHERE id = :id", "altered"),
    "a date is changed": ("UPDATE audit_entry SET at = now() WHERE id = :id", "altered"),
    "a person is changed": ("UPDATE audit_entry SET account_id = 7 WHERE id = :id", "altered"),
    "a session is made up": ("UPDATE audit_entry SET session_id = 7 WHERE id = :id", "altered"),
    "data are changed": ("UPDATE audit_entry SET after = '{}' WHERE id = :id", "altered"),
    "an entry is dropped": ("DELETE FROM audit_entry WHERE id = :id", "missing"),
    "a link is dropped": ("DELETE FROM audit_link WHERE entry_id = :id", "inserted"),
    "a link is changed": (
        "UPDATE audit_link SET head = sha256('x') WHERE entry_id = :id", "altered",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", SABOTAGE)
def test_whoever_owns_the_database_cannot_change_it_unseen(house, deeds, verdict, typed, what):
    assert typed()[0] == 0, typed()[1]
    statement, wrong = SABOTAGE[what]
    with as_owner(house) as session:
        session.execute(text(statement), {"id": deeds[5]})
    found = verdict().faults
    assert (deeds[5], wrong) in {(each.entry_id, each.wrong.value) for each in found}
    assert len(found) <= 2, "what follows is not put in doubt"
    code, said = typed()
    assert code == 1
    assert f"NO  renglón {deeds[5]}" in said


def test_a_chain_that_was_made_anew_does_not_give_the_head_that_was_sealed(
    house, clock, deeds, verdict, typed
):
    with house.database.transaction() as session:
        keys.ensure_key(session, house.settings, at=clock.instant)
        sealing.seal(session, house.settings, through=clock.instant, at=clock.instant, by=None)
    clock.instant += LATER
    link.__wrapped__(house, 2)
    assert typed()[0] == 0
    with as_owner(house) as session:
        session.execute(
            text("UPDATE audit_entry SET reason = 'otro' WHERE id = :id"), {"id": deeds[5]}
        )
        session.execute(text("DELETE FROM audit_link"))
    link.__wrapped__(house, 3)
    assert verdict().good, "the chain alone is deceived"
    code, said = typed()
    assert code == 1
    assert "NO  sello 1" in said


def test_the_program_itself_may_only_add(house, deeds):
    for statement in (
        "UPDATE audit_entry SET reason = 'x'", "DELETE FROM audit_entry",
        "UPDATE audit_link SET head = sha256('x')", "DELETE FROM audit_link",
    ):  # fmt: skip
        with (
            pytest.raises(DBAPIError, match="permission denied"),
            house.database.transaction() as session,
        ):
            session.execute(text(statement))


def test_a_deed_says_from_which_log_in_it_was_done(enter, house):
    chief = enter("jefa", door="/oficina").open("/oficina/presion")
    chief.send(status=303, level="alert", reason="Muchos envíos")
    with house.database.reading() as session:
        told = session.execute(
            text(
                "SELECT s.id, a.username FROM audit_entry e"
                " JOIN account_session s ON s.id = e.session_id"
                " JOIN account a ON a.id = s.account_id AND a.id = e.account_id"
                " WHERE e.deed = 'pressure.set'"
            )
        ).one()
    assert told[1] == "jefa"
    page = enter("contralor", door="/oficina").open("/oficina/bitacora?asunto=pressure")
    assert f"Sesión {told[0]}" in page.text
    assert "Nivel: Normal → Alerta" in page.text


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("asunto=phase", {0, 5, 11}),
        ("asunto=phase&numero=5", {5}),
        ("texto=Acuerdo+11", {11}),
        ("texto=b5", {5}),
        ("texto=%25", set()),
        ("persona=0", {0, 5, 11}),
        ("persona=999", set()),
        ("desde=2021-01-01&hasta=2021-12-31", {0, 5, 11}),
        ("desde=2022-01-01", set()),
        ("hasta=2020-01-01", set()),
    ],
)
def test_it_is_looked_through(enter, deeds, query, seen):
    page = enter("contralor", door="/oficina").open(f"/oficina/bitacora?{query}")
    for number in (0, 5, 11):
        assert (f"Acuerdo {number}\n" in page.html or f"Acuerdo {number}<" in page.html) == (
            number in seen
        ), number


def test_a_wrong_search_is_told_at_its_box_and_nothing_typed_is_lost(enter):
    page = enter("contralor", door="/oficina")
    page.open("/oficina/bitacora?desde=ayer&numero=x&texto=" + "a" * 101, 422)
    for sentence in ("Escriba la fecha así", "sin letras", "hasta 100 letras"):
        assert sentence in page.text
    assert 'value="ayer"' in page.html
    page.open("/oficina/bitacora?asunto=nada", 404)


def test_it_is_given_as_a_file_that_no_spreadsheet_runs_and_that_is_a_deed(
    enter, deeds, house, clock
):
    with house.database.transaction() as session:
        audit.record(
            session, "phase.moved", at=clock.instant, by=None, subject=("phase", 99),
            reason="=HYPERLINK(\"http://x\")",
        )  # fmt: skip
    auditor = enter("contralor", door="/oficina").open("/oficina/bitacora?asunto=phase")
    auditor.post("/oficina/bitacora/archivo", status=200, asunto="phase")
    rows = list(csv.DictReader(io.StringIO(auditor.page.get_data(as_text=True))))
    assert {row["asunto"] for row in rows} == {"phase"}
    assert [int(row["renglon"]) for row in rows] == sorted(int(row["renglon"]) for row in rows)
    assert rows[-1]["motivo"] == '\'=HYPERLINK("http://x")'
    assert re.fullmatch(r"[0-9a-f]{64}", rows[0]["eslabon"])
    assert "Descargó la bitácora" in auditor.open("/oficina/bitacora?asunto=trail").text
    enter("mirada", door="/oficina").open("/oficina/bitacora").post(
        "/oficina/bitacora/archivo", status=403
    )
