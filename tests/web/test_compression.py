"""Pages go out compressed when they are long, text and wanted so; others are left as they are."""

from __future__ import annotations

import gzip

import brotli
import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from kb.web import compression

PAGE = "<p>The same words again and again.</p>" * 200


@pytest.fixture
def client() -> FlaskClient:
    app = Flask(__name__, static_folder=None)
    compression.install(app)
    app.add_url_rule("/page", "page", lambda: PAGE)
    app.add_url_rule("/short", "short", lambda: "<p>Short</p>")
    app.add_url_rule("/picture", "picture", lambda: Response(b"\0" * 5000, mimetype="image/webp"))
    app.add_url_rule("/ready", "ready", lambda: Response(b"x" * 5000, headers={"Content-Encoding": "zstd"}))
    app.add_url_rule("/stream", "stream", lambda: Response(iter([PAGE]), mimetype="text/html"))
    return app.test_client()


def test_brotli_is_taken_first(client: FlaskClient) -> None:
    answer = client.get("/page", headers={"Accept-Encoding": "gzip, deflate, br"})

    assert answer.headers["Content-Encoding"] == "br"
    assert brotli.decompress(answer.data).decode() == PAGE
    assert int(answer.headers["Content-Length"]) == len(answer.data) < len(PAGE) / 10


def test_gzip_is_taken_where_brotli_is_not(client: FlaskClient) -> None:
    answer = client.get("/page", headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data).decode() == PAGE


@pytest.mark.parametrize("path", ["/short", "/picture", "/stream"])
def test_short_answers_pictures_and_streams_are_left_as_they_are(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Accept-Encoding": "br"})

    assert "Content-Encoding" not in answer.headers


def test_what_is_compressed_already_is_not_compressed_again(client: FlaskClient) -> None:
    answer = client.get("/ready", headers={"Accept-Encoding": "br"})

    assert answer.headers["Content-Encoding"] == "zstd"
    assert answer.data == b"x" * 5000


def test_caches_learn_that_the_answer_depends_on_the_encoding(client: FlaskClient) -> None:
    assert client.get("/page").headers["Vary"] == "Accept-Encoding"
    assert client.get("/page").data.decode() == PAGE
