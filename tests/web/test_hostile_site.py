"""Texts that were written to do harm, taken through the whole application into a real Chromium: none does any.

Every payload is a title, a summary, an author, a text and a picture's words of an article, and a question. All of them
are looked at, many to a page (tests/many_answers.py); some are opened one by one from the running site, with its policy
and without. That the looking sees what it should is tried on a site that escapes nothing.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import partial
from urllib.parse import quote, quote_plus

import pytest
from flask import Flask
from markupsafe import escape
from playwright.sync_api import Browser

from kb.web.asking import LONGEST_TEXT, clean
from tests.hostile import script_payloads
from tests.hostile_site import (
    EACH,
    EVERYWHERE,
    MARKED,
    hostile_articles,
    make_lists_hostile,
    site,
    summary_of,
    title_of,
)
from tests.many_answers import Usual, answer, shown, usual_of, watching
from tests.served import served
from tests.xss_harness import Watch

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.timeout(900)]

FIFTIES = 20
"""Lists of fifty articles that are looked at together."""
PAGES = 3
"""Every so many articles one is looked at as a page; of the others the text, which costs a third."""


@pytest.fixture(scope="module")
def payloads() -> list[str]:
    found = script_payloads()
    assert len(set(found)) >= 8_700
    assert not any("/static/" in payload for payload in found), "they would be taken for the site's own files"
    return found


@pytest.fixture(scope="module")
def hostile(payloads: list[str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site over hostile content."""
    change = partial(make_lists_hostile, payloads=payloads)
    with site(tmp_path_factory.mktemp("hostile"), hostile_articles(payloads), change=change) as app:
        yield app


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site over three articles of plain words."""
    with site(tmp_path_factory.mktemp("plain")) as app:
        yield app


@pytest.fixture(scope="module")
def careless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A site of plain words whose templates escape nothing."""
    with site(tmp_path_factory.mktemp("careless")) as app:
        app.jinja_env.autoescape = False
        yield app


@pytest.fixture
def watch(chrome: Browser) -> Iterator[Watch]:
    with watching(chrome) as watch:
        yield watch


@pytest.fixture(scope="module")
def usual(chrome: Browser, plain: Flask) -> Usual:
    with watching(chrome) as watch:
        return usual_of(watch, plain)


# --- all of them, many to a page ------------------------------------------------------------------------


def test_no_article_runs_script_or_asks_another_host(
    watch: Watch, hostile: Flask, payloads: list[str], usual: Usual
) -> None:
    def pages() -> Iterator[str]:
        client = hostile.test_client()
        for number, payload in enumerate(payloads):
            if number % PAGES:
                with client.get(f"/api/v1/articles/a{number}") as response:
                    yield f'<div class="prose">{response.get_json()["html"]}</div>'
                continue
            page = answer(hostile, f"/articles/a{number}")
            assert f"{escape(title_of(number, payload))}</h1>" in page
            assert f'<meta name="description" content="{escape(summary_of(number, payload))}">' in page
            yield page

    assert usual.expect_harmless(watch, pages()) == len(payloads)


