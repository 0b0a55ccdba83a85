"""Addresses to ask for, without end and always the same ones.

A question is one of the judged ones of tests/relevance with one more word from an article's name, so that hardly any
is ever asked twice: what the site keeps of earlier questions must not make it look faster than it is.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[2]
SEED = 20_261
_SHORTEST = 4
_FILTERED = 4
_PUBLIC = "\nvisibility: public\n"
_KEY_STAGES = ("eyfs", "ks1", "ks2", "ks3", "ks4")


def searches(articles: Path) -> Iterator[str]:
    """Results pages, best match; every fourth one under a filter."""
    chance = random.Random(SEED)  # noqa: S311 - the same questions each time, nothing secret
    questions, words = _questions(), _words(articles)
    for number in count():
        asked = {"q": f"{chance.choice(questions)} {chance.choice(words)}"}
        if number % _FILTERED == 0:
            asked["key_stage"] = chance.choice(_KEY_STAGES)
        yield f"/search?{urlencode(asked)}"


def pages(articles: Path) -> Iterator[str]:
    """The pages of articles that everybody may read, in turn."""
    slugs = sorted(
        path.stem for path in articles.rglob("*.md") if _PUBLIC in path.read_text(encoding="utf-8")
    )
    for number in count():
        yield f"/articles/{slugs[number % len(slugs)]}"


def mixed(articles: Path) -> Iterator[str]:
    """What readers do: seven searches, two articles and the home page of ten."""
    search, page = searches(articles), pages(articles)
    for number in count():
        place = number % 10
        yield "/" if place == 9 else next(page) if place in {3, 6} else next(search)  # noqa: PLR2004


def _questions() -> list[str]:
    with (ROOT / "tests/relevance/queries.tsv").open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file, delimiter="\t")]


def _words(articles: Path) -> list[str]:
    names = sorted(path.stem for path in articles.rglob("*.md"))
    return sorted({word for name in names for word in name.split("-") if len(word) >= _SHORTEST})
