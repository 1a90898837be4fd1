"""A bad line between programs and servers: slow, cut, silent or dripping, as told from outside.

It listens on a TCP port and leads to a unix socket; no root needed.
"""

import asyncio
import contextlib
import threading

DRIP = 0.002  # seconds between two bytes


class Line:
    """One line. `mood` may be changed at any time: fine, slow, cut, silent, dripping."""

    def __init__(self, path):
        self.path = str(path)
        self.mood = "fine"
        self.port = None
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)

    def become(self, mood):
        """Change the mood; “cut” also resets what is open."""
        self.mood = mood
        if mood == "cut":
            self._loop.call_soon_threadsafe(self._cut)

    def _run(self):
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self):
        self._over = asyncio.Event()
        self._open = set()
        self._tasks = set()
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._over.wait()
        server.close()
        self._cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _cut(self):
        for writer in list(self._open):
            # Abort: a reset, not a polite end.
            writer.transport.abort()

    async def _accept(self, reader, writer):
        if self.mood == "cut":
            writer.transport.abort()
            return
        there_reader, there_writer = await asyncio.open_unix_connection(self.path)
        self._open |= {writer, there_writer}
        ways = [(reader, there_writer), (there_reader, writer)]
        tasks = [asyncio.ensure_future(self._pass(source, sink)) for source, sink in ways]
        self._tasks |= set(tasks)
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        for each in (writer, there_writer):
            self._open.discard(each)
            each.transport.abort()
        self._tasks -= set(tasks)

    async def _pass(self, source, sink):
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                while self.mood == "silent":
                    await asyncio.sleep(0.02)
                if self.mood == "slow":
                    await asyncio.sleep(0.15)
                if self.mood == "dripping":
                    data = await self._drip(data, sink)
                sink.write(data)
                await sink.drain()

    async def _drip(self, data, sink):
        """Byte by byte for as long as that is the mood; what is left then."""
        for place in range(len(data)):
            if self.mood != "dripping":
                return data[place:]
            sink.write(data[place : place + 1])
            await sink.drain()
            await asyncio.sleep(DRIP)
        return b""
