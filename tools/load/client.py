"""Clients that ask a site on this computer over HTTP/1.1 and look at every answer: whole, in order and in time.

They are written on plain streams because client and site share the cores: what the client does not take, the site has.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import brotli

HOST = "127.0.0.1"
VISIT = 20
"""Requests over one connection, as a reader's visit; then another is opened, which another worker may take."""

PATIENCE = 30.0
"""Seconds after which an answer counts as missing."""

_MOST_WRONG = 50


class Answer(NamedTuple):
    """One answer, unpacked."""

    status: int
    body: bytes


class Broken(Exception):
    """An answer that began and did not end, or never came."""


Check = Callable[[Answer], str]
"""What is wrong with an answer, empty when nothing is."""


@dataclass
class Tally:
    """What some clients saw.

    seconds   of each answer, from the moment it was due (``paced``) or asked for
    reopened  connections that the site had closed between two requests, as it may; they were asked again
    """

    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    wrong_in_all: int = 0
    reopened: int = 0
    bytes: int = 0

    def went_wrong(self, path: str, what: str) -> None:
        """Count it; keep the first few to be read."""
        self.wrong_in_all += 1
        if len(self.wrong) < _MOST_WRONG:
            self.wrong.append(f"{path}: {what}")


class Connection:
    """One connection to the site, opened when it is needed."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self._port = port
        self._request = (
            _REQUEST.replace(b"\r\n\r\n", f"\r\nCookie: {cookie}\r\n\r\n".encode()) if cookie else _REQUEST
        )
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._asked = 0
        self.reopened = 0
        self.bytes = 0

    async def get(self, path: str) -> Answer:
        """The answer to one request. Raises Broken, OSError."""
        if self._asked >= VISIT:
            await self.close()
        for _ in range(2):
            used = self._streams is not None
            reader, writer = await self._opened()
            try:
                writer.write(self._request.replace(b"%s", path.encode(), 1))
                await writer.drain()
                head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
            except (ConnectionError, asyncio.IncompleteReadError) as error:
                begun = isinstance(error, asyncio.IncompleteReadError) and error.partial
                await self.close()
                if begun:
                    raise Broken("cut short in its head") from error
                if not used:
                    raise Broken(f"no answer: {error!r}") from error
                self.reopened += 1  # closed while idle: whoever asks may ask again (RFC 9110, 9.2.2)
            else:
                return await self._rest(head, reader)
        raise Broken("closed twice before an answer")

    async def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            writer = self._streams[1]
            self._streams, self._asked = None, 0
            writer.close()
            try:
                await writer.wait_closed()
            except OSError:
                return

    async def _opened(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is None:
            self._streams = await asyncio.open_connection(HOST, self._port)
        return self._streams

    async def _rest(self, head: bytes, reader: asyncio.StreamReader) -> Answer:
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)
        }
        if "content-length" not in headers:
            raise Broken("an answer without its length")
        try:
            body = await asyncio.wait_for(reader.readexactly(int(headers["content-length"])), PATIENCE)
        except asyncio.IncompleteReadError as error:
            raise Broken(f"cut short at {len(error.partial)} of {error.expected} bytes") from error
        self._asked += 1
        self.bytes += len(head) + len(body)
        if headers.get("connection") == "close":
            await self.close()
        return Answer(int(first.split()[1]), _unpacked(body, headers.get("content-encoding", "")))


_REQUEST = b"GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\nAccept-Encoding: br\r\n\r\n"


def _unpacked(body: bytes, encoding: str) -> bytes:
    if encoding != "br":
        return body
    try:
        unpacked: bytes = brotli.decompress(body)
    except brotli.error as error:
        raise Broken("compressed bytes that are none") from error
    return unpacked


async def closed_loop(
    port: int, paths: Iterator[str], check: Check, *, clients: int, seconds: float, cookie: str = ""
) -> tuple[Tally, float]:
    """(what was seen, seconds it took): each client asks again as soon as it has its answer."""
    tally, began = Tally(), time.perf_counter()

    async def client() -> None:
        connection = Connection(port, cookie)
        while time.perf_counter() - began < seconds:
            await _asked(connection, next(paths), check, tally, time.perf_counter())
        await _done(connection, tally)

    await asyncio.gather(*(client() for _ in range(clients)))
    return tally, time.perf_counter() - began


async def paced(
    port: int, paths: Iterator[str], check: Check, *, rate: float, clients: int, over: asyncio.Event
) -> Tally:
    """What was seen at so many requests a second, however long each takes, until ``over`` is set.

    A request that no client was free to send in time is late all the same: its seconds count from when it was due.
    """
    tally, began = Tally(), time.perf_counter()
    number = iter(range(2**62))

    async def client() -> None:
        connection = Connection(port)
        while not over.is_set():
            due = began + next(number) / rate
            if (early := due - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            await _asked(connection, next(paths), check, tally, due)
        await _done(connection, tally)

    await asyncio.gather(*(client() for _ in range(clients)))
    return tally


async def _asked(connection: Connection, path: str, check: Check, tally: Tally, since: float) -> None:
    try:
        answer = await connection.get(path)
    except (Broken, OSError, TimeoutError) as error:
        tally.went_wrong(path, str(error) or repr(error))
        await connection.close()
        await asyncio.sleep(0.05)  # a site that is down must not be hammered
        return
    tally.seconds.append(time.perf_counter() - since)
    if what := check(answer):
        tally.went_wrong(path, what)


async def _done(connection: Connection, tally: Tally) -> None:
    tally.reopened += connection.reopened
    tally.bytes += connection.bytes
    await connection.close()


def whole_page(answer: Answer) -> str:
    """What is wrong with a page, empty when it is whole."""
    if answer.status != 200:  # noqa: PLR2004 - the one status of a page
        return f"status {answer.status}"
    return "" if answer.body.rstrip().endswith(b"</html>") else "it does not end as a page ends"


def anything(answer: Answer) -> str:
    """What is wrong with an answer of which only the status matters."""
    return "" if answer.status == 200 else f"status {answer.status}"  # noqa: PLR2004 - as above
