"""kb bench."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb.settings import Settings

if TYPE_CHECKING:
    from indexer.benchmark import Figures

USUAL_PASSAGES, MOST_PASSAGES = 5_000, 400_000


@click.command()
@click.option(
    "--passages",
    type=click.IntRange(1, MOST_PASSAGES),
    help="How many passages the index should hold. [default: 5000]",
)
@click.option(
    "--articles",
    type=click.IntRange(1, MOST_PASSAGES),
    help="How many articles it should hold, instead of a number of passages.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def bench(settings: Settings, passages: int | None, articles: int | None, as_json: bool) -> None:
    """Measure speed and memory of search at a size, with real texts.

    The index is made in a folder for temporary files and thrown away; yours is not touched.

    Example: kb bench --passages 10000
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # as kb serve has it, and before a library reads it
    from indexer.benchmark import Size, measure
    from indexer.benchmark_texts import read_texts
    from indexer.model import find_model
    from indexer.pipeline import Indexer
    from kb.progress import progress_bar

    texts, model = read_texts(settings.shared, settings.content / "articles"), find_model(settings.model)
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as temporary:
        root = Path(temporary)
        indexer = Indexer(root, model=model)
        with closing(indexer.engine):
            figures = measure(
                texts,
                root=root,
                model=model,
                builder=indexer,
                size=Size(documents=articles or 1, passages=passages or (1 if articles else USUAL_PASSAGES)),
                stage=progress_bar,
            )
    click.echo(json.dumps(figures.as_json()) if as_json else "\n".join(_lines(figures)))


def _lines(figures: Figures) -> Iterator[str]:
    yield from _what(figures)
    yield ""
    yield from _work(figures)
    yield ""
    yield f"{'milliseconds':24}{'p50':>9}{'p95':>9}{'p99':>9}"
    for name, part in figures.parts_ms.items():
        yield f"{name:24}{part.p50:9.1f}{part.p95:9.1f}{part.p99:9.1f}"
    for name, query in figures.query_ms.items():
        share = f"  {figures.shares[name]:.1%} of the documents"
        yield f"{'query, ' + name:24}{query.p50:9.1f}{query.p95:9.1f}{query.p99:9.1f}{share}"
    yield ""
    kept = ", ".join(f"{share:.3f} with {name}" for name, share in figures.recall.items())
    yield f"recall     of the ten nearest passages, against comparing all: {kept}"


def _what(figures: Figures) -> Iterator[str]:
    """What was measured, and what about it is not real."""
    machine = figures.machine
    yield f"size       {figures.passages} passages of {figures.documents} documents, {figures.index_mb:.0f} MB on disk"
    again = f"{figures.repeated} documents repeat one with changes" if figures.repeated else "none repeated"
    yield f"texts      {figures.origin}; {again}"
    yield f"vectors    {figures.embedded} from {figures.model}, {figures.derived} derived from those"
    yield (
        f"machine    {machine['processor']}, {machine['cores']} cores, load {machine['load']:.1f} when it began, "
        f"{figures.load_after:.1f} at the end, Python {machine['python']}"
    )
    yield f"asked      {figures.questions} questions under each filter, one after another"


def _work(figures: Figures) -> Iterator[str]:
    start = figures.start
    yield f"embedding  {figures.embed_per_second:.1f} passages a second"
    yield f"prepare    {figures.prepare_seconds:.1f} s to make the graph of the model and index a first text"
    yield (
        f"build      {figures.index_seconds:.1f} s, {figures.index_embedded} passages embedded meanwhile, "
        f"{figures.index_memory_mb:.0f} MB more than before at most"
    )
    yield (
        f"publish    {figures.publish_seconds:.1f} s for one changed document, "
        f"found {figures.findable_seconds:.1f} s after it began"
    )
    yield (
        f"start      {start.seconds:.1f} s to the first answer: import {start.import_seconds:.1f}, "
        f"open {start.open_seconds:.1f}, answer {start.first_answer_seconds:.2f}"
    )
    torch = "with torch" if start.torch else "without torch"
    yield f"memory     {start.resident_mb:.0f} MB resident, {start.most_resident_mb:.0f} MB at most, {torch}"
