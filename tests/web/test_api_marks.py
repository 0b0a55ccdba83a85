"""The JSON API tells what the improvement lead says beside an answer, as the page does, to those who may see it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from kb.actions import approaching, pinning
from kb.domain.account import Account
from kb.domain.approach import SubjectKind
from kb.domain.pin import PinKind
from kb.settings import Settings
from kb.storage import accounts
from tests.browser import Browser
from tests.pupils import check
from tests.sharing import database, shop

PASTORAL = "common-approach-to-pastoral-support"
ASKED = "/api/v1/search?q=pastoral+support"


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo, in which an article for the trust alone is a trust approach and is pinned."""
    with shop(demo, tmp_path_factory.mktemp("marks")) as app:
        db = database(app)
        lead = lead_of(app)
        slug = approaching.mark(
            db,
            lead,
            kind=SubjectKind.ARTICLE,
            subject=PASTORAL,
            title="Our common pastoral approach",
            reason="Every pupil meets the same care.",
            check=check(),
        )
        pinning.pin(
            db,
            lead,
            PinKind.APPROACH,
            slug,
            reason="What all of us do.",
            words="pastoral support",
            check=check(),
        )
        yield app


def lead_of(own: Flask) -> Account:
    return next(each for each in accounts.everybody(database(own)) if each.name == "A. Quintero")


def asked(own: Flask, path: str, who: str | None = "reader") -> dict[str, Any]:
    browser = Browser(own).sign_in(who) if who else Browser(own)
    answer: dict[str, Any] = browser.client.get(path).get_json()
    return answer


def test_a_pin_is_told_with_its_reason_and_is_none_of_the_hits(own: Flask) -> None:
    answer = asked(own, ASKED)

    assert answer["pinned"] == [
        {
            "kind": "approach",
            "title": "Our common pastoral approach",
            "url": "/approaches/our-common-pastoral-approach",
            "reason": "What all of us do.",
        }
    ]
    assert len(answer["hits"]) == min(answer["per_page"], answer["total"])


def test_a_pin_stands_before_the_first_page_and_the_searches_that_it_is_for_alone(own: Flask) -> None:
    assert asked(own, f"{ASKED}&per_page=1&page=2")["pinned"] == []
    assert asked(own, "/api/v1/search?q=phonics")["pinned"] == []


def test_the_article_that_is_the_approach_says_so_wherever_it_is_told(own: Flask) -> None:
    hit = next(each for each in asked(own, ASKED)["hits"] if each["slug"] == PASTORAL)
    others = [each for each in asked(own, ASKED)["hits"] if each["slug"] != PASTORAL]
    article = asked(own, f"/api/v1/articles/{PASTORAL}")

    assert hit["approach"] == article["approach"]
    assert hit["approach"] == {
        "title": "Our common pastoral approach",
        "url": "/approaches/our-common-pastoral-approach",
        "version": 1,
        "reason": "Every pupil meets the same care.",
    }
    assert {each["approach"] for each in others} == {None}


def test_who_may_not_read_the_article_is_told_of_neither(own: Flask) -> None:
    with database(own).write() as writing:
        writing.execute("update articles set visibility = 'trust' where slug = ?", [PASTORAL])

    stranger = asked(own, ASKED, who=None)

    assert stranger["pinned"] == []
    assert not [each for each in stranger["hits"] if each["approach"]]
    assert "pastoral approach" not in str(stranger).lower()
    assert asked(own, ASKED)["pinned"] != []
