from __future__ import annotations

import time

import pytest

from kb.domain.body import look_through


def pointers(text: str) -> list[tuple[int, str, str, bool]]:
    return [(one.line, one.text, one.target, one.is_picture) for one in look_through(text).pointers]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "See [this](other.md) and\n[that](third.md#how).",
            [(1, "this", "other.md"), (2, "that", "third.md#how")],
        ),
        ('[a](<with space.md> "Title")', [(1, "a", "with space.md")]),
        ("[a](x.md 'Title') [b]( y.md )", [(1, "a", "x.md"), (1, "b", "y.md")]),
        ("[a](x_(y).md)", [(1, "a", "x_(y).md")]),
        ("[two\nlines](x.md)", [(1, "two\nlines", "x.md")]),
        ("[with [brackets]](x.md)", [(1, "with [brackets]", "x.md")]),
        (
            "[a][one] and [one] and [One][]\n\n[one]: x.md 'T'",
            [(1, "a", "x.md"), (1, "one", "x.md"), (1, "One", "x.md")],
        ),
        ("- [ ] a task\n- [x] [done](x.md)", [(2, "done", "x.md")]),
        ("Noted[^1].\n\n[^1]: See [a](x.md).", [(3, "a", "x.md")]),
        ('!!! note "Read"\n\n    Then [a](x.md).', [(3, "a", "x.md")]),
        ("- item\n\n    [a](x.md)", [(3, "a", "x.md")]),
        ("| a | b |\n|---|---|\n| [a](x.md) | `[b](y.md)` |", [(3, "a", "x.md")]),
        ("<a href='x.md'>a</a>", [(1, "", "x.md")]),
        ("[]()", [(1, "", "")]),
        ("Words\n    [indented but no code](x.md)", [(2, "indented but no code", "x.md")]),
        ("```\nopen and shut\n```\n[a](x.md)", [(4, "a", "x.md")]),
    ],
)
def test_a_link_is_found_with_its_line(text, wanted):
    assert pointers(text) == [(*one, False) for one in wanted]


@pytest.mark.parametrize(
    "text",
    [
        "```\n[a](x.md)\n```",
        "~~~~ text\n[a](x.md)\n~~~\n~~~~",
        "    [a](x.md)",
        "Text.\n\n\t[a](x.md)\n\n    [b](y.md)",
        "`[a](x.md)`",
        "`` ` [a](x.md) ``",
        r"\[a](x.md)",
        "[a] (x.md)",
        "[a](x.md",
        "[a](two words.md)",
        "[ ] task and [^1] and [nothing]",
        "<!-- [a](x.md) -->",
        "!!! note\n\n    ```\n    [a](x.md)\n    ```",
        "- item\n\n    ```\n    [a](x.md)\n    ```",
    ],
)
def test_code_and_things_that_only_look_like_links_are_left_out(text):
    assert pointers(text) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("![A calm corner](pictures/x.webp)", [(1, "A calm corner", "pictures/x.webp", True)]),
        ("![](x.png)", [(1, "", "x.png", True)]),
        ("![a][p]\n\n[p]: x.png", [(1, "a", "x.png", True)]),
        ("[![a](x.png)](y.md)", [(1, "a", "x.png", True), (1, "![a](x.png)", "y.md", False)]),
        ("<img alt='a' src=\"x.png\"> <IMG src=y.png>", [(1, "a", "x.png", True), (1, "", "y.png", True)]),
    ],
)
def test_a_picture_is_found_with_its_alternative_text(text, wanted):
    assert pointers(text) == wanted


def test_only_headings_of_the_first_level_are_told():
    text = "# One\n\n## Two\n#hashtag\n\nUnderlined\n====\n\n```\n# code\n```\n\n    # code\n"
    text += "\n!!! note\n\n    # Noted\n"

    assert look_through(text).top_headings == (1, 6, 17)


def test_a_code_block_that_never_ends_is_told():
    assert look_through("a\n\n```\nb\n~~~\n").open_fence == 3
    assert look_through("```\nb\n`````\n").open_fence is None
    assert look_through("```inline``` code\n").open_fence is None


@pytest.mark.parametrize(
    "text",
    [
        "[x]: y\n\n" + "[" * 100_000 + "]" * 100_000,
        "-->" + "<!--" * 50_000,
        "`" * 500 + "".join("`" * length + " " for length in range(1, 600)),
    ],
)
def test_what_only_begins_does_not_take_long_either(text):
    began = time.process_time()

    assert look_through(text).pointers == ()
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "]",
        "![",
        "[](",
        "[](a",
        "[](<",
        '[](a "',
        "[](a '",
        "[a](b(",
        "`",
        "`` ` ",
        "\\",
        "<a ",
        "<!--",
        "<img src=",
        "[a]",
        "[a][",
        "[[]",
        "- ",
        "> ",
        "    ",
        "\t",
        "```a\n",
        "```\n~~~\n",
        "[a]: b\n",
        "# \n",
        "\n    x\n",
        "=\n",
        " ",
        "[](" + " " * 60,
    ],
)
def test_any_repetition_takes_time_in_proportion(piece):
    whole = (piece * 200_000)[:200_000]
    texts = [
        whole,
        f"[x]: y\n\n{whole}",
        f"[a]({whole}",
        f"[a](b {whole}",
        whole.replace("\n", " ") + "](x)" * 100,
    ]
    began = time.process_time()

    for text in texts:
        look_through(text)

    assert time.process_time() - began < 5
