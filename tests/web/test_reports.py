"""Periodic reports: ordered by page or by the month, made once, always the same bytes."""

import hashlib
import io
from datetime import date

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from decide.commitments.actions import register
from decide.commitments.entries import ActivityEntry
from decide.kernel import jobs as queue
from decide.kernel.resources import open_resources
from decide.outreach.kinds import ActivityKind
from decide.outreach.plan import Plan, save
from decide.reports import jobs
from decide.reports.folder import Archive
from decide.reports.models import Report
from decide.reports.papers import as_pdf, as_workbook
from decide.web.shared.context import KEY
from tests import factories

FORMULA = '=HYPERLINK("http://x","y")'


@pytest.fixture
def house(portal_app, clock):
    house = portal_app.extensions[KEY].resources
    queue.bind(lambda: open_resources(house.settings, clock=clock))
    with house.database.transaction() as session:
        day = factories.DATES.platforms
        entry = ActivityEntry("1", "L", FORMULA, "O", "V", "Área de prueba", day, day)
        register(session, [entry], at=clock.instant, by=None)
        session.execute(text(
            "INSERT INTO audit_entry (at, deed, subject_kind, reason) VALUES"
            " ('2021-04-20T12:00Z', 'pressure.set', 'pressure', 'Ataque de prueba'),"
            " ('2021-03-20T12:00Z', 'pressure.set', 'pressure', 'De otro mes')"))  # fmt: skip
        planned(session)
        session.execute(
            text(
                "INSERT INTO visit_count (day, hour, kind, item, source, views) VALUES"
                " ('2021-04-20', 9, 'place', 'm107', 'qr', 44),"
                " ('2021-04-20', 9, 'glossary', 'planilla', 'direct', 18),"
                " ('2021-04-20', 9, 'glossary', 'coalicion', 'direct', 61),"
                " ('2021-04-20', 9, 'glossary', 'no-hay', 'direct', 61),"
                " ('2021-05-01', 9, 'home', '', 'qr', 500)"
            )
        )
        session.execute(text(
            "INSERT INTO closed_day (day, visitors, reactions, ideas, closed_at) VALUES"
            " ('2021-04-20', 31, 5003, 212, now())"))  # fmt: skip
    yield house
    queue.Workshop.opener = None


def planned(session):
    """Four efforts: done in April, late, done only in May, and one of May; the first has visits."""
    for number, (title, kind, on, done) in enumerate((
        (FORMULA, ActivityKind.CONFERENCE, "2021-04-12", "2021-04-13"),
        ("Carteles", ActivityKind.BANNER, "2021-04-30", None),
        ("Entrevista", ActivityKind.INTERVIEW, "2021-04-20", "2021-05-02"),
        ("De mayo", ActivityKind.NETWORK, "2021-05-03", None),
    ), start=1):  # fmt: skip
        told = Plan(
            kind=kind, title=title, area="Medios", planned_on=date.fromisoformat(on),
            done_on=date.fromisoformat(done) if done else None,
            evidence="Nota del diario" if done else "",
        )  # fmt: skip
        assert save(session, None, told, revision=0, at=factories.CAMPAIGN, by=None) == number
    session.execute(
        text(
            "INSERT INTO visit_count (day, hour, kind, item, source, views) VALUES"
            " ('2021-04-13', 9, 'effort', '1', 'campaign', 44),"
            " ('2021-05-01', 9, 'effort', '1', 'campaign', 500),"
            " ('2021-04-13', 9, 'effort', '2', 'qr', 3)"
        )
    )


def order(person, since="2021-04-01", until="2021-04-30", status=303):
    return person.open("/oficina/informes").send(
        "/oficina/informes", status=status, since=since, until=until
    )


def paper(person, form):
    answer = person.client.get(f"/oficina/informes/1/{form}")
    body = answer.get_data()
    answer.close()
    return body


