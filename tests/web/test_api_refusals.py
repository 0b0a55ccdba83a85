"""The JSON API refuses in one shape, from every corner, and whatever is sent never breaks it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from kb.application import create_app
from kb.settings import settings_from
from kb.storage import articles
from kb.web.access import public
from kb.web.failures import WORDS
from tests.hostile import naughty_strings
from tests.samples import CONTENT, make_article

BASE = "/api/v1"
CALM = "calm-starts-after-lunch"


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    """What is written to the log meanwhile."""
    with capture_logs() as lines:
        yield lines


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Flask]:
    """The site before anything is indexed, as a server runs it."""
    app = create_app(settings_from({"KB_CONTENT": str(CONTENT), "KB_VAR": str(tmp_path)}))
    yield app
    app.extensions["kb"].search.engine.close()
    app.extensions["kb"].renderer.close()
    app.extensions["kb"].database.close()


def refused(answer: TestResponse, status: int) -> str:
    """The sentence of a refusal, once its shape is right."""
    body: dict[str, Any] = answer.get_json()
    assert answer.status_code == status
    assert answer.mimetype == "application/json"
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "reference"}
    assert body["error"]["code"] == WORDS[status].code
    assert re.fullmatch(r"[0-9A-F]{4}-[0-9A-F]{4}", body["error"]["reference"])
    assert body["error"]["message"].endswith((".", "?"))
    return str(body["error"]["message"])


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("search?keystage=ks2", "‘keystage’ is not a parameter of this address. Did you mean ‘key_stage’?"),
        ("search?utm_source=letter", "‘utm_source’ is not a parameter of this address. Choose from: q, mode"),
        ("search?Q=calm", "Did you mean ‘q’?"),
        ("search?key_stage=ks22", "Did you mean ‘ks2’?"),
        ("search?provision=SRB", "Did you mean ‘inclusion-base’?"),
        ("search?school=nowhere-at-all", "not in the list ‘school’"),
        ("search?key_stage=ks2&theme=ks2", "‘ks2’ is not in the list ‘theme’"),
        ("search?mode=bset", "‘bset’ is not a value of ‘mode’. Choose one of: best, words, meaning."),
        ("search?sort=age", "Choose one of: relevance, newest, reviewed."),
        ("search?exact=yes", "‘yes’ is not a value of ‘exact’. Choose one of: 0, 1."),
        ("search?synonyms=off", "Choose one of: 1, 0."),
        ("search?page=0", "‘0’ is not a value of ‘page’. Use a whole number from 1 to 1,000."),
        ("search?page=1001", "from 1 to 1,000"),
        ("search?page=-1", "from 1 to 1,000"),
        ("search?page=%D9%A3", "from 1 to 1,000"),
        ("search?per_page=51", "‘51’ is not a value of ‘per_page’. Use a whole number from 1 to 50."),
        ("search?per_page=ten", "from 1 to 50"),
        ("search?q=a&q=b", "‘q’ may be given only once."),
        ("search?" + "&".join(["theme=phonics"] * 21), "‘theme’ may be given at most 20 times."),
        ("search?q=" + "a" * 501, "‘q’ may have at most 500 characters."),
        ("suggest?q=ca&limit=21", "from 1 to 20"),
        ("suggest?text=ca", "Choose from: q, limit."),
        (f"articles/{CALM}?format=html", "‘format’ is not a parameter of this address. Leave it out."),
        (f"articles/{CALM}/similar?limit=0", "from 1 to 20"),
        ("openapi.json?version=2", "Leave it out."),
    ],
)
def test_what_is_not_understood_is_refused_with_advice(client: FlaskClient, asked: str, words: str) -> None:
    assert words in refused(client.get(f"{BASE}/{asked}"), 400)


@pytest.mark.parametrize(
    "asked", ["q=&mode=&page=", "key_stage=&school=", "q=calm&key_stage=KS2&mode=Best", "page=007"]
)
def test_an_empty_value_counts_as_none_and_capitals_as_small_letters(client: FlaskClient, asked: str) -> None:
    assert client.get(f"{BASE}/search?{asked}").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/nowhere",
        "/search/",
        "/articles",
        "/articles/no-such-article",
        "/articles/x/similar",
        "/articles/..%2F..",
    ],
)
def test_what_is_not_there_is_told_as_json(client: FlaskClient, path: str) -> None:
    refused(client.get(f"{BASE}{path}"), 404)


@pytest.mark.parametrize(
    "path", ["search", f"articles/{CALM}", f"articles/{CALM}/similar", "suggest", "openapi.json"]
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_changed_through_it(client: FlaskClient, path: str, method: str) -> None:
    answer = client.open(f"{BASE}/{path}", method=method, data=b"x" * 3_000_000)

    refused(answer, 405)
    assert {"GET", "HEAD"} <= set(answer.headers["Allow"].split(", "))


def test_without_an_index_searching_says_so_and_the_rest_still_answers(bare: Flask) -> None:
    client = bare.test_client()

    refused(client.get(f"{BASE}/search?q=calm"), 503)
    assert client.get(f"{BASE}/suggest?q=ca").get_json()["suggestions"] == []
    assert client.get(f"{BASE}/openapi.json").status_code == 200


def test_a_text_too_long_to_show_is_refused(bare: Flask) -> None:
    article = make_article(body="A sentence of moderate length. " * 10_000)
    articles.replace_all(bare.extensions["kb"].database, [(article, {})])

    message = refused(bare.test_client().get(f"{BASE}/articles/{article.slug}"), 413)

    assert "Split it into two articles" in message


def test_a_mishap_of_ours_tells_a_reference_and_nothing_else(bare: Flask, logged: list[Any]) -> None:
    database, article = bare.extensions["kb"].database, make_article()
    articles.replace_all(database, [(article, {})])
    with database.write() as writing:
        writing.execute("update articles set fields = '{}'")

    answer = bare.test_client().get(f"{BASE}/articles/{article.slug}")

    assert refused(answer, 500) == WORDS[500].message
    assert answer.get_json()["error"]["reference"] == logged[-1]["reference"]


@pytest.mark.parametrize("status", sorted(WORDS))
def test_every_refusal_there_is_has_the_shape(bare: Flask, status: int) -> None:
    bare.add_url_rule(f"{BASE}/refuse", "refuse", public(lambda: abort(status)))

    refused(bare.test_client().get(f"{BASE}/refuse"), status)


# Headers


@pytest.mark.parametrize(
    "path", ["search?q=calm", f"articles/{CALM}", f"articles/{CALM}/similar", "suggest?q=ca", "openapi.json"]
)
def test_an_answer_is_for_one_reader_and_not_kept(client: FlaskClient, path: str) -> None:
    plain = client.get(f"{BASE}/{path}")
    packed = client.get(f"{BASE}/{path}", headers={"Accept-Encoding": "gzip"})

    for answer in (plain, packed):
        assert answer.headers["Cache-Control"] == "private, max-age=0"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers
    assert "Content-Encoding" not in plain.headers
    assert packed.headers.get("Content-Encoding") == ("gzip" if len(plain.data) >= 1024 else None)


def test_refusals_are_not_kept_either(client: FlaskClient) -> None:
    answer = client.get(f"{BASE}/search?page=0")

    assert answer.headers["Cache-Control"] == "private, max-age=0"


@pytest.mark.parametrize("path", [f"articles/{CALM}", "openapi.json", "suggest?q=ca", "search?page=0"])
def test_head_is_get_without_the_body(client: FlaskClient, path: str) -> None:
    got, head = client.get(f"{BASE}/{path}"), client.head(f"{BASE}/{path}")

    assert head.status_code == got.status_code
    assert head.data == b""
    assert head.headers["Content-Length"] == got.headers["Content-Length"] == str(len(got.data))
    assert head.mimetype == got.mimetype


# Whatever is sent


HOSTILE = [
    "\0",
    "calm\0after",
    "?!…—%&*()[]{}<>",
    '"',
    '""" "',
    "- -- -a -",
    "a:b:c school: :x",
    "\u202ecalm\u202c \u200f\u200e\u2066x\u2069",
    "\u202e" * 400,
    "' or 1=1 --",
    "AND OR NOT (",
    "calm~2 ca*m c?lm /.*/ [a TO z] ^9",
    "e\u0301" * 200,
    "🧑‍🏫" * 80,
    "٣" * 100,
    "ﷺ" * 400,
    "a" * 500,
    "a " * 250,
    "%" * 500,
    "\r\nSet-Cookie: a=b",
    "{{7*7}} ${7*7} <%= 7*7 %>",
]


