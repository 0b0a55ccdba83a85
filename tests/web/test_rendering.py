"""Markdown becomes the HTML that readers, screen readers and the page around it can rely on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import html5lib
import pytest

from kb.web.rendering import Heading, Renderer
from tests.patience import patiently


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    renderer = Renderer()
    yield renderer
    renderer.close()


def html(renderer: Renderer, text: str) -> str:
    return patiently(renderer, text).html


def test_headings_begin_below_the_pages_own_and_skip_no_level(renderer: Renderer) -> None:
    text = "# One\n\n#### Two\n\n## Three\n\n### Four\n\n###### Five"

    levels = [heading.level for heading in patiently(renderer, text).contents]

    assert levels == [2, 3, 2, 3, 4]


def test_contents_name_every_heading_with_its_id(renderer: Renderer) -> None:
    rendered = patiently(renderer, "## What it *cost*[^1]\n\n## What it cost\n\n[^1]: In pounds.")

    assert rendered.contents == (
        Heading(2, "text-what-it-cost", "What it cost"),
        Heading(2, "text-what-it-cost-2", "What it cost"),
    )
    assert '<h2 id="text-what-it-cost-2">' in rendered.html


def test_a_heading_without_words_is_no_heading(renderer: Renderer) -> None:
    rendered = patiently(renderer, "<h2></h2>\n\ntext")

    assert rendered.contents == ()
    assert "<h2" not in rendered.html


def test_two_texts_on_one_page_share_no_id(renderer: Renderer) -> None:
    text = "## Why\n\n[up](#why) note[^1]\n\n[^1]: Words."

    first, second = (patiently(renderer, text, part=part).html for part in ("", "comment-7"))

    assert not set(re.findall(r' id="([^"]+)', first)) & set(re.findall(r' id="([^"]+)', second))
    assert 'href="#text-comment-7-why"' in second


def test_a_part_is_a_plain_name(renderer: Renderer) -> None:
    with pytest.raises(ValueError, match="a-z, 0-9 and hyphens"):
        patiently(renderer, "x", part='"><script>')


def test_every_id_is_there_once_and_every_fragment_leads_to_one(renderer: Renderer) -> None:
    text = (
        "## A\n\n## A\n\n<h3 id='text-a'>A</h3>\n\n[a](#a) x[^a b] y[^1] z[^1] <li id='fn:1'>no</li>\n\n"
        "[^a b]: one\n[^1]: two"
    )

    shown = html(renderer, text)

    ids = Counter(re.findall(r' id="([^"]+)', shown))
    assert set(ids.values()) == {1}
    assert set(re.findall(r'href="#([^"]+)', shown)) <= set(ids)


def test_links_between_articles_work_in_the_content_folder_and_on_the_site(renderer: Renderer) -> None:
    assert (
        html(renderer, "[calm](calm-starts.md#why)")
        == '<p><a href="/articles/calm-starts#text-why">calm</a></p>'
    )


def test_a_link_that_leaves_the_site_says_so_and_tells_nothing_about_the_reader(renderer: Renderer) -> None:
    assert html(renderer, "[EEF](https://eef.example/x)") == (
        '<p><a href="https://eef.example/x" class="external" rel="noopener noreferrer">EEF</a></p>'
    )
    assert 'rel="noopener noreferrer"' in html(renderer, "See https://eef.example/x")
    assert 'rel="noopener noreferrer"' in html(renderer, '<a href="//eef.example" rel="opener">x</a>')


def test_a_link_that_leads_nowhere_keeps_its_words(renderer: Renderer) -> None:
    assert html(renderer, "[the *plan*](plan.docx)") == "<p>the <em>plan</em></p>"


def test_our_own_picture_is_shown_without_haste(renderer: Renderer) -> None:
    assert html(renderer, "![Stairs](../pictures/stairs.webp)") == (
        '<p><img alt="Stairs" src="/pictures/stairs.webp" loading="lazy" decoding="async"></p>'
    )


def test_a_picture_with_a_title_is_a_figure_with_a_caption(renderer: Renderer) -> None:
    shown = html(renderer, '![Stairs](pictures/stairs.webp "The new stairs")')

    assert shown.startswith("<figure><img")
    assert shown.endswith("<figcaption>The new stairs</figcaption></figure>")


@pytest.mark.parametrize("address", ["https://a.example/x.png", "//a.example/x.png", "\\\\a.example\\x.png"])
def test_a_picture_from_elsewhere_becomes_a_link(renderer: Renderer, address: str) -> None:
    for written in (
        f"![Stairs]({address.replace(chr(92), chr(92) * 2)})",
        f'<img src="{address}" alt="Stairs">',
    ):
        shown = html(renderer, written)
        assert "<img" not in shown
        assert 'href="https://a.example/x.png"' in shown
        assert "Picture: Stairs (on a.example)" in shown


def test_a_picture_from_elsewhere_inside_a_link_becomes_words(renderer: Renderer) -> None:
    assert html(renderer, "[![Stairs](https://a.example/x.png)](calm-starts.md)") == (
        '<p><a href="/articles/calm-starts">Picture: Stairs</a></p>'
    )


def test_a_table_scrolls_by_keyboard_and_has_a_name(renderer: Renderer) -> None:
    shown = html(renderer, "## Costs\n\n| What | Pounds |\n|---|--:|\n| Chalk | 3 |")

    assert '<div class="scrolls" role="region" tabindex="0" aria-label="Table 1: Costs"><table>' in shown
    assert '<th scope="col">What</th>' in shown
    assert '<th scope="col" class="cell-right">Pounds</th>' in shown
    assert '<td class="cell-right">3</td>' in shown


def test_a_line_above_a_table_becomes_its_caption(renderer: Renderer) -> None:
    shown = html(renderer, "Table: What it *cost*\n\n| What | Pounds |\n|---|---|\n| Chalk | 3 |")

    assert 'aria-label="Table 1: What it cost"' in shown
    assert "<caption>What it <em>cost</em></caption>" in shown
    assert "Table: What" not in shown.replace("Table 1", "")


def test_an_empty_corner_makes_the_first_column_headings(renderer: Renderer) -> None:
    shown = html(renderer, "| | KS1 |\n|---|---|\n| Cost | low |")

    assert "<td></td>" in shown
    assert '<th scope="row">Cost</th>' in shown


def test_no_two_tables_have_the_same_name(renderer: Renderer) -> None:
    table = "| a | b |\n|---|---|\n| 1 | 2 |\n\n"

    labels = re.findall(r'aria-label="([^"]*)"', html(renderer, "## Costs\n\n" + table + "words\n\n" + table))

    assert labels == ["Table 1: Costs", "Table 2: Costs"]


def test_a_task_list_shows_what_is_done_and_cannot_be_ticked(renderer: Renderer) -> None:
    shown = html(renderer, "- [ ] ring\n- [x] write")

    assert shown.count('<input type="checkbox" disabled="" aria-label="Done"') == 2
    assert shown.count("checked") == 1


def test_a_note_leads_to_the_bottom_and_back(renderer: Renderer) -> None:
    shown = html(renderer, "Words[^1]\n\n[^1]: Source.")

    assert '<sup id="text-fnref:1"><a href="#text-fn:1" class="footnote-ref" role="doc-noteref"' in shown
    assert '<section class="footnotes" role="doc-endnotes" aria-label="Notes">' in shown
    assert (
        'href="#text-fnref:1" class="footnote-backref" role="doc-backlink" aria-label="Back to the text"'
        in shown
    )


@pytest.mark.parametrize(("kind", "shown_as"), [("tip", "tip"), ("warning", "warning"), ("modal", "note")])
def test_a_box_is_one_of_ours(renderer: Renderer, kind: str, shown_as: str) -> None:
    shown = html(renderer, f'!!! {kind} "Mind the stairs"\n    They are steep.')

    assert shown.startswith(f'<div class="admonition {shown_as}" role="note">')
    assert '<p class="admonition-title">Mind the stairs</p>' in shown


def test_definitions_code_and_struck_words_are_understood(renderer: Renderer) -> None:
    shown = html(renderer, "Base\n:   A room\n\n```python\na < b\n```\n\n~~old~~")

    assert "<dt>Base</dt>" in shown
    assert "<pre><code>a &lt; b</code></pre>" in shown
    assert "<del>old</del>" in shown


def test_plain_html_that_does_no_harm_is_kept(renderer: Renderer) -> None:
    assert html(renderer, "m<sup>2</sup><br>H<sub>2</sub>O") == "<p>m<sup>2</sup><br>H<sub>2</sub>O</p>"


def test_words_are_counted_as_read(renderer: Renderer) -> None:
    text = "## Two words\n\nIt's well-known[^1] that 3.5\n\n- one\n- two\n\n[^1]: note"

    assert patiently(renderer, text).words == 9


def test_what_no_font_can_show_does_no_harm(renderer: Renderer) -> None:
    assert html(renderer, "a\0b\ud800c\r\nd\re") == "<p>a\N{REPLACEMENT CHARACTER}b?c\nd\ne</p>"


@pytest.mark.parametrize("text", ["", " \n\t\n", "\N{ZERO WIDTH NO-BREAK SPACE}"])
def test_an_empty_text_is_an_empty_page(renderer: Renderer, text: str) -> None:
    assert patiently(renderer, text).words == 0


def test_what_comes_out_is_whole_html(renderer: Renderer) -> None:
    shown = html(renderer, "<div><b>open\n\n- a\n\n</section></div></main>")

    assert html5lib.parseFragment(f"<main>{shown}</main>", namespaceHTMLElements=False)[0].tag == "main"
    assert shown.count("<div") == shown.count("</div>")
