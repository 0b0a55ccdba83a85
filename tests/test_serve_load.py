"""The site under load: stopped and renewed while people read, it never sends half an answer."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import time
from itertools import cycle
from pathlib import Path

import pytest

from kb.settings import Settings
from tests.serving import Server, serving
from tests.shelves import Shelf, indexed_shelf
from tools.load.client import Broken, Connection, Tally, anything, closed_loop, whole_page

pytestmark = pytest.mark.slow

PATHS = ("/search?q=calm", "/articles/calm-starts", "/", "/search?q=board&mode=words")
RENEWED_AFTER = 40
SMALL = f"""
import kb.serving
kb.serving.REQUESTS_OF_A_WORKER = {RENEWED_AFTER}
from kb.cli import cli
cli()
"""
"""The same program, whose workers are replaced after few requests."""


@pytest.fixture(scope="module")
def shelf(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Three articles, indexed. Read only."""
    return indexed_shelf(tmp_path_factory.mktemp("indexed"), demo)


def test_a_worker_that_has_served_its_time_is_replaced_and_no_reader_notices(
    shelf: Shelf, tmp_path: Path
) -> None:
    with serving(shelf, tmp_path / "log", program=("-c", SMALL)) as server:
        first = set(server.workers)

        tally = asyncio.run(until_replaced(server, first))

        assert not first & set(server.workers)
        assert len(server.workers) == 2
    assert tally.wrong == []
    assert len(tally.seconds) > 2 * RENEWED_AFTER


async def until_replaced(server: Server, first: set[int]) -> Tally:
    """Ask until no worker is left of the first ones."""
    tally, until = Tally(), time.monotonic() + 120
    while first & set(server.workers) and time.monotonic() < until:
        seen, _ = await closed_loop(server.port, cycle(PATHS), whole_page, clients=4, seconds=1)
        tally.seconds += seen.seconds
        tally.wrong += seen.wrong
    return tally


def test_a_stop_under_load_breaks_no_answer_that_has_begun(shelf: Shelf, tmp_path: Path) -> None:
    with serving(shelf, tmp_path / "log") as server:
        process, workers = server.process, server.workers

        whole, broken, took = asyncio.run(stopped(server.port, process))

        assert process.returncode == 0
    assert broken == []
    assert whole > 10
    assert took < 40  # those that hang are ended after 10 s; the rest is how busy the machine is
    assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()]
    assert "Traceback" not in (tmp_path / "log").read_text(encoding="utf-8")


async def stopped(port: int, process: subprocess.Popen[str]) -> tuple[int, list[str], float]:
    """(whole answers, answers that began and did not end, seconds of the stop) of clients that ask until it is gone."""
    broken: list[str] = []
    whole = 0

    async def reader() -> None:
        nonlocal whole
        connection, paths = Connection(port), cycle(PATHS)
        while process.poll() is None:
            try:
                answer = await connection.get(next(paths))
            except Broken as error:
                if not str(error).startswith("no answer"):  # hung up before a word
                    broken.append(str(error))
                await connection.close()
            except OSError:
                await connection.close()  # it takes no more
                await asyncio.sleep(0.05)
            else:
                whole += not whole_page(answer)
                broken.extend(filter(None, [whole_page(answer)]))

    readers = [asyncio.create_task(reader()) for _ in range(6)]
    while whole < 10 and process.poll() is None:
        await asyncio.sleep(0.05)
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    await asyncio.to_thread(process.wait, 60)
    took = time.monotonic() - began
    await asyncio.gather(*readers)
    return whole, broken, took


def test_an_answer_that_ends_too_early_is_noticed() -> None:
    """The clients that watch must be able to see what they watch for."""
    assert "cut short at 4 of 10 bytes" in asyncio.run(
        heard(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
    )
    assert "cut short in its head" in asyncio.run(heard(b"HTTP/1.1 200 OK\r\nContent-"))
    assert "no answer" in asyncio.run(heard(b""))
    assert "without its length" in asyncio.run(heard(b"HTTP/1.1 200 OK\r\n\r\n"))
    assert "status 500" in asyncio.run(heard(b"HTTP/1.1 500 Sorry\r\nContent-Length: 0\r\n\r\n"))


async def heard(sent: bytes) -> str:
    """What a client says of a server that sends these bytes and hangs up."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(sent)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    connection = Connection(port)
    try:
        return anything(await connection.get("/"))
    except Broken as error:
        return str(error)
    finally:
        await connection.close()
        server.close()