@pytest.mark.slow
@pytest.mark.parametrize(("mode", "every"), [("best", 1), ("words", 3), ("meaning", 3)])
def test_no_question_whatever_breaks_it(client: FlaskClient, mode: str, every: int) -> None:
    texts = [*naughty_strings()[::every], *HOSTILE]

    answers = [client.get(f"{BASE}/search?{urlencode({'q': text, 'mode': mode})}") for text in texts]

    understood = [answer.get_json() for answer in answers if answer.status_code == 200]
    assert len(understood) > 0.95 * len(texts) > 150
    assert all("\0" not in answer["query"] for answer in understood)
    for answer in answers:
        assert answer.status_code == 200 or refused(answer, 400)


def test_no_value_of_anything_whatever_breaks_it(client: FlaskClient) -> None:
    names = (
        "mode",
        "sort",
        "page",
        "per_page",
        "exact",
        "synonyms",
        "key_stage",
        "school",
        "level",
        "nonsense",
    )
    texts = [*naughty_strings()[::3], *HOSTILE, "9" * 5000]

    for number, text in enumerate(texts):
        name = names[number % len(names)]
        answer = client.get(f"{BASE}/search?{urlencode({name: text})}")
        if answer.status_code != 200:
            refused(answer, 400)
        else:
            assert not text.strip() or not text.strip("\0\u202e\ufeff \t"), (name, text)


