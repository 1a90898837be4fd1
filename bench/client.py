"""A load client: a few processes with kept connections, each sending prepared requests one by one.

Written here, because what it costs must be known: it shares the machine with the server.
"""

import multiprocessing
import resource
import selectors
import socket
import ssl
import time
from collections import Counter, deque
from contextlib import suppress
from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """What was measured. Times in seconds; `client_cpu` is what the client itself took."""

    requests: int
    seconds: float
    client_cpu: float
    p50: float
    p95: float
    p99: float
    statuses: dict[int, int]

    @property
    def rate(self):
        """Requests per second."""
        return self.requests / self.seconds


def run(port, requests, *, seconds, processes=2, connections=16, trust=None):
    """Send `requests` (prepared bytes) over and over for `seconds`; returns a Load.

    `requests` is shared out among processes, and within one among its connections. `trust` is a
    TLS context: then every connection is encrypted, and its handshake is not measured.
    """
    context = multiprocessing.get_context("fork")
    pipes = []
    for number in range(processes):
        mine, theirs = context.Pipe(duplex=False)
        share = requests[number::processes] or requests
        worker = context.Process(
            target=_work, args=(port, share, seconds, connections, theirs, trust)
        )
        worker.start()
        theirs.close()
        pipes.append((worker, mine))
    parts = []
    for worker, mine in pipes:
        parts.append(mine.recv())
        worker.join()
    times = sorted(each for part in parts for each in part[0])
    statuses = sum((part[3] for part in parts), Counter())
    return Load(
        requests=len(times),
        seconds=max(part[1] for part in parts),
        client_cpu=sum(part[2] for part in parts),
        p50=times[len(times) // 2],
        p95=times[len(times) * 95 // 100],
        p99=times[len(times) * 99 // 100],
        statuses=dict(statuses),
    )


class _Asker:
    """One kept connection with the request that it waits for."""

    def __init__(self, port, trust, requests):
        """Connect; nothing is asked yet."""
        self.port, self.trust, self.requests = port, trust, requests
        self.link, self.got = _link(port, trust), b""
        self.number, self.begun = 0, 0.0

    def ask(self, turn):
        """Send the request whose turn it is."""
        self.got, self.number = b"", turn % len(self.requests)
        self.begun = time.perf_counter()
        with suppress(ConnectionError, ssl.SSLError):  # closed meanwhile: heard() asks again
            self.link.sendall(self.requests[self.number])

    def heard(self, selector):
        """Take what has come; the status of a whole answer, None while some is on its way."""
        try:
            piece = self.link.recv(65536)
        except (ConnectionResetError, ssl.SSLEOFError):
            piece = b""
        if piece:
            while self.trust and self.link.pending():  # decrypted: the selector does not see it
                piece += self.link.recv(65536)
            self.got += piece
            return _complete(self.got)
        if self.got:
            raise ConnectionError("the server closed a connection amid an answer")
        # nginx closes a connection after so many answers; a browser asks again, too.
        selector.unregister(self.link)
        self.link.close()
        self.link = _link(self.port, self.trust)
        selector.register(self.link, selectors.EVENT_READ, self)
        self.link.sendall(self.requests[self.number])
        return None


def _work(port, requests, seconds, connections, pipe, trust):
    selector = selectors.DefaultSelector()
    times, statuses = [], Counter()
    askers = [_Asker(port, trust, requests) for _ in range(connections)]
    begun = time.perf_counter()
    end = begun + seconds
    for turn, asker in enumerate(askers):
        selector.register(asker.link, selectors.EVENT_READ, asker)
        asker.ask(turn)
    turn, at_work = connections, connections
    while at_work:
        for key, _ in selector.select(5):
            asker = key.data
            status = asker.heard(selector)
            if status is None:
                continue
            now = time.perf_counter()
            times.append(now - asker.begun)
            statuses[status] += 1
            if now < end:
                asker.ask(turn)
                turn += 1
                continue
            selector.unregister(asker.link)
            asker.link.close()
            at_work -= 1
    usage = resource.getrusage(resource.RUSAGE_SELF)
    pipe.send((times, time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, statuses))


def _link(port, trust):
    """A connection, encrypted when there is a context to trust."""
    link = socket.create_connection(("127.0.0.1", port))
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return trust.wrap_socket(link, server_hostname="localhost") if trust else link


def paced(port, requests, *, rate, seconds, connections=32):
    """Send `rate` requests a second for `seconds`, whatever the answers take; returns a Load.

    Times count from the moment a request was due, so a server that stalls is not spared.
    """
    context = multiprocessing.get_context("fork")
    mine, theirs = context.Pipe(duplex=False)
    worker = context.Process(
        target=_pace, args=(port, requests, rate, seconds, connections, theirs)
    )
    worker.start()
    theirs.close()
    return worker, mine


def gathered(worker, pipe):
    """The Load of a paced run that has ended."""
    times, seconds, cpu, statuses = pipe.recv()
    worker.join()
    times.sort()
    return Load(
        requests=len(times), seconds=seconds, client_cpu=cpu, p50=times[len(times) // 2],
        p95=times[len(times) * 95 // 100], p99=times[len(times) * 99 // 100],
        statuses=dict(statuses),
    )  # fmt: skip


def _pace(port, requests, rate, seconds, connections, pipe):
    selector = selectors.DefaultSelector()
    # In turn, because the server closes a connection that nobody used for half a minute.
    idle = deque()
    for _ in range(connections):
        link = socket.create_connection(("127.0.0.1", port))
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(link, selectors.EVENT_READ, [link, b"", 0.0])
        idle.append(selector.get_key(link).data)
    begun = time.perf_counter()
    times, statuses = [], Counter()
    sent, total = 0, int(rate * seconds)
    while len(times) < total:
        now = time.perf_counter()
        while sent < total and idle and begun + sent / rate <= now:
            state = idle.popleft()
            state[1], state[2] = b"", begun + sent / rate
            state[0].sendall(requests[sent % len(requests)])
            sent += 1
        due = begun + sent / rate if sent < total and idle else now + 1.0
        for key, _ in selector.select(max(0.0, due - time.perf_counter())):
            state = key.data
            got = state[0].recv(65536)
            if not got:
                raise ConnectionError("the server closed a kept connection")
            state[1] += got
            status = _complete(state[1])
            if status is not None:
                times.append(time.perf_counter() - state[2])
                statuses[status] += 1
                idle.append(state)
    for key in list(selector.get_map().values()):
        key.fileobj.close()
    usage = resource.getrusage(resource.RUSAGE_SELF)
    pipe.send((times, time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, statuses))


def _complete(data):
    """Status of a whole answer, None while some of it is still on its way."""
    head_end = data.find(b"\r\n\r\n")
    if head_end < 0:
        return None
    status = int(data[9:12])
    if status in (204, 304):
        return status
    head = data[:head_end].lower()
    at = head.find(b"content-length:")
    if at < 0:
        raise ValueError("an answer without length")
    stop = head.find(b"\r\n", at)
    length = int(head[at + 15 : stop if stop >= 0 else len(head)])
    return status if len(data) >= head_end + 4 + length else None
