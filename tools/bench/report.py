"""The measured part of docs/benchmarks.md, written from the figures in var/bench: ``python -m tools.bench.report``.

Every number there comes from a file that a measuring step wrote; what has no file is not told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tools.bench.plot import Line, drawing

ROOT = Path(__file__).resolve().parents[2]
FIGURES = ROOT / "var/bench"
PAGE, IMAGES = ROOT / "docs/benchmarks.md", ROOT / "docs/images"
BEGIN, END = "<!-- measured: written by make bench -->", "<!-- /measured -->"

MUST = {"query time": (4, 6), "time to index": (3, 5), "memory": (3, 5)}
"""How many times better than the library: what is owed, and what is aimed at."""

Figures = Mapping[str, Any]


def sizes(folder: Path) -> list[Figures]:
    """What ``kb bench`` measured at each size, smallest first."""
    read = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("size-*.json")]
    return sorted(read, key=lambda figures: figures["passages"])


def one(folder: Path, name: str) -> Figures | None:
    """The figures of another step, None when it did not run."""
    path = folder / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def measured(folder: Path) -> Iterator[str]:
    """The lines of the measured part."""
    if of_sizes := sizes(folder):
        yield from _sizes(of_sizes)
    if compare := one(folder, "compare"):
        yield from _compared(compare)
    if load := one(folder, "load"):
        yield from _load(load)
    if soak := one(folder, "soak"):
        yield from _soak(soak)


def _sizes(runs: list[Figures]) -> Iterator[str]:
    first = runs[0]["machine"]
    yield "### The engine at each size"
    yield ""
    yield f"{first['cores']} cores of an {first['processor']}, Python {first['python']}."
    yield ""
    yield from _table(
        ["", *(f"{run['documents']:,} documents, {run['passages']:,} passages" for run in runs)], _rows(runs)
    )
    yield ""
    if len(runs) > 1:
        yield "![How long a question takes as an index grows; the table above has the numbers.](images/bench-time.svg)"
        yield ""
        yield "![What an index takes as it grows, in memory and on disk.](images/bench-memory.svg)"
        yield ""
        yield from _table(["MB", *(f"{run['passages']:,} passages" for run in runs)], _memory_rows(runs))
        yield ""


def _rows(runs: list[Figures]) -> Iterator[list[str]]:
    def row(name: str, value: Any) -> list[str]:
        return [name, *(value(run) for run in runs)]

    yield row("measured on", lambda run: run["date"])
    yield row(
        "processes at work or waiting, before and after",
        lambda run: f"{run['machine']['load']:.1f}, {run['load_after']:.1f}",
    )
    yield row("documents that repeat one with changes", lambda run: f"{run['repeated']:,}")
    yield row("vectors from the model, derived", lambda run: f"{run['embedded']:,}, {run['derived']:,}")
    yield row("embedding, passages a second", lambda run: f"{run['embed_per_second']:.1f}")
    yield row("prepare, s", lambda run: f"{run['prepare_seconds']:.1f}")
    yield row("build with known vectors, s", lambda run: f"{run['index_seconds']:.1f}")
    yield row(
        "publish one change, s; until it is found, s",
        lambda run: f"{run['publish_seconds']:.2f}; {run['findable_seconds']:.2f}",
    )
    yield row("start to the first answer, s", lambda run: f"{run['start']['seconds']:.2f}")
    for part, words in _PARTS.items():
        yield row(f"{words}, ms p50 / p95 / p99", lambda run, part=part: _spread(run["parts_ms"][part]))
    for name in runs[0]["query_ms"]:
        yield row(
            f"**query, {name}**, ms p50 / p95 / p99",
            lambda run, name=name: f"**{_spread(run['query_ms'][name])}**",
        )
    for name in runs[0]["recall"]:
        yield row(f"recall@10, {name}", lambda run, name=name: f"{run['recall'].get(name, float('nan')):.3f}")


_PARTS = {
    "understanding": "understanding",
    "encoding": "encoding",
    "words": "words",
    "meaning": "meaning",
    "scoring": "scoring and fusion",
}


def _memory_rows(runs: list[Figures]) -> Iterator[list[str]]:
    yield [
        "resident memory of a process that answers",
        *(f"{run['start']['resident_mb']:.0f}" for run in runs),
    ]
    yield ["added while the index is built, at most", *(f"{run['index_memory_mb']:.0f}" for run in runs)]
    yield ["a generation on disk", *(f"{run['index_mb']:.0f}" for run in runs)]


def _spread(spread: Mapping[str, float]) -> str:
    return " / ".join(f"{spread[name]:.1f}" for name in ("p50", "p95", "p99"))


def _table(head: list[str], rows: Iterator[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def ratios(compare: Figures) -> dict[str, float]:
    """How many times better than the library, by what is compared."""
    ours, library = (compare["engines"][name] for name in ("ours", "txtai 9.14"))
    fills = {name: compare["indexing"][name]["per_second"] for name in ("ours", "txtai 9.14")}
    return {
        "query time": library["p50_ms"] / ours["p50_ms"],
        "time to index": fills["ours"] / fills["txtai 9.14"],
        "memory": library["memory_mb"] / ours["memory_mb"],
    }


def _compared(compare: Figures) -> Iterator[str]:
    yield "### Beside a ready-made library and a plain composition"
    yield ""
    yield (
        f"On {compare['date']}, {compare['documents']:,} texts of {compare['texts']} ({compare['passages']:,} passages "
        f"of ours), {compare['questions']} questions, "
        f"{compare['rounds']} rounds of {compare['indexed']} texts to index. "
        f"Processes at work or waiting: {compare['load_before']} before, {compare['load_after']} after."
    )
    yield ""
    head = [
        "",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "start s",
        "memory MB",
        "indexed a second",
        "MB at most while indexing",
    ]
    yield from _table(head, _engines(compare))
    yield ""
    yield from _table(["times better than txtai", "measured", "must", "aim"], _ratios(compare))
    yield ""


def _engines(compare: Figures) -> Iterator[list[str]]:
    for name, engine in compare["engines"].items():
        fill = compare["indexing"][name]
        times = [f"{engine[key]:.1f}" for key in ("p50_ms", "p95_ms", "p99_ms", "start_seconds")]
        yield [
            name,
            *times,
            f"{engine['memory_mb']:.0f}",
            f"{fill['per_second']:.1f}",
            f"{fill['memory_mb']:.0f}",
        ]


def _ratios(compare: Figures) -> Iterator[list[str]]:
    for name, ratio in ratios(compare).items():
        must, aim = MUST[name]
        yield [name, f"**{ratio:.1f}**{'' if ratio >= must else ' (not reached)'}", str(must), str(aim)]


def _load(load: Figures) -> Iterator[str]:
    yield "### Requests a second"
    yield ""
    yield (
        f"On {load['date']}, {load['clients']} clients, {load['workers']} workers, demo content. Processes at work or "
        f"waiting: {load['load_before']} before, {load['load_after']} after. The site answered "
        f"{load['seconds_to_start']} s after its start; its largest worker held {load['memory_mb']:.0f} MB."
    )
    yield ""
    head = [
        "",
        "requests a second",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "kB",
        "ratio to the empty page",
        "wrong answers",
    ]
    yield from _table(head, _kinds(load))
    yield ""


def _kinds(load: Figures) -> Iterator[list[str]]:
    for name, kind in load["kinds"].items():
        times = [f"{kind[key]:.1f}" for key in ("per_second", "p50_ms", "p95_ms", "p99_ms", "kilobytes")]
        yield [name, *times, f"{kind['ratio']:.3f}", str(kind["wrong"])]


def _soak(soak: Figures) -> Iterator[str]:
    yield "### Readers while articles are published"
    yield ""
    yield (
        f"On {soak['date']}: {soak['requests']:,} requests in {soak['minutes']:g} minutes at {soak['rate']} a second, "
        f"**{soak['wrong']} wrong**; p50 {soak['p50_ms']:.0f}, p95 {soak['p95_ms']:.0f}, p99 {soak['p99_ms']:.0f} ms. "
        f"{len(soak['findable_seconds'])} publications by `kb index`, which took {_most(soak['publish_seconds'])} s at "
        f"most; every worker found the new text {_most(soak['findable_seconds'])} s after that at most. The "
        f"largest worker held {soak['memory_mb'][0]:.0f} MB after the warm-up, "
        f"{soak['memory_mb'][1]:.0f} MB at the end. "
        f"Processes at work or waiting at the end: {soak['load']}."
    )
    yield ""


def _most(values: list[float]) -> str:
    return f"{max(values, default=0.0):.1f}"


def draw(folder: Path, images: Path) -> None:
    """The two drawings, when there are sizes to draw."""
    runs = sizes(folder)
    if len(runs) < 2:  # noqa: PLR2004 - a line has two ends
        return

    def line(name: str, value: Any) -> Line:
        return Line(name=name, points=[(run["passages"], value(run)) for run in runs])

    time = [
        line("p50", lambda run: run["query_ms"]["no filter"]["p50"]),
        line("p95", lambda run: run["query_ms"]["no filter"]["p95"]),
        line("p95, 0.5 % filter", lambda run: run["query_ms"]["filter of 0.5 %"]["p95"]),
    ]
    memory = [
        line("answering", lambda run: run["start"]["resident_mb"]),
        line("added by building", lambda run: run["index_memory_mb"]),
        line("on disk", lambda run: run["index_mb"]),
    ]
    images.mkdir(parents=True, exist_ok=True)
    title = "Milliseconds of a whole question against the passages in the index"
    (images / "bench-time.svg").write_text(drawing(title, "ms", time), encoding="utf-8")
    title = "Megabytes against the passages in the index"
    (images / "bench-memory.svg").write_text(drawing(title, "MB", memory), encoding="utf-8")


def write(folder: Path = FIGURES, page: Path = PAGE, images: Path = IMAGES) -> None:
    """Put the measured part between its marks and draw the drawings."""
    text = page.read_text(encoding="utf-8")
    part = "\n".join([BEGIN, "", *measured(folder), END])
    marks = re.compile(re.escape(BEGIN) + ".*?" + re.escape(END), re.DOTALL)
    if not marks.search(text):
        raise ValueError(f"{page} has no place for the measured part: {BEGIN} … {END}")
    draw(folder, images)
    page.write_text(marks.sub(lambda _: part, text), encoding="utf-8")


if __name__ == "__main__":
    write()
