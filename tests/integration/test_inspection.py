"""The audit over everything: silent when all is well, and loud at each kind of sabotage."""

import dataclasses
import sqlite3
import zlib

import pytest
from click.testing import CliRunner

from decide.cli import decide
from decide.delivery import inspection, minutes
from decide.kernel.clock import FrozenClock
from decide.kernel.resources import open_resources
from decide.participation import counters
from decide.participation.streams import Streams
from decide.seals import jobs as sealing
from decide.seals.notes import opened
from tests import factories
from tests.delivery_world import own_world, spoken_world  # noqa: F401
from tests.verified import (
    delivered_world,  # noqa: F401
    everything_delivered,  # noqa: F401
    members,
    with_database,
    without_an_idea,
)


@pytest.fixture
def counted(office):
    """The world was written straight into SQL: set the counters, as the drain would have."""
    house = office.house
    with house.database.transaction() as session:
        found = list(counters.totals(session))
    Streams(house.ledger, house.settings.ledger_shards).set_tallies(found)
    return office


def faults(office):
    return [
        f"{each.question} {fault}"
        for each in inspection.inspect(office.house)
        for fault in each.faults
    ]


def test_all_is_well_and_every_question_was_asked(counted):
    findings = inspection.inspect(counted.house)
    assert [each.faults for each in findings] == [()] * 8
    told = {each.question: each.answer for each in findings}
    assert told["¿Están firmadas todas las cabezas?"] == "54 sellos"
    assert told["¿Pasa cada paquete la comprobación?"] == "5 de 5 paquetes"
    (actors,) = counted.world["sql"].execute("SELECT count(*) FROM political_actor").fetchone()
    assert told["¿Abren los compromisos de conteos?"] == f"{54 * actors} compromisos"
    ideas = sum(len(texts) for texts in counted.world["said"].ideas.values())
    asked = "¿Se entregó cada idea a quien corresponde y a nadie más?"
    assert told[asked] == f"{ideas} de {ideas} hojas"


def test_a_process_in_which_nobody_has_said_anything_is_well(settings):
    house = open_resources(settings, clock=FrozenClock(factories.RESULTS))
    with house.database.transaction() as session:
        factories.small_world(session)
    sealing.catch_up(house)
    signed, log, *_ = inspection.inspect(house)
    assert (signed.answer, signed.faults) == ("54 sellos", ())
    assert (log.answer, log.faults) == ("0 hojas", ())
    house.close()


def test_one_idea_dropped_from_a_package_we_signed(counted, tmp_path):
    counted.replace("lucero", without_an_idea(counted, "lucero", tmp_path))
    found = faults(counted)
    assert any("LUCERO: los datos de" in each for each in found)
    assert any("LUCERO: faltan 1 hojas" in each for each in found)


def test_an_idea_of_an_alliance_dropped_from_every_copy_is_missed_by_everybody(counted, tmp_path):
    """Both members' copies agree, but the log knows better."""
    for key in ("lucero", "raiz"):
        counted.replace(key, with_database(
            counted.packages[key], counted.signer, tmp_path,
            "DELETE FROM hoja WHERE hoja = (SELECT min(h.hoja) FROM hoja h"
            " JOIN idea USING (idea) JOIN asunto USING (asunto) WHERE actor = 'LUCERO-RAIZ')",
        ))  # fmt: skip
    assert any("1 hojas no se entregaron a nadie" in each for each in faults(counted))


def test_one_count_changed_in_a_package_we_signed(counted, tmp_path):
    counted.replace("nopal", with_database(
        counted.packages["nopal"], counted.signer, tmp_path,
        "UPDATE conteo SET me_gusta = me_gusta + 1 WHERE asunto = (SELECT min(asunto) FROM conteo)",
    ))  # fmt: skip
    found = faults(counted)
    assert any("NOPAL: los datos de NOPAL no son los comprometidos" in each for each in found)
    assert any("NOPAL: 1 conteos no cuadran" in each for each in found)


def test_one_actors_row_in_anothers_package(counted, tmp_path):
    stranger = tmp_path / "other.sqlite"
    stranger.write_bytes(members(counted.packages["raiz"])["datos.sqlite"])
    base = sqlite3.connect(stranger)
    row = base.execute(
        "SELECT h.hoja, h.contenido, h.folio, i.texto, i.sal FROM hoja h JOIN idea i USING (idea)"
        " JOIN asunto USING (asunto) WHERE actor = 'RAIZ' LIMIT 1"
    ).fetchone()
    base.close()
    leaf, content, folio, text, salt = row
    counted.replace("nopal", with_database(
        counted.packages["nopal"], counted.signer, tmp_path,
        f"INSERT INTO idea SELECT 9999, asunto, version, tipo, tema, municipio, dia, 0,"
        f" '{text}', NULL, NULL, x'{salt.hex()}' FROM idea LIMIT 1",
        f"INSERT INTO hoja VALUES ({leaf}, 9999, 1, x'{content.hex()}', x'{folio.hex()}')",
    ))  # fmt: skip
    found = faults(counted)
    assert any("NOPAL: la idea de la hoja" in each for each in found)
    assert any(f"NOPAL: 1 hojas ajenas ({leaf})" in each for each in found)


