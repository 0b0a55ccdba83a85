"""A need leads to asks, commissions and articles, and its page tells what became of it; only the lead is led back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from kb.settings import Settings
from kb.storage import commissions, gaps
from tests.browser import Browser
from tests.sharing import database, shop

CALM = "calm-starts-after-lunch"


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with shop(demo, tmp_path_factory.mktemp("became")) as app:
        yield app


@pytest.fixture
def need(own: Flask) -> int:
    """A need that two searches did not find."""
    number = gaps.begin(database(own), "clarinets for a whole class", None)
    gaps.put_history(database(own), number, {"2026-11-02": 2}, [("key_stage", "ks2", 2)])
    return number


def way(page: Any, words: str) -> str:
    return next(str(each["href"]) for each in page.select(".ways a") if each.text == words)


def filled_in(page: Any, action: str, **more: str) -> dict[str, Any]:
    """What a form would send, with answers to what is still empty."""
    form = next(each for each in page.select("form") if str(each.get("action", "")).startswith(action))
    sent: dict[str, Any] = {}
    for field in form.select("input, textarea, select"):
        kind, name = field.get("type", ""), str(field.get("name", ""))
        if not name or kind == "submit" or (kind in {"radio", "checkbox"} and not field.has_attr("checked")):
            continue
        chosen = field.select_one("option[selected]") if field.name == "select" else None
        value = str(chosen["value"]) if chosen else str(field.get("value", field.text.strip()))
        sent[name] = [*sent.get(name, []), value]
    return {**sent, **more}


def commissioned(own: Flask, lead: Browser, address: str) -> int:
    page = lead.get(address)
    sent = filled_in(
        page,
        "/commissions/new",
        details="Nobody teaches the clarinet to a whole class.",
        standard="attendance-behaviour",
        receiver="samphire-junior",
        kind="support",
        secret="no",
    )
    answer = lead.post("/commissions/new", data=sent)
    assert answer.status_code == 303, answer.words(".govuk-error-summary")
    return int(answer.headers["Location"].rsplit("/", 1)[1])


def became(lead: Browser, need: int) -> str:
    return lead.get(f"/insights/gaps/{need}").words("section[aria-labelledby=became-title]")


def test_a_need_that_nobody_has_done_anything_about_tells_of_nothing(own: Flask) -> None:
    untouched = gaps.begin(database(own), "bassoons for a whole class", None)

    page = Browser(own).sign_in("lead").get(f"/insights/gaps/{untouched}")

    assert not page.select("section[aria-labelledby=became-title]")


def test_a_commission_from_a_need_leads_back_to_it_and_the_need_tells_how_it_stands(
    own: Flask, need: int
) -> None:
    lead = Browser(own).sign_in("lead")

    number = commissioned(
        own, lead, way(lead.get(f"/insights/gaps/{need}"), "Commission support or an article")
    )

    assert lead.get(f"/commissions/{number}").select(f"dd a[href='/insights/gaps/{need}']")
    assert "Commissioned: clarinets for a whole class Need" in became(lead, need)


def test_who_may_not_see_needs_reads_where_a_commission_came_from_and_is_led_nowhere(
    own: Flask, need: int
) -> None:
    lead = Browser(own).sign_in("lead")
    number = commissioned(
        own, lead, way(lead.get(f"/insights/gaps/{need}"), "Commission support or an article")
    )

    page = Browser(own).sign_in("reader").get(f"/commissions/{number}")

    assert "searches that found nothing good enough" in page.words()
    assert not page.select("a[href^='/insights']")


def test_a_need_that_was_forgotten_is_no_dead_end(own: Flask, need: int) -> None:
    lead = Browser(own).sign_in("lead")
    number = commissioned(
        own, lead, way(lead.get(f"/insights/gaps/{need}"), "Commission support or an article")
    )
    with database(own).write() as writing:
        writing.execute("delete from gaps where id = ?", [need])

    page = lead.get(f"/commissions/{number}")

    assert page.status_code == 200
    assert not page.select("a[href^='/insights/gaps/']")


def test_an_ask_from_a_need_is_told_with_the_commission_that_takes_it_up(own: Flask, need: int) -> None:
    lead = Browser(own).sign_in("lead")
    form = lead.get(way(lead.get(f"/insights/gaps/{need}"), "Ask the schools"))

    asked = lead.post("/asks/new", data=filled_in(form, "/asks/new", do="ask"))
    assert asked.status_code == 303, asked.words(".govuk-error-summary")
    ask = asked.headers["Location"]
    number = commissioned(own, lead, str(lead.get(ask).select("a[href^='/commissions/new']")[0]["href"]))

    told = became(lead, need)
    assert "Asked: clarinets for a whole class Somebody is working on it" in told
    assert f"/commissions/{number}" in lead.get(f"/insights/gaps/{need}").text


def test_an_article_is_told_as_being_written_and_then_by_its_address(own: Flask, need: int) -> None:
    lead = Browser(own).sign_in("lead")
    form = lead.get(way(lead.get(f"/insights/gaps/{need}"), "Begin an article"))
    sent = filled_in(form, "/contribute/new", kind="case-study", idea="We lent one to everybody.", do="begin")
    begun = lead.post("/contribute/new", data=sent | {"title": "Clarinets for a whole class"})
    assert begun.status_code == 303, begun.words(".govuk-error-summary")

    before = became(lead, need)
    with database(own).write() as writing:
        number = int(begun.headers["Location"].rsplit("/", 1)[1])
        writing.execute("update texts set slug = ?, state = 'published' where id = ?", [CALM, number])

    assert "Written up: Clarinets for a whole class being written" in before
    assert "published" in became(lead, need)
    assert f"/articles/{CALM}" in lead.get(f"/insights/gaps/{need}").text


def test_a_need_in_the_form_of_somebody_who_may_not_see_needs_is_not_noted(own: Flask, need: int) -> None:
    reader = Browser(own).sign_in("reader")
    form = reader.get(f"/asks/new?q=clarinets&gap={need}")

    assert not form.select("input[name=gap]")
    sent = filled_in(form, "/asks/new", do="ask", gap=str(need))
    assert reader.post("/asks/new", data=sent).status_code == 303
    assert gaps.followed(database(own), need) == ()


def test_the_origin_of_a_commission_cannot_be_made_up(own: Flask) -> None:
    lead = Browser(own).sign_in("lead")

    number = commissioned(own, lead, "/commissions/new?title=Clarinets&gap=%2Fetc")

    found = commissions.find(database(own), number)
    assert found is not None
    assert found.need.origin == ""
    assert found.made_at <= datetime.now(UTC)
