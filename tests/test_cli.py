"""The kb command: every mishap is one sentence on standard error and an exit code, and nothing is lost by it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kb.settings import Settings
from tests.commands import kb, refused
from tests.samples import ROOT
from tests.shelves import Shelf, damage, indexed_shelf


@pytest.fixture(scope="module")
def indexed(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Three articles, indexed. Read only."""
    return indexed_shelf(tmp_path_factory.mktemp("indexed"), demo)


@pytest.fixture
def shelf(indexed: Shelf, tmp_path: Path) -> Shelf:
    """The same, to be changed."""
    return indexed.copied(tmp_path)


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
    assert second.stdout.startswith("Everything is there already.\n")
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
        [sys.executable, "-c", code, *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert "Usage: " in done.stdout + done.stderr
    if command:
        assert done.returncode == 0, done.stderr
        assert "'torch'" not in done.stdout
