"""Browsers may tell what they refused: briefly, not too often, and without anybody's words."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from kb.web import failures, reports

REPORT = [
    {
        "type": "csp-violation",
        "body": {
            "effectiveDirective": "img-src",
            "blockedURL": "https://example.org/pixel.gif?who=me",
            "documentURL": "https://kb.example.org/search?q=a+child+by+name",
        },
    }
]


@pytest.fixture
def client() -> FlaskClient:
    app = Flask(__name__, static_folder=None)
    failures.install(app)
    app.register_blueprint(reports.pages)
    reports._noted.clear()
    return app.test_client()


def send(client: FlaskClient, body: str) -> int:
    return client.post("/reports/policy", data=body, content_type="application/reports+json").status_code


def test_a_report_is_noted_without_the_words_searched_for(client: FlaskClient) -> None:
    with capture_logs() as noted:
        status = send(client, json.dumps(REPORT))

    assert status == 204
    assert noted == [
        {
            "event": "refused_by_policy",
            "log_level": "warning",
            "directive": "img-src",
            "blocked": "example.org/pixel.gif",
            "page": "kb.example.org/search",
        }
    ]


def test_at_most_five_are_noted_a_minute(client: FlaskClient) -> None:
    with capture_logs() as noted:
        send(client, json.dumps(REPORT * 50))

    assert len(noted) == 5


@pytest.mark.parametrize("body", ["", "{", "[" * 10_000, "\0"])
def test_what_is_not_json_is_refused(client: FlaskClient, body: str) -> None:
    assert send(client, body) == 400


def test_odd_json_is_passed_over(client: FlaskClient) -> None:
    assert send(client, '[1, "a", null, {"body": 3}, {"body": {"blockedURL": "http://[bad"}}]') == 204


def test_a_long_report_is_refused(client: FlaskClient) -> None:
    assert send(client, " " * 20_000) == 413
