"""What the lead is told of commissions, trials, feedback and pathways is what happened, and tells of no person."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from kb.domain.article import Visibility
from kb.domain.search import Reader
from kb.domain.trial import tally
from kb.settings import Settings
from kb.storage import feedback, trials
from kb.web.insight_commissions import CONFIDENTIAL
from kb.web.insight_learning import NOT_SHOWN
from kb.web.insight_sheets import NAMES
from tests.browser import Browser
from tests.sharing import database
from tests.whole_demo import whole_demo

TODAY = datetime.now(UTC).date()
YEAR = f"first={(TODAY - timedelta(days=700)).isoformat()}&last={TODAY.isoformat()}"
EVERYBODY = Reader(visibilities=frozenset(Visibility))


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with whole_demo(demo, tmp_path_factory.mktemp("loop")) as app:
        yield app


@pytest.fixture
def lead(own: Flask) -> Browser:
    return Browser(own).sign_in("lead")


def rows(lead: Browser, path: str) -> list[dict[str, str]]:
    """A file's lines by their headings."""
    text = lead.get(f"/insights/{path}.csv?{YEAR}").text.removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def everything_told(lead: Browser) -> Iterator[tuple[str, str]]:
    """Address and text of every page and file of insights."""
    pages = ["/insights/", "/insights/gaps/", "/insights/report", *(f"/insights/{name}" for name in NAMES)]
    for path in pages:
        page = lead.get(f"{path}?{YEAR}")
        yield path, page.text
        for link in page.select("a[href$='.csv'], a[href*='.csv?'], a[href^='/insights/gaps/']"):
            yield str(link["href"]), lead.get(str(link["href"])).text


def test_commissions_by_kind_add_up_to_what_was_logged_and_judged(own: Flask, lead: Browser) -> None:
    with database(own).read() as reading:
        hours, pence = reading.execute(
            "select total(hours), total(cost) from commission_visits where taken_out = 0"
        ).fetchone()
        met = reading.execute("select count(*) from commissions where result = 'met'").fetchone()[0]
        number = reading.execute("select count(*) from commissions").fetchone()[0]

    kinds = rows(lead, "commissions/kinds")

    assert sum(float(each["Days"]) for each in kinds) == pytest.approx(hours / 6.5, abs=0.2)
    assert sum(float(each["Pounds"]) for each in kinds) == pence / 100
    assert sum(int(each["Met"]) for each in kinds) == met > 0
    assert sum(int(each["Begun"]) for each in kinds) == number


def test_stages_tell_of_every_open_commission_and_no_other(own: Flask, lead: Browser) -> None:
    with database(own).read() as reading:
        number = reading.execute(
            "select count(*) from commissions where stage not in ('closed', 'cancelled')"
        ).fetchone()[0]

    assert sum(int(each["Commissions"]) for each in rows(lead, "commissions/stages")) == number


def test_a_confidential_commission_is_counted_and_neither_its_title_nor_its_school_is_told(
    own: Flask, lead: Browser
) -> None:
    with database(own).read() as reading:
        title, receiver = reading.execute(
            "select title, receiver from commissions where confidential = 1"
        ).fetchone()
        alone = reading.execute(
            "select count(*) from commissions where confidential = 0 and receiver = ?", [receiver]
        ).fetchone()[0]
    name = own.extensions["kb"].library.group.schools[receiver].name

    listed = [each for each in rows(lead, "commissions/each") if each["Commission"] == CONFIDENTIAL]
    helped = [each for each in rows(lead, "commissions/schools") if each["School"] == name]

    assert [(each["Helped"], each["Helps"], each["Case study"]) for each in listed] == [("–", "–", "–")]
    assert sum(int(each["Is helped"]) for each in helped) == alone
    for path, text in everything_told(lead):
        assert title not in text, path


def test_trials_are_counted_as_the_articles_own_page_counts_them(own: Flask, lead: Browser) -> None:
    every = trials.seen(database(own), EVERYBODY)
    title = next(each.title for each in every if each.slug == "calm-starts-after-lunch")
    whole = tally([each for each in every if each.slug == "calm-starts-after-lunch"])

    (row,) = [each for each in rows(lead, "trials/tried") if each["Article"] == title]

    assert (row["Schools"], row["Worked"], row["Mixed results"], row["Did not work"]) == (
        str(whole.schools),
        str(whole.worked),
        str(whole.mixed),
        str(whole.did_not_work),
    )
    assert whole.words in lead.get("/articles/calm-starts-after-lunch").words()


def test_a_trial_that_was_taken_back_counts_no_more(own: Flask, lead: Browser) -> None:
    def counted() -> int:
        return sum(int(each["Trials"]) for each in rows(lead, "trials/tried-schools"))

    before = counted()
    with database(own).write() as writing:
        writing.execute("update trials set state = 'withdrawn' where id = (select max(id) from trials)")

    assert counted() == before - 1


def test_feedback_is_counted_by_article_and_no_reason_is_told(own: Flask, lead: Browser) -> None:
    said = feedback.of_articles(database(own))

    counted = rows(lead, "trials/feedback")

    numbers = [
        int(each[head]) for each in counted for head in ("Helpful", "Not for my setting", "Out of date")
    ]
    assert sum(numbers) == len(said) > 0
    page = lead.get(f"/insights/trials?{YEAR}").text
    assert not [each.reason for each in said if each.reason and each.reason in page]


def test_the_demo_shows_what_became_of_needs(lead: Browser) -> None:
    needs = [str(link["href"]) for link in lead.get("/insights/gaps/").select("th a")]

    pages = [lead.get(each).select("section[aria-labelledby=became-title]") for each in needs]
    told = " ".join(" ".join(section.stripped_strings) for page in pages for section in page)

    assert "Commissioned: Deaf pupils in noisy practical lessons" in told
    assert "Asked: A staff code for phones that adults keep, too" in told


def test_no_number_under_five_is_told_of_people_on_pathways(lead: Browser) -> None:
    told = [
        value
        for name in ("completion", "by-school", "by-post")
        for each in rows(lead, f"pathways/{name}")
        for head, value in each.items()
        if head in {"Finished", "Under way", "All"}
    ]

    assert NOT_SHOWN in told
    assert all(value == NOT_SHOWN or int(value) == 0 or int(value) >= 5 for value in told)


def test_a_number_that_a_pathways_own_page_hides_is_hidden_here_too(lead: Browser) -> None:
    page = lead.get("/insights/pathways")
    ways = [str(link["href"]) for link in page.select("section[aria-labelledby=t-completion] th a")]
    told = rows(lead, "pathways/completion")

    for way, row in zip(ways, told, strict=True):
        totals = [
            [cell.text for cell in line.select("td")] for line in lead.get(way).select(".numbers__total")
        ]
        for place, head in enumerate(("Finished", "Under way", "All")):
            assert row[head] == NOT_SHOWN or {row[head]} == {line[place] for line in totals}, (way, head)


def test_a_search_with_a_pupils_name_is_in_no_page_file_or_report(own: Flask, lead: Browser) -> None:
    for _ in range(3):
        Browser(own).sign_in("reader").get("/search?q=my+pupil+Zebedee+Okonkwo-Smythe+throws+clarinets")
    own.extensions["kb"].notes.settle()

    told = list(everything_told(lead))

    assert len(told) > 40
    assert not [path for path, text in told if re.search("zebedee|smythe|clarinets", text, re.IGNORECASE)]
