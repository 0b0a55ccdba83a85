"""How many requests a second the site answers, beside an empty page under the same server: ``make load``.

Search, articles and the empty page take turns, round after round, so that a busy moment of the machine meets all alike;
their ratio is what can be compared from one day to another.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from kb.settings import settings_from
from tools.load.client import Check, Tally, anything, closed_loop, whole_page
from tools.load.questions import pages, searches
from tools.load.sites import Running, empty_site, our_site, signed_in

CLIENTS = 8
_FEWEST = 0.75  # an empty page takes less measuring than a search


@dataclass(frozen=True, kw_only=True)
class Speed:
    """One kind of page. ``ratio``: its requests a second to those of the empty page, median of the rounds."""

    requests: int
    wrong: int
    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    ratio: float
    kilobytes: float


@dataclass(frozen=True, kw_only=True)
class Load:
    """What one run measured."""

    date: str
    clients: int
    workers: int
    seconds_to_start: float
    memory_mb: float
    load_before: float
    load_after: float
    kinds: dict[str, Speed]
    wrong: list[str]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A page to ask for."""

    port: int
    paths: Iterator[str]
    check: Check
    share: float
    cookie: str = ""


async def measured(ours: Running, empty: Running, *, clients: int, rounds: int, seconds: float) -> Load:
    """Round after round of each kind of page. ``seconds``: how long search is asked in one round."""
    articles = settings_from().content / "articles"
    kinds = {
        "empty": Kind(port=empty.port, paths=_same("/"), check=anything, share=0.4),
        "search": Kind(port=ours.port, paths=searches(articles), check=whole_page, share=1.0),
        "article": Kind(port=ours.port, paths=pages(articles), check=whole_page, share=0.4),
    }
    if cookie := signed_in(ours.port):
        search = searches(articles)
        kinds["search, signed in"] = Kind(
            port=ours.port, paths=search, check=whole_page, share=0.5, cookie=cookie
        )
    before = os.getloadavg()[0]
    for kind in kinds.values():  # the first requests open files and render articles
        await _round(kind, clients, _FEWEST)
    seen: dict[str, list[tuple[Tally, float]]] = {name: [] for name in kinds}
    for number in range(rounds):
        for name, kind in kinds.items():
            seen[name].append(await _round(kind, clients, kind.share * seconds))
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
    return Load(
        date=time.strftime("%Y-%m-%d"),
        clients=clients,
        workers=len(ours.workers),
        seconds_to_start=round(ours.seconds_to_start, 2),
        memory_mb=round(ours.memory_mb(), 1),
        load_before=round(before, 2),
        load_after=round(os.getloadavg()[0], 2),
        kinds={name: speed(rounds_of, seen["empty"]) for name, rounds_of in seen.items()},
        wrong=[what for rounds_of in seen.values() for tally, _ in rounds_of for what in tally.wrong],
    )


async def _round(kind: Kind, clients: int, seconds: float) -> tuple[Tally, float]:
    return await closed_loop(
        kind.port, kind.paths, kind.check, clients=clients, seconds=seconds, cookie=kind.cookie
    )


def speed(rounds: list[tuple[Tally, float]], empty: list[tuple[Tally, float]]) -> Speed:
    """The figures of one kind of page beside the empty page of the same rounds."""
    times = [each for tally, _ in rounds for each in tally.seconds] or [0.0]
    rates = [len(tally.seconds) / seconds for tally, seconds in rounds]
    beside = [len(tally.seconds) / seconds for tally, seconds in empty]
    p50, p95, p99 = (round(1000 * each, 1) for each in percentiles(times))
    return Speed(
        requests=len(times),
        wrong=sum(tally.wrong_in_all for tally, _ in rounds),
        per_second=round(sum(len(tally.seconds) for tally, _ in rounds) / sum(took for _, took in rounds), 1),
        p50_ms=p50,
        p95_ms=p95,
        p99_ms=p99,
        ratio=round(statistics.median(rate / of for rate, of in zip(rates, beside, strict=True) if of), 4),
        kilobytes=round(sum(tally.bytes for tally, _ in rounds) / len(times) / 1000, 1),
    )


def percentiles(seconds: list[float]) -> tuple[float, float, float]:
    """The times below which half, 95 and 99 of a hundred stay."""
    ordered = sorted(seconds)
    p50, p95, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * part))] for part in (0.5, 0.95, 0.99))
    return p50, p95, p99


def _same(path: str) -> Iterator[str]:
    while True:
        yield path


def lines(load: Load) -> Iterator[str]:
    """The figures for people."""
    yield (
        f"{load.clients} clients, {load.workers} workers, up in {load.seconds_to_start} s, "
        f"{load.memory_mb:.0f} MB in the largest; load {load.load_before} before, {load.load_after} after"
    )
    yield f"{'':18}{'requests/s':>11}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'kB':>7}{'to empty':>10}{'wrong':>7}"
    for name, kind in load.kinds.items():
        yield (
            f"{name:18}{kind.per_second:11.1f}{kind.p50_ms:9.1f}{kind.p95_ms:9.1f}{kind.p99_ms:9.1f}"
            f"{kind.kilobytes:7.1f}{kind.ratio:10.3f}{kind.wrong:7}"
        )
    yield from load.wrong[:10]


def main() -> None:
    """Measure and print; exit code 1 when any answer was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8.0, help="for search in each round")
    parser.add_argument("--json", type=Path, help="write the figures to this file as well")
    given = parser.parse_args()
    with our_site() as ours, empty_site() as empty:
        load = asyncio.run(
            measured(ours, empty, clients=given.clients, rounds=given.rounds, seconds=given.seconds)
        )
    print("\n".join(lines(load)))
    if given.json:
        given.json.parent.mkdir(parents=True, exist_ok=True)
        given.json.write_text(json.dumps(asdict(load), indent=1) + "\n", encoding="utf-8")
    sys.exit(1 if any(kind.wrong for kind in load.kinds.values()) else 0)


if __name__ == "__main__":
    main()
