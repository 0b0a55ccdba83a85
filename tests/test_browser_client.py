"""The test client's own test: each check sees the fault it is there for, and a good page has none."""

from __future__ import annotations

import pytest
from flask import Flask, Response

from tests.browser import Browser, FaultyPage
from tests.inspection import faults_of_fragment, faults_of_page

NONCE = "abcdefghijklmnopqrstuv"
HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; script-src 'nonce-{NONCE}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
GOOD = f"""<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><title>A page – Site</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/static/site.css"></head>
<body><a href="#main">Skip to main content</a>
<main id="main"><h1>A page</h1><h2>More</h2>
<form method="get" action="/search"><label for="q">Words</label><input id="q" name="q" aria-describedby="hint">
<p id="hint">A hint</p><button type="submit">Search</button></form>
<table><caption>Numbers</caption><thead><tr><th scope="col">One</th></tr></thead>
<tbody><tr><td>1</td></tr></tbody></table>
<img src="/pictures/a.webp" alt=""><a href="https://example.org/">Another site</a>
<svg aria-hidden="true"><path d="M0 0"/></svg></main>
<script src="/static/a.js" nonce="{NONCE}"></script></body></html>"""

BAD = {
    "not valid HTML": ("<h2>More</h2>", "<h2>More</h3>"),
    "0 h1": ("<h1>A page</h1>", "<p>A page</p>"),
    "2 h1": ("<h2>More</h2>", "<h1>More</h1>"),
    "does not begin with the h1": ("<title>A page", "<title>Page A"),
    "an h1 without words": ("<h1>A page</h1>", "<h1> </h1>"),
    "with id": ('<p id="hint">', '<p id="q">'),
    "no label": ('for="q"', 'for="main"'),
    "points to ‘hint’": ('id="hint"', 'id="tip"'),
    "points to nothing": ('href="#main"', 'href="#content"'),
    "points to ‘title’": ("<table>", '<table aria-labelledby="title">'),
    "a table without caption": ("<caption>Numbers</caption>", ""),
    "a table head without scope": (' scope="col"', ""),
    "a table without heads": ('<th scope="col">One</th>', "<td>One</td>"),
    "no alt": (' alt=""', ""),
    "neither hidden nor named": (' aria-hidden="true"', ""),
    "inline style": ("<h2>", '<h2 style="color:red">'),
    "inline onclick": ("<h2>", '<h2 onclick="go()">'),
    "style in the page": ("</head>", "<style>h1 { color: red }</style></head>"),
    "a script as address": ('href="https://example.org/"', 'href="javascript:go()"'),
    "script without the nonce": (f' nonce="{NONCE}"', ' nonce="another"'),
    "script in the page": (' src="/static/a.js"', ""),
    "without method or action": (' method="get"', ""),
    "sends to somebody else": ('action="/search"', 'action="https://example.org/"'),
    "loaded from outside: <link": ('href="/static/site.css"', 'href="//example.org/site.css"'),
    "loaded from outside: <img": ('src="/pictures/a.webp"', 'src="https://example.org/a.webp"'),
    "escaped twice: &amp;lt;": ("A hint", "A &amp;lt;b&amp;gt; hint"),
    "lang en-GB": ('lang="en-GB"', 'lang="en"'),
    "not exactly one main": ('<main id="main">', '<main></main><main id="main">'),
    "no viewport": ('name="viewport"', 'name="view"'),
    "from h1 to h3": ("<h2>More</h2>", "<h3>More</h3>"),
    "nothing to read in <button": (">Search</button>", "></button>"),
    "does not skip": ('<a href="#main">Skip to main content</a>', '<a href="/">Home</a>'),
}


def test_a_good_page_has_no_faults() -> None:
    assert faults_of_page(GOOD, HEADERS) == []


@pytest.mark.parametrize("fault", BAD)
def test_each_fault_is_seen(fault: str) -> None:
    good, bad = BAD[fault]
    assert good in GOOD

    found = faults_of_page(GOOD.replace(good, bad, 1), HEADERS)

    assert any(fault in each for each in found), found


@pytest.mark.parametrize("name", HEADERS)
def test_each_missing_header_is_seen(name: str) -> None:
    without = {key: value for key, value in HEADERS.items() if key != name}

    assert faults_of_page(GOOD, without)


@pytest.mark.parametrize("part", HEADERS["Content-Security-Policy"].split("; "))
def test_each_missing_part_of_the_policy_is_seen(part: str) -> None:
    weaker = HEADERS["Content-Security-Policy"].replace(part, "")

    assert faults_of_page(GOOD, {**HEADERS, "Content-Security-Policy": weaker})


def test_inline_script_in_the_policy_is_seen() -> None:
    weaker = HEADERS["Content-Security-Policy"].replace("script-src", "script-src 'unsafe-inline'")

    assert any(
        "script-src" in each for each in faults_of_page(GOOD, {**HEADERS, "Content-Security-Policy": weaker})
    )


def test_a_title_may_begin_with_error() -> None:
    assert faults_of_page(GOOD.replace("<title>", "<title>Error: "), HEADERS) == []


def test_a_fragment_needs_no_frame_but_the_same_care() -> None:
    assert faults_of_fragment("<p>Good</p>") == []
    assert faults_of_fragment('<p style="color:red">Bad</p>')


def test_the_client_refuses_a_faulty_page_and_gives_back_others() -> None:
    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/bad", "bad", lambda: GOOD)
    app.add_url_rule("/good", "good", lambda: Response(GOOD, headers=HEADERS))
    app.add_url_rule("/data", "data", lambda: {"a": 1})
    browser = Browser(app)

    with pytest.raises(FaultyPage, match="nosniff"):
        browser.get("/bad")
    assert browser.get("/good").words("h1") == "A page"
    assert browser.get("/data").json == {"a": 1}
