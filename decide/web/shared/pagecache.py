"""Public pages kept in memory: rendered once, packed once, answered without Flask.

An edition is what a page may depend on besides its address: the content's revision and the phases
that are open. A page is kept only when the application itself calls it public. When the edition is
another, it is good as long as nothing that it shows was touched since (`kernel.notes`); else it is
asked of the shelf that all processes share, and made anew only when it is not there either. When
the application fails, the last good page goes on serving.
"""

import gzip
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import chain, islice
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import parse_qsl, urlencode

from decide.kernel.notes import ANY, VOUCHED, Touches, collecting
from decide.web.shared.turns import Turns

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]

LARGEST = 2 * 2**20  # bytes of one page; longer answers pass through as they come
LONGEST = 3600.0  # seconds after which a touch of anything makes a page anew: no slip lasts
OVERHEAD = 2048  # bytes that a kept page costs besides its body, roughly
PRESSED = 6  # how hard pages are packed: 9 takes half as long again and saves one byte in 300
PACKED = ("text/", "application/json", "application/atom+xml", "image/svg+xml")
# What advertisers append to addresses: the page is the same, so it is kept once.
NOISE = ("utm_", "fbclid", "gclid", "igshid")
IN_PARTS = "/senas/"
# Log-ins, which are for one person, and files, which cost nothing: the shelf is not asked for them.
NOT_SHARED = ("/partido", "/oficina", "/static/")
OWN = frozenset({"content-length", "etag", "vary", "date"})
# Taken from the request when the application is asked: it gives the whole page, as it is, and
# `sent` compares and packs for each browser.
ASKED_LATER = frozenset(
    {"HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE", "HTTP_ACCEPT_ENCODING"}
)


class Edition(NamedTuple):
    """What pages are made for."""

    revision: int
    phases: Hashable
    touches: Touches


@dataclass(frozen=True, slots=True)
class Kept:
    """A page ready to be sent: `plain` and `packed` bodies, each with its headers.

    It is good for `edition`, and for a later one that spares `tags`.
    """

    edition: Edition
    tags: frozenset[str]
    made: float  # by the monotonic clock
    etag: str
    plain: bytes
    plain_headers: Headers
    packed: bytes
    packed_headers: Headers
    same_headers: Headers  # of “304 Not Modified”

    @property
    def cost(self) -> int:
        """Bytes of memory, roughly."""
        return len(self.plain) + len(self.packed) + OVERHEAD

    def is_good(self, edition: Edition) -> bool:
        """Whether it is still what would be made for a later edition."""
        return (
            self.edition.phases == edition.phases
            and self.edition.touches.era == edition.touches.era
            and edition.touches.spared(self.tags, self.edition.revision)
            and monotonic() - self.made < LONGEST
        )


class Shelf(Protocol):
    """Where all processes put what they made."""

    def find(self, key: str, edition: Edition, /) -> Kept | None:
        """The page that another process made, if it is good for this edition."""

    def put(self, key: str, page: Kept, /) -> None:
        """Let the others have a page."""


class NoShelf:
    """A process that shares nothing."""

    def find(self, _key: str, _edition: Edition) -> Kept | None:
        """Nothing."""
        return None

    def put(self, _key: str, _page: Kept) -> None:
        """Nowhere."""


@dataclass(slots=True)
class Answer:
    """What the application said before its first byte."""

    status: str
    headers: Headers


