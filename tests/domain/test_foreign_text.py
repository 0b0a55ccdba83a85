"""Somebody's Markdown becomes fit to be read here: nothing that was meant to be read is lost, no mark shows."""

from __future__ import annotations

import random
import time

import pytest

from kb.domain.body import look_through
from kb.domain.foreign_text import ReadableBody, foreign_body, readable_body
from tests.hostile import commonmark_texts, script_payloads

PAGES = {"/other": "other.md", "other.md": "other.md"}


def cleaned(markdown: str, *, title: str = "A page") -> ReadableBody:
    def link(target: str) -> str | None:
        return target if target.startswith("https://") else PAGES.get(target)

    def picture(target: str) -> str | None:
        return target if target == "../pictures/here.png" else None

    return readable_body(foreign_body(markdown), title=title, link=link, picture=picture)


SAMPLES = {
    "emphasis": ("<b>Bold</b> and <i>\n\nitalic\n\n</i> words", "**Bold** and  *italic*  words\n"),
    "bold that never ends": ("<b>Bold without end", "Bold without end\n"),
    "a link": (
        'See <a href="https://example.org/a b" target="_blank">this</a>.',
        "See [this](https://example.org/a%20b).\n",
    ),
    "a link without target": ('<a name="x"></a>Words', "Words\n"),
    "a list": ("<ul>\n  <li>One</li>\n  <li>Two</li>\n</ul>", "- One\n- Two\n"),
    "a numbered list": ('<ol start="3"><li>One<li>Two</ol>', "3. One\n4. Two\n"),
    "a list in a list": ("<ul><li>One<ul><li>Deep</li></ul></li></ul>", "- One\n    - Deep\n"),
    "a table": (
        "<table><caption>Costs</caption><tr><th>What<th>How much</tr><tr><td>Paint<br>brush<td>£3 | £4</table>",
        "Table: Costs\n\n| What | How much |\n| --- | --- |\n| Paint / brush | £3 \\| £4 |\n",
    ),
    "a layout table": ("<table><tr><td>Only words</td></tr></table>", "Only words\n"),
    "a table written without a line of dashes": (
        "| a | b |\n| c | d |",
        "| a | b |\n| --- | --- |\n| c | d |\n",
    ),
    "a heading": ("<h2 class='x'>Why\n it works</h2>Because.", "## Why it works\n\nBecause.\n"),
    "a film": (
        '<iframe src="https://www.youtube.com/embed/abcdefgh123" title="Calm starts - YouTube"></iframe>',
        "[Video: Calm starts](https://www.youtube.com/watch?v=abcdefgh123)\n",
    ),
    "a frame from nowhere": ('Text <iframe src="javascript:alert(1)"></iframe>', "Text\n"),
    "raised figures": ("10<sup>2</sup> and 2<sup>nd</sup>, H<sub>2</sub>O", "10² and 2nd, H₂O\n"),
    "a script": ("Before <script>if (a < b) { alert(1) }</script>after", "Before after\n"),
    "a button": ("Text <button id='x'>Enable cookies</button>", "Text\n"),
    "a comment": ("Before<!-- note\n\nto self --> after", "Before after\n"),
    "a break": ("One<br>two<br/>\nthree", "One  \ntwo  \nthree\n"),
    "words that look like a tag": ("Dear <name of the pupil>, a < b", "Dear &lt;name of the pupil>, a < b\n"),
    "entities": ("Ann &amp; Ben&nbsp;&ndash; &lt;tag&gt; &copy;", "Ann & Ben – &lt;tag&gt; ©\n"),
    "code": ("Write `<b>` or <code>&lt;i&gt;</code>", "Write `<b>` or `<i>`\n"),
    "a block of code": (
        "```html\n<b>{{ x }}</b>\n# no heading\n```",
        "```html\n<b>{{ x }}</b>\n# no heading\n```\n",
    ),
    "preformatted text": ("<pre>a\n  <b>b</b></pre>", "```\na\n  b\n```\n"),
    "a block of code without end": ("~~~\ncode", "~~~\ncode\n~~~\n"),
    "a quotation split by breaks": ("> One\n<br/>\n<br/>\ntwo", "> One\n>\n> two\n"),
    "details": ("{details}\nVideo transcript.\n\nWords.\n\n{/details}", "**Video transcript.**\n\nWords.\n"),
    "govspeak": (
        "$Summary\nWords.\n$EndSummary\n\n{inset-text}Inset{/inset-text}\n\n$CTA",
        "Words.\n\nInset\n",
    ),
    "a blank to fill in": ("Dear {name}, it costs $E or {{ price }}", "Dear {name}, it costs $E or\n"),
    "Liquid": ("{% include nav.html %}\nWords {{ site.title }}.", "Words .\n"),
    "kramdown": ("Words\n{: .lead}\n\n## Why {#why}", "Words\n\n## Why\n"),
    "Pandoc": (":::: {.warning}\nWords\n::::", "Words\n"),
    "wiki links": ("See [[Some page|this page]] and [[Other]].", "See this page and Other.\n"),
    "headings underlined": ("Big\n===\n\nSmall\n---\n\nWords", "## Big\n\n### Small\n\nWords\n"),
    "headings with levels missing": ("### One\n\n##### Two", "## One\n\n### Two\n"),
    "an empty heading": ("##\n\nWords", "Words\n"),
    "a hashtag": ("#attendance matters\n\nIssue #3", "\\#attendance matters\n\nIssue #3\n"),
    "a heading in a quotation": ("> # Loud\n> words", "> **Loud**\n> words\n"),
    "a rule under a paragraph": ("One\ntwo\n---\nthree", "One\ntwo\n\n---\nthree\n"),
    "a link by reference": (
        "See [this][1] and [that].\n\n[1]: /other\n[that]: /nowhere",
        "See [this](other.md) and that.\n",
    ),
    "a link in a link": ("[a [b](/other) c](/nowhere)", "a [b](other.md) c\n"),
    "a link to nowhere": ("[Home](/) and [x](javascript:alert(1))", "Home and x\n"),
    "brackets that are no link": ("[x] (y) and a[1](", "[x] (y) and a[1\\](\n"),
    "a picture that is not here": ("![A board](/assets/board.png)", "*Picture: A board*\n"),
    "a picture without description": ("Text ![](x.png)", "Text\n"),
    "a picture that is here": ("![A board](../pictures/here.png)", "![A board](../pictures/here.png)\n"),
    "an HTML picture": (
        '<figure><img url="/a.png" alt="An arrow"><figcaption>Fig 1</figcaption></figure>',
        "*Picture: An arrow*\n\nFig 1\n",
    ),
    "a footnote": ("Words[^1]\n\n[^1]: Note", "Words[^1]\n\n[^1]: Note\n"),
    "Windows line ends": ("One\r\n\r\nTwo", "One\n\nTwo\n"),
    "invisible characters": ("A\u200bB\x0cC\ufeff", "ABC\n"),
}


