"""The yearly benchmark: office pages, two people, lists in and out, what the public sees."""

import csv
import io
import re

import pytest
from sqlalchemy import text

from decide.benchmarks import actions, queries
from decide.demonstration.benchmarks import benchmarks
from decide.errors import Conflict
from decide.imports import command
from decide.kernel.db import Session
from decide.listening.kinds import Occasion
from decide.listening.models import SurveyAnswer
from decide.web.shared.context import KEY
from tests import factories
from tests.benchmark_world import filled, published
from tests.portal import OURS

PNG = b"\x89PNG\r\n\x1a\n picture"
AT = factories.CAMPAIGN


@pytest.fixture
def house(portal_app):
    return portal_app.extensions[KEY].resources


def public(app, path="/evaluacion", status=200):
    page = app.test_client().get(path)
    assert page.status_code == status
    return page.get_data(as_text=True)


def draft(house, year=2021):
    with house.database.transaction() as session:
        filled(session, year, at=AT)


def propose(person, reason="Acuerdo 31"):
    person.open("/oficina/evaluacion/2021")
    return person.send("/oficina/evaluacion/2021/publicar", status=303, reason=reason).follow()


def second_person(enter, portal_app, username="directora"):
    from decide.accounts import actions as accounts
    from decide.accounts.roles import Role
    from tests.portal import PASSPHRASE

    resources = portal_app.extensions[KEY].resources
    with resources.database.transaction() as session:
        row = accounts.create_account(
            session, username=username, person="Persona directora", role=Role.ADMINISTRATOR,
            actor_id=None, at=factories.BEFORE, by=None,
        )  # fmt: skip
        accounts.set_passphrase(
            session, resources.settings, row.id, PASSPHRASE, at=factories.BEFORE, by=None
        )
    return enter(username, door="/oficina")


def test_a_year_begins_with_the_shipped_questions_and_portals_are_added(enter, portal_app):
    loader = enter("textos", door="/oficina")
    loader.open("/oficina/evaluacion")
    assert "Todavía no hay ninguna" in loader.text
    loader.send("/oficina/evaluacion", status=422, year="dos mil")
    assert 'value="dos mil"' in loader.html
    loader.send("/oficina/evaluacion", status=303, year="2021").follow()
    assert "Falta el portal propio" in loader.text
    path = "/oficina/evaluacion/2021/portales"
    wrong = {"portal_name": "Decide <b>", "portal_address": "decide.mx", "portal_code": "propio"}
    loader.send(path, status=422, **wrong)
    assert "Escriba la dirección completa" in loader.text
    assert "Decide &lt;b&gt;" in loader.html
    right = wrong | {"portal_address": "https://decide.mx"}
    loader.send(path, status=303, portal_own="1", **right).follow()
    other = {"portal_name": "Portal A", "portal_address": "https://a.mx", "portal_code": "A"}
    loader.send(path, status=422, portal_own="1", **other)
    assert "Ya hay un portal propio" in loader.text
    loader.open("/oficina/evaluacion/2021").send(path, status=303, **other).follow()
    assert loader.text.count("0 de 30") == 2
    loader.open("/oficina/evaluacion").send("/oficina/evaluacion", status=409, year="2021")
    assert "ya existe" in loader.text
    loader.send("/oficina/evaluacion", status=303, year="2022").follow()
    assert "Portal A" in loader.text  # the next year begins with the portals of this one


def portal_path(person, name):
    person.open("/oficina/evaluacion/2021")
    (path,) = re.findall(rf'href="(/oficina/evaluacion/portales/\d+)">{name}<', person.html)
    return path


def test_answers_come_with_evidence_and_nothing_typed_is_lost(enter, house, portal_app):
    with house.database.transaction() as session:
        actions.start(session, 2021, at=AT, by=None)
        actions.add_portal(
            session, 2021, code="propio", name="Decide", address="https://d.mx", own=True, at=AT,
            by=None,
        )  # fmt: skip
    loader = enter("textos", door="/oficina")
    path = portal_path(loader, "Decide")
    form = loader.open(f"{path}?seccion=1").form(f"{path}?seccion=1")
    typed = {"level-1.1": "2", "note-1.1": "<script>1</script>", "note-1.2": "sin respuesta",
             "link-1.1": "sin esquema"}  # fmt: skip
    loader.send(f"{path}?seccion=1", status=422, **typed)
    assert "Elija una respuesta" in loader.text
    assert "&lt;script&gt;1&lt;/script&gt;" in loader.html
    typed |= {"note-1.2": "", "link-1.1": "https://d.mx/inicio", "level-1.3": "na"}
    for body, status in ((b"MZ evil", 422), (PNG, 303)):
        answer = loader.client.post(
            form["action"],
            data=form["fields"] | typed | {"file-1.1": (io.BytesIO(body), "x.exe")},
            headers=OURS,
        )
        assert answer.status_code == status, answer.get_data(as_text=True)[:3000]
    assert answer.headers["Location"].endswith("seccion=2")
    loader.open(path)
    assert "2 de 30" in loader.text
    (file,) = re.findall(r'href="(/oficina/evaluacion/evidencias/\d+)"', loader.html)
    got = loader.client.get(file)
    assert (got.get_data(), got.headers["Content-Type"]) == (PNG, "application/octet-stream")
    got.close()
    public(portal_app, file.removeprefix("/oficina"), status=404)  # a draft is the office's alone
    # A form that was opened before somebody else saved keeps what was chosen and says so.
    stale = loader.client.post(
        form["action"], data=form["fields"] | {"level-1.4": "1"}, headers=OURS
    )
    assert stale.status_code == 409
    assert "Otra persona cambió estas respuestas" in stale.get_data(as_text=True)
    with house.database.reading() as session:
        (own,) = queries.whole(session, 2021).portals
        assert set(own.answers) == {"1.1", "1.3"}
        assert own.answers["1.3"].level is None
        assert own.score.total == 100
    watcher = enter("mirada", door="/oficina").open(path)
    assert "Guardar y seguir" not in watcher.text
    assert "En parte" not in watcher.text