def test_a_report_is_ordered_made_and_downloaded(portal_app, house, enter):
    boss = enter("jefa", door="/oficina")
    assert "En preparación" in order(boss).follow().text
    jobs.build(1)
    boss.open("/oficina/informes")
    assert "1 de abril de 2021 – 30 de abril de 2021" in boss.text
    pdf = paper(boss, "pdf")
    assert pdf.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in pdf  # tagged
    sheet = paper(boss, "xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(sheet))
    told = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    assert ["2021-04-20", 180.0, 30.0, 5000.0, 210.0] in told["Consultas y participación por d"]
    assert told["De la visita a la idea"][1:] == [
        ["Visitas", 30.0, 100.0], ["Opiniones", 5000.0, 16667.0], ["Ideas", 210.0, 700.0],
    ]  # fmt: skip
    assert told["Palabras más leídas"][1:] == [["Coalición", 60.0], ["Planilla", 20.0]]
    assert told["Consultas por lugar"][1][1] == 40.0
    assert told["Consultas por origen"][1:] == [["Directo", 140.0], ["Código QR", 40.0]]
    assert told["Incidentes"][1:] == [["2021-04-20", "Cambió el nivel de presión",
                                       "Ataque de prueba"]]  # fmt: skip
    assert told["Plan de difusión"][1:] == [
        [FORMULA, "Conferencia de prensa", "2021-04-12", "Hecha el 2021-04-13", "Nota del diario",
         40.0],
        ["Entrevista", "Entrevista", "2021-04-20", "Atrasada", "", "menos de 10"],
        ["Carteles", "Anuncio en medios", "2021-04-30", "Atrasada", "", "menos de 10"],
    ]  # fmt: skip
    assert told["Avance del compromiso"][1][0] == f"1 {FORMULA}"
    assert told["Avance del compromiso"][1][3] == "Atrasada"
    actors = [row[0] for row in told["Avance de los actores"][1:]]
    assert actors[0] == "Partido Lucero"
    assert not any("prueba" in name for name in actors)
    assert boss.open("/oficina/informes/1/exe", 404)
    assert "Pidió un informe" in boss.open("/oficina/bitacora").text


def test_the_same_facts_are_the_same_bytes_on_any_day(house, enter, clock):
    order(enter("jefa", door="/oficina"))
    jobs.build(1)
    with house.database.reading() as session:
        row = session.get(Report, 1)
    kept = {form: Archive(house.settings.files_folder).find(1, form).read_bytes()
            for form in ("pdf", "xlsx")}  # fmt: skip
    clock.move(days=40)
    jobs.build(1)  # twice is once
    assert as_pdf(row.facts) == kept["pdf"]
    assert as_workbook(row.facts) == kept["xlsx"]
    assert hashlib.sha256(kept["pdf"]).hexdigest() == row.pdf_sha256
    assert hashlib.sha256(kept["xlsx"]).hexdigest() == row.xlsx_sha256
    assert as_pdf(row.facts | {"made": "2021-05-11"}) != kept["pdf"]


def test_each_month_gets_its_report_once_without_anybody(house):
    jobs.sweep(1)
    jobs.sweep(2)
    with house.database.reading() as session:
        (row,) = session.query(Report)
        assert (row.since.isoformat(), row.until.isoformat()) == ("2021-04-01", "2021-04-30")
        assert row.ordered_by is None
    assert house.jobs.waiting() >= 1


def test_only_days_that_are_over_and_only_staff_who_may(house, enter):
    boss = enter("jefa", door="/oficina")
    assert "el día debe haber terminado" in order(boss, until="2021-05-10", status=422).text
    assert "después del primero" in order(boss, until="2021-03-01", status=422).text
    assert "Escriba la fecha así" in order(boss, until="ayer", status=422).text
    watcher = enter("mirada", door="/oficina").open("/oficina/informes")
    assert "Pedir un informe" not in watcher.text
    watcher.open("/oficina/informes/1/pdf", 404)
