"""The office amid 15,000 candidacies and 300 actors: a page costs what it shows, not what there is.

Every page that can be opened is in the table of addresses; a new one is measured without a word.
`OFFICE_FIGURES=file` writes down bytes, statements, milliseconds and rows of each.
"""

import os
import re
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event, text

from decide.web.shared.context import KEY
from tests.crowd import ACTORS, CANDIDACIES, crowd
from tests.web.test_doors import ADDRESSES

# A list of one statement for each of the 25 rows of a page would pass neither bound.
STATEMENTS, ROWS, KILOBYTES = 20, 60, 100
MORE_STATEMENTS = {
    "/oficina": 60,  # a line for each part that is watched and each duty
    "/oficina/preparacion": 40,  # a question for each need of the board
}
MORE_ROWS = {
    "/oficina/avance": 225,  # every municipality and district, folded away
    "/oficina/encuesta": 120,  # a hundred comments; the rest is in the file
    "/oficina/seguimiento": 80,  # what the authority promised: as long as its plan
}
MORE_KILOBYTES = {
    "/oficina/accesos?estado=sin-carta": 200,  # the letters that are printed at once
    "/oficina/avance": 120,
    "/oficina/encuesta.csv": 1_000,
}
# Papers and pictures that this world has none of; and what is public while nobody is logged in.
NONE_HERE = (
    "acuse", "archivo.zip", "documento", "en-mano", "evaluacion/", "imagenes/", "informes/",
    "importaciones/<string:token>", "plan.<", "simulacion/", "procesos-anteriores/<",
    "derechos/<", "/pagina", "entrar", "segundo-paso", "activar", "/versiones/", "codigo.svg",
)  # fmt: skip
PARTS = {
    "account_id": "SELECT max(id) FROM account",
    "batch_number": "SELECT max(id) FROM activation_code",
    "marking_id": "SELECT max(id) FROM marking",
    "bulletin_id": "SELECT max(id) FROM bulletin",
    "change_id": "SELECT max(id) FROM change",
    "activity_id": "SELECT max(id) FROM activity",
    "batch_id": "SELECT max(id) FROM poster_batch",
    "number": "SELECT max(id) FROM {}",
    "pledge_id": "SELECT max(id) FROM commitment_activity",
    "draft_id": "SELECT max(id) FROM platform_draft",
    "key": "SELECT 'campaign'",
    "language": "SELECT 'es'",
    "what": "SELECT 'aviso'",
    "slug": "SELECT 'aviso-1'",
}
TABLES = {"entregas": "delivery", "importaciones": "import_run"}


@pytest.fixture
def house(portal_app):
    return portal_app.extensions[KEY].resources


@pytest.fixture
def huge(house, clock, portal_world):
    with house.database.transaction() as session:
        crowd(session, at=clock.instant)
        count = "SELECT count(*) FROM "
        assert session.scalar(text(f"{count} candidacy")) >= CANDIDACIES
        assert session.scalar(text(f"{count} political_actor")) >= ACTORS


