"""Markdown as people type it comes out as they meant it."""

from __future__ import annotations

import re

import pytest

from kb.web import markdown_dialect

PARSER = markdown_dialect.parser()


def outline(text: str) -> str:
    """The HTML without paragraphs and without space between tags."""
    html = markdown_dialect.html(text, using=PARSER).replace(' class="highlight"', "")
    html = re.sub(r'</?p>|<p class="admonition-title">Note</p>', "", html)
    return re.sub(r"\s*(<[^>]+>)\s*", r"\1", html)


LIST = "<ul><li>chalk</li><li>cards</li></ul>"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("We bought:\n- chalk\n- cards", f"We bought:{LIST}"),
        ("We bought:\n* chalk\n* cards", f"We bought:{LIST}"),
        ("We bought:\n\n- chalk\n- cards\n\nIt was cheap.", f"We bought:{LIST}It was cheap."),
        ("- rooms\n  - chalk\n  - cards", f"<ul><li>rooms{LIST}</li></ul>"),
        ("- rooms\n    - chalk\n    - cards", f"<ul><li>rooms{LIST}</li></ul>"),
        ("1. rooms\n   - chalk\n   - cards", f"<ol><li>rooms{LIST}</li></ol>"),
        ("1. rooms\n  - chalk\n  - cards\n2. halls", f"<ol><li>rooms{LIST}</li><li>halls</li></ol>"),
        ("1) chalk\n2) cards", "<ol><li>chalk</li><li>cards</li></ol>"),
        ("- rooms\n\n  - chalk\n  - cards\n\n- halls", f"<ul><li>rooms{LIST}</li><li>halls</li></ul>"),
        (
            "- rooms\n\n  more about rooms\n  - chalk\n  - cards",
            f"<ul><li>rooms\nmore about rooms{LIST}</li></ul>",
        ),
        ("- chalk\n- cards\n## Costs", f"{LIST}<h2>Costs</h2>"),
        ("- chalk\n- cards\n1. one", f"{LIST}<ol><li>one</li></ol>"),
        ("- a\n  1. b\n  2. c\n- d", "<ul><li>a<ol><li>b</li><li>c</li></ol></li><li>d</li></ul>"),
        (
            "- chalk\n  ```\n  x\n  ```\n- cards",
            "<ul><li>chalk<pre><code>x</code></pre></li><li>cards</li></ul>",
        ),
        ("- a\n  ```\n  x\n  ```\n  more", "<ul><li>a<pre><code>x</code></pre>more</li></ul>"),
        ("- a\n  ```\n  x\n  ```\nmore", "<ul><li>a<pre><code>x</code></pre></li></ul>more"),
        ("- a\n\n  1. b\n  2. c\n- d", "<ul><li>a<ol><li>b</li><li>c</li></ol></li><li>d</li></ul>"),
        ("!!! note\n    We bought:\n    - chalk\n    - cards", f"<note>We bought:{LIST}</div>"),
        ("!!! note\n    We bought\nAfter", "<note>We bought</div>After"),
    ],
)
def test_a_list_is_a_list(typed: str, meant: str) -> None:
    assert outline(typed) == meant.replace("<note>", '<div class="admonition note">')


@pytest.mark.parametrize(
    "typed",
    ["It was opened in\n2026. It is still open.", "a - b\nc * d", "---", "* * *", "Heading\n---",
     "**Bold** start\n*also*"],
)  # fmt: skip
def test_words_that_only_look_like_a_list_stay_words(typed: str) -> None:
    assert "<li>" not in outline(typed)


def test_code_is_left_as_it_is() -> None:
    typed = "```\nwords\n- not a list\n  - nor this\n| a |\n|---|\n```"

    assert "words\n- not a list\n  - nor this\n| a |\n|---|" in markdown_dialect.html(typed, using=PARSER)
    assert outline("words\n\n    - code") == "words<pre><code>- code</code></pre>"


def test_a_fence_with_more_than_a_language_is_still_code() -> None:
    assert outline('```python title="x" {1}\na\n```').startswith("<pre")


def test_a_fence_that_is_never_closed_loses_no_words() -> None:
    assert "end of the text" in outline("```\nend of the text")


def test_a_table_may_follow_its_sentence_at_once() -> None:
    assert outline("It cost:\n| a | b |\n|---|---|\n| 1 | 2 |").startswith("It cost:<table>")


def test_an_hour_range_is_not_a_small_letter_and_a_hashtag_not_a_heading() -> None:
    assert outline("~5 hours~\n#attendance") == "~5 hours~\n#attendance"
