"""The parts of the documents that are printed from the code: `make docs`.

docs/settings.md and docs/commands.md call these functions between cog's marks, and a test compares them.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from kb.cli import cli
from kb.settings_table import SETTINGS


def settings_table() -> str:
    """Every setting with its default and meaning, as a table."""
    rows = [f"| `{setting.name}` | `{setting.default}` | {setting.meaning} |" for setting in SETTINGS]
    return "\n".join(["", "| setting | default | meaning |", "|---|---|---|", *rows, "", ""])


def command_chapters() -> str:
    """Every command with its help, as chapters."""
    chapters = (f"## {name}\n\n{_told(command, name)}\n" for name, command in commands())
    return "\n" + "\n".join(chapters) + "\n"


def commands(group: click.Group = cli, before: str = "kb") -> Iterator[tuple[str, click.Command]]:
    """Each command under its full name, groups first, in the order of ``kb --help``."""
    for name in group.list_commands(click.Context(group)):
        command = group.commands[name]
        yield f"{before} {name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{before} {name}")


def _told(command: click.Command, name: str) -> str:
    """What the command is for, how it is called, its examples, its options."""
    help_text = inspect.cleandoc(command.help or "").replace(r"\b", "\b")
    first, *more = [_paragraph(text) for text in help_text.split("\n\n")]
    usage = f"```\n{name} {' '.join(command.collect_usage_pieces(click.Context(command)))}\n```"
    options = [line for option in command.params if (line := _option(option))]
    return "\n\n".join([first, usage, *more, *(["\n".join(options)] if options else [])])


def _paragraph(text: str) -> str:
    """A paragraph of help; one that click leaves as it is becomes a block, an example a block of its own."""
    if not text.startswith("\b"):
        return " ".join(text.split())
    lines = text.removeprefix("\b").strip("\n").splitlines()
    title, _, first = lines[0].partition(":")
    if title not in {"Example", "Examples"}:
        return "\n".join(["```", *lines, "```"])
    typed = [line.strip() for line in [first, *lines[1:]] if line.strip()]
    return "\n".join([f"{title}:", "", "```sh", *typed, "```"])


def _option(option: click.Parameter) -> str:
    """An option and what it does; empty for an argument, which the usage line shows."""
    if not isinstance(option, click.Option):
        return ""
    record = option.get_help_record(click.Context(click.Command("")))
    return f"- `{record[0]}`: {record[1]}" if record else ""
