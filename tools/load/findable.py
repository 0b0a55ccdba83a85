"""From a reviewer's click to the readers: ``python -m tools.load.findable``.

The site, its worker, its content and its index are copies in a temporary folder. A reviewer accepts one article after
the other, as a browser would; then readers ask for each by meaning, over connections of their own, until every web
process answers with it. It says how long that took and how busy the machine was.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import requests

from kb.domain.article import ArticleType
from kb.domain.permission import State
from kb.domain.review import Check
from kb.domain.text import Content
from kb.settings import settings_from
from kb.storage import accounts, texts
from kb.storage.database import Database, open_database
from kb.web.cookies import TOKEN
from tests.at_the_browser import PARAGRAPH, session_for
from tests.browser import PEOPLE
from tests.texts import make_content
from tests.workplace import workplace
from tools.running_site import running_site

_IN_A_ROW = 6
"""Answers in a row, each over a connection of its own, after which all web processes are taken to know it."""

_LATEST = 60.0
_SUBJECTS = (
    ("Otters in the reading corner", "how we lend soft toy animals to pupils who read aloud"),
    ("A drum before assembly", "percussion to gather a noisy hall without shouting"),
    ("Seed trays on the window sill", "growing cress to teach fair testing in science"),
    ("Maps of the walk to school", "pupils draw their own route to talk about road safety"),
    ("Umbrellas for the playground", "what to do at break when it rains every day"),
    ("Letters to the lighthouse", "writing to somebody real so that pupils check their spelling"),
    ("Bread on Fridays", "baking to practise fractions and weighing"),
    ("The quiet train", "walking through corridors without a sound between lessons"),
)
"""A title for each article, and what a reader asks who does not know it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Seconds of one publication.

    answered    from the reviewer's click to the answer
    first, all  from the click until the first reader found it, and until every web process did
    """

    answered: float
    first: float
    all: float


def in_review(db: Database, title: str, asked: str) -> int:
    """A complete article of a partner school that a reviewer has before them."""
    now = datetime.now(UTC)
    author = accounts.by_email(db, PEOPLE["partner"].email)
    reviewer = accounts.by_email(db, PEOPLE["reviewer"].email)
    if author is None or reviewer is None:
        raise SystemExit("There is no demo here; run ‘kb init --demo’ first.")
    whole = make_content(title=title, summary=f"This tells {asked}.", school=author.schools[0])
    content = Content(fields=whole.fields, body=f"## What we did\n\n{PARAGRAPH * 4}{title}: {asked}.\n")
    number = texts.insert(
        db, kind=ArticleType.CASE_STUDY, content=content, school=author.schools[0], author=author.id, now=now
    )
    texts.move(db, number, was=[State.DRAFT], to=State.SUBMITTED, now=now)
    texts.move(db, number, was=[State.SUBMITTED], to=State.IN_REVIEW, now=now, reviewer=reviewer.id)
    return number


def published(
    site: str, reviewer: requests.Session, reader: requests.Session, number: int, title: str, asked: str
) -> Found:
    """Accept an article and wait until it is found. Raises TimeoutError."""
    page = reviewer.get(f"{site}/review/{number}").text
    (token,) = set(re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[:1])
    (revision,) = set(re.findall(r'name="revision" value="(\d+)"', page))
    sent = {"csrf_token": token, "revision": revision, "verdict": "accept", "advice": ""}
    sent |= {"ticks": [check.value for check in Check]}  # type: ignore[dict-item]
    began = time.perf_counter()
    answer = reviewer.post(
        f"{site}/review/{number}/decide", data=sent, headers={"Origin": site}, allow_redirects=False
    )
    answered = time.perf_counter() - began
    if answer.status_code != requests.codes.see_other:
        raise SystemExit(f"The article was not accepted: {answer.status_code}.")
    first, row = 0.0, 0
    while row < _IN_A_ROW:
        took = time.perf_counter() - began
        if took > _LATEST:
            raise TimeoutError(f"“{asked}” finds nothing after {_LATEST:.0f} seconds.")
        row = row + 1 if _finds(site, reader, title, asked) else 0
        first = first or (time.perf_counter() - began if row else 0.0)
        if not row:
            time.sleep(0.02)
    return Found(answered=answered, first=first, all=time.perf_counter() - began)


def _finds(site: str, reader: requests.Session, title: str, asked: str) -> bool:
    answer = reader.get(
        f"{site}/api/v1/search",
        params={"q": asked, "mode": "meaning", "per_page": "5"},
        headers={"Connection": "close"},
    )
    hits = answer.json()["hits"]
    return any(hit["title"] == title for hit in hits)


def _somebody(db: Database, site: str, who: str) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.cookies.set(TOKEN, session_for(db, PEOPLE[who].email), domain="127.0.0.1")
    session.headers["Host"] = site.removeprefix("http://")
    return session


def main() -> None:
    """Publish, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=len(_SUBJECTS), choices=range(1, len(_SUBJECTS) + 1))
    parser.add_argument(
        "--rest", type=float, default=0.0, help="seconds between the site's start and the first article"
    )
    given = parser.parse_args()
    before = os.getloadavg()[0]
    with (
        tempfile.TemporaryDirectory() as folder,
        workplace(settings_from(), Path(folder), own_index=True) as copy,
        running_site({"KB_CONTENT": str(copy.content), "KB_VAR": str(copy.var)}) as site,
    ):
        db = open_database(copy.database)
        reviewer, reader = _somebody(db, site, "reviewer"), _somebody(db, site, "reader")
        time.sleep(given.rest)
        found = [
            published(site, reviewer, reader, in_review(db, title, asked), title, asked)
            for title, asked in _SUBJECTS[: given.articles]
        ]
        db.close()
    for words, seconds in (
        ("the reviewer's answer", [each.answered for each in found]),
        ("found by a reader", [each.first for each in found]),
        ("found by every web process", [each.all for each in found]),
    ):
        print(f"{words}: median {statistics.median(seconds):.2f} s, longest {max(seconds):.2f} s")
    print(f"{len(found)} articles; load {before:.1f} before, {os.getloadavg()[0]:.1f} after")


if __name__ == "__main__":
    main()
