"""kb synonyms: what people type and what is searched as well, for whoever may run commands on the machine."""

from __future__ import annotations

import click

from kb.settings import Settings

KINDS = click.Choice(["eq", "old", "one", "narrow", "amb"])
_TYPED = "What people type; spellings are parted by semicolons."
_MEANS = "What is searched as well; meanings are parted by semicolons."


@click.group()
def synonyms() -> None:
    """What people type and what is searched as well: list, add, remove, test."""


@synonyms.command(name="list")
@click.option("--find", default="", help="Only lines that hold these words.")
@click.pass_obj
def list_(settings: Settings, find: str) -> None:
    """Print the lines of the list.

    Example: kb synonyms list --find SEMH
    """
    from kb.storage.synonym_writing import rows_of

    wanted = find.casefold()
    held = [
        row
        for row in rows_of(settings.content)
        if wanted in " ".join((row.group, *row.typed, *row.expands_to)).casefold()
    ]
    for row in held:
        click.echo(f"{row.kind.value:6}  {'; '.join(row.typed)} → {'; '.join(row.expands_to)}  ({row.group})")
    click.echo(f"{len(held)} {'line' if len(held) == 1 else 'lines'}")


@synonyms.command()
@click.argument("typed")
@click.argument("means")
@click.option("--kind", type=KINDS, default="eq", show_default=True, help="How far it goes.")
@click.option(
    "--group", default="From searches", show_default=True, help="Where the line stands in the list."
)
@click.pass_obj
def add(settings: Settings, typed: str, means: str, kind: str, group: str) -> None:
    """Add a line; searches use it within seconds.

    Example: kb synonyms add "EBSNA; EBSA" "emotionally based school avoidance" --group "SEND and health"
    """
    from kb.actions import synonym_keeping
    from kb.domain.synonym import SynonymKind, SynonymRow
    from kb.storage.database import open_database

    parts = synonym_keeping.parts
    row = SynonymRow(group=group.strip(), typed=parts(typed), expands_to=parts(means), kind=SynonymKind(kind))
    synonym_keeping.put(open_database(settings.database), settings.content, row, by=None)
    click.echo(f"Added: {'; '.join(row.typed)} → {'; '.join(row.expands_to)}")


@synonyms.command()
@click.argument("typed")
@click.pass_obj
def remove(settings: Settings, typed: str) -> None:
    """Take out the line in which something is typed; the journal keeps it.

    Example: kb synonyms remove EBSNA
    """
    from kb.actions import synonym_keeping
    from kb.storage.database import open_database
    from kb.storage.synonym_writing import key_of

    row = synonym_keeping.with_typed(settings.content, typed)
    synonym_keeping.retire(open_database(settings.database), settings.content, key_of(row), by=None)
    click.echo(f"Taken out: {'; '.join(row.typed)} → {'; '.join(row.expands_to)}")


@synonyms.command()
@click.argument("typed")
@click.argument("means")
@click.option("--kind", type=KINDS, default="eq", show_default=True, help="How far it goes.")
@click.option("--query", "queries", multiple=True, help="A search to try it with; may be repeated.")
@click.pass_obj
def test(settings: Settings, typed: str, means: str, kind: str, queries: tuple[str, ...]) -> None:
    """Print what searches find now and with a new line, and save nothing.

    Example: kb synonyms test EBSNA "emotionally based school avoidance" --query "EBSNA year 7"
    """
    from kb.actions import synonym_keeping
    from kb.actions.searching import Search
    from kb.application import open_site
    from kb.domain.article import Visibility
    from kb.domain.search import Reader
    from kb.domain.synonym import SynonymKind, SynonymRow

    parts = synonym_keeping.parts
    row = SynonymRow(group="-", typed=parts(typed), expands_to=parts(means), kind=SynonymKind(kind))
    here = open_site(settings)
    search: Search = here.search
    try:
        everybody = Reader(visibilities=frozenset(Visibility))
        found = synonym_keeping.tried(search, settings.content, row, queries or row.typed, everybody)
    finally:
        search.engine.close()
        here.renderer.close()
    for each in found:
        click.echo(f"{each.query}: {'changes' if each.changed else 'finds the same'}")
        click.echo(f"  now ({each.total_before}): {' | '.join(each.before) or 'nothing close'}")
        click.echo(f"  then ({each.total_after}): {' | '.join(each.after) or 'nothing close'}")
