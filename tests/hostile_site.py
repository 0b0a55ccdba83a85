"""The whole application over content in which every text is hostile, with an index of its own.

Only the embedding model is small; everything else is what ``kb index`` and ``kb serve`` work with.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from flask import Flask

from kb.actions.indexing import document
from kb.application import create_app
from kb.domain.article import Article, ArticleType, LocalEvidence, Outcome
from kb.domain.carried import carried
from kb.settings import settings_from
from kb.storage import articles
from kb.storage.content import load_library, read_articles
from kb.storage.database import open_database
from tests.indexer.shelves import build
from tests.indexer.small_model import write_encoder
from tests.samples import how_to, write_content

EACH = 50
"""Every so many articles one is a case study of a school, about a theme and with a synonym that are hostile too."""

EVERYWHERE = """'"></title></script><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}"""
"""What the trust and its hubs are called."""


MARKED = (
    *("garden", "music", "maths", "science", "lesson", "homework"),
    *("trip", "budget", "workload", "assistant", "routine", "quiz"),
)
"""Words that the summaries end with in turn: searched for, they show each summary with a mark in it."""


def one_line(text: str) -> str:
    """The text as front matter can hold it: no control characters, single spaces."""
    unfit = {"Cc", "Cs", "Cn", "Zl", "Zp"}
    return " ".join("".join(" " if unicodedata.category(sign) in unfit else sign for sign in text).split())


def title_of(number: int, payload: str) -> str:
    """The payload where a title may be as long; else the article's number."""
    line = one_line(payload)
    return line if 5 <= len(line) <= 120 else f"Article {number}"


def summary_of(number: int, payload: str) -> str:
    """The payload where a summary may be as long, and one of MARKED."""
    line, word = one_line(payload), MARKED[number % len(MARKED)]
    return f"{line} {word}".strip() if len(line) <= 285 else word


def hostile_articles(payloads: Sequence[str]) -> Iterator[Article]:
    """One article for each payload, which is its title, its summary, its author, its text and a picture's words."""
    for number, payload in enumerate(payloads):
        line = one_line(payload)
        of_school = how_it_went(number, line) if number % EACH == 0 else not_stated(line)
        yield how_to(
            slug=f"a{number}",
            title=title_of(number, payload),
            summary=summary_of(number, payload),
            body=f"![{line}](pictures/stairs.webp)\n\n{payload.replace(chr(0), ' ')}\n",
            authors=(line or "Nobody",),
            owner=line[:120] or "nobody",
            **of_school,
        )


def how_it_went(number: int, line: str) -> dict[str, Any]:
    """What makes an article a case study of a school."""
    local = LocalEvidence(outcome=Outcome.MIXED, how_we_know=line[:1000] or "Nobody knows", level=2)
    kind = {"type": ArticleType.CASE_STUDY, "local": local}
    return {**kind, "school": f"s{number}", "themes": (f"t{number}",)}


def not_stated(line: str) -> dict[str, Any]:
    """What makes an article an imported one that names no school."""
    return {"school": None, "source": line[:1000] or "elsewhere", "unstated": ("school",)}


def make_lists_hostile(content: Path, payloads: Sequence[str]) -> None:
    """Put payloads into the names of schools and themes, into synonyms, and into what the trust is called."""
    lines = {number: one_line(payload) or "Nothing" for number, payload in enumerate(payloads)}
    chosen = {number: line for number, line in lines.items() if number % EACH == 0}
    with changed(content / "schools.yaml") as group:
        group["trust"] |= {"name": EVERYWHERE, "about": EVERYWHERE}
        for hub in group["hubs"]:
            hub |= {"name": EVERYWHERE, "about": EVERYWHERE, "executive_lead": EVERYWHERE}
        common = {"kind": "partner-school", "phase": "primary"}
        group["schools"] += [
            {"id": f"s{number}", "name": line[:1000], "about": line[:1000], **common}
            for number, line in chosen.items()
        ]
    with changed(content / "vocabulary" / "themes.yaml") as scheme:
        scheme["terms"] += [
            {"id": f"t{number}", "label": line[:120], "description": line[:1000], "kind": "practice"}
            | ({"parent": f"t{number - EACH}"} if number // EACH % 2 else {})
            for number, line in chosen.items()
        ]
    with (content / "synonyms.csv").open("a", encoding="utf-8", newline="") as file:
        rows = [
            ("Hostile", f"kindly{number}", line.replace(";", " ").strip(), "eq")
            for number, line in chosen.items()
        ]
        csv.writer(file).writerows(row for row in rows if row[2])


@contextmanager
def changed(path: Path) -> Iterator[dict[str, Any]]:
    """A YAML file as plain data; written back when the block is left."""
    values = yaml.safe_load(path.read_text(encoding="utf-8"))
    yield values
    path.write_text(yaml.safe_dump(values, allow_unicode=True, sort_keys=False), encoding="utf-8")


@contextmanager
def site(
    root: Path,
    written: Iterable[Article] | None = None,
    *,
    change: Callable[[Path], None] = lambda content: None,
) -> Iterator[Flask]:
    """The application over these articles, or over three of plain words, indexed anew.

    change  given the content folder once it is written, to make something else of it
    """
    content = write_content(root, written)
    change(content)
    settings = settings_from({"KB_CONTENT": str(content), "KB_VAR": str(root / "var")})
    library = load_library(content)
    reading = read_articles(content, library)
    assert not reading.mistakes, reading.mistakes[:3]
    settings.index.mkdir(parents=True)
    database = open_database(settings.database)
    articles.replace_all(database, [(article, carried(article, library)) for article in reading.articles])
    database.close()
    encoder = write_encoder(root / "encoder")
    build(settings.index, encoder, [document(article, library) for article in reading.articles])
    app = create_app(settings)
    app.testing = True
    try:
        yield app
    finally:
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()
