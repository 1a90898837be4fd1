"""Visits from the request to the published figure: exact, once, and forgetful of persons."""

import os
import random
import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from decide.kernel.clock import FrozenClock
from decide.kernel.embedded import EmbeddedValkey
from decide.kernel.redis import connect
from decide.kernel.resources import open_resources
from decide.opendata.statistics import day_rows, view_rows
from decide.statistics import settle as settling
from decide.statistics.funnel import Funnel
from decide.statistics.models import ClosedDay, VisitBatch, VisitCount
from decide.statistics.pages import page_of
from decide.statistics.queries import funnel_of, report
from decide.statistics.sources import Source, is_robot, source_of
from decide.statistics.tally import EVERY, OPEN, Tally, View
from decide.web.shared.counting import FOUND, NOTHING, Counting
from tests import factories
from tests.opinions import speak

VISITS = int(os.environ.get("VISITS", "8000"))
ZONE = "America/Mexico_City"
MONDAY = datetime(2021, 5, 3, 12, tzinfo=UTC)
PHONE = "Mozilla/5.0 (Linux; Android 13; phone {n}) AppleWebKit/537.36 Chrome/124.0 Mobile"
PATHS = (
    "/", "/", "/", "/municipios/106", "/municipios/33", "/distritos/2", "/candidaturas/81",
    "/actores/lucero", "/quitadudas/planilla", "/quitadudas", "/resultados/municipios/106",
    "/datos/resultados/votos.csv", "/oficina", "/static/css/site.css", "/candidaturas",
)  # fmt: skip
QUERIES = ("", "", "", "utm_medium=qr", "utm_medium=embed", "utm_source=radio", "pagina=2")
REFERERS = (
    "",
    "",
    "https://www.google.com/",
    "https://t.co/x",
    "https://decide.example/municipios",
)
ROBOT = "Googlebot/2.1 (+http://www.google.com/bot.html)"
VIEW = View("/", "", "", "", "", "decide.example", in_vain=False)


@pytest.fixture
def clock():
    return FrozenClock(MONDAY)


@pytest.fixture
def house(settings, clock):
    """Resources by a clock that the test moves."""
    opened = open_resources(settings, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def tally(house, clock):
    """The tally of one worker; the test sends what it noted, no timer does."""
    made = Tally(house.queue, lambda: clock.instant, ZONE)
    made._wake = lambda seconds: None
    return made


def page(environ, start_response):
    """An application that has every page."""
    start_response("200 OK", [("Content-Type", "text/html")])
    return [b"<p>"]


def empty_list(environ, start_response):
    """A search that found nothing."""
    start_response("200 OK", [("Content-Type", "text/html"), (FOUND, NOTHING)])
    return [b"<p>"]


def visit(door, path, *, query="", referer="", agent=PHONE, address="189.128.1.1", method="GET"):
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query,
        "HTTP_REFERER": referer, "HTTP_USER_AGENT": agent, "REMOTE_ADDR": address,
        "HTTP_HOST": "decide.example",
    }  # fmt: skip
    return door(environ, lambda status, headers, exc_info=None: None)


def counts(resources):
    with resources.database.reading() as session:
        return {
            (row.day, row.hour, row.kind, row.item, row.source): row.views
            for row in session.scalars(select(VisitCount))
        }


def keys_for_the_week(redis):
    """Fixed keys, so that the sketches come out the same each time."""
    for day in range(9):
        name = (MONDAY + timedelta(days=day)).date().isoformat()
        redis.set(f"visits:key:{name}", bytes([day]) * 32)


