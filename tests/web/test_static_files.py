"""Static files have addresses that change with their content, and go out compressed."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.domain.errors import NotFound
from kb.web import compression, static_files
from kb.web.static_files import FOR_EVER, MUST_ASK, StaticFiles

LONG = "a { color: red }\n" * 100


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "css").mkdir()
    (tmp_path / "img").mkdir()
    (tmp_path / "css" / "site.css").write_text('@import "colours.css";\n@import "rest.css";\n')
    (tmp_path / "css" / "colours.css").write_text('/* why */\n.a { background: url("../img/mark.svg") }\n')
    (tmp_path / "css" / "rest.css").write_text(LONG)
    (tmp_path / "img" / "mark.svg").write_text("<svg/>")
    (tmp_path / "notes.txt").write_text("not for readers")
    return tmp_path


@pytest.fixture
def client(root: Path) -> FlaskClient:
    app = Flask(__name__, static_folder=None)
    compression.install(app)
    static_files.install(app, root)
    app.register_error_handler(NotFound, lambda error: (str(error), 404))
    return app.test_client()


def sheet_address(client: FlaskClient) -> str:
    address: str = client.application.jinja_env.globals["static"]("css/site.css")
    return address


def test_the_address_changes_with_the_content(root: Path) -> None:
    before = StaticFiles(root).address("css/site.css")
    (root / "css" / "rest.css").write_text("b { color: blue }")

    after = StaticFiles(root).address("css/site.css")

    assert re.fullmatch(r"/static/[0-9a-f]{8}/css/site\.css", before)
    assert before != after


def test_a_sheet_carries_its_imports_and_their_addresses(root: Path) -> None:
    files = StaticFiles(root)

    sheet = files.files["css/site.css"].body.decode()

    assert f'url("{files.address("img/mark.svg")}")' in sheet
    assert "color: red" in sheet
    assert "@import" not in sheet
    assert "why" not in sheet


def test_an_unknown_name_is_a_slip_of_ours(root: Path) -> None:
    with pytest.raises(KeyError):
        StaticFiles(root).address("css/sight.css")


@pytest.mark.parametrize(
    ("accepted", "encoding", "unpack"),
    [
        ("br, gzip", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("gzip, br;q=0", "gzip", gzip.decompress),
        ("", None, bytes),
        ("identity", None, bytes),
    ],
)
def test_a_sheet_goes_out_in_the_encoding_that_the_browser_takes(client, accepted, encoding, unpack) -> None:
    answer = client.get(sheet_address(client), headers={"Accept-Encoding": accepted})

    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert LONG in unpack(answer.data).decode()


def test_the_current_version_is_kept_for_ever_and_an_old_one_is_not(client: FlaskClient) -> None:
    address = sheet_address(client)
    old = re.sub(r"/[0-9a-f]{8}/", "/00000000/", address)

    assert client.get(address).headers["Cache-Control"] == FOR_EVER
    assert client.get(old).headers["Cache-Control"] == MUST_ASK


@pytest.mark.parametrize("name", ["notes.txt", "css/none.css", "../pyproject.toml", "%2e%2e/pyproject.toml"])
def test_nothing_else_is_sent(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/00000000/{name}").status_code == 404


def test_each_kind_has_its_type(client: FlaskClient) -> None:
    address = client.application.jinja_env.globals["static"]

    assert client.get(address("css/site.css")).mimetype == "text/css"
    assert client.get(address("img/mark.svg")).mimetype == "image/svg+xml"
