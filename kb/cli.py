"""The kb command: parse, call one action, print. Our errors become one sentence and exit code 1."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from indexer.errors import IndexerError
from kb.domain.errors import ContentInvalid, KnowledgeBaseError
from kb.settings import Settings, settings_from


class Kb(click.Group):
    """A group whose commands end with one sentence instead of a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; show our errors as "Error: <sentence>"."""
        try:
            return super().invoke(ctx)
        except ContentInvalid as error:
            for mistake in error.mistakes[1:]:
                click.echo(str(mistake), err=True)
            raise click.ClickException(str(error.mistakes[0])) from error
        except (KnowledgeBaseError, IndexerError) as error:
            # Readers of a page are told to wait; who types a command can mend the index.
            told = error.__cause__ if isinstance(error.__cause__, IndexerError) else error
            raise click.ClickException(str(told)) from error
        except OSError as error:
            place = f" ({error.filename})" if error.filename else ""
            raise click.ClickException(
                f"{error.strerror or error}{place}. Check the disk and the folder’s rights."
            ) from error


@click.group(cls=Kb, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="good-practice-knowledge-base")
@click.pass_context
def cli(context: click.Context) -> None:
    """Keep and serve a knowledge base of good practice."""
    from kb.application import log_to_stderr

    settings = settings_from()
    context.obj = settings
    level = settings.log_level if context.invoked_subcommand == "serve" else "warning"
    log_to_stderr(level)


@cli.command()
@click.option(
    "--demo", is_flag=True, help="Use the demo trust that this program comes with; only for looking around."
)
@click.pass_obj
def init(settings: Settings, demo: bool) -> None:
    """Make the folders, the vocabulary and the database that a knowledge base begins with.

    Example: kb init --demo
    """
    from kb.actions import founding
    from kb.storage import secret_key

    if demo and settings.content != founding.SHIPPED:
        raise click.ClickException(
            f"The demo is read from {founding.SHIPPED}. Leave KB_CONTENT unset for it."
        )
    done = founding.found(settings.content, settings.database, demo=demo)
    if settings.secret_key_file is None:
        secret_key.make(settings.secret_key)
    click.echo(f"Made {', '.join(done.made)}." if done.made else "Everything is there already.")
    link = None if demo else founding.first_link(settings.database)
    if link:
        click.echo("Open this link within a day to become the first administrator; it works once:")
        click.echo(f"{settings.home}/account/join/{link}")


@cli.command()
@click.option(
    "--rebuild", is_flag=True, help="Throw the index away and build it again; known vectors are used again."
)
@click.option(
    "--to",
    "address",
    help="Only copy the index to this search server, such as milvus://search.example.org:19530.",
)
@click.pass_obj
def index(settings: Settings, rebuild: bool, address: str | None) -> None:
    """Bring the search index up to date with the published articles.

    Example: kb index --rebuild
    """
    if address is not None:
        _copy_index(settings, address, rebuild=rebuild)
        return
    from kb.actions import indexing, settling
    from kb.progress import progress_bar
    from kb.storage.database import open_database

    database = open_database(settings.database)
    settling.settle_files(database, settings.content)
    with progress_bar("Reading passages") as progress:
        done = indexing.bring_up_to_date(
            settings.content,
            database,
            settings.index,
            model=settings.model,
            address=settings.search,
            reranker=settings.reranker,
            rebuild=rebuild,
            progress=progress,
        )
    for mistake in done.mistakes:
        click.echo(f"Left out: {mistake}", err=True)
    report = done.report
    click.echo(
        f"{report.added} added, {report.changed} changed, {report.removed} removed, {report.unchanged} unchanged; "
        f"{report.embedded} passages read, {report.seconds:.1f} s"
    )
    if report.note:
        click.echo(report.note, err=True)
    if done.mistakes:
        sys.exit(1)


def _copy_index(settings: Settings, address: str, *, rebuild: bool) -> None:
    from indexer.copying import copy_index
    from indexer.distributed_address import server_address
    from kb.progress import progress_bar

    server_address(address)  # what is wrong with it is told before anything is read
    with progress_bar("Sending documents") as progress:
        done = copy_index(settings.index, address, rebuild=rebuild, progress=progress)
    if done:
        click.echo(
            f"{done.sent} documents sent, {done.removed} taken out, {done.unchanged} there already; "
            f"{done.seconds:.1f} s"
        )


@cli.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.pass_obj
def validate(settings: Settings, path: Path | None) -> None:
    """Find every mistake in the content files: unknown ids, broken links, missing pictures.

    Example: kb validate content/articles/calm-starts-after-lunch.md
    """
    from kb.actions import validating

    mistakes = validating.validate(settings.content, path)
    for mistake in mistakes:
        click.echo(str(mistake))
    if mistakes:
        raise click.ClickException("1 mistake." if len(mistakes) == 1 else f"{len(mistakes)} mistakes.")
    click.echo("No mistakes.")


@cli.command()
@click.option("--host", default=None, help="Address to listen on (KB_HOST).")
@click.option("--port", default=None, type=click.IntRange(0, 65535), help="Port to listen on (KB_PORT).")
@click.option("--workers", default=None, type=click.IntRange(1, 64), help="Web processes (KB_WORKERS).")
@click.pass_obj
def serve(settings: Settings, host: str | None, port: int | None, workers: int | None) -> None:
    """Open the site.

    Example: kb serve --port 8080
    """
    from dataclasses import replace

    from kb.serving import serve_forever

    serve_forever(
        replace(
            settings,
            host=settings.host if host is None else host,
            port=settings.port if port is None else port,
            workers=settings.workers if workers is None else workers,
        ),
        announce=click.echo,
    )


def _add_commands() -> None:
    from kb import cli_accounts, cli_bench, cli_import, cli_keep, cli_mcp, cli_search, cli_synonyms, cli_work

    searching = (cli_search.search, cli_search.evaluate, cli_search.check)
    for command in (
        *searching,
        cli_import.import_,
        cli_accounts.accounts,
        cli_synonyms.synonyms,
        cli_bench.bench,
        cli_work.work,
        cli_keep.backup,
        cli_keep.restore,
        cli_keep.export,
        cli_mcp.mcp,
    ):
        cli.add_command(command)


_add_commands()
