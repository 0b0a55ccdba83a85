"""kb mcp."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from kb.domain.errors import BadRequest, Unavailable
from kb.settings import Settings


@click.command()
@click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    help="A file with a token made under ‘Your account’; without one only what anybody may read is found.",
)
@click.pass_obj
def mcp(settings: Settings, token_file: Path | None) -> None:
    """Answer an assistant on this machine over the Model Context Protocol (standard input and output).

    Example: kb mcp --token-file token.txt
    """
    try:
        from kb.assistants import server
    except ModuleNotFoundError as error:
        raise Unavailable(
            "The package for assistants is not installed. Type: pip install 'good-practice-knowledge-base[mcp]'"
        ) from error
    from kb.application import open_site

    site = open_site(settings)
    with closing(site.search.engine), closing(site.renderer):
        server(site, _token(token_file)).run()


def _token(file: Path | None) -> str | None:
    if file is None:
        return None
    token = file.read_text(encoding="utf-8").strip()
    if not token:
        raise BadRequest(f"The file {file} holds no token. Make one under ‘Your account’ and put it there.")
    return token