def test_whole_packages_exchanged(counted):
    counted.replace("nopal", counted.packages["raiz"])
    found = faults(counted)
    assert any("NOPAL: faltan" in each for each in found)
    assert any("NOPAL: " in each and "hojas ajenas" in each for each in found)


def test_a_package_that_is_gone_broken_or_not_the_one_that_was_built(counted):
    counted.path("nopal").write_bytes(b"PK")
    counted.path("raiz").unlink()
    counted.world["sql"].execute(
        "UPDATE delivery SET state = 'failed' WHERE id = %s", (counted.numbers["lucero"],)
    )
    found = faults(counted)
    for sentence in (
        "NOPAL: el archivo no es el que se preparó", "NOPAL: el paquete está dañado o alterado",
        "RAIZ: su archivo no está en el servidor", "LUCERO: su entrega no está lista",
    ):  # fmt: skip
        assert any(sentence in each for each in found), sentence


SABOTAGE = {
    "a leaf changed": (
        "UPDATE sealed_idea SET leaf_hash = sha256('x') WHERE leaf = 3",
        "las hojas no dan la raíz firmada",
    ),
    "an idea slipped in after the last seal": (
        (
            "INSERT INTO idea (subject_id, version, kind, text, folio_hash, salt, received_on)"
            " SELECT subject_id, version, kind, 'tarde', sha256('x'), salt, received_on FROM idea"
            " LIMIT 1"
        ),
        "1 ideas no están en ninguna hoja",
    ),
    "a head changed": (
        "UPDATE seal SET size = size + 1 WHERE number = 54",
        "no es la que se firmó",
    ),
    "a note changed": (
        "UPDATE seal SET note = replace(note, 'sello 54', 'sello 55') WHERE number = 54",
        "firma no válida",
    ),
    "a commitment changed": (
        (
            "UPDATE seal_commitment SET commitment = sha256('x') WHERE seal_number = 54"
            " AND actor_id = (SELECT min(actor_id) FROM seal_commitment)"
        ),
        "la lista de compromisos cambió",
    ),
    "a reaction changed": (
        (
            "UPDATE reaction SET choice = 3 - choice WHERE ctid = (SELECT min(ctid) FROM reaction"
            " WHERE choice > 0)"
        ),
        "conteos no cuadran",
    ),
    "a tally changed": ("UPDATE tally SET likes = likes + 1", "tally"),
}


@pytest.mark.parametrize("deed", SABOTAGE)
def test_sabotage_of_the_database_is_found(counted, deed):
    statement, sentence = SABOTAGE[deed]
    assert counted.world["sql"].execute(statement).rowcount
    assert any(sentence in each for each in faults(counted)), faults(counted)


def test_an_opening_that_was_exchanged_is_found(counted):
    counted.world["sql"].execute(
        "UPDATE seal_commitment SET opening = %s WHERE seal_number = 54", (zlib.compress(b"x"),)
    )
    assert any("no abre" in each for each in faults(counted))


def test_the_result_stands_on_signed_paper(counted, tmp_path):
    findings = inspection.inspect(counted.house)
    made = minutes.write(counted.house, findings)
    assert made.pdf.startswith(b"%PDF-")
    opened(made.signature, [counted.signer.verifier])
    bad = [dataclasses.replace(findings[0], faults=("algo *raro* #no",)), *findings[1:]]
    assert minutes.write(counted.house, bad).pdf != made.pdf


def test_the_command_says_yes_with_0_and_no_with_1(counted, monkeypatch, tmp_path):
    for each in dataclasses.fields(counted.house.settings):
        monkeypatch.setenv(each.name.upper(), str(getattr(counted.house.settings, each.name)))
    paper = tmp_path / "acta.pdf"
    good = CliRunner().invoke(decide, ["audit", "--pdf", str(paper)])
    assert good.exit_code == 0, good.output
    assert good.output.count("sí ") == 8
    assert paper.read_bytes().startswith(b"%PDF")
    assert (tmp_path / "acta.firma.txt").exists()
    counted.world["sql"].execute("UPDATE tally SET likes = likes + 1")
    bad = CliRunner().invoke(decide, ["audit"])
    assert bad.exit_code == 1
    assert "NO " in bad.output
