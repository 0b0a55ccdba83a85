"""Pages as PDF files: whole, for those who may read them, and without a word to anybody else."""

from __future__ import annotations

import http.server
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask, g

from kb.domain.errors import BadRequest, NotFound
from kb.storage.own_process import answer_of
from kb.web import paper
from tests.browser import Browser
from tests.pdf_files import everything_in

ARTICLE = "calm-starts-after-lunch"


@contextmanager
def a_server_that_counts() -> Iterator[tuple[int, list[str]]]:
    """A port of this machine, and the paths that anybody has asked it for."""
    asked: list[str] = []

    class Counting(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counting)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1], asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def set_by_the_process(html: str, files: dict[str, tuple[str, str]] | None = None) -> bytes:
    message = json.dumps({"html": html, "files": files or {}}).encode()
    return answer_of("kb.web.paper_process", message, seconds=120, thing="The page", too_long="too long")


def test_an_article_is_a_pdf_file_with_its_name(browser: Browser) -> None:
    page = browser.client.get(f"/articles/{ARTICLE}.pdf")

    assert page.status_code == 200
    assert page.data.startswith(b"%PDF-")
    assert b"Atkinson" in everything_in(page.data), "our own letters are in it"
    assert page.headers["Content-Disposition"] == f"attachment; filename={ARTICLE}.pdf"


def test_an_article_that_is_not_the_readers_is_no_pdf_file_either(browser: Browser) -> None:
    assert browser.get("/articles/no-such-article.pdf").status_code == 404


def test_setting_a_page_asks_no_other_machine_and_opens_no_file() -> None:
    with a_server_that_counts() as (port, asked):
        outside = f"http://127.0.0.1:{port}"
        html = (
            f'<html><head><link rel="stylesheet" href="{outside}/sheet.css"><style>'
            f'@import "{outside}/more.css"; body {{ background: url("{outside}/back.png") }}</style></head>'
            f'<body><h1>A page</h1><img src="{outside}/picture.png"><img src="file:///etc/hostname">'
            f'<object data="{outside}/thing.svg"></object><a rel="attachment" href="file:///etc/passwd">a</a>'
            '<link rel="attachment" href="file:///etc/passwd"></body></html>'
        )

        made = set_by_the_process(html)

    assert made.startswith(b"%PDF-")
    assert asked == []
    assert b"EmbeddedFile" not in everything_in(made)


def test_a_picture_that_the_reader_may_not_see_does_not_come_along(app: Flask) -> None:
    html = f'<h1>x</h1><img src="/pictures/{"0" * 32}.webp">'

    with app.test_request_context("/"):
        g.account = None
        found = dict(paper._pictures(html))

    assert found == {}


def test_a_page_over_the_limit_is_refused_with_a_sentence(app: Flask) -> None:
    with app.test_request_context("/"), pytest.raises(BadRequest, match="too long for one PDF file"):
        paper.pdf("x" * (paper.LARGEST_PAGE + 1), name="x")


def test_a_page_that_costs_more_than_it_may_is_called_too_long() -> None:
    with pytest.raises(BadRequest, match="in parts"):
        answer_of(
            "tests.spends_its_processor_time",
            b"",
            seconds=60,
            thing="The page",
            too_long="Print it in parts.",
        )


def test_when_the_machine_is_too_slow_nobody_is_told_to_choose_fewer_things(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper, "SECONDS", 0.001)

    page = browser.get(f"/articles/{ARTICLE}.pdf")

    assert page.status_code == 503
    assert "Try again in a minute" in page.words()
    assert "too long" not in page.words()


@pytest.fixture
def without_the_extra(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A place where ``pdf`` was not installed: what the process has found out before is asked anew."""
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    paper.is_there.cache_clear()
    yield
    paper.is_there.cache_clear()


@pytest.mark.usefixtures("without_the_extra")
def test_without_the_extra_no_page_offers_a_pdf_file(browser: Browser, app: Flask) -> None:
    page = browser.get(f"/articles/{ARTICLE}")

    assert f"/articles/{ARTICLE}.pdf" not in page.text
    with app.test_request_context("/"), pytest.raises(NotFound, match="Print the page instead"):
        paper.pdf("<h1>x</h1>", name="x")
