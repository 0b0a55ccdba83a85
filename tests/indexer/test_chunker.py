"""Markdown → passages: nothing lost, nothing over the window, nothing that only a machine could read."""

from __future__ import annotations

import itertools
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from indexer.chunker import Window, chunks, context, embedded_text, plain, sections
from indexer.document import Document
from indexer.model import find_model


@pytest.fixture(scope="module")
def window():
    """The real model's own window and counting."""
    model = find_model()
    tokenizer = Tokenizer.from_file(str(model.tokenizer))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return Window(
        count=lambda text: len(tokenizer.encode(text, add_special_tokens=False).ids), size=model.window - 2
    )


def _plain(markdown: str) -> str:
    return " ".join(text for _, text in sections(markdown)).replace("\n", " ")


def _document(body: str, **changes: str) -> Document:
    return Document(**({"id": "one", "title": "Calm starts", "body": body} | changes))


def test_a_passage_knows_the_headings_above_it():
    body = "Before.\n\n# One\n\nFirst.\n\n## Two\n\nSecond.\n\n### Three\n\nThird.\n\n## Four ##\n\nFourth.\n"

    assert list(sections(body)) == [
        ((), "Before."),
        (("One",), "First."),
        (("One", "Two"), "Second."),
        (("One", "Two", "Three"), "Third."),
        (("One", "Four"), "Fourth."),
    ]


def test_a_passage_never_crosses_a_heading(window):
    found = chunks(_document("## What went wrong\n\nNoise.\n\n## What it cost\n\nTime.\n"), window)

    assert [(chunk.heading_path, chunk.text) for chunk in found] == [
        (("What went wrong",), "Noise."),
        (("What it cost",), "Time."),
    ]


def test_the_summary_is_the_first_passage_and_numbers_run_on(window):
    found = chunks(_document("Text.\n\n## Cost\n\nTime.", summary="In short."), window)

    assert [(chunk.ordinal, chunk.text) for chunk in found] == [(0, "In short."), (1, "Text."), (2, "Time.")]


@pytest.mark.parametrize("body", ["", "\n\n", "---", "<br>", "![](x.png)"])
def test_a_text_without_words_still_has_a_passage(window, body):
    assert [chunk.text for chunk in chunks(_document(body), window)] == ["Calm starts"]


def test_the_model_reads_title_and_headings_above_the_text(window):
    (chunk,) = chunks(_document("# One\n\n## Two\n\nText."), window)

    assert embedded_text(chunk) == "Calm starts › One › Two\nText."
    assert context("", ()) == ""


@pytest.mark.parametrize(
    ("markdown", "read"),
    [
        (
            "Some *calm* and **quiet** and `code` and ~~old~~ words",
            "Some calm and quiet and code and old words",
        ),
        ("***All*** of **it *at* once** and _**both**_", "All of it at once and both"),
        ("a snake_case_name and _stress_", "a snake_case_name and stress"),
        ("a trailing_mark_ stays", "a trailing_mark_ stays"),
        ("See [the guide](guide.md 'now') and ![a door](door.png).", "See the guide and a door."),
        ("Known[^1] since 2003.\n\n[^1]: Black, P. (2003).", "Known since 2003. Black, P. (2003)."),
        ("- one\n- two\n  - three\n1. four\n2) five", "one two three four five"),
        ("- [ ] ring home\n- [x] write it down", "ring home write it down"),
        ("> quoted\n> words", "quoted words"),
        ('!!! note "Mind the time"\n    Twenty minutes.', "Mind the time Twenty minutes."),
        ("!!! warning\n    Not alone.", "Not alone."),
        ("| Year | Hours |\n|------|:-----:|\n| 4 | 12 |", "Year, Hours. 4, 12."),
        ("Term\n:   What it means", "Term What it means"),
        ("A line  \nbroken <br> <em>gently</em> {: .wide }", "A line broken gently"),
        ("Above\n\n---\n\nBelow\n***\nEnd", "Above Below *** End"),
        ("one\x00two\u200bthree ca\u00adlm", "onetwothree calm"),
        ("cafe\u0301", "café"),
    ],
)
def test_marks_are_read_as_a_reader_sees_them(markdown, read):
    assert _plain(markdown) == read


def test_a_fence_keeps_its_lines_and_is_no_heading():
    body = "Before\n\n```python\n# no heading\nx_y = *z*\n~~~\n```\n\n# Heading\n\nAfter"

    assert list(sections(body)) == [
        ((), "Before\n# no heading x_y = *z* ~~~"),
        (("Heading",), "After"),
    ]


def test_ticks_within_a_line_open_no_fence():
    assert list(sections("```code``` first\n\n# Heading\n\nAfter")) == [
        ((), "code first"),
        (("Heading",), "After"),
    ]


def test_a_heading_keeps_its_number_and_its_sharp():
    assert [
        path for path, _ in sections("## 1. What we did\n\nx\n\n## Teaching C#\n\ny\n\n## *So* #\n\nz")
    ] == [
        ("1. What we did",),
        ("Teaching C#",),
        ("So",),
    ]


