"""The page cache: one rendering per edition, and nothing that is not for everybody."""

import gzip
from functools import partial
from threading import Barrier, Event, Lock, Thread
from time import sleep

import pytest

from decide.kernel.notes import ANY, Touches, note, vouch
from decide.web.shared.pagecache import LARGEST, Edition, PageCache, key_of
from decide.web.shared.turns import Turns

HTML = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "public, max-age=30")]


class Site:
    """An application that counts how often it is asked."""

    def __init__(self):
        self.asked = []
        self.status = "200 OK"
        self.headers = HTML
        self.body = [b"<p>", b"Hola" * 50]
        self.closed = 0
        self.shows = ()

    def __call__(self, environ, start_response):
        self.asked.append(environ)
        if self.shows:
            vouch()
            note(*self.shows)
        start_response(self.status, list(self.headers))
        return Body(self)


class Body(list):
    def __init__(self, site):
        super().__init__(site.body)
        self.site = site

    def close(self):
        self.site.closed += 1


class Visitor:
    """A browser in front of a cache in front of `site`."""

    def __init__(self, site, limit=10**6, shelf=None, turns=None):
        self.site = site
        self.edition = 1
        self.phases = "campaign"
        self.touched = {}  # tag → number; without one, each number touches everything
        self.cache = PageCache(site, self.now, limit=limit, shelf=shelf, turns=turns)

    def now(self):
        if self.edition is None:
            return None
        latest = {ANY: 0, **self.touched} if self.touched else {ANY: self.edition}
        return Edition(self.edition, self.phases, Touches("era", self.edition, latest))

    def get(self, path="/", query="", method="GET", **headers):
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
        }
        said = []
        chunks = self.cache(environ, lambda status, told, exc=None: said.append((status, told)))
        body = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        status, told = said[-1]
        return status[:3], dict(told), body


@pytest.fixture
def site():
    return Site()


@pytest.fixture
def visitor(site):
    return Visitor(site)


def test_a_page_is_rendered_once_for_all(site, visitor):
    first, second = visitor.get("/"), visitor.get("/", cookie="d=something")
    assert first == second
    assert first[2] == b"<p>" + b"Hola" * 50
    assert len(site.asked) == 1
    assert site.closed == 1


def test_another_edition_renders_it_anew(site, visitor):
    visitor.get("/")
    visitor.edition = 2
    site.body = [b"Adios"]
    assert visitor.get("/")[2] == b"Adios"
    assert len(site.asked) == 2


def test_a_page_is_made_anew_for_what_it_shows_and_for_nothing_else(site, visitor):
    site.shows = ("proposal:7", "candidacy")
    visitor.touched = {"proposal:7": 1}
    visitor.get("/")
    visitor.edition, visitor.touched = 2, {"proposal:7": 1, "proposal:8": 2}
    visitor.get("/")
    assert len(site.asked) == 1
    visitor.edition, visitor.touched = 3, {"proposal:7": 3, "proposal:8": 2}
    visitor.get("/")
    assert len(site.asked) == 2
    visitor.edition, visitor.touched = 4, {"proposal:7": 3, ANY: 4}
    visitor.get("/")
    assert len(site.asked) == 3


def test_what_nobody_vouches_for_is_made_anew_after_each_change(site, visitor):
    visitor.touched = {"another": 1}
    visitor.get("/")
    visitor.edition = 2
    visitor.get("/")
    assert len(site.asked) == 2


def test_another_phase_makes_it_anew_whatever_it_shows(site, visitor):
    site.shows = visitor.touched = {"proposal:7": 1}
    visitor.get("/")
    visitor.phases = "silence"
    visitor.get("/")
    assert len(site.asked) == 2


def test_a_page_that_is_spared_for_an_hour_is_made_anew_at_the_next_touch(
    site, visitor, monkeypatch
):
    site.shows = visitor.touched = {"proposal:7": 1}
    visitor.get("/")
    monkeypatch.setattr("decide.web.shared.pagecache.LONGEST", 0.0)
    visitor.get("/")
    assert len(site.asked) == 1
    visitor.edition, visitor.touched = 2, {"proposal:8": 2}
    visitor.get("/")
    assert len(site.asked) == 2


