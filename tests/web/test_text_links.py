"""Where links and pictures of a text lead."""

from __future__ import annotations

import pytest

from kb.web.text_links import Link, anchor, host, link, picture


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("calm-starts.md", "/articles/calm-starts"),
        ("./calm-starts.md", "/articles/calm-starts"),
        ("../articles/calm-starts.md", "/articles/calm-starts"),
        ("calm-starts.md#What it cost", "/articles/calm-starts#text-what-it-cost"),
        ("calm-starts.md#what%20it%20cost", "/articles/calm-starts#text-what-it-cost"),
        ("calm-starts.md#text-what-it-cost", "/articles/calm-starts#text-what-it-cost"),
        ("#what-we-did", "#text-what-we-did"),
        ("#fn:1", "#text-fn:1"),
        ("/search?q=calm&page=2", "/search?q=calm&page=2"),
        ("../pictures/plan.pdf", "/pictures/plan.pdf"),
        ("mailto:lead@trust.example", "mailto:lead@trust.example"),
    ],
)
def test_a_link_inside_the_site_leads_to_its_page(written: str, address: str) -> None:
    assert link(written, prefix="text-") == Link(address=address)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://a.example/x.md", "https://a.example/x.md"),
        ("HTTP://a.example", "HTTP://a.example"),
        ("www.a.example/x", "https://www.a.example/x"),
        ("//a.example/x", "https://a.example/x"),
        ("\\\\a.example\\x", "https://a.example/x"),
        ("/\t/a.example/x", "https://a.example/x"),
        (" \x01https://a.example/", "https://a.example/"),
    ],
)
def test_a_link_that_leaves_the_site_is_known_to_leave_it(written: str, address: str) -> None:
    assert link(written, prefix="text-") == Link(address=address, external=True)


@pytest.mark.parametrize(
    "written",
    ["", "#", "javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "http:///x", "http://[",
     "notes.docx", "folder/", "pictures/../logout", "calm starts.md"],
)  # fmt: skip
def test_a_link_that_leads_nowhere_is_none(written: str) -> None:
    assert link(written, prefix="text-") is None


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("pictures/stairs.webp", "/pictures/stairs.webp"),
        ("../pictures/stairs.webp", "/pictures/stairs.webp"),
        ("../content/pictures/stairs.webp", "/pictures/stairs.webp"),
        ("/pictures/2026/stairs.webp", "/pictures/2026/stairs.webp"),
        ("pictures/two words.webp", "/pictures/two%20words.webp"),
        ("pictures/../logout", None),
        ("https://a.example/pictures/x.webp", None),
        ("stairs.webp", None),
    ],
)
def test_only_our_own_pictures_have_an_address(written: str, address: str | None) -> None:
    assert picture(written) == address


def test_headings_and_notes_never_share_an_id() -> None:
    assert anchor("fn 1", prefix="text-") != anchor("fn:1", prefix="text-")


def test_words_of_any_script_make_an_anchor_and_signs_alone_get_a_name() -> None:
    assert anchor("Zażółć gęślą", prefix="text-") == "text-zażółć-gęślą"
    assert anchor("?!", prefix="text-") == "text-section"


def test_an_address_that_cannot_be_read_has_no_host() -> None:
    assert host("http://[") == ""