def test_it_takes_two_people_to_publish_and_then_nothing_changes(enter, house, portal_app):
    draft(house)
    with house.database.transaction() as session:
        for _ in range(12):
            session.add(SurveyAnswer(day=AT.date(), occasion=Occasion.SITE, score=4, text=""))
    assert "Todavía no hay una evaluación" in public(portal_app)
    public(portal_app, "/evaluacion/2021", status=404)
    public(portal_app, "/evaluacion/2021/puntajes.csv", status=404)
    boss = enter("jefa", door="/oficina")
    propose(boss)
    change = boss.path
    boss.post(f"{change}/aprobar", status=303)
    assert "otra persona" in boss.follow().text
    assert "Todavía no hay una evaluación" in public(portal_app)
    other = second_person(enter, portal_app).open(change)
    other.send(f"{change}/aprobar", status=303)
    page = public(portal_app)
    assert "Evaluación del portal 2021" in page
    assert "4.0" in page  # the survey of that year came with it
    assert "12 respuestas" in page
    assert "Explicar en la portada" in page
    assert page.count('<svg class="chart"') == 1  # one year is no line of years
    with house.database.transaction() as session, pytest.raises(Conflict):
        filled(session, 2021, at=AT)
    trail = boss.open("/oficina/bitacora").text
    for words in ("Publicó una evaluación del portal", "Cambió el plan de mejora"):
        assert words in trail
    # The plan goes on; a correction takes two people again.
    boss.open("/oficina/evaluacion/2021/plan/1")
    boss.send("/oficina/evaluacion/2021/plan/1", status=422, due_on="pronto")
    assert "Escriba la fecha así" in boss.text
    boss.open("/oficina/evaluacion/2021/plan/1").send(status=303, state="done")
    assert "Cumplida" in public(portal_app)
    propose(boss, "Corregir 3.1")
    other.open(boss.path).send(f"{boss.path}/aprobar", status=303)
    public(portal_app, "/evaluacion/2021", status=404)


def test_an_incomplete_year_is_not_published(enter, house):
    with house.database.transaction() as session:
        actions.start(session, 2021, at=AT, by=None)
    boss = enter("jefa", door="/oficina").open("/oficina/evaluacion/2021")
    assert "Falta el portal propio" in boss.text
    boss.post("/oficina/evaluacion/2021/publicar", status=422, reason="Ya")
    with house.database.transaction() as session, pytest.raises(Exception, match="Falta el portal"):
        actions.publish(session, 2021, at=AT, by=1, reason="Ya")


def test_few_answers_to_the_survey_are_not_told(house, portal_app):
    with house.database.transaction() as session:
        session.add(SurveyAnswer(day=AT.date(), occasion=Occasion.SITE, score=1, text=""))
        published(session, 2021, at=AT)
    assert "satisfacción" not in public(portal_app)


def test_years_are_compared_and_the_files_come_back_in(house, portal_app, tmp_path):
    with house.database.transaction() as session:
        published(session, 2019, 2020, at=AT)
        filled(session, 2021, at=AT)
    page = public(portal_app)
    assert page.count('<svg class="chart"') == 2
    old = public(portal_app, "/evaluacion/2019")
    assert "Evaluación del portal 2019" in old
    with house.database.reading() as session:
        totals = dict(queries.own_totals(session))
        before = queries.answer_entries(session), queries.question_entries(session)
    for year in (2019, 2020):  # the chart and its table say the same
        assert page.count(f">{totals[year]:.1f}<") >= 2
    client = portal_app.test_client()
    rows = list(csv.DictReader(io.StringIO(public(portal_app, "/evaluacion/2020/puntajes.csv"))))
    assert len(rows) == 3 * 9
    total = next(each for each in rows if each["seccion_evaluada"] == "Total")
    assert float(total["puntaje"]) == round(totals[2020], 1)
    assert client.get("/evaluacion/2020/puntajes.xlsx").get_data()[:2] == b"PK"
    assert client.get("/evaluacion/2020/otro.csv").status_code == 404
    # A draft's own files, taken out and brought in again, change nothing; without them, all of it.
    from decide.opendata.benchmark import file_of
    from decide.opendata.formats import Format

    for form in (Format.CSV, Format.XLSX):
        for name in ("preguntas", "respuestas"):
            path = tmp_path / f"{name}.{form}"
            with house.database.reading() as session:
                path.write_bytes(file_of(session, 2021, name, form))
            plan = command.import_file(house, None, path, dry_run=True).plan
            assert (plan.problems, plan.create, plan.change) == ((), (), ())
            assert plan.unchanged in (30, 90)
    with house.database.transaction() as session:
        empty(session, 2021)
    for name in ("preguntas", "respuestas"):
        report = command.import_file(house, None, tmp_path / f"{name}.xlsx", dry_run=False)
        assert report.run is not None
    with house.database.reading() as session:
        assert (queries.answer_entries(session), queries.question_entries(session)) == before