def test_a_week_of_visits_is_counted_exactly_and_visitors_within_two_in_a_hundred(
    house, clock, tally
):
    chance = random.Random(7)
    keys_for_the_week(house.queue)
    door = Counting(page, tally)
    sent, people = Counter(), {}
    hours = 7 * 24
    for hour in range(hours):
        clock.instant = MONDAY + timedelta(hours=hour)
        local = clock.instant.astimezone(factories.ZONE)
        for _ in range(VISITS // hours):
            path, query = chance.choice(PATHS), chance.choice(QUERIES)
            referer = chance.choice(REFERERS)
            number = chance.randrange(VISITS // 3)
            agent = ROBOT if chance.random() < 0.2 else PHONE.format(n=number)
            address = f"10.{number % 250}.{number // 250 % 250}.7"
            visit(door, path, query=query, referer=referer, agent=agent, address=address)
            seen = page_of(path)
            if seen is None:
                continue
            source = (
                Source.ROBOT if is_robot(agent) else source_of(query, referer, "decide.example")
            )
            sent[local.date(), local.hour, seen.kind, seen.item, source] += 1
            if source is not Source.ROBOT:
                people.setdefault(local.date(), set()).add(number)
        tally.flush()
        if chance.random() < 0.3:
            settling.settle(house)
    clock.instant = MONDAY + timedelta(days=8)
    settling.settle(house)
    settling.close_days(house)
    counted = counts(house)
    wrong = {key: (counted.get(key), sent.get(key)) for key in counted.keys() | sent.keys()}
    wrong = {key: pair for key, pair in wrong.items() if pair[0] != pair[1]}
    assert not wrong, list(wrong.items())[:5]
    assert sum(sent.values()) > VISITS / 2
    with house.database.reading() as session:
        closed = {row.day: row.visitors for row in session.scalars(select(ClosedDay))}
    assert closed.keys() == people.keys()
    for day, seen in people.items():
        assert abs(closed[day] - len(seen)) <= max(1, 0.02 * len(seen)), day


def test_a_batch_that_was_added_before_its_worker_died_is_not_added_again(house, clock, tally):
    visit(Counting(page, tally), "/municipios/106")
    tally.flush()
    settling.set_apart(house.queue)
    (name,) = house.queue.keys("visits:batch:*")
    fields = house.queue.hgetall(name)
    with house.database.transaction() as session:
        assert settling.add_batch(session, name.decode(), fields, at=clock.instant)
    # The worker dies here, before it deletes the batch.
    settling.settle(house)
    assert list(counts(house).values()) == [1]
    assert house.queue.keys("visits:batch:*") == []


def test_two_workers_that_settle_at_once_add_every_visit_once(house, tally):
    door = Counting(page, tally)
    for _ in range(20):
        for number in range(50):
            visit(door, f"/municipios/{number}")
        tally.flush()
        settling.set_apart(house.queue)
    workers = [threading.Thread(target=settling.settle, args=(house,)) for _ in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert sum(counts(house).values()) == 1000
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(VisitBatch)) == 20


def test_while_redis_is_away_visits_wait_and_none_is_lost_or_doubled(clock, tmp_path):
    with EmbeddedValkey(tmp_path / "v", durable=False) as server:
        redis = connect(server.url(1), timeout=20.0)
        tally = Tally(redis, lambda: clock.instant, ZONE)
        tally._wake = lambda seconds: None
        door = Counting(page, tally)
        visit(door, "/municipios/1")
        tally.flush()
        server.stop()
        for _ in range(3):
            visit(door, "/municipios/1")
            tally.flush()
        server.start()
        tally.flush()
        # This server forgets what it held when it is stopped; what waited outside came in.
        assert [int(views) for views in redis.hgetall(OPEN).values()] == [3]
        redis.close()


def test_two_visits_that_wake_the_tally_in_the_same_instant_both_get_their_page(
    house, clock, monkeypatch
):
    # Once in some 14,000 requests one of them began the other's timer again: a 500.
    tally = Tally(house.queue, lambda: clock.instant, ZONE)
    made = []

    class Overtaken(threading.Timer):
        """Just before the first begins, another request that saw no timer either makes its own."""

        def __init__(self, *told):
            super().__init__(*told)
            made.append(self)

        def __setattr__(self, name, value):
            super().__setattr__(name, value)
            if name == "daemon" and made == [self]:
                other = threading.Thread(target=tally._wake, args=(EVERY,))
                other.start()
                other.join()

    monkeypatch.setattr("decide.statistics.tally.threading.Timer", Overtaken)
    try:
        tally.note(VIEW)
        assert [each.is_alive() for each in made] == [True, True]
    finally:
        tally.close()
    assert list(house.queue.hgetall(OPEN).values()) == [b"1"]


def test_a_view_is_answered_though_the_system_has_no_thread_to_give(house, clock, monkeypatch):
    tally = Tally(house.queue, lambda: clock.instant, ZONE)
    with monkeypatch.context() as poor:
        poor.setattr("threading.Thread.start", no_thread)
        tally.note(VIEW)
    tally.note(VIEW)
    tally.close()
    assert list(house.queue.hgetall(OPEN).values()) == [b"2"]


def no_thread(_thread):
    """What Python says then."""
    raise RuntimeError("can't start new thread")


def test_of_a_visitor_nothing_is_kept_and_the_day_takes_its_key_along(house, clock, tally):
    canaries = ("203.0.113.77", "CanaryBrowser/9.9 on a phone of the canary", "canary.example")
    visit(
        Counting(page, tally), "/municipios/106", agent=canaries[1], address=canaries[0],
        referer=f"https://{canaries[2]}/nota", query="utm_source=canary.example",
    )  # fmt: skip
    tally.flush()
    dump = b"".join(house.queue.dump(key) or b"" for key in house.queue.keys("*"))
    settling.settle(house)
    kept = repr(counts(house)).encode()
    for canary in canaries:
        assert canary.encode() not in dump
        assert canary.encode() not in kept
    assert len(house.queue.keys("visits:*")) == 2  # the sketch and its key
    assert house.queue.ttl("visits:key:2021-05-03") > 0
    assert house.queue.ttl("visits:seen:2021-05-03") > 0
    clock.move(days=1)
    settling.close_days(house)
    assert house.queue.keys("visits:*") == []


def test_the_ledgers_redis_is_never_touched(house, tally):
    for _ in range(50):
        visit(Counting(page, tally), "/")
    tally.flush()
    settling.settle(house)
    assert house.ledger.dbsize() == 0


def test_a_day_is_closed_once_and_only_when_it_is_over(house, clock, tally):
    visit(Counting(page, tally), "/")
    tally.flush()
    settling.settle(house)
    assert settling.close_days(house) == 0
    clock.instant = datetime(2021, 5, 4, 5, 5, tzinfo=UTC)  # 00:05, summer time
    assert settling.close_days(house) == 0, "the slowest worker may still be sending"
    clock.move(minutes=6)
    assert settling.close_days(house) == 1
    assert settling.close_days(house) == 0
    clock.move(days=3)
    assert settling.close_days(house) == 3, "days without a visit are days too"


def test_visits_are_told_by_day_and_hour_of_the_authority(house, clock, tally):
    clock.instant = datetime(2021, 5, 4, 4, 30, tzinfo=UTC)
    visit(Counting(page, tally), "/")
    tally.flush()
    settling.settle(house)
    assert [each[:2] for each in counts(house)] == [(date(2021, 5, 3), 23)]


@pytest.mark.parametrize(
    "told",
    [{"method": "POST"}, {"method": "HEAD"}, {"path": "/oficina"}, {"path": "/reacciones/4"}],
)
def test_what_nobody_looked_at_is_not_counted(house, tally, told):
    visit(Counting(page, tally), **({"path": "/"} | told))
    tally.flush()
    assert house.queue.hlen(OPEN) == 0


def test_pages_from_memory_pages_not_modified_and_searches_in_vain_are_counted(
    settings, resources, app
):
    with resources.database.transaction() as session:
        factories.small_world(session)
    tally = app.extensions["visits"]
    tally._wake = lambda seconds: None
    browser = app.test_client()
    agent = {"User-Agent": PHONE}
    first = browser.get("/calendario", headers=agent)
    browser.get("/calendario", headers=agent)
    again = browser.get("/calendario", headers=agent | {"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    browser.get("/no-hay", headers=agent)
    browser.get("/calendario", headers=agent | {"Sec-Purpose": "prefetch"})
    for _ in range(2):
        browser.get("/quitadudas?q=zzzzzzzzz", headers=agent)
    tally.flush()
    settling.settle(resources)
    found = Counter()
    for (_, _, kind, item, _), views in counts(resources).items():
        found[kind, item] += views
    assert found["about", ""] == 3
    assert found["in_vain", "glossary"] == 2


def closed_week(house, clock, tally, views=37):
    door = Counting(page, tally)
    for day in range(3):
        clock.instant = MONDAY + timedelta(days=day)
        for number in range(views):
            visit(door, "/municipios/106", agent=PHONE.format(n=number))
        visit(door, "/municipios/33")
        tally.flush()
    settling.settle(house)
    settling.close_days(house)


def test_what_is_published_is_rounded_small_cells_are_not_told_and_today_is_not_there(
    house, clock, tally
):
    closed_week(house, clock, tally)
    with house.database.reading() as session:
        told = report(session)
    assert (told.first, told.last) == (date(2021, 5, 3), date(2021, 5, 4))
    assert [(each.views, each.visitors) for each in told.days] == [(40, 40), (40, 40)]
    assert told.views == 80  # 76 by two days; the third is not over
    assert {each.key: each.views for each in told.places} == {"m106": 70, "m33": None}


# What 12 people and 3 programs open; twice nine is told, once nine is not.
OPENED = {
    "/quitadudas/planilla": "terms", "/quitadudas/coalicion": "terms",
    "/datos/resultados/votos.csv": "downloads", "/municipios/106": "places",
    "/actores/lucero": None, "/candidaturas/81": None, "/propuestas/7": None,
}  # fmt: skip


def test_every_figure_told_is_a_ten_or_not_told_and_none_is_of_an_actor(house, clock, tally):
    door = Counting(page, tally)
    for path in OPENED:
        for number in range(9 if path.endswith("coalicion") else 12):
            visit(door, path, agent=PHONE.format(n=number))
        for _ in range(3):
            visit(door, path, agent=ROBOT)
    for number in range(13):
        visit(Counting(empty_list, tally), "/quitadudas", agent=PHONE.format(n=number % 12))
    tally.flush()
    settling.settle(house)
    clock.instant += timedelta(days=1)
    settling.close_days(house)
    with house.database.reading() as session:
        told = report(session)
        rows = [(each.grupo, each.clave, each.vistas) for each in view_rows(session)]
        days = [(each.vistas, each.visitantes) for each in day_rows(session)]
    assert [(each.key, each.views) for each in told.terms] == [
        ("coalicion", None),
        ("planilla", 10),
    ]
    assert [(each.key, each.views) for each in told.downloads] == [("resultados/votos.csv", 10)]
    assert [(each.key, each.views) for each in told.places] == [("m106", 10)]
    assert [(each.key, each.views) for each in told.in_vain] == [("glossary", 10)]
    assert told.robots == 20  # 21 by programs, in no other figure
    assert days == [(80, 10)]  # 82 views of pages by 12 people; a download is no view
    assert all(views is None or views % 10 == 0 for _, _, views in rows)
    assert ("pagina", "actor", 10) in rows  # all actors together
    for name in ("lucero", "81", "7"):
        assert not any(name == key or f"/{name}" in key for _, key, _ in rows)


def test_sums_of_opinions_are_told_only_while_three_actors_take_part(house, clock, tally):
    with house.database.transaction() as session:
        factories.process(session)
        factories.map_of_the_state(session)
        where = factories.contest(session, municipality=107)
        subjects = []
        for key in ("LUCERO", "RAIZ"):
            head = factories.slate(session, where, factories.actor(session, key))
            subjects.append(factories.proposal(session, head).subject_id)
        said = speak(session, subjects, citizens=40, ideas=25)
    closed_week(house, clock, tally)
    with house.database.transaction() as session:
        few = report(session)
        head = factories.slate(session, where, factories.actor(session, "NOPAL"))
        factories.proposal(session, head)
        many = report(session)
        at_the_office = funnel_of(session, hidden=False)
    assert (few.reactions, few.ideas) == (None, None)
    assert few.views == many.views
    assert few.funnel == Funnel(80, None, None)
    assert many.funnel == at_the_office == Funnel(80, many.reactions, 30)
    assert many.ideas == 30
    assert abs(many.reactions - said.likes(subjects) - said.dislikes(subjects)) <= 5


def test_before_a_day_is_over_there_is_no_report(house):
    with house.database.reading() as session:
        assert report(session) is None
        assert funnel_of(session, hidden=False) is None


def test_how_fast_pages_were_is_counted_by_kind_and_told_after_the_day(
    settings, resources, app, house, clock
):
    with resources.database.transaction() as session:
        factories.small_world(session)
    tally = Tally(house.queue, lambda: clock.instant, ZONE)
    tally._wake = lambda seconds: None
    app.extensions["visits"] = tally
    browser = app.test_client()
    ours = {"User-Agent": PHONE, "Sec-Fetch-Site": "same-origin"}
    for number in range(12):
        told = {"ruta": "/candidaturas/81", "lcp": 900 if number < 9 else 5000, "cls": 0}
        answer = browser.post("/medidas", data=told, headers=ours)
        assert (answer.status_code, answer.get_data()) == (204, b"")
        assert "Set-Cookie" not in answer.headers
    browser.post("/medidas", data=told, headers=ours | {"User-Agent": ROBOT})
    browser.post("/medidas", data=told | {"ruta": "/oficina"}, headers=ours)
    foreign = browser.post("/medidas", data=told, headers=ours | {"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    tally.flush()
    settling.settle(house)
    assert {key[2:4]: views for key, views in counts(house).items()} == {
        ("speed", "candidacy lcp 1000"): 9,
        ("speed", "candidacy lcp 6000"): 3,
        ("speed", "candidacy cls 0.01"): 12,
    }
    clock.move(days=1)
    settling.close_days(house)
    with house.database.reading() as session:
        found = report(session)
    assert found.views is None
    lcp = next(each for each in found.speeds if each.measure == "lcp")
    assert (lcp.kind, lcp.count, lcp.three_quarters, lcp.good) == ("candidacy", 10, 1000, 75)
