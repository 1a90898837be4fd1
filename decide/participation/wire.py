"""Redis commands over a plain socket: most of what a press costs is the client library's work.

Knows no cluster and no TLS: whoever needs those keeps the library's client. Errors are the
library's, so that callers need not know which of the two spoke.
"""

import contextlib
import socket
from collections import deque
from collections.abc import Sequence
from struct import pack
from typing import Any

from hiredis import Reader, ReplyError, pack_command
from redis.connection import SSLConnection, parse_url
from redis.exceptions import ConnectionError as Away
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as TooSlow

from decide.kernel.cluster import SCHEME

Link = tuple[socket.socket, Reader]
PIECE = 65536


class Elsewhere(ResponseError):
    """The server is a cluster's node and the key lives on another one."""


class Wire:
    """Kept connections to one server. Threads share it; each call has a connection to itself."""

    def __init__(self, url: str, *, timeout: float) -> None:
        """Connect to nothing yet. `timeout` seconds for connecting and for each answer."""
        self._where = read_url(url)
        self._timeout = timeout
        self._links: deque[Link] = deque()

    @staticmethod
    def can(url: str) -> bool:
        """Whether this address needs nothing that only the library knows."""
        if url.startswith(SCHEME):
            return False
        return read_url(url).get("connection_class") is not SSLConnection

    def ask(self, command: bytes) -> object:
        """Send one packed command and return its answer; raises RedisError."""
        return told(self.ask_all([command])[0])

    def ask_all(self, commands: Sequence[bytes]) -> list[object]:
        """Send packed commands in one piece; their answers as they came, errors among them.

        A kept connection may have died with a restarted server: then they go once more, over a
        new one. After a silence they do not: the server hangs, and somebody waits.
        """
        try:
            link = self._links.pop()
        except IndexError:
            return self._spoken(self._connected(), commands)
        try:
            return self._spoken(link, commands)
        except Away:
            return self._spoken(self._connected(), commands)

    def close(self) -> None:
        """Close the connections that nobody uses."""
        while self._links:
            self._links.pop()[0].close()

    def _spoken(self, link: Link, commands: Sequence[bytes]) -> list[object]:
        answers = _answered(link, commands)
        self._links.append(link)
        return answers

    def _connected(self) -> Link:
        where = self._where
        line = socket.socket(socket.AF_UNIX) if "path" in where else None
        try:
            if line is None:
                address = (where.get("host", "localhost"), int(where.get("port", 6379)))
                line = socket.create_connection(address, self._timeout)
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            else:
                line.settimeout(self._timeout)
                line.connect(where["path"])
            # The kernel keeps the time: Python's own timeout costs a system call more each way.
            line.settimeout(None)
            for side in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
                line.setsockopt(socket.SOL_SOCKET, side, _timeval(self._timeout))
        except OSError as error:
            if line is not None:
                line.close()
            kind = TooSlow if isinstance(error, TimeoutError) else Away
            raise kind(str(error)) from error
        link = (line, Reader())
        for command in self._introduction():
            (answer,) = _answered(link, [pack_command(command)])
            if isinstance(answer, ReplyError):
                line.close()
                raise ResponseError(str(answer))
        return link

    def _introduction(self) -> list[tuple[Any, ...]]:
        where = self._where
        commands: list[tuple[Any, ...]] = []
        if where.get("password"):
            user = [where["username"]] if where.get("username") else []
            commands.append(("AUTH", *user, where["password"]))
        if where.get("db"):
            commands.append(("SELECT", int(where["db"])))
        return commands


def read_url(url: str) -> dict[str, Any]:
    """The parts of a Redis address, as the library names them."""
    return dict(parse_url(url))  # type: ignore[no-untyped-call]


def _timeval(seconds: float) -> bytes:
    whole = int(seconds)
    return pack("ll", whole, int((seconds - whole) * 1_000_000))


def told(answer: object) -> object:
    """What the server said, or the library's error for it."""
    if isinstance(answer, ReplyError):
        said = str(answer)
        raise (Elsewhere if said.startswith(("MOVED", "ASK")) else ResponseError)(said)
    return answer


def _answered(link: Link, commands: Sequence[bytes]) -> list[object]:
    """An answer each, or an error after which the connection is closed: half one may be on it."""
    line, reader = link
    answers: list[object] = []
    try:
        line.sendall(b"".join(commands))
        while len(answers) < len(commands):
            answer: object = reader.gets()
            if answer is not False:
                answers.append(answer)
                continue
            piece = line.recv(PIECE)
            if not piece:
                raise Away("the server closed the connection")
            reader.feed(piece)
    except Away:
        line.close()
        raise
    except (BlockingIOError, TimeoutError) as error:
        line.close()
        raise TooSlow("the server does not answer") from error
    except OSError as error:
        with contextlib.suppress(OSError):
            line.close()
        raise Away(str(error)) from error
    return answers
