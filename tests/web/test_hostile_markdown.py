"""Texts that were written to do harm: none runs script, asks another host or holds the site up."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import html5lib
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser

from kb.domain.errors import TooLarge, Unavailable
from kb.web.markdown_dialect import html as unsanitised
from kb.web.markdown_dialect import parser
from kb.web.rendering import Renderer
from kb.web.sanitiser import ID_PREFIX, clean, own_picture
from tests.hostile import commonmark_texts, naughty_strings, script_payloads
from tests.patience import patiently
from tests.web.test_sanitiser import FILLED_IN, FRAMED, PLAYED, READ_OTHERWISE, normal
from tests.xss_harness import Watch, chromium, executions, page_of

CASES_A_PAGE = 300
EXAMPLES = 5000 if os.environ.get("KB_LONG") else 200
FORBIDDEN = {*PLAYED, *FRAMED, *FILLED_IN, *READ_OTHERWISE}


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    renderer = Renderer()
    yield renderer
    renderer.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def shown(renderer: Renderer, text: str) -> str:
    """The HTML of a text, or what a reader is told instead."""
    try:
        return patiently(renderer, text).html
    except TooLarge as error:
        return f"<p>{error}</p>"


# --- script and requests, in a real browser ------------------------------------------------------------

PLACES: tuple[Callable[[str], str], ...] = (
    lambda payload: f"[{payload}](calm-starts.md)",
    lambda payload: f"[words]({payload})",
    lambda payload: f'[words](calm-starts.md "{payload}")',
    lambda payload: f"![{payload}](pictures/stairs.webp)",
    lambda payload: f"![words]({payload})",
    lambda payload: f'![words](pictures/stairs.webp "{payload}")',
    lambda payload: f"## {payload}",
    lambda payload: f"- [ ] {payload}\n  - {payload}",
    lambda payload: f"| {payload} | b |\n|---|---|\n| {payload} | 2 |",
    lambda payload: f"Table: {payload}\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    lambda payload: f'!!! note "{payload}"\n    {payload}',
    lambda payload: f"words[^1] words[^{payload}]\n\n[^1]: {payload}\n[^{payload}]: words",
    lambda payload: f"```{payload}\n{payload}\n```",
    lambda payload: f"{payload}\n:   {payload}",
    lambda payload: f"<{payload}>",
    lambda payload: f"[words]\n\n[words]: {payload}",
    lambda payload: f"<a href='{payload}'>words</a>",
    lambda payload: f'<img src="{payload}" alt="{payload}">',
    lambda payload: f"https://a.example/{payload}",
    lambda payload: f"*[HTML]: {payload}\n\nHTML `{payload}` **{payload}** ~~{payload}~~",
)


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.enable_socket
def test_no_payload_runs_script_or_asks_another_host(browser: Browser, renderer: Renderer) -> None:
    payloads = script_payloads() + naughty_strings()
    assert len(set(payloads)) >= 8_700
    placed = [PLACES[number % len(PLACES)](payload) for number, payload in enumerate(payloads)]
    with ThreadPoolExecutor(2) as two:
        rendered = list(two.map(lambda text: shown(renderer, text), [*payloads, *placed]))
    cleaned = [clean(payload.encode(errors="replace").decode()) for payload in payloads]
    cases = list(dict.fromkeys([*rendered, *cleaned]))  # most come out alike: nothing is left of them

    with Watch(browser, prefix=ID_PREFIX) as watch:
        for start in range(0, len(cases), CASES_A_PAGE):
            batch = cases[start : start + CASES_A_PAGE]
            seen = watch.html(page_of(batch))
            assert seen.harmless, blame(watch, batch)
            assert seen.cases == len(batch), blame(watch, batch)
            assert seen.touched >= len(batch)


def blame(watch: Watch, batch: list[str]) -> str:
    """Which pieces of a page did it, one a line."""
    alone = ((case, watch.html(page_of([case]))) for case in batch)
    guilty = [f"{seen}: {case}" for case, seen in alone if not seen.harmless or seen.cases != 1]
    return "\n".join(guilty) or "Only together."


CONTROLS = (
    "<script>alert(1)</script>",
    "<script>window.harmless = 1</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<p onmouseover=console.log(1)>hover</p>",
    "<p onclick=alert(1)>click</p>",
    "<input onfocus=prompt(1)>",
    "<details ontoggle=confirm(1)><summary>open</summary></details>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)'>click</a>",
    "[click](javascript:alert(1))",
    "<script>location = 'https://evil.example/'</script>",
)


@pytest.mark.browser
@pytest.mark.enable_socket
@pytest.mark.parametrize("payload", CONTROLS)
def test_the_watch_sees_script_that_nobody_took_out(browser: Browser, payload: str) -> None:
    assert executions(browser, page_of([unsanitised(payload, using=parser())])).ran


@pytest.mark.browser
@pytest.mark.enable_socket
@pytest.mark.parametrize(
    "payload",
    [
        "![a](https://evil.example/x.png)",
        "<style>@import 'https://evil.example/x.css';</style>",
        "<link rel=stylesheet href=https://evil.example/x.css>",
        "<p style='background:url(https://evil.example/x.png)'>words</p>",
        "<iframe src=https://evil.example/></iframe>",
        "<script>new WebSocket('wss://evil.example/')</script>",
    ],
)
def test_the_watch_sees_requests_that_nobody_took_out(browser: Browser, payload: str) -> None:
    outside = executions(browser, page_of([unsanitised(payload, using=parser())])).outside

    assert [urlsplit(address).hostname for address in outside] == ["evil.example"]


@pytest.mark.browser
@pytest.mark.enable_socket
@pytest.mark.parametrize("payload", ["</div>", "</div></main>", "<!--", "<title>", "<textarea>"])
def test_the_watch_sees_a_case_that_breaks_out_of_its_container(browser: Browser, payload: str) -> None:
    assert executions(browser, page_of(["first", payload, "third", "fourth"])).cases != 4


# --- time and memory ------------------------------------------------------------------------------------

LONG = {
    "square brackets": "[" * 16_000,
    "links begun": "<a " * 16_000,
    "abbreviations": "\n".join(f"*[a{number}]: b" for number in range(16_000)),
    "deep list": "\n".join("  " * depth + "- a" for depth in range(400)),
    "deep list in fours": "\n".join("    " * depth + "- a" for depth in range(300)),
    "a line of bullets": "- " * 99_000,
    "many tasks": "- [ ] a\n" * 24_000,
    "stars": "*" * 200_000,
    "stars and letters": "*a " * 66_000,
    "underscores": "_a" * 100_000,
    "quotes": "> " * 90_000,
    "quotes in quotes": "\n".join(">" * (depth % 200) + " a" for depth in range(1_900)),
    "wide table": "|" + "a|" * 5_000 + "\n|" + "-|" * 5_000 + "\n|" + "b|" * 5_000,
    "wide and long table": "|" + "a|" * 5_000 + "\n|" + "-|" * 5_000 + "\n" + "|\n" * 60_000,
    "tables in tables": "<table><tr><td>" * 12_000,
    "boxes in boxes": "\n".join("    " * depth + "!!! note" for depth in range(290)),
    "open elements": "<div>" * 39_000,
    "open attributes": '<a href="' * 20_000,
    "comments": "<!--" * 50_000,
    "entities": "&#x41;" * 30_000,
    "ampersands": "&" * 200_000,
    "fences": "```\n" * 40_000,
    "backticks": "`a" * 90_000,
    "backslashes": "\\" * 200_000,
    "addresses": "a@b" * 49_000,
    "notes": "\n".join(f"a[^{number}]\n\n[^{number}]: b" for number in range(9_000)),
    "a long address used often": "[a]: http://a/" + "b" * 90_000 + "\n\n" + "[a] " * 25_000,
    "headings": "# a\n" * 45_000,
    "rules": "---\n" * 49_000,
    "spaces": " " * 199_000 + "a",
    "lines": "\n" * 200_000,
    "nothing": "\0" * 200_000,
    "struck": "~~a" * 60_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LONG)
def test_a_text_written_to_take_for_ever_is_answered_and_the_next_is_shown(
    renderer: Renderer, name: str
) -> None:
    start = time.monotonic()
    with contextlib.suppress(TooLarge, Unavailable):
        renderer.render(LONG[name], slug="hostile")
    seconds = time.monotonic() - start

    assert seconds < 3
    assert patiently(renderer, name).html == f"<p>{name}</p>"


@pytest.mark.slow
def test_every_text_of_the_commonmark_suite_is_shown(renderer: Renderer) -> None:
    for text in commonmark_texts():
        patiently(renderer, text)


@pytest.mark.slow
def test_every_naughty_string_is_shown(renderer: Renderer) -> None:
    for text in naughty_strings():
        patiently(renderer, text)


# --- any text at all ------------------------------------------------------------------------------------

SIGNS = st.sampled_from(
    ["# ", "## ", "- ", "- [ ] ", "1. ", "> ", "    ", "  ", "\n", "\n\n", "|", "\n|---|---|\n", "```\n", "`",
     "**", "_", "~~", "![", "[", "](", ")", "]: ", "[^1]", "[^1]: ", '!!! note "', '"\n    ', "\n:   ",
     "---", "Table: ", "<", ">", "</", "/>", "<!--", "-->", "&", ";", "&#", '"', "'", "=", "\\",
     "\x02", "\x03", "\0"]
)  # fmt: skip
HARM = st.sampled_from(
    ["javascript:", "data:text/html,", "vbscript:", "//evil.example/", "https://evil.example/x.png",
     " onerror=alert(1) ", " onload=alert(1)", " style=position:fixed", " id=csrf_token ", " name=q ",
     " class=govuk-button ", "<script>", "</script>", "<svg ", "<math>", "<style>", "<iframe ", "<img src=",
     "<input type=text ", "<form ", "<a href=", "<table>", "<td ", "</div>", "<title>", "<textarea>",
     "<noscript>", "<mglyph>", "<template>", "<select>", "pictures/", "../", "calm-starts.md", "#fn:1"]
)  # fmt: skip
TEXTS = st.lists(st.one_of(SIGNS, HARM, st.text(max_size=8)), max_size=40).map("".join)
ANY_SPEED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@ANY_SPEED
@given(text=TEXTS)
def test_no_text_becomes_anything_but_harmless_html(renderer: Renderer, text: str) -> None:
    rendered = patiently(renderer, text)

    tree = html5lib.parseFragment(rendered.html, namespaceHTMLElements=False)
    elements = [element for element in tree.iter() if isinstance(element.tag, str)][1:]
    assert not {element.tag for element in elements} & FORBIDDEN
    assert all(harmless(element.tag, name, value) for element in elements for name, value in element.items())
    ids = [element.get("id") for element in elements if element.get("id")]
    assert len(ids) == len(set(ids))
    assert {heading.id for heading in rendered.contents} <= set(ids)


def harmless(tag: str, name: str, value: str) -> bool:
    if name.startswith("on") or name in {"style", "srcset", "name", "target"}:
        return False
    if name == "src":
        return tag == "img" and own_picture(value)
    if name == "href":
        return urlsplit(value).scheme in {"", "http", "https", "mailto"}
    return name != "id" or value.startswith(ID_PREFIX)


@ANY_SPEED
@given(text=TEXTS)
def test_what_was_cleaned_is_clean(renderer: Renderer, text: str) -> None:
    once = patiently(renderer, text).html

    assert normal(clean(once)) == normal(once)
    assert normal(clean(clean(text))) == normal(clean(text))
