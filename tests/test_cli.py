"""The kb command: every mishap is one sentence on standard error and an exit code, and nothing is lost by it."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from kb.cli import cli
from kb.settings import Settings
from tests.samples import ROOT
from tests.shelves import Shelf, damage, make_shelf


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """Each command sends the log to its own standard error; afterwards it is pytest's again."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(scope="module")
def indexed(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Three articles, indexed. Read only."""
    shelf = make_shelf(tmp_path_factory.mktemp("indexed"), demo)
    shelf.index()
    return shelf


@pytest.fixture
def shelf(indexed: Shelf, tmp_path: Path) -> Shelf:
    """The same, to be changed."""
    return indexed.copied(tmp_path)


def kb(shelf: Shelf, *arguments: str, **environment: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(cli, arguments, env=shelf.environment | environment)


def kb_process(shelf: Shelf, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a person does."""
    return subprocess.run(
        [sys.executable, "-m", "kb", *arguments],
        cwd=ROOT,
        env=os.environ | shelf.environment | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def refused(result: Result, words: str, code: int = 1) -> None:
    """A refusal in one sentence on standard error, with nothing of the inside."""
    assert result.exit_code == code, result.output
    lines = result.stderr.strip().splitlines()
    assert words in result.stderr
    assert sum(line.startswith("Error: ") for line in lines) == 1
    assert "Traceback" not in result.output


def test_search_prints_what_was_found_and_why(indexed: Shelf) -> None:
    result = kb(indexed, "search", "breathed together at the door")

    assert result.exit_code == 0
    assert " 1. Calm starts after lunch\n    articles/calm-starts · " in result.stdout
    assert "words: " in result.stdout
    assert result.stdout.splitlines()[-1].split(" found in ")[0].isdigit()
    assert result.stderr == ""


def test_search_prints_the_same_json_as_the_api(demo: Settings, app: Flask) -> None:
    asked = {"q": "calm after lunch", "key_stage": "ks2", "per_page": "5"}
    api = app.test_client().get("/api/v1/search", query_string=asked).get_json()

    runner = CliRunner()
    arguments = ["search", asked["q"], "--key-stage", "ks2", "--limit", "5", "--json"]
    result = runner.invoke(
        cli, arguments, env={"KB_CONTENT": str(demo.content), "KB_VAR": str(demo.var)}
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
    "arguments",
    [
        ["search", "calm", "--mode", "bset"],
        ["search", "calm", "--limit", "0"],
        ["search", "calm", "--limit", "101"],
        ["search"],
        ["serve", "--port", "65536"],
        ["serve", "--workers", "0"],
        ["sreach", "calm"],
        ["index", "--rebiuld"],
    ],
)
def test_a_command_that_was_typed_wrongly_is_refused_with_exit_code_2(
    indexed: Shelf, arguments: list[str]
) -> None:
    refused(kb(indexed, *arguments), "Error: ", code=2)


@pytest.mark.parametrize(
    "query",
    [
        *("!!!", '"', '"unbalanced', "((((", "OR", "title:x", "*", "🦉", "\u202edrawkcab", "a\tb\nc", "\x1b[31mred"),
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
    _remove_generations(shelf)

    refused(kb(shelf, "search", "calm"), "There is no search index yet. Build it with ‘kb index’.")


def _remove_generations(shelf: Shelf) -> None:
    import shutil

    for folder in shelf.settings.index.glob("gen-*"):
        shutil.rmtree(folder)


def test_with_damaged_words_search_names_the_file_and_the_command(shelf: Shelf) -> None:
    damage(shelf.serving / "chunks.sqlite")

    refused(kb(shelf, "search", "calm"), "kb index --rebuild")


def test_with_damaged_vectors_words_are_searched(shelf: Shelf) -> None:
    damage(shelf.serving / "vectors.faiss")

    result = kb(shelf, "search", "breathed together")

    assert result.exit_code == 0
    assert "articles/calm-starts" in result.stdout


def test_validate_is_content_with_sound_files_and_counts_mistakes(shelf: Shelf) -> None:
    sound = kb(shelf, "validate")
    (shelf.articles / "bad.md").write_text("no front matter", encoding="utf-8")

    assert (sound.exit_code, sound.stdout) == (0, "No mistakes.\n")
    refused(kb(shelf, "validate"), "1 mistake.")
    assert "bad.md" in kb(shelf, "validate").stdout
    assert kb(shelf, "validate", "articles/calm-starts.md").exit_code == 0
    refused(kb(shelf, "validate", "articles/nowhere.md"), "is not there; name a file or folder in")


def test_check_is_content_when_all_is_sound_and_says_what_is_not(shelf: Shelf) -> None:
    sound = kb(shelf, "check")
    damage(shelf.serving / "spelling.tsv")

    result = kb(shelf, "check")

    assert (sound.exit_code, sound.stdout) == (0, "All is sound.\n")
    refused(result, "1 problem.")
    assert "spelling.tsv is not what was written" in result.stdout


def test_index_says_what_it_did_and_a_second_time_that_there_was_nothing(shelf: Shelf) -> None:
    (shelf.articles / "calm-starts.md").unlink()

    first, second = kb(shelf, "index"), kb(shelf, "index")

    assert first.stdout.startswith("0 added, 0 changed, 1 removed, 2 unchanged; 0 passages read, ")
    assert second.stdout.startswith("0 added, 0 changed, 0 removed, 2 unchanged; 0 passages read, ")


def test_index_names_the_files_it_left_out_and_ends_with_1(shelf: Shelf) -> None:
    (shelf.articles / "bad.md").write_text("no front matter", encoding="utf-8")

    result = kb(shelf, "index")

    assert result.exit_code == 1
    assert "Left out: " in result.stderr
    assert "bad.md" in result.stderr
    assert "3 unchanged" in result.stdout


def test_index_with_a_wrong_model_keeps_the_old_index(shelf: Shelf) -> None:
    before = shelf.serving

    refused(kb(shelf, "index", KB_MODEL="/no/model/here"), "Set KB_MODEL to ‘packaged’")

    assert shelf.serving == before
    assert kb(shelf, "search", "breathed together").exit_code == 0


def test_init_makes_what_is_needed_once_and_touches_nothing_twice(tmp_path: Path) -> None:
    new = Shelf(tmp_path)

    first = kb(new, "init")
    (tmp_path / "content/schools.yaml").write_text("# mine\n", encoding="utf-8")
    second = kb(new, "init")

    assert first.exit_code == second.exit_code == 0
    assert first.stdout.startswith("Made vocabulary, ")
    assert second.stdout == "Everything is there already.\n"
    assert (tmp_path / "content/schools.yaml").read_text(encoding="utf-8") == "# mine\n"
    assert (tmp_path / "var/kb.sqlite").is_file()


def test_a_new_knowledge_base_is_valid_and_says_that_there_is_no_article_yet(tmp_path: Path) -> None:
    new = Shelf(tmp_path)
    kb(new, "init")

    assert kb(new, "validate").stdout == "No mistakes.\n"
    refused(kb(new, "index"), "There is no article yet. Put one into content/articles, or import some")
    refused(kb(new, "search", "calm"), "There is no search index yet. Build it with ‘kb index’.")


def test_the_demo_is_not_put_into_a_folder_of_ones_own(tmp_path: Path) -> None:
    refused(kb(Shelf(tmp_path), "init", "--demo"), "Leave KB_CONTENT unset")

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["index", "validate", "check", "serve"])
def test_without_a_content_folder_every_command_says_how_to_make_one(tmp_path: Path, command: str) -> None:
    result = kb(Shelf(tmp_path), command, *(["--port", "0"] if command == "serve" else []))

    assert result.exit_code == 1
    assert "kb init" in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("KB_PORT", "eighty", "The setting KB_PORT is ‘eighty’; use a whole number from 0 to 65535."),
        ("KB_LOG_LEVEL", "loud", "use one of debug, info, warning, error"),
        ("KB_SEARCH", "elastic", "There is no search engine called ‘elastic’"),
    ],
)
def test_a_wrong_setting_is_named(indexed: Shelf, name: str, value: str, words: str) -> None:
    refused(kb(indexed, "index", **{name: value}), words)


def test_a_var_folder_that_cannot_be_made_is_named(indexed: Shelf, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    refused(kb(indexed, "index", KB_VAR=str(tmp_path / "file/var")), str(tmp_path / "file"))


@pytest.mark.parametrize("command", [["index"], ["search", "calm"], ["check"], ["init"]])
def test_a_file_that_is_no_database_is_told_by_every_command_and_left_alone(
    shelf: Shelf, command: list[str]
) -> None:
    for path in shelf.settings.var.glob("kb.sqlite*"):
        path.unlink()
    shelf.settings.database.write_bytes(b"Dear diary, " * 500)

    result = kb(shelf, *command)

    assert result.exit_code == 1
    assert "is damaged. Restore it from a backup, or delete it and run ‘kb index’." in result.output
    assert shelf.settings.database.read_bytes() == b"Dear diary, " * 500


@pytest.mark.parametrize("command", [[], ["--help"], ["search", "--help"], ["serve", "-h"], ["index", "-h"]])
def test_help_needs_no_settings_and_no_model(indexed: Shelf, command: list[str]) -> None:
    code = "import sys; from kb.cli import cli; cli(sys.argv[1:], standalone_mode=False); print(sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code, *command], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )

    assert "Usage: " in done.stdout + done.stderr
    if command:
        assert done.returncode == 0, done.stderr
        assert "'torch'" not in done.stdout


def test_a_process_answers_on_standard_output_and_refuses_on_standard_error(indexed: Shelf) -> None:
    good = kb_process(indexed, "search", "breathed together", "--mode", "words")
    bad = kb_process(indexed, "search", "calm", "--key-stage", "ks22")

    assert (good.returncode, good.stderr) == (0, "")
    assert "articles/calm-starts" in good.stdout
    assert (bad.returncode, bad.stdout) == (1, "")
    assert bad.stderr == "Error: ‘ks22’ is not in the list ‘key stage’. Did you mean ‘ks2’?\n"
