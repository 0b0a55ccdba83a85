"""kb search, kb evaluate, kb check."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from kb.domain.search import Answer, Facet, Find, Question, Reader
from kb.settings import Settings

MODES = ("best", "words", "meaning")
ALL_MODES = "all"


@click.command()
@click.argument("query")
@click.option("--mode", type=click.Choice(MODES), default="best", show_default=True, help="How to match.")
@click.option("--key-stage", multiple=True, help="Only this key stage, such as ks2; may be repeated.")
@click.option(
    "--provision", multiple=True, help="Only this provision, such as inclusion-base; may be repeated."
)
@click.option("--need", multiple=True, help="Only this need, such as semh; may be repeated.")
@click.option("--theme", multiple=True, help="Only this theme, such as phonics; may be repeated.")
@click.option(
    "--type", "type_", multiple=True, help="Only this kind of article, such as case-study; may be repeated."
)
@click.option(
    "--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="How many articles to show."
)
@click.option("--json", "as_json", is_flag=True, help="Print the same JSON as /api/v1/search.")
@click.pass_obj
def search(settings: Settings, /, query: str, **options: Any) -> None:
    """Search the articles as the site does.

    Example: kb search "calm after lunch" --key-stage ks2
    """
    from kb.actions import searching
    from kb.application import open_site
    from kb.domain.article import Visibility
    from kb.web.answer_marks import marks
    from kb.web.answers import answer_json
    from kb.web.asking import question_from

    asked = {
        "q": [query],
        "mode": [options["mode"]],
        Facet.KEY_STAGE.value: list(options["key_stage"]),
        Facet.PROVISION.value: list(options["provision"]),
        Facet.NEED.value: list(options["need"]),
        Facet.THEME.value: list(options["theme"]),
        Facet.TYPE.value: list(options["type_"]),
    }
    current = open_site(settings)
    question = replace(question_from(asked, current.library, strict=True), per_page=options["limit"])
    reader = Reader(visibilities=frozenset(Visibility))
    with closing(current.search.engine):
        answer = searching.ask(current.search, question, reader)
    if options["as_json"]:
        beside = marks(current.database, reader, question)
        click.echo(json.dumps(answer_json(answer, current.library, beside), ensure_ascii=False, indent=2))
        return
    _print(answer, question)


def _print(answer: Answer, question: Question) -> None:
    if answer.corrected:
        click.echo(f"Searched for: {answer.corrected}")
    for also in answer.also:
        click.echo(f"Also searched for: {also.typed} = {', '.join(also.added)}")
    if answer.nothing_close:
        click.echo("Nothing close. These are further away:" if answer.weak else "Nothing close.")
    for number, find in enumerate(answer.finds or answer.weak, start=question.offset + 1):
        _print_find(number, find)
    click.echo(f"{answer.total} found in {answer.took_ms:.0f} ms")


def _print_find(number: int, find: Find) -> None:
    click.echo(f"{number:2}. {find.article.title}")
    click.echo(f"    articles/{find.article.slug} · {find.score:.2f} · {find.why}")
    text = "".join(click.style(part.text, bold=True) if part.matched else part.text for part in find.passage)
    click.echo(f"    {text}")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--mode",
    type=click.Choice((*MODES, ALL_MODES)),
    default="best",
    show_default=True,
    help="How to match; all: in each way, one after the other.",
)
@click.option(
    "--run",
    "run_file",
    type=click.Path(path_type=Path),
    help="Write the rankings to this file, in TREC's form; with all modes to one file each, the mode in its name.",
)
@click.option(
    "--index",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the index in this folder, so that a run that was stopped goes on where it was.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object; with all modes, one for each of them."
)
@click.pass_obj
def evaluate(
    settings: Settings, folder: Path, mode: str, run_file: Path | None, index: Path | None, as_json: bool
) -> None:
    """Measure search on a folder with corpus.jsonl, queries.jsonl and qrels.tsv.

    A large set takes minutes. With --index a run that was stopped goes on where it was. With KB_RERANKER the best
    twenty are read again, as on the site.

    Example: kb evaluate my-judged-set --mode words --run words.run
    """
    from indexer.document import Mode
    from indexer.evaluation import evaluate as measure
    from indexer.evaluation import read_set, write_run
    from indexer.model import find_model
    from kb.progress import progress_bar

    modes = tuple(map(Mode, MODES if mode == ALL_MODES else (mode,)))
    with progress_bar("Reading passages") as progress:
        done = measure(
            read_set(folder),
            model=find_model(settings.model),
            modes=modes,
            reranker=settings.reranker,
            root=index,
            progress=progress,
        )
    for each in done:
        if run_file:
            named = run_file.with_stem(f"{run_file.stem}-{each.mode}") if mode == ALL_MODES else run_file
            write_run(each.run, named, tag=f"kb-{each.mode}")
    figures = [each.as_json() for each in done]
    if as_json:
        click.echo(json.dumps(figures[0] if mode != ALL_MODES else {each["mode"]: each for each in figures}))
        return
    for name in figures[0]:
        click.echo(f"{name:14}" + "".join(f" {each[name]!s:>9}" for each in figures))


@click.command()
@click.pass_obj
def check(settings: Settings) -> None:
    """Check that files, database and index are sound and belong together.

    Example: kb check
    """
    from kb.actions import checking

    findings = checking.check(settings.content, settings.database, settings.index)
    for finding in findings:
        click.echo(finding)
    if findings:
        raise click.ClickException("1 problem." if len(findings) == 1 else f"{len(findings)} problems.")
    click.echo("All is sound.")