@contextmanager
def statements(house):
    seen = []

    def note(_connection, _cursor, statement, *_more):
        seen.append(statement)

    event.listen(house.database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(house.database.engine, "before_cursor_execute", note)


def pages(house):
    """Every address of the office that shows a page of this world."""
    found = ["/oficina/accesos?estado=sin-carta", "/oficina/bitacora?texto=role"]
    with house.database.reading() as session:
        for rule in ADDRESSES:
            if not rule.endpoint.startswith("staff.") or "GET" not in rule.methods:
                continue
            path = str(rule)
            if any(part in path for part in NONE_HERE):
                continue
            table = next((TABLES[each] for each in TABLES if each in path), "")
            for part in rule.arguments:
                told = session.scalar(text(PARTS[part].format(table)))
                path = re.sub(rf"<\w+:{part}>", str(told), path)
            found.append(path)
    return sorted(found)


def test_a_page_of_the_office_costs_what_it_shows_and_not_what_there_is(house, huge, enter):
    client = enter("jefa", door="/oficina").client
    told, wrong = [], []
    for path in pages(house):
        client.get(path)  # whoever is first reads the snapshot too
        with statements(house) as seen:
            begun = time.process_time()
            answer = client.get(path)
            worked = (time.process_time() - begun) * 1_000
        html = answer.get_data(as_text=True)
        rows = html.count("<tr ") + html.count('class="heads__item')
        told.append(
            f"{path:<44}{len(answer.data) / 1024:>7.0f} KB{len(seen):>5} statements"
            f"{worked:>6.0f} ms{rows:>5} rows"
        )
        if (
            answer.status_code != 200
            or len(seen) > MORE_STATEMENTS.get(path, STATEMENTS)
            or rows > MORE_ROWS.get(path, 210 if "sin-carta" in path else ROWS)
            or len(answer.data) > MORE_KILOBYTES.get(path, KILOBYTES) * 1024
        ):
            wrong.append((answer.status_code, told[-1]))
    assert len(told) > 45
    if named := os.environ.get("OFFICE_FIGURES"):
        Path(named).write_text("\n".join(told) + "\n", encoding="utf-8")
    assert wrong == []


LISTS = (
    "accesos", "accesos/tandas", "anulaciones", "avance", "avisos", "boletines", "derechos",
    "difusion", "difusion/carteles", "entregas", "importaciones", "informes", "plataformas",
    "sugerencias",
)  # fmt: skip


def test_nothing_of_a_long_list_is_out_of_reach(house, huge, enter):
    person = enter("jefa", door="/oficina")
    for name in LISTS:
        person.open(f"/oficina/{name}")
        last = max(int(n) for n in re.findall(r"pagina=(\d+)", person.html))
        assert last > 1, name
        first, rest = person.html, person.open(f"/oficina/{name}?pagina={last}").html
        assert f'aria-label="Página {last}" aria-current="page"' in rest, name
        assert rows_of(first).isdisjoint(rows_of(rest)), name
        assert person.open(f"/oficina/{name}?pagina=999999").html.count("<tr") == rest.count("<tr")
        person.open(f"/oficina/{name}?pagina=x").open(f"/oficina/{name}?pagina=-1")


def test_older_changes_are_found_in_the_trail(huge, enter):
    person = enter("jefa", door="/oficina").open("/oficina/cambios")
    assert "Son los 50 más recientes." in person.text
    person.open("/oficina/bitacora?asunto=change")
    assert 'href="/oficina/bitacora?asunto=change"' in person.open("/oficina/cambios").html


def rows_of(html):
    """What names the rows of the paged list, where each has an address of its own."""
    return set(re.findall(r'href="(/oficina/[a-z/]+/\d+)"', html))


def test_somebody_is_found_among_hundreds_and_the_filter_stays_on_every_page(huge, enter):
    person = enter("jefa", door="/oficina")
    person.open("/oficina/accesos?q=PERSONA+numero+299+proceso")
    assert 2 <= person.html.count('class="heads__item') < 6
    assert "Persona 2 de N299" in person.text
    person.open("/oficina/accesos?q=actor+NUMERO")
    assert re.search(r"q=actor\+NUMERO(&|&amp;)pagina=2", person.html)
    person.open("/oficina/derechos?estado=received")
    assert re.search(r"estado=received(&|&amp;)pagina=2", person.html)
    person.open("/oficina/accesos?q=nadie+asi")
    assert "No encontramos ninguna cuenta" in person.text


def test_the_trail_offers_colleagues_and_an_account_leads_to_its_own(huge, enter, house):
    with house.database.reading() as session:
        other = session.scalar(text("SELECT max(id) FROM account"))
    person = enter("jefa", door="/oficina").open("/oficina/bitacora")
    assert person.html.count("<option") < 80
    person.open(f"/oficina/accesos/{other}")
    assert f"/oficina/bitacora?persona={other}" in person.html
    person.open(f"/oficina/bitacora?persona={other}")
    assert re.search(rf'<option value="{other}" selected', person.html)
