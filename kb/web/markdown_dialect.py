"""The Markdown authors may write: which extensions, and nothing that reads files or runs programs."""

from __future__ import annotations

from typing import Any

import markdown

from kb.web.markdown_habits import tidied

_EXTENSIONS: dict[str, dict[str, Any]] = {
    "markdown.extensions.tables": {"use_align_attribute": True},  # a style attribute would not survive
    "markdown.extensions.footnotes": {},
    "markdown.extensions.admonition": {},
    "markdown.extensions.def_list": {},
    "markdown.extensions.sane_lists": {},
    "pymdownx.superfences": {},
    "pymdownx.highlight": {"use_pygments": False},  # colours need classes without end; code is rare here
    "pymdownx.tasklist": {},
    "pymdownx.tilde": {"subscript": False},  # ‘~5 hours’ is said more often than H~2~O
    "pymdownx.saneheaders": {},  # ‘#attendance’ is a hashtag
    "pymdownx.magiclink": {},
}


def parser() -> markdown.Markdown:
    """Return a fresh parser for articles."""
    return markdown.Markdown(extensions=list(_EXTENSIONS), extension_configs=_EXTENSIONS)


def html(text: str, *, using: markdown.Markdown) -> str:
    """Return what the author wrote as HTML, not yet cleaned."""
    using.reset()
    return using.convert(tidied(_readable(text)))


def _readable(text: str) -> str:
    """Return the text with one kind of line end and nothing that no font can show."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\N{REPLACEMENT CHARACTER}")
