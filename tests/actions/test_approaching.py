"""Required reading: asked of posts and schools, confirmed by each, asked again for a new version; letters come once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kb.actions import approaching
from kb.actions.approach_letters import ApproachLetters
from kb.actions.personal_copies import erase
from kb.domain.account import SiteMode
from kb.domain.approach import ApproachRefused, Confirmation, NewVersionSince, SubjectKind
from kb.domain.article import Visibility
from kb.domain.errors import NotFound
from kb.domain.job import Job, JobState
from kb.domain.library import Library
from kb.domain.post import Post
from kb.storage import accounts, approaches, articles, outbox, personal, posts
from kb.storage.content import load_library
from kb.storage.database import Database
from tests.desk import EVERYBODY, PUBLIC, make_articles, make_collection
from tests.pupils import check
from tests.samples import CONTENT, make_article
from tests.texts import ANNA, BEN, CARA, LEAH, REVA

DUE = datetime.now(UTC).date() + timedelta(days=14)


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(CONTENT)


@pytest.fixture
def slug(db: Database) -> str:
    """An approach of everybody in the trust: Anna is a SENCO, Ben a TA, both at one school; Cara a SENCO elsewhere."""
    make_articles(db)
    for person, post in ((ANNA, "senco"), (BEN, "ta"), (CARA, "senco")):
        posts.put(db, person.id, [Post(person.schools[0], post)])
    return approaching.mark(
        db,
        LEAH,
        kind=SubjectKind.ARTICLE,
        subject="for-trust",
        title="Our pastoral approach",
        reason="Every pupil meets the same care.",
        check=check(),
    )


def ask(db: Database, slug: str, *, of: tuple[str, ...] = (), at: tuple[str, ...] = ()) -> None:
    approaching.ask(db, LEAH, slug, posts=of, schools=at, due=DUE)


def confirm(db: Database, slug: str, person: object = ANNA, version: int = 1) -> None:
    approaching.confirm(
        db,
        person,  # type: ignore[arg-type]
        slug,
        version=version,
        reader=EVERYBODY,
        kinds=[Confirmation.READ],
    )


def rewrite(db: Database) -> None:
    body = "## What we did\n\nWe now greet every pupil by name.\n"
    articles.put(db, make_article(slug="for-trust", title="An article for-trust", body=body), {})


def names(db: Database, slug: str, library: Library) -> dict[str, bool]:
    this = approaches.find(db, slug, EVERYBODY)
    assert this is not None
    found = approaching.standings(db, this, library.group, SiteMode.OPEN)
    return {each.account.name: each.read_at is not None for each in found}


def asked_of(db: Database, person: object) -> list[str]:
    return [each.approach.slug for each in approaches.asked_of(db, person.id, EVERYBODY)]  # type: ignore[attr-defined]


def test_it_is_asked_of_the_posts_and_schools_that_were_chosen_and_of_nobody_else(
    db: Database, slug: str, library: Library
) -> None:
    ask(db, slug, of=("senco",), at=ANNA.schools)

    assert names(db, slug, library) == {"Anna Reed": False}
    assert [asked_of(db, each) for each in (ANNA, BEN, CARA)] == [[slug], [], []]


def test_who_gets_the_post_later_is_asked_too(db: Database, slug: str, library: Library) -> None:
    ask(db, slug, of=("senco",), at=ANNA.schools)

    posts.put(db, BEN.id, [Post(BEN.schools[0], "senco")])

    assert names(db, slug, library) == {"Anna Reed": False, "Ben Sharp": False}


def test_who_may_not_read_it_is_not_asked(db: Database, slug: str, library: Library) -> None:
    accounts.work_at(db, CARA.id, ["brindle-hill-primary"])
    posts.put(db, CARA.id, [Post("brindle-hill-primary", "senco")])

    ask(db, slug, of=("senco",))

    assert "Cara Lowe" not in names(db, slug, library)
    assert approaches.asked_of(db, CARA.id, PUBLIC) == ()


def test_a_new_version_asks_again_and_shows_what_changed(db: Database, slug: str, library: Library) -> None:
    ask(db, slug, of=("senco",))
    confirm(db, slug)
    before = names(db, slug, library)
    rewrite(db)

    number = approaching.renew(db, LEAH, slug, note="Greeting by name.", due=DUE, check=check())

    this = approaches.find(db, slug, EVERYBODY)
    assert this is not None
    assert before["Anna Reed"]
    assert number == this.version == 2
    assert not names(db, slug, library)["Anna Reed"]
    assert [each.number for each in approaches.versions(db, this.id)] == [2, 1]
    assert "breathed together" in approaches.versions(db, this.id)[1].parts[0].text
    with pytest.raises(NewVersionSince):
        confirm(db, slug, BEN, version=1)


def test_a_version_without_a_change_is_refused(db: Database, slug: str) -> None:
    this = approaches.find(db, slug, EVERYBODY)
    assert this is not None

    assert not approaching.has_changed(db, this)
    with pytest.raises(ApproachRefused, match="Nothing in it has changed"):
        approaching.renew(db, LEAH, slug, note="Nothing", due=None, check=check())


def test_an_approach_is_seen_by_those_who_may_read_what_it_is_about(db: Database, slug: str) -> None:
    assert approaches.find(db, slug, PUBLIC) is None
    assert approaches.listed(db, PUBLIC) == ()
    with pytest.raises(NotFound):
        approaching.confirm(db, ANNA, slug, version=1, reader=PUBLIC, kinds=[Confirmation.READ])


def test_a_collection_as_approach_remembers_its_articles_and_notes(db: Database, slug: str) -> None:
    collection = make_collection(db, "for-public", "for-trust", visibility=Visibility.TRUST)

    other = approaching.mark(
        db,
        LEAH,
        kind=SubjectKind.COLLECTION,
        subject=collection,
        title="All of it",
        reason="For all.",
        check=check(),
    )

    this = approaches.find(db, other, EVERYBODY)
    assert this is not None
    parts = approaches.versions(db, this.id)[0].parts
    assert [each.article for each in parts] == ["", "for-public", "for-trust"]
    assert "About for-public" in parts[1].text


@pytest.mark.parametrize("person", [ANNA, REVA], ids=["contributor", "reviewer"])
def test_only_the_lead_marks_asks_and_ends(db: Database, slug: str, person: object) -> None:
    for forbidden in (
        lambda: approaching.ask(db, person, slug, posts=(), schools=(), due=DUE),  # type: ignore[arg-type]
        lambda: approaching.end(db, person, slug),  # type: ignore[arg-type]
        lambda: approaching.renew(db, person, slug, note="x", due=None, check=check()),  # type: ignore[arg-type]
    ):
        with pytest.raises(NotFound):
            forbidden()


@pytest.mark.parametrize("days", [-1, 5000])
def test_a_day_that_is_past_or_too_far_is_refused(db: Database, slug: str, days: int) -> None:
    due = datetime.now(UTC).date() + timedelta(days=days)

    with pytest.raises(ApproachRefused, match="within the next year"):
        approaching.ask(db, LEAH, slug, posts=(), schools=(), due=due)


def letters(db: Database, library: Library, *days: int) -> list[tuple[int | None, str]]:
    writing = ApproachLetters(database=db, library=lambda: library, mode=SiteMode.OPEN)
    for each in days:
        for _ in range(2):
            writing.write(job(DUE + timedelta(days=each)))
    return [(each.account, each.content["occasion"]) for each in outbox.listed(db) if each.kind == "approach"]


def job(turn: date) -> Job:
    now = datetime.now(UTC)
    return Job(
        id=1,
        kind="approach-round",
        payload={"turn": turn.isoformat()},
        key=None,
        state=JobState.RUNNING,
        attempts=1,
        due=None,
        created=now,
        changed=now,
    )


def test_letters_come_when_asked_before_the_day_and_some_weeks_after_each_once(
    db: Database, slug: str, library: Library
) -> None:
    ask(db, slug, of=("senco",), at=ANNA.schools)

    written = letters(db, library, -14, -13, -3, -2, 1, 2, 8, 15, 22, 29)

    assert sorted(occasion for _, occasion in written) == ["asked", "late", "late", "late", "soon"]
    assert {account for account, _ in written} == {ANNA.id}


def test_who_has_confirmed_gets_no_more_letters(db: Database, slug: str, library: Library) -> None:
    ask(db, slug, of=("senco",), at=ANNA.schools)
    confirm(db, slug)

    assert letters(db, library, -3, 1) == []


def test_an_erased_person_leaves_a_confirmation_without_a_name(
    db: Database, slug: str, library: Library, tmp_path: Path
) -> None:
    ask(db, slug, of=("senco",))
    confirm(db, slug)
    exported = personal.rows_on(db, accounts.find(db, ANNA.id) or ANNA)
    (tmp_path / "content").mkdir()

    erase(db, tmp_path / "content", tmp_path, accounts.find(db, ANNA.id) or ANNA)

    assert exported["approach_confirmations"][0]["kind"] == "read"
    assert names(db, slug, library) == {"Cara Lowe": False}
    assert accounts.names(db, [ANNA.id]) == {ANNA.id: accounts.FORMER}
