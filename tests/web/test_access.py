"""A page opens only when it says for whom."""

from __future__ import annotations

import pytest
from flask import Flask

from kb.domain.article import Visibility
from kb.web import access
from kb.web.access import Unmarked, marked, public, reader


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__, static_folder=None)
    app.testing = True
    access.install(app)
    app.add_url_rule("/open", "open", public(lambda: "open"))
    app.add_url_rule("/forgotten", "forgotten", lambda: "forgotten")
    return app


def test_a_marked_page_opens(app: Flask) -> None:
    assert app.test_client().get("/open").text == "open"


def test_a_page_without_a_mark_does_not(app: Flask) -> None:
    with pytest.raises(Unmarked, match="forgotten"):
        app.test_client().get("/forgotten")


def test_an_address_without_a_page_is_simply_not_found(app: Flask) -> None:
    assert app.test_client().get("/nowhere").status_code == 404


def test_the_mark_can_be_seen(app: Flask) -> None:
    assert marked(app.view_functions["open"])
    assert not marked(app.view_functions["forgotten"])


def test_until_there_are_accounts_everybody_reads_everything() -> None:
    assert reader().visibilities == set(Visibility)
