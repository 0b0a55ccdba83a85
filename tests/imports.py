"""Imports as the tests of every side of them do them."""

from __future__ import annotations

from pathlib import Path

from kb.actions.importing import Imported, ImportReport, import_path
from kb.domain.article import Article, Visibility
from kb.storage.content import load_library, read_articles

CALM = """---
title: Calm starts after lunch
caption: Autumn week 4
---

Ten minutes of breathing together after lunch halve the calls for help.
"""


def run(
    content: Path,
    source: Path,
    *,
    visibility: Visibility = Visibility.TRUST,
    school: str | None = None,
    virus_check: str = "none",
) -> ImportReport:
    """Import a path; what was told on the way is what stands in the report."""
    told: list[Imported] = []
    report = import_path(
        content,
        source,
        visibility=visibility,
        school=school,
        library=load_library(content),
        report=told.append,
        virus_check=virus_check,
    )
    assert tuple(told) == report.entries
    return report


def verdicts(report: ImportReport) -> dict[str, str]:
    """Path → what became of it."""
    return {entry.path: entry.verdict.value for entry in report.entries}


def articles(content: Path) -> dict[str, Article]:
    """The articles there are now, which are all sound, by address."""
    reading = read_articles(content, load_library(content))
    assert reading.mistakes == ()
    return {article.slug: article for article in reading.articles}


def bodies(content: Path) -> dict[str, bytes]:
    """Name → bytes of every imported article."""
    return {path.name: path.read_bytes() for path in sorted((content / "articles" / "imported").glob("*.md"))}
