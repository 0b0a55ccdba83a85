"""The lead sees what is searched, read and missing; nobody else does; every table is a file without formulas."""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from kb.actions import demo_insight
from kb.domain.search_log import Click, Looked, Outcome, SearchKind
from kb.settings import Settings
from kb.storage import search_log
from kb.storage.database import Database
from kb.web.insight_sheets import NAMES
from tests.browser import Browser
from tests.samples import ROOT
from tests.whole_demo import whole_demo

NOW = datetime.now(UTC)
SHEETS = tuple(NAMES)


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo with its year of searches, in a database of its own."""
    with whole_demo(demo, tmp_path_factory.mktemp("insights")) as app:
        yield app


@pytest.fixture
def lead(own: Flask) -> Browser:
    return Browser(own).sign_in("lead")


def table(text: str) -> list[list[str]]:
    """A file as rows."""
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.parametrize("name", SHEETS)
def test_every_sheet_shows_its_numbers_and_each_of_its_tables_is_a_file(lead: Browser, name: str) -> None:
    page = lead.get(f"/insights/{name}")
    files = [str(link["href"]) for link in page.select(".numbers__file")]
    empty = len(page.select(".numbers")) + len(page.select(".chart")) - len(files)

    assert page.status_code == 200
    assert page.select(".key-number__value")
    assert files
    assert empty <= 2, "the demo has something to say on every sheet"
    for file in files:
        answer = lead.get(file)
        assert answer.headers["Content-Type"].startswith("text/csv")
        assert len(table(answer.text)) > 1


def test_each_sheet_says_how_its_numbers_are_reckoned_in_the_words_of_the_documentation(
    lead: Browser,
) -> None:
    told = [
        row.select("dt, dd")
        for name in SHEETS
        for row in lead.get(f"/insights/{name}").select(".reckoned div")
    ]
    rows = re.findall(
        r"^\| *[\w ]*\| (.+?) \| (.+?) \|$", (ROOT / "docs/insights.md").read_text(), re.MULTILINE
    )

    assert [tuple(each.text for each in pair) for pair in told] == rows[1:]
    assert len(told) > 20


def test_the_first_page_names_the_need_that_most_people_search_for(lead: Browser) -> None:
    page = lead.get("/insights/")

    assert page.select(".needs a")[0].text == "mobile phones in lessons"
    assert len(page.select(".sheet")) == len(SHEETS)


@pytest.mark.parametrize("who", ["reader", "contributor", "partner", "reviewer", "administrator"])
def test_nobody_but_the_lead_sees_numbers(own: Flask, who: str) -> None:
    client = Browser(own).sign_in(who).client

    for path in (
        "/insights/",
        "/insights/searches",
        "/insights/gaps/",
        "/insights/gaps/1",
        "/insights/synonyms/",
    ):
        assert client.get(path).status_code in {403, 404}, path


def test_rates_are_reckoned_from_the_searches_of_the_days_that_were_asked_for(
    own: Flask, lead: Browser
) -> None:
    db: Database = own.extensions["kb"].database
    at = datetime(2020, 3, 4, 9, tzinfo=UTC)
    events: list[Looked | Click] = []
    for number in range(10):
        outcome = Outcome.NOTHING if number < 3 else Outcome.FOUND
        events.append(
            Looked(
                token=f"t{number}",
                at=at,
                words="x",
                kind=SearchKind.SHORT,
                outcome=outcome,
                corrected=number == 9,
            )
        )
    events += [Click(token="t5", slug="a", rank=1, at=at + timedelta(seconds=8))]
    events += [Click(token="t6", slug="a", rank=3, at=at + timedelta(seconds=20))]
    search_log.note(db, events)

    rows = {
        row[0]: row[1:]
        for row in table(lead.get("/insights/searches/answers.csv?first=2020-03-02&last=2020-03-08").text)
    }

    assert rows["Nothing was close"] == ["3", "30%"]
    assert rows["The first result was opened"] == ["1", "10%"]
    assert rows["One of the first three was opened"] == ["2", "20%"]
    assert rows["The mended spelling was kept"] == ["1", "100%"]
    assert rows["Seconds to the first article that is opened, half of the searches"][0] == "14.0"


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ("first=yesterday", "Write days such as 2026-09-01"),
        ("first=2026-09-01&last=2026-03-01", "The first day is after the last"),
        ("first=0001-01-01", "At most two years"),
    ],
)
def test_days_that_make_no_sense_are_said_and_the_page_is_shown(lead: Browser, days: str, said: str) -> None:
    page = lead.get(f"/insights/searches?{days}")

    assert page.status_code == 200
    assert said in page.words()


def test_words_that_would_be_a_formula_are_text_in_the_file(own: Flask, lead: Browser) -> None:
    formula = '=HYPERLINK("http://x.test","ks2 fractions")'
    events = [
        Looked(
            token="",
            at=NOW - timedelta(hours=2),
            words=formula,
            kind=SearchKind.PHRASE,
            outcome=Outcome.FOUND,
        )
        for _ in range(30)
    ]
    search_log.note(own.extensions["kb"].database, events)

    cells = [row[0] for row in table(lead.get("/insights/searches/words.csv").text)]

    assert f"'{formula}" in cells
    assert formula not in cells


def test_the_coverage_map_leads_to_the_articles_of_a_place_and_counts_them_alike(lead: Browser) -> None:
    page = lead.get("/insights/coverage")
    cells = [link for link in page.select(".numbers__table--map td a") if link.text.strip() != "0"]

    for cell in cells[:3]:
        listed = lead.get(str(cell["href"]))
        assert listed.words(".finder__number").split()[0] == cell.text.strip()


def test_the_coverage_map_is_narrowed_to_a_theme(lead: Browser) -> None:
    everything = lead.get("/insights/coverage").words(".key-numbers")
    narrowed = lead.get("/insights/coverage?theme=de-escalation").words(".key-numbers")

    assert everything != narrowed


def test_a_place_where_people_search_in_vain_leads_to_an_ask_and_a_commission_that_are_filled_in(
    own: Flask, lead: Browser
) -> None:
    search_log.note(
        own.extensions["kb"].database, [in_vain(key_stage="ks4", provision="alternative-provision")]
    )
    page = lead.get("/insights/coverage")
    places = page.select("section[aria-labelledby=t-places] tbody tr")
    row = next(each for each in places if "Key Stage 4, Alternative provision" in each.text)
    ways = {
        way.find(string=True, recursive=False): str(way["href"]) for way in row.select(".numbers__ways a")
    }

    asked, commissioned = lead.get(ways["Ask"]), lead.get(ways["Commission"])

    assert "Alternative provision, Key Stage 4" in str(asked.select("input[name=question]")[0]["value"])
    assert "Alternative provision, Key Stage 4" in str(commissioned.select("input[name=title]")[0]["value"])
    for form in (asked, commissioned):
        ticked = {str(box["value"]) for box in form.select("input[type=checkbox][checked]")}
        assert {"ks4", "alternative-provision"} <= ticked


def test_what_is_searched_in_vain_is_counted_by_theme_and_need_and_with_the_wider_provision(
    own: Flask, lead: Browser
) -> None:
    day = datetime(2021, 3, 3, 9, tzinfo=UTC)
    asked = {"key_stage": "ks2", "provision": "sen-unit", "theme": "attendance", "need": "hearing"}
    search_log.note(own.extensions["kb"].database, [in_vain(at=day, **asked), in_vain(at=day, theme="oracy")])
    days = "first=2021-03-01&last=2021-03-07"

    themes = table(lead.get(f"/insights/coverage/vain-themes.csv?{days}").text)[1:]
    needs = table(lead.get(f"/insights/coverage/vain-needs.csv?{days}").text)[1:]
    wider = table(lead.get(f"/insights/coverage/places.csv?{days}").text)
    narrowed = table(lead.get(f"/insights/coverage/places.csv?{days}&theme=oracy").text)

    assert {(row[0], row[1]) for row in themes} == {("Attendance", "1"), ("Oracy", "1")}
    assert sorted(row[0] for row in needs) == ["Deaf and hard of hearing", "Sensory and/or physical"]
    assert [row[4] for row in wider if row[0] == "Key Stage 2, Inclusion base"] == ["1"]
    assert {row[4] for row in narrowed[1:]} == {"0"}, "the one about oracy names no place"


def in_vain(at: datetime | None = None, **chosen: str) -> Looked:
    """A search that found nothing."""
    return Looked(
        token="",
        at=at or NOW - timedelta(hours=2),
        words="something",
        kind=SearchKind.SHORT,
        outcome=Outcome.NOTHING,
        chosen={facet: (term,) for facet, term in chosen.items()},
    )


def test_a_need_leads_to_what_can_be_done_and_is_dealt_with_by_a_note(lead: Browser) -> None:
    listed = lead.get("/insights/gaps/")
    address = next(str(link["href"]) for link in listed.select("th a") if "vaping" in link.text)

    page = lead.get(address)
    without = lead.post(f"{address}/dealt-with", data={"note": " "})
    done = lead.post(f"{address}/dealt-with", data={"note": "Curlew Academy writes about it."})

    assert "mostly for: Key Stage 4" in page.words(".page__lead")
    assert any(str(link["href"]).startswith("/contribute/new?") for link in page.select(".ways a"))
    assert (without.status_code, done.status_code) == (400, 303)
    assert "Curlew Academy writes about it." in lead.get("/insights/gaps/").words(
        "section[aria-labelledby=done-title]"
    )
    assert lead.post(f"{address}/open-again").status_code == 303
    assert "vaping" in lead.get("/insights/gaps/").words("section[aria-labelledby=waiting-title]")


def test_the_demo_makes_the_same_year_once(own: Flask, db: Database) -> None:
    content = own.extensions["kb"].settings.content

    first = demo_insight.make(db, content, now=NOW, rng=random.Random(1))
    again = demo_insight.make(db, content, now=NOW, rng=random.Random(1))

    assert (first, again) == (True, False)


def test_the_report_for_trustees_holds_every_sheet_and_no_more_lines_than_fit(lead: Browser) -> None:
    page = lead.get("/insights/report")

    assert [title.text for title in page.select(".report__title")] == [
        lead.get(f"/insights/{name}").words("h1") for name in SHEETS
    ]
    assert "mobile phones in lessons" in page.words("section[aria-labelledby=r-needs]")
    assert max(len(table.select("tbody tr")) for table in page.select(".numbers table")) <= 20


def test_the_lead_of_the_demo_sees_numbers_of_two_schools_and_two_posts_and_no_small_ones(
    lead: Browser,
) -> None:
    (link,) = lead.get("/pathways/desk/").select("a:-soup-contains('Helping without doing it for them')")[:1]

    page = lead.get(f"{link['href']}/use")

    by_school, by_post = (each.get_text(" ", strip=True) for each in page.select("table.numbers")[:2])
    assert "Castle Bridge Primary School" in by_school
    assert "Seawall Academy" in by_school
    assert "Long Meadow" not in by_school
    assert "All others together" in by_school
    assert "Teacher" in by_post
    assert "Teaching assistant" in by_post
    assert "SENCO" not in by_post
