"""The project's own documents as a reader meets them: prose, links, and the commands they tell us to type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

FENCE = re.compile(r"^ *(```|~~~).*?^ *\1[^\n]*$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]+`")
LINK = re.compile(r"\]\((?P<file>[^)#\s]*)(?:#(?P<anchor>[^)\s]+))?\)")


@dataclass(frozen=True)
class Document:
    """One Markdown file."""

    path: Path

    @cached_property
    def text(self) -> str:
        """All of it."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def prose(self) -> str:
        """Its words without code, addresses and comments, line for line."""
        without_code = FENCE.sub(lambda found: "\n" * found.group().count("\n"), self.text)
        without_notes = re.sub(r"<!--.*?-->", "", CODE.sub("", without_code), flags=re.DOTALL)
        return re.sub(r"\]\([^)]*\)|\w+://\S+", " ", without_notes)

    @cached_property
    def anchors(self) -> frozenset[str]:
        """What a link may name after ``#``: the headings, as a forge and an editor's preview spell them."""
        headings = re.findall(r"^#+ +(.+?) *$", FENCE.sub("", self.text), re.MULTILINE)
        return frozenset(anchor(heading) for heading in headings)

    def links(self) -> Iterator[tuple[str, str]]:
        """Each link inside the project: file (empty for this one) and anchor (empty for its top)."""
        for found in LINK.finditer(FENCE.sub("", self.text)):
            if not re.match(r"\w+:", found["file"]):
                yield found["file"], found["anchor"] or ""

    def typed(self, program: str) -> Iterator[str]:
        """What follows ``program`` wherever the document tells somebody to type it."""
        spans = [*re.findall(r"`([^`\n]+)`", FENCE.sub("", self.text)), *self._typed_lines()]
        for span in spans:
            if found := re.match(
                rf"(?:\$ )?(?:\w+=\S+ )*(?:\.venv/bin/)?{program}(?: +(.*))?$", span.strip()
            ):
                yield (found[1] or "").partition("#")[0].strip()

    def _typed_lines(self) -> Iterator[str]:
        for fence in FENCE.finditer(self.text):
            yield from fence.group().splitlines()[1:-1]


def anchor(heading: str) -> str:
    """The anchor of a heading."""
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


def documents(root: Path) -> tuple[Document, ...]:
    """README, changelog, contributing and everything in docs/."""
    return tuple(
        Document(path) for path in [*sorted(root.glob("*.md")), *sorted((root / "docs").rglob("*.md"))]
    )
