"""An article: its text, what it rests on, and where to go next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from kb.actions import demo_people
from kb.domain.article import Article, ArticleType, Visibility
from kb.storage import articles
from kb.storage.database import open_database
from kb.web.access import reader
from kb.web.site import site
from tests.browser import Browser
from tests.samples import make_article

EVERY = 10_000
SHOWN = ("term-1/board.webp", "drawing.svg", "page.html", "notes", "../schools.yaml", "../outside.webp")
"""What an article of the trust names as its pictures."""


@pytest.fixture
def an_article(app: Flask) -> Callable[[Callable[[Article], object]], Article]:
    """Finds the first article of the demo for which something holds."""
    with app.app_context():
        every = articles.newest(site().database, reader(), EVERY)

    def first(wanted: Callable[[Article], object]) -> Article:
        return next(article for article in every if wanted(article))

    return first


def test_a_case_study_shows_the_local_result_beside_the_evidence(browser: Browser, an_article) -> None:
    article = an_article(lambda each: each.local and each.strands and each.type is ArticleType.CASE_STUDY)

    page = browser.get(f"/articles/{article.slug}")

    assert page.words("h1") == " ".join(article.title.split())
    assert " ".join(article.local.how_we_know.split()) in page.words(".panel--local")
    assert f"Level {article.local.level}" in page.words(".panel--local")
    assert "Not yet checked by the improvement lead" in page.words(".panel--evidence")
    assert page.select(".panel--evidence a[href^='https://']")


def test_an_invented_case_study_says_so(browser: Browser, an_article) -> None:
    page = browser.get(f"/articles/{an_article(lambda each: each.illustrative).slug}")

    assert "invented" in page.words(".notice--quiet")


def test_an_overdue_review_is_said(browser: Browser, an_article) -> None:
    article = an_article(lambda each: each.overdue(datetime.now(tz=UTC).date()))

    assert "was due for review by" in browser.get(f"/articles/{article.slug}").words(".notice--warning")


def test_months_that_nobody_knows_are_said_in_words(browser: Browser, app: Flask, an_article) -> None:
    with app.app_context():
        unknown = {strand for strand, figure in site().library.figures.items() if figure.months is None}
    article = an_article(lambda each: set(each.strands[:1]) & unknown)

    panel = browser.get(f"/articles/{article.slug}").select(".panel--evidence")[0]

    assert "Not enough evidence to say how many months" in panel.get_text()
    assert not panel.select(".gauge")


def test_the_contents_lead_to_the_headings(browser: Browser, an_article) -> None:
    article = an_article(lambda each: each.body.count("\n## ") > 3)

    page = browser.get(f"/articles/{article.slug}")

    links = page.select(".contents a")
    assert len(links) >= 4
    assert {str(a["href"])[1:] for a in links} <= {str(each["id"]) for each in page.select(".prose [id]")}


def test_publications_are_listed_with_their_doi(browser: Browser, app: Flask, an_article) -> None:
    with app.app_context():
        with_doi = {key for key, reference in site().library.references.items() if reference.doi}
    article = an_article(lambda each: set(each.references) & with_doi)

    page = browser.get(f"/articles/{article.slug}")

    assert len(page.select(".references li")) == len(article.references)
    assert page.select(".references a[href^='https://doi.org/10.']")


def test_the_file_itself_can_be_had(browser: Browser, an_article) -> None:
    article = an_article(lambda each: each.type is ArticleType.RESEARCH_SUMMARY)

    answer = browser.get(f"/articles/{article.slug}.md")

    assert answer.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.text.startswith("---\n")
    assert article.body.strip() in answer.text.replace("\r\n", "\n")


def test_ways_on_lead_somewhere_else(browser: Browser, an_article) -> None:
    article = an_article(lambda each: each.local)

    page = browser.get(f"/articles/{article.slug}")

    ways = {str(a["href"]) for a in page.select(".section .card__title a")}
    assert ways
    assert f"/articles/{article.slug}" not in ways


@pytest.fixture
def with_pictures(app: Flask, tmp_path: Path) -> Iterator[Browser]:
    """The site over a content folder with one picture that an article shows, and some files that are none."""
    shown = "".join(f"![A door](../pictures/{name})\n" for name in SHOWN)
    article = make_article(body=f"## What we did\n\n{shown}", visibility=Visibility.TRUST)
    db = open_database(tmp_path / "kb.sqlite")
    articles.replace_all(db, [(article, {})])
    (tmp_path / "pictures" / "term-1").mkdir(parents=True)
    (tmp_path / "pictures" / "term-1" / "board.webp").write_bytes(b"RIFF")
    for name in (
        "pictures/drawing.svg",
        "pictures/page.html",
        "pictures/notes",
        "schools.yaml",
        "outside.webp",
    ):
        (tmp_path / name).write_text("<script>alert(1)</script>")
    with app.app_context():
        current = site()
    demo_people.make(db)
    own = replace(current.settings, content=tmp_path)
    app.extensions["kb"] = replace(current, settings=own, database=db)
    yield Browser(app).sign_in("reader")
    app.extensions["kb"] = current
    db.close()


@pytest.mark.parametrize(
    "name",
    [
        "drawing.svg",
        "page.html",
        "notes",
        "../schools.yaml",
        "../outside.webp",
        "%2e%2e/outside.webp",
        "none.webp",
        "",
    ],
)
def test_only_pictures_are_shown_as_pictures(with_pictures: Browser, name: str) -> None:
    assert with_pictures.get(f"/pictures/{name}").status_code == 404


def test_a_picture_is_shown_and_never_run(with_pictures: Browser) -> None:
    answer = with_pictures.get("/pictures/term-1/board.webp")

    assert answer.status_code == 200
    assert answer.response.data == b"RIFF"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("who", ["", "partner"])
def test_a_picture_is_not_shown_to_those_who_may_not_read_its_article(
    with_pictures: Browser, app: Flask, who: str
) -> None:
    other = Browser(app).sign_in(who) if who else Browser(app)

    assert other.get("/pictures/term-1/board.webp").status_code == 404
    assert with_pictures.get("/pictures/term-1/board.webp").status_code == 200


@pytest.mark.slow
def test_every_article_passes_the_inspection(browser: Browser, app: Flask) -> None:
    with app.app_context():
        every = articles.newest(site().database, reader(), EVERY)

    for article in every:
        assert browser.get(f"/articles/{article.slug}").status_code == 200
