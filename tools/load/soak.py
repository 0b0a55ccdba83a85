"""Ten minutes of readers at an even pace while articles are published: ``make soak``.

The site, its content and its index are copies in a temporary folder. Every answer is looked at; every so often one
article gets a new sentence with a word that stands nowhere else, ``kb index`` publishes it, and each worker is asked
until it finds the word.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from kb.settings import settings_from
from tools.load.client import Answer, Broken, Connection, Tally, closed_loop, paced, whole_page
from tools.load.measure import CLIENTS, percentiles
from tools.load.questions import mixed, searches
from tools.load.sites import ROOT, Running, our_site

MINUTES, EVERY = 10.0, 20.0
_IN_A_ROW = 6
"""Answers in a row, each over a connection of its own, after which all workers are taken to know the new text."""

_WARM = 5.0
_LATEST = 60.0


@dataclass
class Soak:
    """What one run saw.

    rate               requests a second that were asked for
    findable_seconds   from the end of each publication until every worker found its word
    publish_seconds    of each ``kb index``, a new process each time
    memory_mb, files   of the workers after the warm-up and at the end
    """

    date: str
    minutes: float
    rate: float
    requests: int
    wrong: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    reopened: int
    load: float
    publish_seconds: list[float] = field(default_factory=list)
    findable_seconds: list[float] = field(default_factory=list)
    memory_mb: tuple[float, float] = (0.0, 0.0)
    files: tuple[int, int] = (0, 0)
    examples: list[str] = field(default_factory=list)


def copied(folder: Path) -> dict[str, str]:
    """A knowledge base of its own in the folder, and the KB_ variables that name it."""
    settings = settings_from()
    environment = {"KB_CONTENT": str(folder / "content"), "KB_VAR": str(folder / "var")}
    shutil.copytree(settings.content, folder / "content")
    shutil.copytree(settings.index, folder / "var/index", symlinks=True)
    return environment


async def published(folder: Path, environment: dict[str, str], word: str) -> float:
    """Give the first article a sentence with the word, and bring the index up to date. Return seconds."""
    path = min((folder / "content/articles").rglob("*.md"))
    text = path.read_text(encoding="utf-8").rstrip()
    path.write_text(f"{text}\n\nWe now call it {word}.\n", encoding="utf-8")
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "kb",
        "index",
        cwd=ROOT,
        env=os.environ | environment,
        stdout=asyncio.subprocess.DEVNULL,
    )
    if await process.wait():
        raise RuntimeError("kb index failed")
    return time.perf_counter() - began


async def findable(port: int, word: str) -> float:
    """Seconds until the word is found several times in a row. Raises TimeoutError."""
    began, row = time.perf_counter(), 0
    while row < _IN_A_ROW:
        if time.perf_counter() - began > _LATEST:
            raise TimeoutError(f"{word} is not found after {_LATEST:.0f} seconds")
        connection = Connection(port)
        try:
            answer = await connection.get(f"/api/v1/search?mode=words&exact=1&q={word}")
        finally:
            await connection.close()
        row = row + 1 if _finds(answer) else 0
        if not row:
            await asyncio.sleep(0.05)
    return time.perf_counter() - began


def _finds(answer: Answer) -> bool:
    return bool(json.loads(answer.body).get("hits"))


async def soaked(site: Running, folder: Path, environment: dict[str, str], given: argparse.Namespace) -> Soak:
    """Readers at an even pace and publications beside them."""
    articles = folder / "content/articles"
    fast, took = await closed_loop(
        site.port, searches(articles), whole_page, clients=CLIENTS, seconds=given.warm
    )
    rate = given.rate or max(1.0, len(fast.seconds) / took / 2)
    before = (site.memory_mb(), site.open_files())
    over = asyncio.Event()
    readers = asyncio.create_task(
        paced(site.port, mixed(articles), whole_page, rate=rate, clients=2 * CLIENTS, over=over)
    )
    publish, found, wrong = await _publications(site, folder, environment, given)
    over.set()
    tally = await readers
    p50, p95, p99 = (round(1000 * each, 1) for each in percentiles(tally.seconds or [0.0]))
    return Soak(
        date=time.strftime("%Y-%m-%d"),
        minutes=given.minutes,
        rate=round(rate, 1),
        requests=len(tally.seconds),
        wrong=tally.wrong_in_all + len(wrong),
        p50_ms=p50,
        p95_ms=p95,
        p99_ms=p99,
        reopened=tally.reopened,
        load=round(os.getloadavg()[0], 1),
        publish_seconds=[round(each, 2) for each in publish],
        findable_seconds=[round(each, 2) for each in found],
        memory_mb=(round(before[0], 1), round(site.memory_mb(), 1)),
        files=(before[1], site.open_files()),
        examples=[*wrong, *_first(tally)],
    )


async def _publications(
    site: Running, folder: Path, environment: dict[str, str], given: argparse.Namespace
) -> tuple[list[float], list[float], list[str]]:
    """(seconds of each publication, seconds until each was found, what went wrong), until the minutes are over."""
    publish: list[float] = []
    found: list[float] = []
    wrong: list[str] = []
    end, number = time.perf_counter() + 60 * given.minutes, 0
    while (due := min(end, time.perf_counter() + given.every)) < end:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        word, number = f"soakword{_letters(number)}", number + 1
        try:
            publish.append(await published(folder, environment, word))
            found.append(await findable(site.port, word))
        except (RuntimeError, TimeoutError, OSError, Broken) as error:
            wrong.append(f"publishing {word}: {error}")
    await asyncio.sleep(max(0.0, end - time.perf_counter()))
    return publish, found, wrong


def _letters(number: int) -> str:
    """A number as letters, so that no two words are alike for spelling or stemming."""
    return "".join(chr(ord("b") + 2 * int(digit)) for digit in f"{number:03d}")


def _first(tally: Tally) -> list[str]:
    return tally.wrong[:10]


def lines(soak: Soak) -> Iterator[str]:
    """The figures for people."""
    yield (
        f"{soak.requests} requests in {soak.minutes:g} minutes at {soak.rate} a second, {soak.wrong} wrong; "
        f"p50 {soak.p50_ms}, p95 {soak.p95_ms}, p99 {soak.p99_ms} ms; load {soak.load} at the end"
    )
    if soak.findable_seconds:
        yield (
            f"{len(soak.findable_seconds)} publications; kb index took {max(soak.publish_seconds)} s at most, "
            f"found by every worker {max(soak.findable_seconds)} s later at most"
        )
    yield (
        f"largest worker {soak.memory_mb[0]} MB after the warm-up, {soak.memory_mb[1]} MB at the end; "
        f"{soak.files[0]} and {soak.files[1]} open files; {soak.reopened} connections opened again"
    )
    yield from soak.examples


def main() -> None:
    """Soak and print; exit code 1 when anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--every", type=float, default=EVERY, help="seconds between two publications")
    parser.add_argument(
        "--rate", type=float, default=0.0, help="requests a second; without it half of what it can"
    )
    parser.add_argument("--warm", type=float, default=_WARM, help="seconds in which it is found what it can")
    parser.add_argument("--json", type=Path, help="write the figures to this file as well")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kb-soak-") as temporary:
        folder = Path(temporary)
        environment = copied(folder)
        asyncio.run(_indexed(folder, environment))
        with our_site(environment) as site:
            soak = asyncio.run(soaked(site, folder, environment, given))
    print("\n".join(lines(soak)))
    if given.json:
        given.json.parent.mkdir(parents=True, exist_ok=True)
        given.json.write_text(json.dumps(asdict(soak), indent=1) + "\n", encoding="utf-8")
    sys.exit(1 if soak.wrong else 0)


async def _indexed(folder: Path, environment: dict[str, str]) -> None:
    """Fill the database of the copy."""
    await published(folder, environment, "soakwordzero")


if __name__ == "__main__":
    main()