def test_the_demonstration_shows_two_years_of_invented_portals(house, portal_app):
    with house.database.transaction() as session:
        benchmarks(session, AT.date(), at=AT)
    page = public(portal_app)
    assert "Evaluación del portal 2020" in page
    assert page.count('<svg class="chart"') == 2
    assert {"Portal A (inventado)", "Portal B (inventado)"} <= set(
        re.findall(r">(Portal [AB] \(inventado\))<", page)
    )


def empty(session: Session, year):
    """Forget a year."""
    entries = [each for each in queries.answer_entries(session).values() if each.year == year]
    actions.remove_answers(session, entries, at=AT, by=None)
    asked = [each for each in queries.question_entries(session).values() if each.year == year]
    actions.remove_questions(session, asked, at=AT, by=None)
    session.execute(text("DELETE FROM benchmark_portal WHERE benchmark_id = (SELECT id"
                         " FROM benchmark WHERE year = :year)"), {"year": year})  # fmt: skip


FAULTS = {
    "preguntas": (
        ("anio,clave,seccion_evaluada,pregunta,peso,escala\n"
        "2020,1,S,P,1,No/Sí\n"
        "2021,A,S,P,1,No/Sí\n"
        "2021,2,S,P,0,No/Sí\n"
        "2021,3,S,P,1,Sí\n"
        "21,4,,P,1,No/Sí\n"),
        [(2, "anio"), (3, "clave"), (4, "peso"), (5, "escala"), (6, "anio"),
         (6, "seccion_evaluada")],
    ),
    "respuestas": (
        ("anio,portal,nombre_portal,direccion,propio,clave,respuesta,evidencia,enlace\n"
        "2021,A,Portal A,a.mx,no,1.1,Sí,,\n"
        "2021,A,Portal A,https://a.mx,quizá,1.1,Sí,,\n"
        "2021,A,Portal A,https://a.mx,no,9.9,Sí,,\n"
        "2021,A,Portal A,https://a.mx,no,1.1,Tal vez,,javascript:x\n"
        "2022,A,Portal A,https://a.mx,no,1.1,Sí,,\n"),
        [(2, "direccion"), (3, "propio"), (4, "clave"), (5, "enlace"), (5, "respuesta"),
         (6, "clave")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_of_a_list_is_named(house, tmp_path, name):
    with house.database.transaction() as session:
        published(session, 2020, at=AT)
        filled(session, 2021, at=AT)
    told, faults = FAULTS[name]
    path = tmp_path / "lista.csv"
    path.write_text(told, encoding="utf-8")
    plan = command.import_file(house, f"evaluacion-{name}", path, dry_run=True).plan
    assert sorted((each.row, each.column) for each in plan.problems) == faults


def test_a_portal_is_taken_out_after_being_asked(enter, house):
    draft(house)
    loader = enter("textos", door="/oficina")
    path = portal_path(loader, "Portal B")
    loader.open(f"{path}/quitar")
    assert "sus 30 respuestas" in loader.text
    loader.send(f"{path}/quitar", status=303).follow()
    assert "Portal B" not in loader.text


def test_the_command_starts_tells_and_exports(house, portal_database, settings, tmp_path):
    from click.testing import CliRunner

    from decide.cli.benchmark import benchmark_group

    runner = CliRunner(env={
        "DATABASE_URL": portal_database, "REDIS_URL": settings.redis_url,
        "QUEUE_URL": settings.queue_url, "SECRET_KEY": "x" * 40, "PROCESS_KEY": "y" * 40,
        "FILES_FOLDER": str(tmp_path / "files"),
    })  # fmt: skip
    done = runner.invoke(benchmark_group, ["start", "2021"])
    assert done.exit_code == 0, done.output
    assert runner.invoke(benchmark_group, ["start", "2021"]).exit_code == 1
    draft(house)
    done = runner.invoke(benchmark_group, ["export", "2021", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert len(list((tmp_path / "out").iterdir())) == 3
    told = runner.invoke(benchmark_group, ["scores", "2021"])
    assert "Portal A: " in told.output
    assert "(30 de 30)" in told.output
