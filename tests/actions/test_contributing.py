"""From an idea to a text that a reviewer gets; what is missing or blocked is said before it is sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kb.actions import contributing, saving
from kb.actions.contributing import NotLookedAt, NotReady, StillBlocked, WordsAside
from kb.actions.text_rights import ChangedSince, NotNow, NotYours
from kb.domain.account import Account
from kb.domain.article import ArticleType
from kb.domain.errors import BadRequest, NotFound
from kb.domain.finding import Finding, Kind, Level
from kb.domain.permission import State
from kb.storage import dismissals, texts
from kb.storage.database import Database
from tests.samples import make_article
from tests.texts import ANNA, BEN, CARA, LEAH, READER, ROSS, make_content, make_people, make_text

LONG = "## What we did\n\n" + "We met the class at the door and breathed together. " * 20


def finding(level: Level, excerpt: str = "Jamie") -> Finding:
    return Finding(
        level=level,
        kind=Kind.PERSON_NAME,
        field="body",
        start=0,
        end=5,
        excerpt=excerpt,
        message="",
        advice="",
    )


def start(db: Database, person: Account, **changes: Any) -> int:
    asked = {"kind": ArticleType.CASE_STUDY, "title": "Calm starts", "idea": "We breathed."}
    return contributing.start(db, person, **({"school": person.schools[0]} | asked | changes))  # type: ignore[arg-type]


def submit(db: Database, person: Account, text_id: int, **changes: Any) -> None:
    asked: dict[str, Any] = {"revision": 1, "findings": (), "looked_at": ()}
    contributing.submit(db, person, text_id, **(asked | changes))


def letters(db: Database) -> list[tuple[str, int]]:
    with db.read() as reading:
        return list(reading.execute("select kind, account from letters order by id").fetchall())


def lines(db: Database) -> list[str]:
    with db.read() as reading:
        return [row[0] for row in reading.execute("select verb from journal order by id").fetchall()]


def test_an_idea_becomes_a_draft_of_its_writer(db: Database) -> None:
    make_people(db)

    text_id = start(db, ANNA)

    text = texts.find(db, text_id)
    assert text is not None
    assert (text.state, text.authors, text.school) == (State.DRAFT, (ANNA.id,), "castle-bridge-primary")
    assert text.content.one("summary") == "We breathed."
    assert text.content.several("authors") == ("Anna Reed",)
    assert lines(db) == ["start"]


def test_a_reader_cannot_start_and_nobody_starts_for_another_school(db: Database) -> None:
    make_people(db)

    with pytest.raises(NotYours):
        start(db, READER)
    with pytest.raises(BadRequest, match="where you work"):
        start(db, ANNA, school="samphire-junior")
    with pytest.raises(BadRequest, match="5 to 120"):
        start(db, ANNA, title="Abc")


def test_a_text_that_is_sent_in_waits_and_tells_those_who_may_review_it(db: Database) -> None:
    text_id = make_text(db, content=make_content(body=LONG))

    submit(db, ANNA, text_id)

    text = texts.find(db, text_id)
    assert text is not None
    assert text.state is State.SUBMITTED
    assert sorted(who for _, who in letters(db)) == [4, ROSS.id, LEAH.id]
    assert lines(db) == ["submit"]


def test_sending_in_twice_sends_once(db: Database) -> None:
    text_id = make_text(db, content=make_content(body=LONG))
    submit(db, ANNA, text_id)

    with pytest.raises(NotNow, match="waits for a reviewer"):
        submit(db, ANNA, text_id)

    assert lines(db) == ["submit"]


def test_a_text_that_lacks_something_is_not_sent_in(db: Database) -> None:
    text_id = make_text(db, content=make_content(title="", how_we_know="", body="Short."))

    with pytest.raises(NotReady) as refused:
        submit(db, ANNA, text_id)

    assert [each.field for each in refused.value.lacking] == ["title", "body", "how_we_know"]
    assert letters(db) == []


def test_only_what_was_looked_at_is_sent_in(db: Database) -> None:
    text_id = make_text(db, content=make_content(body=LONG))
    saving.save(db, BEN, text_id, based_on=1, pen="b", changes={"title": "Changed by Ben"})

    with pytest.raises(ChangedSince):
        submit(db, ANNA, text_id, revision=1)


def test_words_that_are_aside_are_looked_at_first(db: Database) -> None:
    text_id = make_text(db, content=make_content(body=LONG))
    saving.save(db, BEN, text_id, based_on=1, pen="b", changes={"title": "By Ben"})
    saving.save(db, ANNA, text_id, based_on=1, pen="a", changes={"title": "By Anna"})

    with pytest.raises(WordsAside):
        submit(db, ANNA, text_id, revision=2)


def test_a_warning_is_ticked_and_then_remembered(db: Database) -> None:
    text_id = make_text(db, content=make_content(body=LONG))
    warning = finding(Level.WARN)

    with pytest.raises(NotLookedAt):
        submit(db, ANNA, text_id, findings=[warning])
    submit(db, ANNA, text_id, findings=[warning], looked_at=[warning.key])

    assert dismissals.of_text(db, text_id) == {warning.key}


def test_what_is_blocked_is_sent_in_only_with_a_reason_for_the_lead(db: Database) -> None:
    text_id = make_text(db, content=make_content(body=LONG))

    with pytest.raises(StillBlocked):
        submit(db, ANNA, text_id, findings=[finding(Level.BLOCK)], appeal="  ")
    submit(db, ANNA, text_id, findings=[finding(Level.BLOCK)], appeal="It is the name of a boat.")

    assert texts.find(db, text_id).appeal == "It is the name of a boat."  # type: ignore[union-attr]


def test_only_an_author_sends_in(db: Database) -> None:
    text_id = make_text(db, content=make_content(body=LONG))

    with pytest.raises(NotYours):
        submit(db, BEN, text_id)
    with pytest.raises(NotFound):
        submit(db, CARA, text_id)


def test_a_published_article_gets_one_new_version_at_a_time(db: Database) -> None:
    make_people(db)
    article = make_article(owner="anna-reed.x")

    first = contributing.revise(db, ANNA, article)
    second = contributing.revise(db, BEN, article)

    assert first == second
    text = texts.find(db, first)
    assert text is not None
    assert text.content == make_content(owner="anna-reed.x")
    with pytest.raises(NotYours):
        contributing.revise(db, CARA, article)


def test_who_owns_an_article_by_its_file_may_work_on_it(db: Database) -> None:
    make_people(db)
    article = make_article(owner=CARA.handle)

    text_id = contributing.revise(db, CARA, article)

    assert texts.find(db, text_id).authors == (CARA.id,)  # type: ignore[union-attr]


def test_what_was_thrown_away_comes_back_within_thirty_days(db: Database) -> None:
    text_id = make_text(db)
    contributing.discard(db, ANNA, text_id)
    with pytest.raises(NotFound):
        saving.save(db, ANNA, text_id, based_on=1, pen="a", changes={}, body="x")
    with pytest.raises(NotFound):
        contributing.put_back(db, BEN, text_id)
    assert contributing.empty_bin(db, datetime.now(UTC) + timedelta(days=29)) == 0

    contributing.put_back(db, ANNA, text_id)

    assert contributing.empty_bin(db, datetime.now(UTC) + timedelta(days=99)) == 0
    contributing.discard(db, ANNA, text_id)
    assert contributing.empty_bin(db, datetime.now(UTC) + timedelta(days=31)) == 1
    assert lines(db) == ["discard", "put-back", "discard"]


def test_an_older_version_does_not_take_the_place_of_a_new_one_under_way(db: Database) -> None:
    make_people(db)
    article = make_article(owner=ANNA.handle)
    under_way = contributing.revise(db, ANNA, article)

    with pytest.raises(contributing.EditUnderWay) as refused:
        contributing.revise(db, ANNA, article, make_content(body="As it was."))

    assert refused.value.text_id == under_way
    assert texts.find(db, under_way).content.body == article.body  # type: ignore[union-attr]
