"""Links of pages from elsewhere are told apart: into the tree, out into the web, nowhere."""

from __future__ import annotations

import pytest

from kb.domain.foreign_addresses import address_on_the_web, key_in_tree


@pytest.mark.parametrize(
    ("target", "key"),
    [
        ("/ucl/year-1/week-2", ("ucl/year-1/week-2", "")),
        ("/ucl/year-1/", ("ucl/year-1", "")),
        ("week-2.md#why", ("ucl/year-1/week-2", "why")),
        ("../Year%202/index.html?x=1", ("ucl/Year 2", "")),
        (r"..\index.md", ("ucl", "")),
        ("/", ("", "")),
        ("report.pdf", ("ucl/year-1/report.pdf", "")),
        ("../../../etc/passwd", None),
        ("https://example.org", None),
        ("#why", None),
        ("//example.org/x", None),
        ("", None),
        ("a" * 3000, None),
    ],
)
def test_a_target_in_the_tree_is_a_key(target: str, key: tuple[str, str] | None) -> None:
    assert key_in_tree(target, "ucl/year-1/week-1.md") == key


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("https://example.org/a_(b)", "https://example.org/a_%28b%29"),
        ("www.example.org", "https://www.example.org"),
        ("//example.org/x", "https://example.org/x"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("#why", "#why"),
        ("#", None),
        ("http://", None),
        ("javascript:alert(1)", None),
        ("java\tscript:alert(1)", None),
        ("&#106;avascript:alert(1)", None),
        ("data:text/html,x", None),
        ("file:///etc/passwd", None),
        ("about:blank", None),
        ("mailto:nobody", None),
        ("http://[::1", None),
        ("other.md", None),
    ],
)
def test_only_the_web_and_post_lead_out(target: str, address: str | None) -> None:
    assert address_on_the_web(target) == address
