"""python -m kb."""

from kb.cli import cli

cli()