def test_a_heading_with_nothing_below_it_is_not_lost():
    assert list(sections("# One\n\n## Two\n\n## Three\n\nText\n\n# Last")) == [
        (("One",), "Two"),
        (("One", "Three"), "Text"),
        ((), "Last"),
    ]


def test_the_whole_text_holds_headings_and_sections():
    assert plain(sections("Before\n\n# One\n\nFirst")) == "Before\nOne\nFirst"


def test_a_long_section_is_cut_between_sentences_and_the_last_one_repeated(window):
    sentences = [f"This is sentence number {number} of a long section about calm." for number in range(60)]

    found = [chunk.text for chunk in chunks(_document(" ".join(sentences)), window)]

    assert len(found) > 2
    assert all(text.startswith("This is") and text.endswith("calm.") for text in found)
    for before, after in itertools.pairwise(found):
        assert after.startswith(before[before.rindex("This is") :])


def test_no_overlap_when_none_is_wanted(window):
    short = Window(count=window.count, size=40, overlap=0)

    texts = [chunk.text for chunk in chunks(_document("One two three four. " * 30), short)]

    assert " ".join(texts) == ("One two three four. " * 30).strip()


HARD = (
    "word " * 3000,
    "x" * 20_000,
    ("x" * 150 + " ") * 100,
    "安静" * 3000,
    "🙂" * 2000,
    "1,234.56;" * 2000,
    "A. " * 2000,
    "| a | b |\n" * 2000,
    "- item\n" * 2000,
    "# " + "long heading " * 200 + "\n\ntext " * 50,
    "".join(f"{'#' * level} {'deep ' * 30}\n\n" for level in range(1, 7)) + "text " * 400,
)


@pytest.mark.parametrize("body", HARD, ids=range(len(HARD)))
@pytest.mark.parametrize("title", ["Calm starts", "A very long title indeed " * 40])
def test_no_passage_is_over_the_models_window(window, body, title):
    found = chunks(_document(body, title=title, summary="A summary that never ends. " * 60), window)

    assert max(window.count(embedded_text(chunk)) for chunk in found) <= window.size


@pytest.mark.parametrize("body", HARD[:9], ids=range(9))
def test_nothing_is_lost_of_a_text_that_is_hard_to_cut(window, body):
    wanted = re.sub(r"\W", "", body)

    kept = "".join(
        chunk.text for chunk in chunks(_document(body), Window(count=window.count, size=254, overlap=0))
    )

    assert re.sub(r"\W", "", kept) == wanted


HOSTILE = {
    "brackets": "[" * 16_000,
    "images": "![" * 16_000,
    "tags": "<a " * 16_000,
    "dashes": "-" * 20_000 + "x",
    "table rule": "|" + "- " * 20_000 + "x",
    "heading blanks": "# a" + " " * 20_000 + "b",
    "heading marks": "# a" + " #" * 20_000 + "b",
    "ticks": "a " + "`" * 200_000,
    "stars": "a " + "*" * 200_000,
    "opened stars": "*a " * 60_000,
    "underscores": "_a " * 60_000,
    "quotes": ">" * 200_000,
    "blanks": " " * 200_000 + "x",
    "admonition": "!!! a" + " " * 200_000 + "x",
    "braces": "{:" * 100_000,
    "footnotes": "[^" * 100_000,
    "fence": "```" + " " * 200_000 + "`",
    "one word": "x" * 200_000,
    "sentences": "A. " * 66_000,
    "paragraphs": "a\n\n" * 60_000,
    "headings": "# a\n" * 50_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_costs_linear_time(name):
    window = Window(count=lambda text: len(text.split()), size=254)
    began = time.process_time()

    chunks(_document(HOSTILE[name]), window)

    assert time.process_time() - began < 3


words_of_text = st.text(alphabet="abcdefghij", min_size=1, max_size=9)
lines = st.one_of(
    st.lists(words_of_text, min_size=1, max_size=30).map(" ".join),
    st.builds("{} {}".format, st.sampled_from(["#", "##", "###", "-", "1.", ">", "- [ ]"]), words_of_text),
    st.builds("**{}** _{}_ `{}` [{}](x.md)".format, *[words_of_text] * 4),
    st.builds("| {} | {} |".format, words_of_text, words_of_text),
    st.builds("{}. {}! {}?".format, *[st.lists(words_of_text, min_size=1, max_size=40).map(" ".join)] * 3),
    st.just(""),
    st.sampled_from(["```", "~~~", "---", "|---|---|"]),
)


@given(body=st.lists(lines, max_size=30).map("\n".join), size=st.integers(40, 254))
@settings(max_examples=100, deadline=None)
def test_every_word_of_the_body_is_in_a_passage_and_none_is_over_the_window(window, body, size):
    found = chunks(_document(body), Window(count=window.count, size=size))

    read = re.sub(r"\]\(x\.md\)", "]", body)
    wanted = set(re.findall("[a-j]+", read))
    kept = set(re.findall("[a-j]+", " ".join(" ".join((*chunk.heading_path, chunk.text)) for chunk in found)))
    assert wanted <= kept
    assert max(window.count(embedded_text(chunk)) for chunk in found) <= size
