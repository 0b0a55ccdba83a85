"""What letters say: templates/letters/<kind>.txt, whose first line is the subject."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER = Path(__file__).resolve().parents[1] / "templates" / "letters"
KINDS = frozenset(path.stem for path in FOLDER.glob("*.txt"))
LONGEST = 300
"""Characters of one value; a letter names things and does not hold texts."""

_SUBJECT = "Subject: "
_environment = Environment(
    loader=FileSystemLoader(FOLDER),
    undefined=StrictUndefined,
    autoescape=False,  # noqa: S701 - plain text
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def letter_text(kind: str, values: Mapping[str, Any], *, public_url: str, site_name: str) -> tuple[str, str]:
    """Subject and text of a letter. What people have typed stands in one line, so that it cannot draw a letter."""
    told = _plain(values, public_url) | {"site": site_name, "home": public_url}
    text = _environment.get_template(f"{kind}.txt").render(told)
    first, _, rest = text.partition("\n")
    return " ".join(first.removeprefix(_SUBJECT).split()), rest.strip() + "\n"


def _plain(value: Any, public_url: str) -> Any:
    if isinstance(value, Mapping):
        return {
            key: _whole_link(str(each), public_url) if key == "link" else _plain(each, public_url)
            for key, each in value.items()
        }
    if isinstance(value, list | tuple):
        return [_plain(each, public_url) for each in value]
    return _in_one_line(value) if isinstance(value, str) else value


def _in_one_line(text: str) -> str:
    shown = "".join(" " if unicodedata.category(each).startswith(("C", "Z")) else each for each in text)
    line = " ".join(shown.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _whole_link(link: str, public_url: str) -> str:
    """The address of a page of ours, in full."""
    if not link.startswith("/") or link.startswith("//") or not link.isprintable() or " " in link:
        raise ValueError("a letter links to pages of the site alone; give the path, such as /contribute/12")
    return public_url.rstrip("/") + link
