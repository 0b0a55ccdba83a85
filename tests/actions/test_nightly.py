"""What is done by night: articles are looked through again, what was kept for a while is deleted."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kb.actions import contributing, rechecking
from kb.actions.checking_text import Checker, checker
from kb.actions.consenting import Consenting
from kb.actions.rechecking import Rechecking
from kb.actions.reminding import Reminding
from kb.actions.tidying import Tidying
from kb.domain.account import Role
from kb.domain.edition import Why
from kb.domain.errors import NotFound
from kb.domain.job import Job, JobState
from kb.domain.library import Library
from kb.domain.permission import State
from kb.domain.session import Way
from kb.storage import (
    accounts,
    article_findings,
    articles,
    dismissals,
    editions,
    outbox,
    pictures,
    sessions,
    texts,
)
from kb.storage.content import load_library
from kb.storage.database import Database
from kb.storage.picture_making import made_anew
from tests.bad_files import picture
from tests.samples import CONTENT, make_article
from tests.texts import ANNA, LEAH, NOW, ROSS, make_people, make_text

TURN = date(2026, 11, 26)
TOLD = "We met every morning. Jamie in Year 4 told his mum that he liked it.\n"


def job(turn: date = TURN) -> Job:
    return Job(
        id=1,
        kind="",
        payload={"turn": turn.isoformat()},
        key=None,
        state=JobState.RUNNING,
        attempts=1,
        due=None,
        created=NOW,
        changed=NOW,
    )


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(CONTENT)


@pytest.fixture(scope="module")
def check(library: Library) -> Checker:
    return checker(library)


def look_through(db: Database, library: Library) -> dict[str, int]:
    """Do the nightly look; what is open after it."""
    Rechecking(database=db, content=CONTENT, library=lambda: library).recheck(job())
    return article_findings.open_ones(db)


def test_a_pupils_name_in_an_article_that_is_up_is_told_to_the_lead_without_the_name(
    db: Database, library: Library
) -> None:
    make_people(db)
    articles.put(db, make_article(slug="calm", title="Calm starts", body=TOLD), {})
    articles.put(db, make_article(slug="quiet", body="We met the class at the door.\n"), {})

    found = look_through(db, library)
    Reminding(db).digest(job())

    assert list(found) == ["calm"]
    (letter,) = [each for each in outbox.listed(db) if each.kind == "digest"]
    assert [each["link"] for each in letter.content["found"]] == ["/review/found/calm"]
    assert "Jamie" not in json.dumps(letter.content)
    with db.read() as reading:
        kept = reading.execute("select * from article_findings").fetchall()
    assert "jamie" not in repr(kept).lower()


def test_what_was_looked_at_is_told_once_and_what_is_new_is_told_again(
    db: Database, library: Library, check: Checker
) -> None:
    make_people(db)
    articles.put(db, make_article(slug="calm", body=TOLD), {})
    look_through(db, library)

    _, found = rechecking.open_in(db, LEAH, check, "calm")
    names = [article_findings.name_of("calm", each.key) for each in found]
    rechecking.settle(db, LEAH, "calm", names)
    settled = look_through(db, library)
    articles.put(db, make_article(slug="calm", body=TOLD + "\nBeatrix in Year 5 cried.\n"), {})
    again = look_through(db, library)

    assert "Jamie" in [each.excerpt for each in found]
    assert settled == {}
    assert again == {"calm": 1}


def test_what_was_decided_in_review_is_not_asked_again(db: Database, library: Library) -> None:
    text_id = make_text(db, state=State.PUBLISHED)
    article = make_article(slug=f"text-{text_id}", body="Jamie Carter came to see it.\n")
    articles.put(db, article, {})
    keys = [each.key for each in rechecking.found_in(db, checker(library), article)]

    before = look_through(db, library)
    dismissals.add(db, text_id, keys, by=ROSS.id, now=NOW)

    assert keys
    assert before == {article.slug: len(keys)}
    assert look_through(db, library) == {}


def test_what_is_taken_down_is_no_longer_listed(db: Database, library: Library) -> None:
    make_people(db)
    articles.put(db, make_article(slug="calm", body=TOLD), {})
    look_through(db, library)

    editions.take_down(db, "calm", Why.WITHDRAWN, path="articles/calm.md")

    assert rechecking.to_look_at(db, LEAH) == ()
    assert look_through(db, library) == {}


def test_only_the_lead_sees_what_was_found(db: Database, library: Library, check: Checker) -> None:
    make_people(db)
    articles.put(db, make_article(slug="calm", body=TOLD), {})
    look_through(db, library)

    for deed in (
        lambda: rechecking.to_look_at(db, ROSS),
        lambda: rechecking.open_in(db, ROSS, check, "calm"),
        lambda: rechecking.settle(db, ROSS, "calm", []),
    ):
        with pytest.raises(NotFound):
            deed()


def test_what_was_kept_for_a_while_is_deleted_and_what_counts_stays(db: Database, tmp_path: Path) -> None:
    old, kept = make_text(db), make_text(db)
    made = made_anew(picture("png"))
    names = {
        text_id: pictures.keep(db, tmp_path, text_id, made, alt="", given_by=ANNA.id, now=NOW)
        for text_id in (old, kept)
    }
    for file in (tmp_path / "pictures").iterdir():
        long_ago = time.time() - 3 * 86_400
        os.utime(file, (long_ago, long_ago))
    now = datetime.now(UTC)
    texts.discard(db, old, now=now - timedelta(days=31))
    sessions.begin(db, ANNA.id, way=Way.DEMO, browser="old", now=now - timedelta(days=20))
    sessions.begin(db, ANNA.id, way=Way.DEMO, browser="new", now=now)

    for _ in range(2):
        Tidying(database=db, var=tmp_path, empty_bin=contributing.empty_bin).tidy(job())

    assert texts.find(db, old) is None
    assert texts.find(db, kept) is not None
    assert {file.name[:32] for file in (tmp_path / "pictures").iterdir()} == {names[kept]}
    assert [each.browser for each in sessions.of_account(db, ANNA.id)] == ["new"]


def test_a_picture_that_was_just_written_waits_for_its_row(db: Database, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / f"{'a' * 32}.webp").write_bytes(b"x")

    Tidying(database=db, var=tmp_path, empty_bin=contributing.empty_bin).tidy(job())

    assert list(folder.iterdir())


@pytest.mark.parametrize(
    ("until", "told"), [("2026-12-24", True), ("2027-03-01", False), ("2025-01-01", False)]
)
def test_who_looks_after_an_article_hears_before_a_picture_is_hidden(
    db: Database, tmp_path: Path, until: str, told: bool
) -> None:
    make_people(db)
    name = "b" * 32
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / f"{name}.json").write_text(
        json.dumps({"alt": "A class", "recognisable": True, "consent": "office", "consent_until": until})
    )
    body = f"![A class](../pictures/{name}.webp)\n"
    articles.put(db, make_article(slug="calm", owner=ANNA.handle, body=body), {})

    for _ in range(2):
        Consenting(database=db, content=tmp_path).remind(job())

    letters = [each for each in outbox.listed(db) if each.kind == "consent"]
    assert [each.account for each in letters] == ([ANNA.id] if told else [])


def test_when_the_owner_has_left_the_authors_are_told(db: Database) -> None:
    text_id = make_text(db, state=State.PUBLISHED)
    other = accounts.add(
        db, name="Una Gone", email="u@x.example", role=Role.CONTRIBUTOR, schools=["a"], now=NOW
    )
    accounts.leave(db, other.id, NOW)
    articles.put(
        db, make_article(slug=f"text-{text_id}", owner=other.handle, review_by=TURN - timedelta(days=1)), {}
    )

    Reminding(db).remind(job())

    assert [each.account for each in outbox.listed(db) if each.kind == "overdue"] == [ANNA.id]
