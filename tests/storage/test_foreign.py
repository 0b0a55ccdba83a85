"""Front matter of any kind is taken off; what cannot be read never costs the page its text."""

from __future__ import annotations

import pytest

from kb.storage.foreign import foreign_page
from tests.hostile import folder

BODY = "Words about behaviour.\n"


@pytest.mark.parametrize(
    "text",
    [
        '---\ntitle: "Calm starts"\nKey-Stage: KS1\ntags: [behaviour, 2024-02-30]\n---\n' + BODY,
        "\ufeff---\r\ntitle: Calm starts\r\nkey stage: KS1\r\ntags:\r\n- behaviour\r\n- 2024-02-30\r\n...\r\n"
        + BODY,
        '+++\ntitle = "Calm starts"\nkey_stage = "KS1"\ntags = ["behaviour", "2024-02-30"]\n+++\n' + BODY,
        '{\n"title": "Calm starts", "Key Stage": "KS1", "tags": ["behaviour", "2024-02-30"]\n}\n' + BODY,
    ],
    ids=["YAML", "YAML from Windows", "TOML", "JSON"],
)
def test_every_kind_of_front_matter_gives_the_same(text: str) -> None:
    page = foreign_page(text)

    assert page.values == {"title": "Calm starts", "key_stage": "KS1", "tags": ["behaviour", "2024-02-30"]}
    assert page.body.strip() == BODY.strip()
    assert page.problem == ""


def test_days_and_numbers_of_toml_are_texts() -> None:
    page = foreign_page("+++\ndate = 2024-02-29\nweight = 3\n+++\nWords")

    assert page.values == {"date": "2024-02-29", "weight": "3"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("---\ntitle: Behaviour: what works\n---\nWords", "line 2: "),
        ("---\ntitle: a\ntitle: b\n---\nWords", "line 3: ‘title’ is already on line 2"),
        ("---\na: &x [b]\nc: *x\n---\nWords", "points to another one"),
        ("---\ntitle: " + "x" * 20_000 + "\n---\nWords", "longer than 16 kB"),
        ("+++\ntitle = \n+++\nWords", "it is no TOML"),
        ("+++\na = " + "[" * 5_000 + "\n+++\nWords", "it is no TOML"),
    ],
)
def test_what_cannot_be_read_is_told_and_the_text_is_kept(text: str, problem: str) -> None:
    page = foreign_page(text)

    assert problem in page.problem
    assert page.body == "Words"
    assert page.values == {}


@pytest.mark.parametrize(
    "text",
    [
        "---\nA paragraph between two rules, which is no front matter.\n---\nWords",
        "---\n- a list\n---\nWords",
        "---\ntitle: a front matter without end\nWords",
        "{details}\nWords\n{/details}",
        "{" * 5_000,
        "Words",
        "",
    ],
)
def test_a_text_without_front_matter_is_kept_whole(text: str) -> None:
    page = foreign_page(text)

    assert page.body == text
    assert (page.values, page.problem) == ({}, "")


def test_every_yaml_file_of_the_yaml_tests_is_read_or_told() -> None:
    files = sorted((folder("yaml") / "src").glob("*.yaml"))

    for file in files:
        text = file.read_text(encoding="utf-8", errors="replace")
        page = foreign_page(f"---\n{text}\n---\nThe words that must not be lost.\n")

        assert "The words that must not be lost." in page.body, file.name
    assert len(files) > 300
