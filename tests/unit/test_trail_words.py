"""The trail speaks plain Spanish: no deed, subject or datum is shown by the program's own name."""

import ast
import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask_babel import Babel

from decide.audit.queries import Deed
from decide.web.staff.trail_words import Names, facts_of, labels, value_words
from decide.web.staff.words import deed_words, kinds_in_words

ROOT = Path(__file__).resolve().parents[2] / "decide"
# Functions that write into the trail, or hand on what another one writes.
WRITERS = {"record", "note", "_note", "moved", "tell"}
PLAIN = {"at", "by", "reason"}
DEED = re.compile(r"[a-z_]+\.[a-z_]+")
NAMES = Names(
    {7: "Ana Sol"}, {3: "Partido Alba"}, ZoneInfo("America/Mexico_City"),
    {"campaign": "Campañas", "em.m106": "Ayuntamiento de Toluca"},
)  # fmt: skip


@pytest.fixture(autouse=True)
def spoken():
    app = Flask(__name__)
    Babel(app, locale_selector=lambda: "es_MX")
    with app.test_request_context():
        yield


def calls():
    """Every call in the program that writes into the trail."""
    for path in ROOT.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "decide.audit" in text:
            for call in ast.walk(ast.parse(text)):
                if isinstance(call, ast.Call) and name_of(call) in WRITERS:
                    yield call


def written():
    """Every deed, subject and datum that a line of the program writes down."""
    deeds, subjects, data = set(), set(), set()
    for call in calls():
        deeds |= {told for each in call.args for told in strings(each) if DEED.fullmatch(told)}
        named = {each.arg: each.value for each in call.keywords}
        if isinstance(told := named.get("subject"), ast.Tuple):
            subjects |= set(strings(told.elts[0]))
        data |= {key for side in ("before", "after") if side in named for key in keys(named[side])}
        if name_of(call) == "moved":
            data |= set(named) - PLAIN
    return deeds, subjects, data


def name_of(call):
    """What is called; of methods only `record`, for the log has a `note` of its own."""
    method = getattr(call.func, "attr", "")
    return "record" if method == "record" else getattr(call.func, "id", "")


def strings(tree):
    """Texts that stand in an expression."""
    return [
        each.value
        for each in ast.walk(tree)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]


def keys(tree):
    """Keys of the documents in an expression."""
    return {
        key.value
        for each in ast.walk(tree)
        if isinstance(each, ast.Dict)
        for key in each.keys
        if isinstance(key, ast.Constant)
    }


def deed(before, after):
    """A deed with these data."""
    at = datetime(2021, 5, 1, tzinfo=UTC)
    return Deed(1, at, 7, "phase.moved", "phase", 1, before, after, None, None, "")


def test_every_deed_subject_and_datum_has_words():
    deeds, subjects, data = written()
    assert len(deeds) > 90
    assert len(data) > 50
    assert sorted(each for each in deeds if deed_words(each) == each) == []
    assert sorted(subjects - set(kinds_in_words())) == []
    assert sorted(data - set(labels())) == []


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("opens_at", "2021-05-01 06:00:00+00:00", "1 de mayo de 2021, 01:00 h"),
        ("through", "2021-05-01T06:00:00+00:00", "1 de mayo de 2021, 01:00 h"),
        ("done_on", "2021-05-01", "1 de mayo de 2021"),
        ("done_on", None, "nada"),
        ("closes_at", "None", "nada"),
        ("sha256", "a1" * 32, "a1a1a1a1a1a1a1a1…"),
        ("confirmed_by", 7, "Ana Sol"),
        ("actor_id", 3, "Partido Alba"),
        ("actor_id", 9, "9"),
        ("map_year", 2021, "2021"),
        ("rows", 18178, "18,178"),
        ("by_mail", False, "no"),
        ("level", "siege", "Asedio"),
        ("layout", "resultados-casillas", "Resultados por casilla"),
        ("unwanted", ["closed"], "Cuando cierra el plazo"),
        ("name", "party", "party"),
        ("state", "published", "Publicado"),
        ("about", "campaign", "Campañas"),
        ("key", "campaign", "Campañas"),
        ("contest", "em.m106", "Ayuntamiento de Toluca"),
        ("about", "es/term/planilla", "Palabra del Quitadudas: planilla"),
        ("key", "en/guide/como-votar", "Guía: como-votar (en)"),
        ("about", "actores", "Actores políticos"),
        ("form", "a4", "A4 (PDF)"),
        ("key", "PAN-PRI", "PAN-PRI"),
        ("name", "campaign", "campaign"),
    ],
)
def test_a_value_is_told_as_people_say_it(key, value, told):
    assert value_words(key, value, NAMES) == told


def test_what_changed_is_told_with_what_it_was():
    level, name = facts_of(
        deed({"level": "normal", "name": "Uno"}, {"level": "alert", "name": "Uno"}), NAMES
    )
    assert (level.label, level.before, level.after) == ("Nivel", "Normal", "Alerta")
    assert (name.label, name.before, name.after) == ("Nombre", None, "Uno")
    (gone,) = facts_of(deed({"rows": 4}, {}), NAMES)
    assert (gone.label, gone.before, gone.after) == ("Renglones", "4", None)
