"""Texts are found by those who may, move on once, and cannot be in a state that makes no sense."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlite_utils.utils import sqlite3

from kb.domain.permission import State, Verb
from kb.domain.review import UNDER_WAY
from kb.domain.text import Kind
from kb.storage import text_revisions, texts
from kb.storage.database import Database
from tests.texts import ANNA, BEN, CARA, LEAH, NOW, READER, ROSS, make_content, make_people, make_text


def test_a_text_comes_back_as_it_was_typed(db: Database) -> None:
    content = make_content(title="", body="unfinished **bold\n\n| half a table")

    text_id = make_text(db, content=content)

    text = texts.find(db, text_id)
    assert text is not None
    assert (text.content, text.revision, text.authors, text.state) == (content, 1, (ANNA.id,), State.DRAFT)
    assert text.title == "An article without a title"


@pytest.mark.parametrize(
    ("person", "seen"),
    [(ANNA, True), (BEN, True), (CARA, False), (ROSS, True), (LEAH, True), (READER, False)],
)
def test_a_draft_is_listed_for_those_who_may_see_it(db: Database, person: object, seen: bool) -> None:
    text_id = make_text(db, author=ANNA)

    found = texts.listed(db, person, Verb.SEE, UNDER_WAY)  # type: ignore[arg-type]

    assert [text.id for text in found] == ([text_id] if seen else [])


def test_nobody_is_offered_a_text_of_their_own_for_review(db: Database) -> None:
    own = make_text(db, author=ROSS, state=State.SUBMITTED)
    other = make_text(db, author=ANNA, state=State.SUBMITTED)

    assert [text.id for text in texts.listed(db, ROSS, Verb.TAKE, UNDER_WAY)] == [other]
    assert {text.id for text in texts.listed(db, LEAH, Verb.TAKE, UNDER_WAY)} == {own, other}


def test_the_text_that_has_waited_longest_comes_first(db: Database) -> None:
    late, early = make_text(db), make_text(db)
    texts.move(db, late, was=[State.DRAFT], to=State.SUBMITTED, now=NOW + timedelta(hours=2))
    texts.move(db, early, was=[State.DRAFT], to=State.SUBMITTED, now=NOW + timedelta(hours=1))

    assert [text.id for text in texts.listed(db, ROSS, Verb.SEE, UNDER_WAY)] == [early, late]


def test_of_two_who_move_a_text_on_the_second_is_told(db: Database) -> None:
    text_id = make_text(db, state=State.SUBMITTED)
    texts.move(db, text_id, was=[State.SUBMITTED], to=State.IN_REVIEW, now=NOW, reviewer=ROSS.id)

    with pytest.raises(texts.MovedOn):
        texts.move(db, text_id, was=[State.SUBMITTED], to=State.IN_REVIEW, now=NOW, reviewer=LEAH.id)

    assert texts.find(db, text_id).reviewer == ROSS.id  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "impossible",
    [
        "state = 'published'",
        "slug = 'a-draft-with-an-address'",
        "state = 'in-review'",
        "state = 'accepted'",
        "state = 'thinking'",
        "state = 'in-review', reviewer = 5, discarded_at = '2026'",
        "superseded_by = 1",
        "owner = 99",
        "school = ''",
        "revision = 0",
        "revision = 99",
    ],
)
def test_the_database_refuses_a_state_that_cannot_be(db: Database, impossible: str) -> None:
    make_text(db)

    with pytest.raises(sqlite3.IntegrityError), db.write() as writing:
        writing.execute(f"update texts set {impossible}")

    make_text(db)
    with Database(db.path).read() as reading:  # the next one can write again
        assert reading.execute("select count(*) from texts").fetchone()[0] == 2


def test_an_article_has_one_new_version_under_way(db: Database) -> None:
    make_people(db)

    def begin() -> int:
        return texts.insert(
            db,
            kind=texts.ArticleType.CASE_STUDY,
            content=make_content(),
            school="castle-bridge-primary",
            author=ANNA.id,
            now=NOW,
            replaces="calm-starts",
        )

    first = begin()
    with pytest.raises(sqlite3.IntegrityError):
        begin()
    texts.discard(db, first, now=NOW)

    second = begin()

    assert texts.find_edit(db, "calm-starts").id == second  # type: ignore[union-attr]


def test_the_new_version_takes_the_address_over(db: Database) -> None:
    old = make_text(db, state=State.PUBLISHED)
    new = make_text(db, state=State.ACCEPTED)

    with db.write():
        texts.supersede(db, old, new)
        texts.move(db, new, was=[State.ACCEPTED], to=State.PUBLISHED, now=NOW, slug=f"text-{old}")

    assert texts.find_published(db, f"text-{old}").id == new  # type: ignore[union-attr]
    assert [text.id for text in texts.of_author(db, ANNA.id)] == [new]


def test_what_was_thrown_away_can_be_put_back_until_it_is_purged(db: Database) -> None:
    kept, lost = make_text(db), make_text(db)
    for text_id in (kept, lost):
        texts.discard(db, text_id, now=NOW)
    assert texts.of_author(db, ANNA.id) == ()

    texts.put_back(db, kept)
    purged = texts.purge(db, before=NOW + timedelta(days=1))

    assert purged == 1
    assert [text.id for text in texts.of_author(db, ANNA.id)] == [kept]
    assert texts.find(db, lost) is None
    assert text_revisions.history(db, lost) == ()


def test_a_text_in_review_cannot_be_thrown_away(db: Database) -> None:
    text_id = make_text(db, state=State.IN_REVIEW)

    with pytest.raises(texts.MovedOn):
        texts.discard(db, text_id, now=NOW)


def test_a_version_that_is_aside_does_not_change_the_text(db: Database) -> None:
    text_id = make_text(db)
    content = make_content(title="Mine")

    number = text_revisions.add(
        db, text_id, based_on=1, kind=Kind.ASIDE, saved_by=BEN.id, content=content, now=NOW
    )

    text = texts.find(db, text_id)
    assert text is not None
    assert (text.revision, text.content.title) == (1, "Calm starts after lunch")
    assert [each.number for each in text_revisions.aside(db, text_id, BEN.id)] == [number] == [2]
    text_revisions.settle(db, text_id, number, by=1)
    assert text_revisions.aside(db, text_id) == ()


def test_autosaves_are_thinned_to_one_a_minute_and_the_last_stays(db: Database) -> None:
    text_id = make_text(db)

    for second in range(0, 180, 5):
        text_revisions.add(
            db,
            text_id,
            based_on=1,
            kind=Kind.AUTOSAVE,
            saved_by=ANNA.id,
            content=make_content(title=f"Second {second}"),
            now=NOW + timedelta(seconds=second),
        )
        text_revisions.thin(db, text_id)

    kept = text_revisions.history(db, text_id)
    assert kept[0].content.title == "Second 175"
    assert kept[-1].kind is Kind.START
    assert 4 <= len(kept) <= 6
    assert texts.find(db, text_id).content.title == "Second 175"  # type: ignore[union-attr]
    assert text_revisions.base(db, text_id, 20).number < 20  # type: ignore[union-attr]


def test_the_last_autosave_of_another_person_is_never_thinned(db: Database) -> None:
    text_id = make_text(db)

    for second, person in enumerate([ANNA, BEN, ANNA, BEN, ANNA]):
        text_revisions.add(
            db,
            text_id,
            based_on=1,
            kind=Kind.AUTOSAVE,
            saved_by=person.id,
            content=make_content(title=person.name),
            now=NOW + timedelta(seconds=second),
        )
        text_revisions.thin(db, text_id)

    assert len(text_revisions.history(db, text_id)) == 6
