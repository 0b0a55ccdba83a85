"""What somebody may not read leaks nowhere: not by a list, a count, a suggestion, a neighbour or an error page."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from kb.actions import demo_people
from kb.application import create_app
from kb.domain.article import Visibility
from kb.settings import Settings
from tests.browser import Browser
from tests.samples import make_article
from tests.shelves import make_shelf

SECRET = {Visibility.PUBLIC: "brambleford", Visibility.PARTNERS: "quillhaven", Visibility.TRUST: "tansyworth"}
"""A word that stands in the one article of each visibility and nowhere else."""

FORBIDDEN = {
    "": (Visibility.PARTNERS, Visibility.TRUST),
    "partner": (Visibility.TRUST,),
    "reader": (),
}
PAGES = 60


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Three articles, one of each visibility, each with a picture."""
    root = tmp_path_factory.mktemp("leaks")
    texts = [
        make_article(
            slug=f"about-{word}",
            title=f"Calm {word} after lunch",
            summary=f"What {word} did after lunch and how calm it became.",
            body=f"## What {word} did\n\nWe met the class.\n\n![A door](../pictures/{word}.png)\n",
            visibility=visibility,
            owner=f"o.{word}",
            authors=(f"O. {word.title()}",),
        )
        for visibility, word in SECRET.items()
    ]
    shelf = make_shelf(root, demo, texts)
    shelf.index()
    (root / "content/pictures").mkdir(exist_ok=True)
    for word in SECRET.values():
        (root / f"content/pictures/{word}.png").write_bytes(word.encode())
    demo_people.make(shelf.database)
    app = create_app(shelf.settings)
    app.testing = True
    yield app
    app.extensions["kb"].search.engine.close()
    app.extensions["kb"].renderer.close()


def asked() -> Iterator[str]:
    """Addresses that a link alone does not lead to."""
    for word in SECRET.values():
        for begins in (word, word[:5], f"{word[:-1]}x", "calm"):
            yield f"/search?q={begins}"
            yield f"/api/v1/search?q={begins}"
            yield f"/api/v1/suggest?q={begins}"
        yield f"/articles/about-{word}"
        yield f"/articles/about-{word}.md"
        yield f"/api/v1/articles/about-{word}"
        yield f"/api/v1/articles/about-{word}/similar"
        yield f"/pictures/{word}.png"
    yield from ("/robots.txt", "/health/ready", "/api/v1/openapi.json", "/no-such-page")


@pytest.mark.parametrize("who", FORBIDDEN, ids=lambda who: who or "nobody")
def test_no_page_holds_a_word_that_is_not_for_the_reader(own: Flask, who: str) -> None:
    client = Browser(own).sign_in(who).client if who else own.test_client()
    waiting, seen, found = ["/", *asked()], set[str](), set[str]()
    followed = 0
    while waiting:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path)
        told = answer.get_data(as_text=True).lower()
        for word in SECRET.values():
            # What somebody has typed comes back to them: their own word is no leak.
            if word in told.replace(path.lower(), "") and word not in path:
                found.add(word)
        if answer.mimetype == "text/html" and followed < PAGES:
            links = [
                each
                for each in re.findall(r'href="(/[^"#]*)"', answer.text)
                if not each.startswith("/static") and not each.endswith(".pdf")  # the same page on paper
            ]
            links = [re.sub(r"\?from=[\w-]+$", "", each) for each in links]  # it leads to the same article
            waiting += [each.replace("&amp;", "&") for each in links if "page=" not in each]
            followed += 1
        answer.close()

    allowed = {word for visibility, word in SECRET.items() if visibility not in FORBIDDEN[who]}
    assert found <= allowed
    assert SECRET[Visibility.PUBLIC] in found


@pytest.mark.parametrize("who", FORBIDDEN, ids=lambda who: who or "nobody")
def test_what_is_not_theirs_does_not_exist(own: Flask, who: str) -> None:
    client = Browser(own).sign_in(who).client if who else own.test_client()

    for visibility, word in SECRET.items():
        status = 404 if visibility in FORBIDDEN[who] else 200
        for path in (
            f"/articles/about-{word}",
            f"/articles/about-{word}.md",
            f"/api/v1/articles/about-{word}",
            f"/api/v1/articles/about-{word}/similar",
            f"/pictures/{word}.png",
            *([f"/articles/about-{word}.pdf"] if status == 404 else []),
        ):
            answer = client.get(path)
            assert answer.status_code == status, path
            answer.close()
        found = client.get(f"/api/v1/search?q={word}&exact=1&mode=words").get_json()
        assert bool(found["total"]) is (status == 200)
        assert client.get(f"/api/v1/suggest?q={word}").get_json()["suggestions"] == [] or status == 200


def test_counts_are_of_what_one_may_read(own: Flask) -> None:
    def count(who: str) -> int:
        client = Browser(own).sign_in(who).client if who else own.test_client()
        facets = client.get("/api/v1/search?q=calm").get_json()["facets"]["key_stage"]
        return max(option["count"] for option in facets)

    assert [count(who) for who in FORBIDDEN] == [1, 2, 3]
