"""kb backup, kb restore, kb export."""

from __future__ import annotations

from pathlib import Path

import click

from kb.settings import Settings


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def backup(settings: Settings, file: Path) -> None:
    """Put content, database and pictures into one file, also while the site runs, and check it.

    Example: kb backup /mnt/backups/practice-2026-11-26.zip
    """
    from indexer.vectorcache import NAME
    from kb.storage import backups

    done = backups.write(
        file.absolute(),
        content=settings.content,
        database=settings.database,
        vectors=settings.index / NAME,
    )
    click.echo(f"{done.files} files, {done.size / 1_000_000:.1f} MB; restored once and found right.")
    click.echo(f"The secret key is not in it. Keep a copy of {settings.secret_key} somewhere else.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def restore(settings: Settings, file: Path, folder: Path) -> None:
    """Take a backup out into an empty folder: its content/ and its var/, ready to be searched.

    Example: kb restore practice-2026-11-26.zip /srv/practice
    """
    from kb.storage import backups

    done = backups.restore(file, folder.absolute())
    click.echo(f"{done.files} files as they were on {done.made:%d %B %Y at %H:%M} UTC.")
    click.echo(f"Set KB_CONTENT={folder}/content and KB_VAR={folder}/var.")
    click.echo(
        f"Put your copy of the secret key at {folder}/var/secret.key. Without it run ‘kb init’ for a new one: "
        "everybody signs in again, and second factors are set up anew."
    )
    _bring_search_back(settings, folder.absolute())


def _bring_search_back(settings: Settings, folder: Path) -> None:
    from indexer.errors import IndexerError
    from kb.actions import restoring
    from kb.domain.errors import KnowledgeBaseError
    from kb.progress import progress_bar

    try:
        with progress_bar("Reading passages") as progress:
            done = restoring.bring_search_back(
                folder,
                here=settings.index,
                model=settings.model,
                reranker=settings.reranker,
                progress=progress,
            )
    except (KnowledgeBaseError, IndexerError) as error:
        raise click.ClickException(
            f"Everything is restored but search, which needs ‘kb index’ once this is mended: {error}"
        ) from error
    for mistake in done.mistakes:
        click.echo(f"Left out: {mistake}", err=True)
    click.echo(
        f"Search is up to date: {done.articles} articles, {done.report.embedded} passages read anew, "
        f"{done.report.seconds:.1f} s."
    )
    if settings.search != "embedded":
        click.echo(
            "The search server was left as it is. Run ‘kb index’ when this folder is the one that serves."
        )


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def export(settings: Settings, folder: Path) -> None:
    """Write what is published into an empty folder: Markdown, pictures, vocabulary, a table of it all, the journal.

    Example: kb export practice-2026-11
    """
    from kb.actions import exporting
    from kb.storage.database import open_database

    count = exporting.export(open_database(settings.database), settings.content, folder.absolute())
    click.echo(f"{count} articles in {folder}.")