class PageCache:
    """WSGI middleware. One for each process; its threads share it."""

    def __init__(
        self,
        application: "WSGIApplication",
        edition: Callable[[], Edition | None],
        *,
        limit: int,
        shelf: Shelf | None = None,
        turns: Turns | None = None,
    ) -> None:
        """Keep up to `limit` bytes of pages; while `edition()` is None nothing is kept."""
        self._application = application
        self._edition = edition
        self._shelf = shelf or NoShelf()
        self._limit = limit
        self._pages: OrderedDict[str, Kept] = OrderedDict()
        self._size = 0
        self._lock = Lock()
        self._turns = turns or Turns()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer from memory if a page good for this edition is there; else ask, and keep."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or in_parts(environ):
            return self._application(environ, start_response)
        key = key_of(environ)
        kept = self._pages.get(key)
        edition = self._edition()
        if kept is not None and kept.edition == edition:
            self._used(key)
            return sent(kept, environ, start_response)
        if edition is None:
            return self._application(environ, start_response)
        if good := self._found(key, kept, edition):
            return sent(good, environ, start_response)
        if environ["REQUEST_METHOD"] == "HEAD":
            return self._application(environ, start_response)
        if not self._shares(key):
            return self._asked(environ, start_response, key, edition, kept)
        with self._turns.turn():
            made = self._pages.get(key)  # by whoever had the turn before
            if made is not None and made.edition == edition:
                return sent(made, environ, start_response)
            return self._asked(environ, start_response, key, edition, kept)

    def _found(self, key: str, kept: Kept | None, edition: Edition) -> Kept | None:
        """The page from an earlier edition or from another process, if it is still good."""
        if kept is not None and kept.is_good(edition):
            good = replace(kept, edition=edition)
        elif self._shares(key) and (found := self._shelf.find(key, edition)):
            good = found
        else:
            return None
        self._keep(key, good)
        return good

    def _asked(
        self,
        environ: "WSGIEnvironment",
        start_response: "StartResponse",
        key: str,
        edition: Edition,
        stale: Kept | None,
    ) -> Iterable[bytes]:
        answers: list[Answer] = []

        def begin(
            status: str, headers: Headers, exc_info: object = None
        ) -> Callable[[bytes], object]:
            answers[:] = [Answer(status, list(headers))]
            return refuse_write

        whole = {name: value for name, value in environ.items() if name not in ASKED_LATER}
        with collecting() as noted:
            body = self._application(whole, begin)
            chunks = iter(body)
            # A generator may begin its answer only when it is asked for the first piece.
            gathered = [] if answers else list(islice(chunks, 1))
            answer = answers[0]
            if stale is not None and answer.status.startswith("5"):
                close(body)
                return sent(stale, environ, start_response)
            if not public(answer):
                start_response(answer.status, answer.headers)
                return Passed(gathered, chunks, body)
            size = sum(map(len, gathered))
            for chunk in chunks:
                gathered.append(chunk)
                size += len(chunk)
                if size > LARGEST:
                    start_response(answer.status, answer.headers)
                    return Passed(gathered, chunks, body)
            close(body)
        kept = keepable(answer, b"".join(gathered), edition, tags_of(noted))
        self._keep(key, kept)
        # Not across an edge of the calendar: for another process' clock it may still lie ahead.
        if self._shares(key) and (now := self._edition()) and now.phases == edition.phases:
            self._shelf.put(key, kept)
        return sent(kept, environ, start_response)

    def _shares(self, key: str) -> bool:
        return not key.startswith(NOT_SHARED)

    def _used(self, key: str) -> None:
        try:
            self._pages.move_to_end(key)
        except KeyError:  # another thread dropped it just now
            return

    def _keep(self, key: str, page: Kept) -> None:
        with self._lock:
            old = self._pages.pop(key, None)
            self._pages[key] = page
            self._size += page.cost - (old.cost if old else 0)
            while self._size > self._limit and self._pages:
                _, dropped = self._pages.popitem(last=False)
                self._size -= dropped.cost


class Passed:
    """An answer that is not kept, as it comes; closes what the application gave."""

    def __init__(
        self, gathered: Iterable[bytes], rest: Iterator[bytes], body: Iterable[bytes]
    ) -> None:
        """`gathered` has been taken from `rest` already; both come from `body`."""
        self._chunks = chain(gathered, rest)
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        """The pieces in their order."""
        return self._chunks

    def close(self) -> None:
        """What WSGI asks of every body."""
        close(self._body)


