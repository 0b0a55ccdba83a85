"""What axe-core says about a page's accessibility. It lies in tests/vendor/axe with licence and checksum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

FOLDER = Path(__file__).parent / "vendor" / "axe"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule that axe found broken, or could not decide, and where.

    places  each: the CSS path of the element and why, in axe's words
    """

    rule: str
    impact: str
    help: str
    places: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.rule} ({self.impact}): {self.help}\n" + "\n".join(
            f"    {place}" for place in self.places
        )


def violations(page: Page, *, tags: Sequence[str] = TAGS, without: Sequence[str] = ()) -> tuple[Finding, ...]:
    """The rules that the open page breaks. ``without`` names rules not to ask; say why where you do."""
    return _findings(_asked(page, tags, without)["violations"])


def undecided(page: Page, *, tags: Sequence[str] = TAGS, without: Sequence[str] = ()) -> tuple[Finding, ...]:
    """The rules that axe leaves to a person, such as contrast over a picture."""
    return _findings(_asked(page, tags, without)["incomplete"])


@cache
def source() -> str:
    """The text of axe-core."""
    return (FOLDER / "axe.min.js").read_text(encoding="utf-8")


def _asked(page: Page, tags: Sequence[str], without: Sequence[str]) -> Mapping[str, Any]:
    # Evaluated and not added as a script element: the page's own security policy rightly refuses that.
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(f"() => {{ {source()} }}")
    options = {
        "runOnly": {"type": "tag", "values": list(tags)},
        "rules": {rule: {"enabled": False} for rule in without},
        "resultTypes": ["violations", "incomplete"],
    }
    answer: Mapping[str, Any] = page.evaluate("options => axe.run(document, options)", options)
    return answer


def _findings(results: Sequence[Mapping[str, Any]]) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            rule=result["id"],
            impact=result["impact"] or "not rated",
            help=result["help"],
            places=tuple(_place(node) for node in result["nodes"]),
        )
        for result in results
    )


def _place(node: Mapping[str, Any]) -> str:
    path = " ".join(str(part) for part in node["target"])
    reason = " ".join(str(node.get("failureSummary", "")).split())
    return f"{path}: {reason}" if reason else path