class OneShelf:
    """A shelf in memory."""

    def __init__(self):
        self.pages = {}
        self.asked = []

    def find(self, key, edition):
        self.asked.append(key)
        page = self.pages.get(key)
        return page if page is not None and page.is_good(edition) else None

    def put(self, key, page):
        self.pages[key] = page


def test_what_one_process_made_the_others_find(site):
    shelf = OneShelf()
    first, second = Visitor(site, shelf=shelf), Visitor(site, shelf=shelf)
    answer = first.get("/")
    assert second.get("/") == second.get("/") == answer
    assert len(site.asked) == 1
    assert shelf.asked == ["/", "/"], "a page in memory asks nobody"
    first.edition = second.edition = 2
    assert second.get("/") == first.get("/") == answer
    assert len(site.asked) == 2


def test_a_page_made_across_an_edge_of_the_calendar_is_not_shared(site):
    shelf = OneShelf()
    visitor = Visitor(site, shelf=shelf)
    made = site.__call__

    class Slow(Site):
        def __call__(self, environ, start_response):
            visitor.phases = "silence"
            return made(environ, start_response)

    visitor.cache._application = Slow()
    visitor.get("/")
    assert shelf.pages == {}


def test_the_shelf_is_not_asked_for_what_is_for_one_person(site):
    shelf = OneShelf()
    visitor = Visitor(site, shelf=shelf)
    for path in ("/partido/propuestas", "/oficina", "/static/css/site.css"):
        visitor.get(path)
    assert (shelf.asked, shelf.pages) == ([], {})


def test_who_holds_the_page_already_gets_no_body(visitor):
    etag = visitor.get("/")[1]["ETag"]
    status, headers, body = visitor.get("/", if_none_match=etag)
    assert (status, body) == ("304", b"")
    assert headers["ETag"] == etag
    assert "Content-Type" not in headers
    assert visitor.get("/", if_none_match='"another"')[0] == "200"


def test_the_first_to_ask_may_hold_an_older_page_without_emptying_the_cache(site, visitor):
    assert visitor.get("/", if_none_match='"old"')[0] == "200"
    assert "HTTP_IF_NONE_MATCH" not in site.asked[0]


def test_packed_for_those_who_can_unpack(visitor):
    _, plain, whole = visitor.get("/")
    _, packed, small = visitor.get("/", accept_encoding="gzip, br")
    assert gzip.decompress(small) == whole
    assert packed["Content-Encoding"] == "gzip"
    assert packed["Content-Length"] == str(len(small))
    assert plain["Vary"] == packed["Vary"] == "Accept-Encoding"
    assert packed["ETag"] != plain["ETag"]
    assert visitor.get("/", if_none_match=packed["ETag"])[0] == "304"


def test_a_head_request_is_answered_from_the_page(visitor):
    whole = visitor.get("/")
    status, headers, body = visitor.get("/", method="HEAD")
    assert (status, body) == ("200", b"")
    assert headers["Content-Length"] == str(len(whole[2]))


@pytest.mark.parametrize(
    "headers",
    [
        [("Content-Type", "text/html"), ("Cache-Control", "no-store")],
        [*HTML, ("Set-Cookie", "d=1")],
        [*HTML, ("Vary", "Cookie")],
        [*HTML, ("Content-Encoding", "gzip")],
    ],
)
def test_what_is_not_the_same_for_everybody_is_never_kept(site, visitor, headers):
    site.headers = headers
    visitor.get("/")
    visitor.get("/")
    assert len(site.asked) == 2
    assert site.closed == 2


@pytest.mark.parametrize("status", ["404 NOT FOUND", "302 FOUND", "206 PARTIAL CONTENT"])
def test_only_whole_answers_are_kept(site, visitor, status):
    site.status = status
    visitor.get("/")
    assert visitor.get("/")[0] == status[:3]
    assert len(site.asked) == 2