@pytest.mark.parametrize("kind", SAMPLES)
def test_it_is_made_readable(kind: str) -> None:
    foreign, expected = SAMPLES[kind]

    assert cleaned(foreign).text == expected


def test_a_first_heading_that_repeats_the_title_is_dropped_and_another_one_is_not() -> None:
    assert (
        cleaned("# Calm *starts*\n\n## Why\n\nBecause.", title="Calm starts").text == "## Why\n\nBecause.\n"
    )
    assert cleaned("# Calm starts\n\n## Why", title="Other").text == "## Calm starts\n\n### Why\n"
    assert cleaned("Words.\n\n# Calm starts", title="Calm starts").text == "Words.\n\n## Calm starts\n"


def test_what_was_undone_is_counted() -> None:
    found = cleaned("[a](/x) [b](/other) ![c](d.png) ![](e.png) <img src=f.png alt=g>")

    assert (found.links_undone, found.pictures_left_out) == (1, 3)


def test_headings_and_the_links_under_them_are_told() -> None:
    body = foreign_body(
        "# Top\n\n## Week 4: *attention*\n\n- [Video](/a/video 'Video')\n\n## Week 5\n\n[Reflect](/a/reflect)"
    )

    assert body.headings == ("Top", "Week 4: attention", "Week 5")
    assert body.links == (("/a/video", ("Top", "Week 4: attention")), ("/a/reflect", ("Top", "Week 5")))


def _is_sound(text: str) -> bool:
    """True when the checks of the content folder would find nothing, and no mark of ours is left."""
    seen = look_through(text)
    return (
        seen.open_fence is None
        and not seen.top_headings
        and all(one.target.startswith("https://") and not one.is_picture for one in seen.pointers)
        and "\ue000" not in text
    )


def test_whatever_the_text_no_link_picture_heading_or_fence_is_left_that_readers_must_not_meet() -> None:
    chance = random.Random(20)
    texts = [*commonmark_texts(), *script_payloads()]
    bits = [
        "<b>",
        "</b>",
        "<ul>",
        "<li>",
        "<td>",
        "<pre>",
        "</pre>",
        "```",
        "~~~",
        "`",
        "\\",
        "[",
        "](x)",
        "![",
        "\n",
        "\n\n",
    ]
    bits += [
        "    ",
        "> ",
        "# ",
        "===\n",
        "<!--",
        "{{",
        "}}",
        "[a]: b\n",
        "[a]",
        '<a href="x">',
        "&lt;",
        "<script>",
        "word",
    ]
    joined = ["\n".join(chance.sample(texts, 4)) for _ in range(500)]
    garbage = ["".join(chance.choices(bits, k=40)) for _ in range(1500)]

    unsound = [
        text
        for text in [*texts[:2500], *joined, *garbage]
        if not _is_sound(
            readable_body(
                foreign_body(text),
                title="t",
                link=lambda target: target if target.startswith("https://") else None,
                picture=lambda target: None,
            ).text
        )
    ]

    assert unsound == []


LONG = 100_000
REPEATED = [
    "[",
    "![",
    "[a](",
    "[[a]](x)",
    "<a ",
    '<a x="',
    "<b>",
    "<ul><li>",
    "<table><tr><td>",
    "<p>",
    "<!--",
    "{{",
]
REPEATED += [
    "`",
    "`a",
    "` `` ``` ",
    "\\",
    "&#35;",
    "> ",
    "# a\n",
    "a\n===\n",
    "|a|b\n",
    "**a",
    "[a]: b\n",
    "<pre>",
    "A. ",
]


@pytest.mark.parametrize("bit", REPEATED)
def test_no_text_takes_longer_than_its_length_deserves(bit: str) -> None:
    text = (bit * (LONG // len(bit) + 1))[:LONG]

    began = time.process_time()
    cleaned(text)

    assert time.process_time() - began < 5


def test_brackets_in_brackets_take_no_longer() -> None:
    began = time.process_time()
    cleaned("[a" * 40_000 + "](x)" * 20_000)
    cleaned("![" * 30_000 + "](x)" * 20_000)

    assert time.process_time() - began < 10
