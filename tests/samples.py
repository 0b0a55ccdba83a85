"""Small valid objects and a small real content folder, for every suite."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from kb.domain.article import Article, ArticleType, LocalEvidence, Outcome, Visibility
from kb.storage.content import article_text, front_matter_of

ROOT = Path(__file__).resolve().parent.parent
CONTENT = ROOT / "content"
SHARED = Path(os.environ.get("KB_SHARED", ROOT.parent / "shared"))
BESIDE_ARTICLES = ("vocabulary", "schools.yaml", "figures.yaml", "references.yaml", "synonyms.csv")


def make_article(**changes: Any) -> Article:
    """A valid case study of the demo trust; a changed ``slug`` or ``body`` changes path and hash with it."""
    values: dict[str, Any] = {
        "slug": "calm-starts",
        "type": ArticleType.CASE_STUDY,
        "title": "Calm starts after lunch",
        "summary": "Ten minutes of co-regulation after lunch halved the calls for help in one term.",
        "body": "## What we did\n\nWe met the class at the door and breathed together.\n",
        "key_stages": ("ks1", "ks2"),
        "provisions": ("mainstream",),
        "needs": ("semh",),
        "themes": ("zones-and-co-regulation", "behaviour-routines"),
        "roles": ("teacher", "ta"),
        "school": "castle-bridge-primary",
        "authors": ("R. Okafor",),
        "visibility": Visibility.PUBLIC,
        "published": date(2026, 3, 2),
        "reviewed": date(2026, 9, 1),
        "review_by": date(2027, 9, 1),
        "owner": "r.okafor",
        "illustrative": True,
        "local": LocalEvidence(
            outcome=Outcome.WORKED,
            how_we_know="Calls for help fell from 22 to 10 between two half terms.",
            level=2,
            pupils=58,
            staff_hours_setup=6.0,
            staff_hours_week=0.5,
            cost_band="very-low",
        ),
        "strands": ("social-and-emotional-learning",),
    } | changes
    values.setdefault("path", f"articles/{values['slug']}.md")
    values.setdefault("sha256", hashlib.sha256(values["body"].encode()).hexdigest())
    return Article(**values)


def research_summary(**changes: Any) -> Article:
    """A valid research summary."""
    values: dict[str, Any] = {
        "slug": "what-testing-does",
        "type": ArticleType.RESEARCH_SUMMARY,
        "title": "What low-stakes testing does for memory",
        "summary": "Bringing learning back from memory keeps it longer than reading it again.",
        "body": "## What is known\n\nRoediger and Karpicke (2006) compared tests with reading again.\n",
        "themes": ("retrieval-practice",),
        "school": "estuary-teaching-school-hub",
        "illustrative": False,
        "local": None,
        "strands": ("metacognition-and-self-regulation",),
        "references": ("roediger-2006",),
    }
    return make_article(**(values | changes))


def how_to(**changes: Any) -> Article:
    """A valid how-to that links to ``calm-starts``."""
    values: dict[str, Any] = {
        "slug": "a-talking-board-in-an-hour",
        "type": ArticleType.HOW_TO,
        "title": "A talking board in an hour",
        "summary": "How to make a board of twenty symbols that any adult in the room can use.",
        "body": "Begin with twenty words. Then read [how we start calmly](calm-starts.md).\n",
        "key_stages": ("eyfs",),
        "provisions": ("early-years-setting", "sen-unit"),
        "needs": ("communication-interaction",),
        "themes": ("communication-aids",),
        "school": "reedbed-nursery",
        "local": None,
        "strands": (),
    }
    return make_article(**(values | changes))


def write_content(
    folder: Path, articles: Iterable[Article] | None = None, *, texts: Mapping[str, str] | None = None
) -> Path:
    """A content folder on disk with the real vocabulary, schools, figures, publications and synonyms.

    folder    where to make it; the path that is returned is ``folder / "content"``
    articles  what to write, each to its own path; three linked ones when not given
    texts     further files, path relative to the content folder → text as it is
    """
    content = folder / "content"
    for name in BESIDE_ARTICLES:
        source = CONTENT / name
        if source.is_dir():
            shutil.copytree(source, content / name)
        else:
            shutil.copy(source, content / name)
    (content / "articles").mkdir()
    (content / "pictures").mkdir()
    for article in (make_article(), research_summary(), how_to()) if articles is None else articles:
        write_text(content / article.path, article_text(front_matter_of(article), article.body))
    for path, text in (texts or {}).items():
        write_text(content / path, text)
    return content


def write_text(path: Path, text: str) -> None:
    """Write a file, its folders too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")


def shared(path: str) -> Path:
    """A folder or file of the material beside the project; a test without it fails with this sentence."""
    found = SHARED / path
    assert found.exists(), (
        f"{found} is missing; put the shared folder beside the project or name it in KB_SHARED."
    )
    return found