def test_posts_pass_untouched(site, visitor):
    visitor.get("/")
    visitor.get("/", method="POST")
    assert [each["REQUEST_METHOD"] for each in site.asked] == ["GET", "POST"]


def test_when_the_application_fails_the_last_good_page_serves(site, visitor):
    good = visitor.get("/")
    visitor.edition = 2
    site.status, site.body = "503 SERVICE UNAVAILABLE", [b"Vuelva"]
    assert visitor.get("/") == good
    assert visitor.get("/never-seen")[0] == "503"


def test_a_page_the_calendar_hides_is_not_served_from_memory(site, visitor):
    visitor.get("/")
    visitor.edition = 2
    site.status, site.body = "404 NOT FOUND", [b"Cerrado"]
    assert visitor.get("/")[0] == "404"


def test_without_an_edition_nothing_is_kept(site, visitor):
    visitor.edition = None
    visitor.get("/")
    visitor.get("/")
    assert len(site.asked) == 2


def test_a_long_answer_passes_as_it_comes(site, visitor):
    site.body = [b"x" * 1_500_000, b"y" * 1_500_000, b"z"]
    assert sum(map(len, site.body)) > LARGEST
    assert len(visitor.get("/")[2]) == 3_000_001
    visitor.get("/")
    assert len(site.asked) == 2
    assert site.closed == 2


def test_memory_is_bounded_and_the_used_page_stays(site):
    visitor = Visitor(site, limit=12_000)
    site.body = [bytes(range(256)) * 4]
    for number in range(50):
        visitor.get("/")
        visitor.get("/rubbish", query=f"q={number}")
    assert visitor.cache._size <= 12_000
    assert sum(each["PATH_INFO"] == "/" for each in site.asked) == 1


def test_addresses_that_mean_the_same_are_kept_once():
    def key(query):
        return key_of({"PATH_INFO": "/candidaturas", "QUERY_STRING": query})

    assert key("a=1&b=2") == key("b=2&a=1")
    assert key("a=1&utm_source=x&fbclid=y") == key("a=1")
    assert key("utm_source=x") == key("")
    assert key("a=1") != key("a=2")
    assert key("a=1%262") != key("a=1&2")


def test_threads_share_one_page(site, visitor):
    barrier = Barrier(8)
    answers = []

    def visit():
        barrier.wait()
        answers.extend(visitor.get("/")[2] for _ in range(50))

    threads = [Thread(target=visit) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert set(answers) == {b"<p>" + b"Hola" * 50}
    assert len(site.asked) <= 8


class Slow(Site):
    """Notes how many pages are being made at once; `/hangs` waits until it is let go."""

    def __init__(self):
        super().__init__()
        self.lock, self.now_made, self.most = Lock(), 0, 0
        self.let_go = Event()

    def __call__(self, environ, start_response):
        with self.lock:
            self.now_made += 1
            self.most = max(self.most, self.now_made)
        self.let_go.wait(5 if environ["PATH_INFO"] == "/hangs" else 0.01)
        with self.lock:
            self.now_made -= 1
        return super().__call__(environ, start_response)


def together(visits):
    threads = [Thread(target=each) for each in visits]
    for each in threads:
        each.start()
    return threads


def test_pages_are_made_in_turn_and_whoever_waits_for_the_same_one_gets_it():
    site = Slow()
    visitor = Visitor(site, turns=Turns(2, patience=5))
    paths = [f"/{number % 4}" for number in range(12)]
    for each in together([partial(visitor.get, path) for path in paths]):
        each.join()
    assert site.most == 2
    assert len(site.asked) <= 8  # two may have begun the same page at once; nobody else did


def test_nobody_stands_for_long_behind_a_page_that_hangs():
    site = Slow()
    visitor = Visitor(site, turns=Turns(1, patience=0.05))
    hanging = together([partial(visitor.get, "/hangs")])
    while not site.now_made:
        sleep(0.001)
    assert visitor.get("/other")[0] == "200"
    site.let_go.set()
    hanging[0].join()
    assert visitor.get("/third")[0] == "200"