def test_no_name_whatever_breaks_it(client: FlaskClient) -> None:
    for text in [*naughty_strings()[::3], *HOSTILE]:
        answer = client.get(f"{BASE}/search?{urlencode({text: 'x'})}")
        refused(answer, 400)


def test_no_slug_whatever_breaks_it(client: FlaskClient) -> None:
    for text in [*naughty_strings()[::5], *HOSTILE, "a" * 100_000]:
        for path in (f"articles/{quote(text, safe='')}", f"articles/{quote(text, safe='')}/similar"):
            answer = client.get(f"{BASE}/{path}")
            assert answer.status_code in {308, 404}, text


def test_no_beginning_of_a_word_whatever_breaks_suggestions(client: FlaskClient) -> None:
    for text in [*naughty_strings()[::3], *HOSTILE]:
        answer = client.get(f"{BASE}/suggest?{urlencode({'q': text})}")
        assert answer.status_code == (200 if len(text) <= 500 else 400), text


@pytest.mark.parametrize("text", ["a" * 100_000, "calm " * 20_000, "\u202e" * 100_000, "\0" * 100_000])
def test_a_hundred_thousand_characters_are_refused_at_once(client: FlaskClient, text: str) -> None:
    refused(client.get(f"{BASE}/search?{urlencode({'q': text})}"), 400)
    refused(client.get(f"{BASE}/suggest?{urlencode({'q': text})}"), 400)


def test_bytes_that_are_no_text_are_read_as_far_as_they_go(client: FlaskClient) -> None:
    assert client.get(f"{BASE}/search?q=calm%ff%fe%80").status_code == 200
    refused(client.get(f"{BASE}/search?mode=%ff"), 400)
