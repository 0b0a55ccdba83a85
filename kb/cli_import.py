"""kb import."""

from __future__ import annotations

from pathlib import Path

import click

from kb.domain.article import Visibility
from kb.settings import Settings


@click.command(name="import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--visibility",
    type=click.Choice([visibility.value for visibility in Visibility]),
    default=Visibility.TRUST.value,
    show_default=True,
    help="Who may read the imported articles.",
)
@click.option("--school", default=None, help="Id of the school they come from, as in schools.yaml.")
@click.pass_obj
def import_(settings: Settings, path: Path, visibility: str, school: str | None) -> None:
    """Take in Markdown or Word files: one file or a whole tree, with any front matter.

    Example: kb import handbook --visibility trust
    """
    from kb.actions import founding, importing
    from kb.storage.content import load_library

    founding.found_content(settings.content)
    library = load_library(settings.content)
    report = importing.import_path(
        settings.content,
        path,
        visibility=Visibility(visibility),
        school=school,
        library=library,
        virus_check=settings.virus_check,
        report=lambda entry: click.echo(str(entry)),
    )
    click.echo(str(report))
