"""kb accounts: people, from the command line, down to the tables and files."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kb.cli import cli
from kb.domain.account import Role
from kb.storage import accounts, journal, sessions
from kb.storage.database import Database, open_database
from tests.samples import CONTENT

SCHOOL = "castle-bridge-primary"


class House:
    """A knowledge base of its own, for commands."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(CONTENT, root / "content")
        self.environment = {"KB_CONTENT": str(root / "content"), "KB_VAR": str(root / "var")}

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(cli, words, env=self.environment)

    @property
    def db(self) -> Database:
        return open_database(self.root / "var/kb.sqlite")


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path)
    house.begun = house.run("init")  # type: ignore[attr-defined]
    return house


def joined(house: House, name: str = "Wilhelmina Quillfeather", email: str = "mina.q@school.example") -> int:
    """The number of somebody who has joined."""
    from datetime import UTC, datetime

    return accounts.add(
        house.db, name=name, email=email, role=Role.CONTRIBUTOR, schools=[SCHOOL], now=datetime.now(UTC)
    ).id


def test_a_new_knowledge_base_prints_one_link_for_its_first_administrator(house: House) -> None:
    said = house.begun.output  # type: ignore[attr-defined]
    first = re.search(r"http://127\.0\.0\.1:8000/account/join/([\w-]{43})", said)

    assert first
    again = house.run("init").output
    second = re.search(r"/account/join/([\w-]{43})", again)
    assert second
    assert second[1] != first[1]


def test_people_are_added_listed_changed_and_closed(house: House) -> None:
    number = joined(house)

    added = house.run("accounts", "add", "noor@school.example", "--name", "Noor", "--school", SCHOOL)
    assert re.search(r"/account/join/[\w-]{43}", added.output)
    assert "1 person" in house.run("accounts", "list").output
    assert house.run("accounts", "role", "w.quillfeather", "reviewer").exit_code == 0
    assert house.run("accounts", "schools", str(number), SCHOOL, "samphire-junior").exit_code == 0
    assert house.run("accounts", "leave", "mina.q@school.example").exit_code == 0

    found = accounts.find(house.db, number)
    assert found is not None
    assert (found.role, found.active, len(found.schools)) == (Role.REVIEWER, False, 2)
    assert "has left" not in house.run("accounts", "return", str(number)).output
    verbs = {line.verb for line in journal.entries(house.db, subject=f"account:{number}")}
    assert verbs == {"change-account", "close-account", "open-account"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("role", "nobody", "reader"), "no account ‘nobody’"),
        (("add", "n@school.example", "--name", "N", "--school", "nowhere"), "no school ‘nowhere’"),
        (("add", "n@school.example", "--name", "N"), "at least one school"),
        (("add", "mina.q@school.example", "--name", "N", "--school", SCHOOL), "already"),
        (("invite", "not-an-address", "--name", "N", "--school", SCHOOL), "e-mail address"),
    ],
)
def test_a_slip_is_told_in_one_sentence(house: House, words: tuple[str, ...], said: str) -> None:
    joined(house)

    done = house.run("accounts", *words)

    assert done.exit_code == 1
    assert said in done.output
    assert "Traceback" not in done.output


def test_a_person_gets_a_copy_of_everything_kept_about_them(house: House, tmp_path: Path) -> None:
    number = joined(house)
    house.run("accounts", "role", str(number), "reader")

    house.run("accounts", "export", str(number), str(tmp_path / "copy.zip"))

    packed = zipfile.ZipFile(io.BytesIO((tmp_path / "copy.zip").read_bytes()))
    rows = json.loads(packed.read("data.json"))["rows"]
    assert rows["accounts"][0]["email"] == "mina.q@school.example"
    assert rows["memberships"][0]["school"] == SCHOOL
    assert rows["journal"][0]["verb"] == "change-account"
    assert b"Wilhelmina Quillfeather" in packed.read("data.html")


def test_after_an_erasure_no_file_holds_the_name_the_address_or_the_handle(house: House) -> None:
    number = joined(house)
    article = next(iter(sorted((house.root / "content/articles").glob("*.md"))))
    text = article.read_text("utf-8")
    text = re.sub(r"^owner: .*$", "owner: w.quillfeather", text, flags=re.MULTILINE)
    text = re.sub(r"^authors: .*$", "authors: [Wilhelmina Quillfeather]", text, flags=re.MULTILINE)
    article.write_text(text, "utf-8")
    house.run("accounts", "invite", "mina.q@school.example", "--name", "X", "--school", SCHOOL)
    db = house.db
    with db.write():
        journal.record(
            db, actor=number, verb="withdraw", subject="article:x", reason="Said mina.q@school.example"
        )

    done = house.run("accounts", "erase", str(number), "--yes")

    assert done.exit_code == 0, done.output
    traces = [
        (path.name, word)
        for path in house.root.rglob("*")
        if path.is_file()
        for word in (b"Quillfeather", b"quillfeather", b"mina.q@school.example")
        if word in path.read_bytes()
    ]
    assert traces == []
    assert "authors: [Former contributor]" in article.read_text("utf-8")
    assert house.run("validate", str(article)).exit_code == 0
    found = accounts.find(house.db, number)
    assert found is not None
    assert (found.name, found.email, found.active) == ("Former contributor", None, False)
    assert sessions.of_account(house.db, number) == ()
    assert list(journal.problems(house.db)) == []
    assert house.run("accounts", "return", str(number)).exit_code == 1
