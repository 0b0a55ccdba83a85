"""What can be typed or set is written down, and what is written down is there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
import codespell_lib
import pytest
from click.testing import CliRunner

from kb.cli import cli
from kb.settings_table import SETTINGS, Setting
from tests.documents import Document, documents
from tests.house import ROOT, modules
from tools.printed import commands

DOCUMENTS = documents(ROOT)
RIGHT_IN_BOTH = re.compile(
    r"biased|dialogs?|focus(ed|es|ing)|journaling|judgments?|licens(e|ed|es|ing)|meters?|practices?|program"
    r"|routing|specialt(y|ies)|stor(y|ies)|writable"
)
"""American spellings that are British ones too: of another part of speech, of another thing, or by custom."""


def names_of(path: Path) -> set[str]:
    return set(re.findall(r"\bKB_[A-Z][A-Z0-9_]*", path.read_text(encoding="utf-8")))


COMMANDS = dict(commands())


def test_the_settings_document_names_every_setting_and_no_other() -> None:
    assert names_of(ROOT / "docs/settings.md") == {setting.name for setting in SETTINGS}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_setting_says_its_default_and_what_it_is_for(setting: Setting) -> None:
    assert setting.default
    assert setting.meaning.endswith(".")


def test_what_the_documents_print_from_the_code_is_up_to_date() -> None:
    command = [sys.executable, "-m", "cogapp", "--check", "docs/settings.md", "docs/commands.md"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, f"Run ‘make docs’.\n{done.stdout}{done.stderr}"


def test_the_code_reads_no_setting_that_is_not_listed() -> None:
    read = {name for module in modules(ROOT) for name in names_of(module.path)}

    assert read <= {setting.name for setting in SETTINGS}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_help_with_an_example_and_stands_in_the_documents(name: str) -> None:
    document = (ROOT / "docs/commands.md").read_text(encoding="utf-8")

    shown = CliRunner().invoke(cli, [*name.split()[1:], "--help"])

    assert shown.exit_code == 0
    assert isinstance(COMMANDS[name], click.Group) or re.search(
        r"^ *Examples?:\s+kb ", shown.output, re.MULTILINE
    )
    assert "\\b" not in shown.output
    assert f"## {name}\n" in document


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_says_what_it_does(name: str) -> None:
    options = [option for option in COMMANDS[name].params if isinstance(option, click.Option)]

    assert [option.name for option in options if not option.help] == []


def test_the_documents_only_tell_people_to_type_commands_that_exist() -> None:
    told = {(document.path.name, typed) for document in DOCUMENTS for typed in document.typed("kb")}
    names = {name.removeprefix("kb ") for name in COMMANDS}

    unknown = {
        (name, typed)
        for name, typed in told
        if typed
        and not typed.startswith("-")
        and not any(f"{typed} ".startswith(f"{known} ") for known in names)
    }

    assert len(told) > 5
    assert not unknown


def test_the_documents_only_tell_people_to_make_targets_that_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    told = {(document.path.name, typed) for document in DOCUMENTS for typed in document.typed("make")}

    assert len(told) > 5
    assert {(name, typed) for name, typed in told if typed and typed.split()[0] not in targets} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.path.name)
def test_every_link_inside_the_project_leads_somewhere(document: Document) -> None:
    assert [
        f"{file}#{anchor}"
        for file, anchor in document.links()
        if not (target := (document.path.parent / file) if file else document.path).exists()
        or (anchor and anchor not in Document(target).anchors)
    ] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.path.name)
def test_a_document_is_spelt_the_british_way(document: Document) -> None:
    british = british_for()
    words = re.findall(r"[A-Za-z]+", document.prose)

    assert {word: british[word.lower()] for word in words if word.lower() in british} == {}


def british_for() -> dict[str, str]:
    """American spelling → British spelling, from codespell's list read backwards."""
    path = Path(codespell_lib.__file__).parent / "data" / "dictionary_en-GB_to_en-US.txt"
    pairs = [line.partition("->")[::2] for line in path.read_text(encoding="utf-8").splitlines()]
    pairs = [(british, american.split(",")[0]) for british, american in pairs]
    return {american: british for british, american in pairs if not RIGHT_IN_BOTH.fullmatch(american)}


def written(folder: Path, text: str) -> Document:
    (folder / "page.md").write_text(text, encoding="utf-8")
    return Document(folder / "page.md")


def test_a_document_is_read_as_its_reader_reads_it(tmp_path: Path) -> None:
    document = written(
        tmp_path,
        "# What `kb` does\nSee [how](other.md#in-short), [above](#what-kb-does), [them](https://a.test/x).\n"
        "Type `make run`.\n\n"
        "```sh\nKB_PYTHON=/a/python make test  # all color\n.venv/bin/kb serve --port 1\n```\n",
    )

    assert list(document.links()) == [("other.md", "in-short"), ("", "what-kb-does")]
    assert document.anchors == {"what-kb-does"}
    assert list(document.typed("make")) == ["run", "test"]
    assert list(document.typed("kb")) == ["", "serve --port 1"]
    assert "color" not in document.prose


def test_american_spelling_and_dead_links_are_caught(tmp_path: Path) -> None:
    document = written(tmp_path, "The behavior [here](gone.md) and [there](#gone).\n")

    with pytest.raises(AssertionError, match="behavio"):
        test_a_document_is_spelt_the_british_way(document)
    with pytest.raises(AssertionError, match="gone"):
        test_every_link_inside_the_project_leads_somewhere(document)