def sent(
    kept: Kept, environ: "WSGIEnvironment", start_response: "StartResponse"
) -> Iterable[bytes]:
    """A kept page to one browser: nothing new, packed, or plain."""
    if kept.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
        start_response("304 Not Modified", kept.same_headers)
        return ()
    packed = kept.packed and "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
    start_response("200 OK", kept.packed_headers if packed else kept.plain_headers)
    if environ["REQUEST_METHOD"] == "HEAD":
        return ()
    return (kept.packed if packed else kept.plain,)


def tags_of(noted: set[str]) -> frozenset[str]:
    """What a page shows; everything, unless somebody vouches for what was noted."""
    return frozenset(noted - {VOUCHED}) if VOUCHED in noted else frozenset((ANY,))


def keepable(
    answer: Answer, body: bytes, edition: Edition, tags: frozenset[str] = frozenset((ANY,))
) -> Kept:
    """The page as it will be sent, with all its headers written once."""
    given = {name.lower(): value for name, value in answer.headers}
    etag = given.get("etag", "").removeprefix("W/").strip('"')
    etag = etag or blake2b(body, digest_size=12).hexdigest()
    others = [(name, value) for name, value in answer.headers if name.lower() not in OWN]
    packs = given.get("content-type", "").startswith(PACKED)
    packed = gzip.compress(body, PRESSED, mtime=0) if packs else b""
    return written(others, etag, body, packed, edition, tags)


def written(
    others: Headers,
    etag: str,
    body: bytes,
    packed: bytes,
    edition: Edition,
    tags: frozenset[str],
) -> Kept:
    """A page of these parts; `others` are the headers that do not follow from them."""
    common = [*others, ("Vary", "Accept-Encoding")] if packed else others
    whole = [*common, ("Content-Length", str(len(body))), ("ETag", f'"{etag}"')]
    small = [
        *common,
        ("Content-Length", str(len(packed))),
        ("Content-Encoding", "gzip"),
        ("ETag", f'"{etag}-gz"'),
    ]
    # A 304 describes the page and has no body of its own.
    same = [(name, value) for name, value in common if name.lower() != "content-type"]
    return Kept(
        edition=edition,
        tags=tags,
        made=monotonic(),
        etag=etag,
        plain=body,
        plain_headers=whole,
        packed=packed,
        packed_headers=small,
        same_headers=[*same, ("ETag", f'"{etag}"')],
    )


def public(answer: Answer) -> bool:
    """Whether the application lets anybody keep this answer and it is the same for everybody."""
    if answer.status[:3] != "200":
        return False
    told = {name.lower(): value.lower() for name, value in answer.headers}
    return (
        "public" in told.get("cache-control", "")
        and "set-cookie" not in told
        and "content-encoding" not in told
        and "cookie" not in told.get("vary", "")
    )


def in_parts(environ: "WSGIEnvironment") -> bool:
    """Whether this is a film, which players fetch in parts (some play nothing else)."""
    path: str = environ.get("PATH_INFO", "")
    return path.startswith(IN_PARTS)


def key_of(environ: "WSGIEnvironment") -> str:
    """Path and parameters in one fixed order, without what advertisers append."""
    # A page in another language has its prefix there.
    path: str = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "/")
    query: str = environ.get("QUERY_STRING", "")
    if not query:
        return path
    pairs = parse_qsl(query, keep_blank_values=True)
    meant = sorted(pair for pair in pairs if not pair[0].startswith(NOISE))
    return f"{path}?{urlencode(meant)}" if meant else path


def close(body: Iterable[bytes]) -> None:
    """Tell the application that its answer has been taken."""
    done = getattr(body, "close", None)
    if done is not None:
        done()


def refuse_write(_data: bytes) -> object:
    """WSGI's old way to send a body, which no application of ours uses."""
    raise TypeError("write() is not supported; return the body")
