"""axe-core is the file its makers published, and it sees what is wrong on a page under a strict policy too."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route

from tests import axe
from tests.browser_pages import DESK, ChromiumMissingError, chromium, executable

PAGE = """<!doctype html><html lang="en-GB"><title>Reading</title>
<main><h1>Reading</h1>{}</main></html>"""
POLICY = "default-src 'none'; script-src 'nonce-x'; style-src 'unsafe-inline'; base-uri 'none'"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with chromium() as browser, browser.new_context(viewport=DESK) as context:
        yield context.new_page()


def shown(page: Page, inside: str) -> Page:
    def answer(route: Route) -> None:
        headers = {"Content-Security-Policy": POLICY, "Content-Type": "text/html; charset=utf-8"}
        route.fulfill(body=PAGE.format(inside), headers=headers)

    page.unroute_all()
    page.route("**/*", answer)
    page.goto("http://kb.test/")
    return page


def test_the_kept_files_are_those_of_the_manifest() -> None:
    manifest = json.loads((axe.FOLDER / "manifest.json").read_text(encoding="utf-8"))
    files = {path.name: path for path in axe.FOLDER.iterdir() if path.name != "manifest.json"}

    assert {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()} == manifest[
        "sha256"
    ]
    assert f"axe v{manifest['version']}" in axe.source()[:40]


@pytest.mark.browser
def test_a_sound_page_has_no_violation(page: Page) -> None:
    assert axe.violations(shown(page, "<p>Talk about the picture first.</p>")) == ()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("inside", "rule"),
    [
        ('<img src="a.png">', "image-alt"),
        ('<input type="text">', "label"),
        ('<p style="color:#999">Too pale</p>', "color-contrast"),
        ("<h4>A step left out</h4>", "heading-order"),
    ],
)
def test_a_mistake_is_found_and_its_place_named(page: Page, inside: str, rule: str) -> None:
    found = axe.violations(shown(page, inside))

    assert [finding.rule for finding in found] == [rule]
    assert found[0].places[0].startswith(inside[1:3].strip())
    assert str(found[0]).startswith(f"{rule} (")


@pytest.mark.browser
def test_a_rule_can_be_left_out_by_name(page: Page) -> None:
    assert axe.violations(shown(page, '<img src="a.png">'), without=["image-alt"]) == ()


@pytest.mark.browser
def test_what_a_person_must_decide_is_told_apart(page: Page) -> None:
    pale = '<p style="background-image:linear-gradient(#fff,#000);color:#777">On a slope</p>'

    assert axe.violations(shown(page, pale)) == ()
    assert [finding.rule for finding in axe.undecided(page)] == ["color-contrast"]


def test_a_missing_chromium_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")

    with pytest.raises(ChromiumMissingError, match="apt-get install chromium"):
        executable()
