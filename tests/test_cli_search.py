"""kb search: the same answers as the site, to read or as JSON, and a sentence when there are none."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from kb.settings import Settings
from tests.browser import Browser
from tests.commands import kb, kb_process, refused
from tests.shelves import Shelf, damage, indexed_shelf


@pytest.fixture(scope="module")
def indexed(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Three articles, indexed. Read only."""
    return indexed_shelf(tmp_path_factory.mktemp("indexed"), demo)


@pytest.fixture
def shelf(indexed: Shelf, tmp_path: Path) -> Shelf:
    """The same, to be changed."""
    return indexed.copied(tmp_path)


def test_search_prints_what_was_found_and_why(indexed: Shelf) -> None:
    result = kb(indexed, "search", "breathed together at the door")

    assert result.exit_code == 0
    assert " 1. Calm starts after lunch\n    articles/calm-starts · " in result.stdout
    assert "words: " in result.stdout
    assert result.stdout.splitlines()[-1].split(" found in ")[0].isdigit()
    assert result.stderr == ""


def test_search_prints_the_same_json_as_the_api(demo: Settings, app: Flask) -> None:
    asked = {"q": "calm after lunch", "key_stage": "ks2", "per_page": "5"}
    client = (
        Browser(app).sign_in("reader").client
    )  # who has the machine reads everything, as the trust's people do
    api = client.get("/api/v1/search", query_string=asked).get_json()

    of_demo = {"KB_CONTENT": str(demo.content), "KB_VAR": str(demo.var)}
    result = kb(
        Shelf(demo.var), "search", asked["q"], "--key-stage", "ks2", "--limit", "5", "--json", **of_demo
    )

    answer: dict[str, Any] = json.loads(result.stdout)
    assert len(api["hits"]) == 5
    for each in (answer, api):
        each.pop("took_ms")
    assert answer == api


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("--key-stage", "eyfs", {"a-talking-board-in-an-hour"}),
        ("--key-stage", "ks3", set()),
        ("--provision", "inclusion-base", {"a-talking-board-in-an-hour"}),
        ("--need", "communication-interaction", {"a-talking-board-in-an-hour"}),
        ("--theme", "retrieval-practice", {"what-testing-does"}),
        ("--type", "research-summary", {"what-testing-does"}),
    ],
)
def test_each_option_of_search_narrows(indexed: Shelf, option: str, value: str, expected: set[str]) -> None:
    result = kb(indexed, "search", "", option, value, "--json")

    assert {hit["slug"] for hit in json.loads(result.stdout)["hits"]} == expected


def test_an_option_given_twice_widens_and_the_limit_limits(indexed: Shelf) -> None:
    both = kb(indexed, "search", "", "--type", "how-to", "--type", "case-study", "--json", "--limit", "100")
    one = kb(indexed, "search", "", "--json", "--limit", "1")

    assert json.loads(both.stdout)["total"] == 2
    assert (len(json.loads(one.stdout)["hits"]), json.loads(one.stdout)["total"]) == (1, 3)


@pytest.mark.parametrize(
    ("option", "value", "nearest"),
    [
        ("--key-stage", "ks22", "ks2"),
        ("--key-stage", "Key Stage 2", "ks2"),
        ("--provision", "SRB", "inclusion-base"),
        ("--need", "smeh", "semh"),
        ("--theme", "retreival-practice", "retrieval-practice"),
        ("--type", "case-studies", "case-study"),
    ],
)
def test_an_unknown_filter_is_refused_with_the_nearest_one(
    indexed: Shelf, option: str, value: str, nearest: str
) -> None:
    refused(kb(indexed, "search", "calm", option, value), f"Did you mean ‘{nearest}’?")


@pytest.mark.parametrize(
    "query",
    [
        *(
            "!!!",
            '"',
            '"unbalanced',
            "((((",
            "OR",
            "title:x",
            "*",
            "🦉",
            "\u202edrawkcab",
            "a\tb\nc",
            "\x1b[31mred",
        ),
        *("\udcff", "", " ", "-" * 400, "CALM STARTS AFTER LUNCH", "' or 1=1 --", "{{7*7}}", "%s%n"),
    ],
)
def test_whatever_is_asked_is_answered(indexed: Shelf, query: str) -> None:
    result = kb(indexed, "search", "--", query)

    assert result.exit_code == 0, result.output
    assert " found in " in result.stdout
    assert "\x1b" not in result.stdout


def test_a_question_of_a_hundred_thousand_characters_is_refused_with_its_limit(indexed: Shelf) -> None:
    refused(kb(indexed, "search", "calm " * 20_000), "only its first 500 characters were used")


def test_without_an_index_search_names_the_command_that_makes_one(shelf: Shelf) -> None:
    (shelf.settings.index / "current").unlink()
    for folder in shelf.settings.index.glob("gen-*"):
        shutil.rmtree(folder)

    refused(kb(shelf, "search", "calm"), "There is no search index yet. Build it with ‘kb index’.")


def test_with_damaged_words_search_names_the_file_and_the_command(shelf: Shelf) -> None:
    damage(shelf.serving / "chunks.sqlite")

    refused(kb(shelf, "search", "calm"), "kb index --rebuild")


def test_with_damaged_vectors_words_are_searched(shelf: Shelf) -> None:
    damage(shelf.serving / "vectors.faiss")

    result = kb(shelf, "search", "breathed together")

    assert result.exit_code == 0
    assert "articles/calm-starts" in result.stdout


def test_a_process_answers_on_standard_output_and_refuses_on_standard_error(indexed: Shelf) -> None:
    good = kb_process(indexed, "search", "breathed together", "--mode", "words")
    bad = kb_process(indexed, "search", "calm", "--key-stage", "ks22")

    assert (good.returncode, good.stderr) == (0, "")
    assert "articles/calm-starts" in good.stdout
    assert (bad.returncode, bad.stdout) == (1, "")
    assert bad.stderr == "Error: ‘ks22’ is not in the list ‘key stage’. Did you mean ‘ks2’?\n"