def test_no_title_or_snippet_in_a_listing_does(
    watch: Watch, hostile: Flask, payloads: list[str], usual: Usual
) -> None:
    def pages(word: str) -> Iterator[str]:
        for start in range(0, len(payloads) // len(MARKED) + 1, 50):
            asked = {"q": word, "mode": "words", "per_page": "50", "page": str(1 + start // 50)}
            yield answer(hostile, "/search", asked)

    every = [page for word in MARKED for page in pages(word)]

    usual.expect_harmless(watch, every, together=FIFTIES)
    shown_titles, passages = cards_of("\n".join(every))
    assert shown_titles == {number: title_of(number, payload) for number, payload in enumerate(payloads)}
    summaries = {summary_of(number, payload) for number, payload in enumerate(payloads)}
    assert sum(passage in summaries for passage in passages) > 0.8 * len(payloads)


def cards_of(listing: str) -> tuple[dict[int, str], list[str]]:
    """Number → title of the articles in a listing, and their passages that have a mark in them, as readers see them."""
    titles = re.findall(r'<a href="/articles/a(\d+)(?:[?]from=[\w-]+)?">(.*)</a></h3>', listing)
    passages = re.findall(r'<p class="card__text">(.*<mark>.*)</p>', listing)
    seen = {int(number): html.unescape(title) for number, title in titles}
    return seen, [html.unescape(re.sub("</?mark>", "", passage)) for passage in passages]


def test_no_name_of_a_school_a_theme_or_a_synonym_does(
    watch: Watch, hostile: Flask, payloads: list[str], usual: Usual
) -> None:
    chosen = range(0, len(payloads), EACH)
    paths = ["/", "/browse/", "/browse/theme/", "/schools/"]
    paths += [f"/schools/s{number}" for number in chosen]
    paths += [f"/search?q=kindly{number}&mode=words" for number in chosen[::2]]
    paths += [f"/browse/theme/t{number}" for number in chosen[::8]]
    paths += [f"/search?school=s{number}&theme=t{number}" for number in chosen[::8]]

    pages = [answer(hostile, path) for path in paths]

    usual.expect_harmless(watch, pages)
    assert all(str(escape(EVERYWHERE)) in page for page in pages)


QUESTIONS = ("{}", "behavoir {}", "{} SEMH year 4", "“{}”")
"""Alone; with a misspelt word, for “did you mean”; with an acronym and a filter's words; as a phrase."""


def test_no_question_does(watch: Watch, plain: Flask, payloads: list[str], usual: Usual) -> None:
    some = payloads[::3]  # a search takes three times as long as an article

    def pages() -> Iterator[str]:
        for number, payload in enumerate(some):
            question = QUESTIONS[number % len(QUESTIONS)].format(payload)
            wrong = {} if number % 10 else {"theme": payload, "page": payload, payload: "1"}
            mode = "best" if number % 8 < len(QUESTIONS) else "words"
            page = answer(plain, "/search", {"q": question, "mode": mode, **wrong})
            assert f'value="{escape(clean(question)[:LONGEST_TEXT].rstrip())}"' in page
            yield page

    assert usual.expect_harmless(watch, pages()) == len(some)


def test_no_address_does(watch: Watch, plain: Flask, payloads: list[str], usual: Usual) -> None:
    ends = [quote(payload.replace("/", "") or "a", safe="") for payload in payloads[::20]]
    starts = ("/a", "/articles/a", "/browse/need/a", "/schools/a")

    usual.expect_harmless(watch, (answer(plain, start + end, status=404) for start in starts for end in ends))


def test_an_answer_for_programmes_is_never_read_as_a_page(hostile: Flask, payloads: list[str]) -> None:
    client = hostile.test_client()
    for number in range(0, len(payloads), 80):
        asked = quote_plus(payloads[number])
        for path, kind in (
            (f"/articles/a{number}.md", "text/markdown"),
            (f"/api/v1/articles/a{number}", "application/json"),
            (f"/api/v1/search?theme={asked}", "application/json"),
            (f"/api/v1/search?q={asked}&per_page=1", "application/json"),
        ):
            with client.get(path) as response:
                assert (response.mimetype, response.headers["X-Content-Type-Options"]) == (kind, "nosniff")


# --- some, opened from the running site -----------------------------------------------------------------


@pytest.fixture(scope="module")
def address(hostile: Flask) -> Iterator[str]:
    with served(hostile) as address:
        yield address


def some(payloads: list[str]) -> list[str]:
    """Addresses of pages of every kind."""
    numbers = range(0, len(payloads), len(payloads) // 6 // EACH * EACH)
    asked = [quote_plus(payloads[number + 1]) for number in numbers]
    return [
        "/",
        "/browse/theme/",
        *(f"/articles/a{number}" for number in numbers),
        *(f"/search?q={MARKED[page]}&mode=words&page={1 + page}" for page in range(4)),
        *(f"/search?q={each}&theme={each}" for each in asked),
        *(f"/api/v1/search?q={each}" for each in asked[:4]),
        *(f"/api/v1/search?theme={each}" for each in asked[:4]),
        *(f"/api/v1/articles/a{number}" for number in numbers[:4]),
        *(f"/schools/{quote(payloads[number].replace('/', ''), safe='')}" for number in numbers[:4]),
    ]


def test_nothing_runs_on_the_running_site_even_without_its_policy(
    chrome: Browser, address: str, payloads: list[str]
) -> None:
    with Watch(chrome, within="body", bare=True) as bare:
        for path in some(payloads):
            seen = bare.address(address + path)
            assert not seen.ran, path
            assert not seen.outside, path
            assert seen.touched, path


def test_nothing_runs_on_the_site_as_readers_get_it(watch: Watch, address: str, payloads: list[str]) -> None:
    for path in some(payloads)[::8]:
        seen = watch.address(address + path)
        assert seen.harmless, path


def test_suggestions_show_hostile_titles_as_text(chrome: Browser, address: str) -> None:
    troubles: list[str] = []
    with chrome.new_context() as context:
        page = context.new_page()
        page.on("console", lambda line: troubles.append(line.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda asked: troubles.append(asked.url) if address not in asked.url else None)
        for typed in ("<img", "<svg", '"><script', "<iframe", "javascript:"):
            page.goto(f"{address}/about")
            page.get_by_role("combobox").press_sequentially(typed)
            page.get_by_role("option").first.wait_for()
            found = page.request.get(f"{address}/api/v1/suggest?q={quote_plus(typed)}").json()["suggestions"]

            assert [each["label"] for each in found] == page.locator(
                ".suggestion > span:first-child"
            ).all_text_contents()
            assert page.locator(".suggestions *").count() == 3 * len(found)
    assert troubles == []


# --- what would be seen if something were wrong ----------------------------------------------------------

LOOSE = "<img src=x onerror=alert(1)>"


@pytest.mark.parametrize(
    "question",
    [LOOSE, f'">{LOOSE}', "<script>alert(1)</script>", "<p onfocus=alert(1)>words"],
)
def test_a_question_that_nobody_escapes_is_seen_to_run(
    chrome: Browser, watch: Watch, careless: Flask, usual: Usual, question: str
) -> None:
    page = answer(careless, "/search", {"q": question})
    assert not usual.fits(watch.html(shown([page])), 1)
    with served(careless) as address, Watch(chrome, within="body", bare=True) as bare:
        assert bare.address(f"{address}/search?q={quote_plus(question)}").ran


def test_markup_that_runs_nothing_is_seen_as_well(watch: Watch, careless: Flask, usual: Usual) -> None:
    for question in ("<em>words</em>", '" autofocus x="', "<a href='javascript:x'>words</a>", "<!--"):
        page = answer(careless, "/search", {"q": question})
        seen = watch.html(shown([page, page]))

        assert not seen.ran
        assert not usual.fits(seen, 2), question


def test_a_picture_from_elsewhere_is_seen_to_be_asked_for(chrome: Browser, careless: Flask) -> None:
    with served(careless) as address, Watch(chrome, within="body", bare=True) as bare:
        seen = bare.address(f"{address}/search?q=<img+src=https://evil.example/x.png>")

        assert set(seen.outside) == {"https://evil.example/x.png"}


def test_the_policy_stops_what_nobody_escaped(watch: Watch, careless: Flask) -> None:
    with served(careless) as address:
        for question in (LOOSE, "<script>alert(1)</script>", "<img src=https://evil.example/x.png>"):
            seen = watch.address(f"{address}/search?q={quote_plus(question)}")

            assert not seen.ran
            assert not seen.outside
