"""A review is done once, by somebody else, of the text that was read; nothing blocked slips through."""

from __future__ import annotations

from typing import Any

import pytest

from kb.actions import reviewing
from kb.actions.reviewing import Blocked, CannotReview, NotAllLookedAt
from kb.actions.text_rights import ChangedSince, NotNow, NotYours
from kb.domain.account import Account
from kb.domain.errors import NotFound
from kb.domain.finding import Level
from kb.domain.permission import State
from kb.domain.review import AdviceMissing, Check, NothingSaid, ReasonMissing, Verdict
from kb.storage import comments, reviews, texts
from kb.storage.database import Database
from tests.actions.test_contributing import finding, letters, lines
from tests.texts import ANNA, CARA, LEAH, REVA, ROSS, make_text


def state_of(db: Database, text_id: int) -> State:
    text = texts.find(db, text_id)
    assert text is not None
    return text.state


def accept(db: Database, person: Account, text_id: int, **changes: Any) -> None:
    asked: dict[str, Any] = {"revision": 1, "ticks": list(Check), "findings": ()}
    reviewing.accept(db, person, text_id, **(asked | changes))


def test_a_reviewer_takes_a_text_and_a_second_one_is_told(db: Database) -> None:
    text_id = make_text(db, state=State.SUBMITTED)

    reviewing.take(db, ROSS, text_id)

    assert texts.find(db, text_id).reviewer == ROSS.id  # type: ignore[union-attr]
    with pytest.raises(NotNow):
        reviewing.take(db, LEAH, text_id)
    assert lines(db) == ["take"]


def test_nobody_reviews_their_own(db: Database) -> None:
    text_id = make_text(db, author=ROSS, state=State.SUBMITTED)

    with pytest.raises(NotYours, match="somebody else reviews it"):
        reviewing.take(db, ROSS, text_id)
    with pytest.raises(NotFound):
        reviewing.take(db, ANNA, text_id)
    assert state_of(db, text_id) is State.SUBMITTED


def test_a_text_is_not_returned_without_advice(db: Database) -> None:
    text_id = make_text(db, state=State.IN_REVIEW)

    with pytest.raises(AdviceMissing):
        reviewing.send_back(db, ROSS, text_id, revision=1, advice=" ")

    assert (state_of(db, text_id), letters(db), lines(db)) == (State.IN_REVIEW, [], [])


def test_a_returned_text_is_its_authors_again_and_they_are_told(db: Database) -> None:
    text_id = make_text(db, state=State.IN_REVIEW)

    reviewing.send_back(db, ROSS, text_id, revision=1, advice="Say what it cost.")

    assert state_of(db, text_id) is State.CHANGES_ASKED
    assert letters(db) == [("returned", ANNA.id)]
    (decision,) = reviews.of_text(db, text_id)
    assert (decision.verdict, decision.advice) == (Verdict.RETURNED, "Say what it cost.")


def test_a_text_is_accepted_when_everything_was_looked_at(db: Database) -> None:
    text_id = make_text(db, state=State.IN_REVIEW)

    with pytest.raises(NotAllLookedAt):
        accept(db, ROSS, text_id, ticks=[Check.COST])
    assert state_of(db, text_id) is State.IN_REVIEW
    accept(db, ROSS, text_id)

    assert state_of(db, text_id) is State.ACCEPTED
    assert reviews.ticks(db, text_id) == set(Check)
    with pytest.raises(NotNow):
        accept(db, ROSS, text_id)


def test_what_was_not_read_is_not_accepted(db: Database) -> None:
    text_id = make_text(db, state=State.IN_REVIEW)

    with pytest.raises(ChangedSince):
        accept(db, ROSS, text_id, revision=2)


def test_only_the_lead_lets_a_blocked_text_pass_and_says_why(db: Database) -> None:
    text_id = make_text(db, state=State.IN_REVIEW)
    blocked = [finding(Level.BLOCK)]

    with pytest.raises(Blocked):
        accept(db, ROSS, text_id, findings=blocked)
    with pytest.raises(NotYours):
        reviewing.pass_blocked(db, ROSS, text_id, revision=1, reason="It is a boat.")
    with pytest.raises(ReasonMissing):
        reviewing.pass_blocked(db, LEAH, text_id, revision=1, reason="")
    reviewing.pass_blocked(db, LEAH, text_id, revision=1, reason="It is a boat.")
    accept(db, ROSS, text_id, findings=blocked)

    assert state_of(db, text_id) is State.ACCEPTED
    with db.read() as reading:
        assert reading.execute("select reason from journal_reasons").fetchall() == [("It is a boat.",)]


def test_a_text_is_handed_to_another_reviewer_who_is_no_author(db: Database) -> None:
    text_id = make_text(db, author=REVA, state=State.IN_REVIEW)

    for person in (REVA, ANNA):
        with pytest.raises(CannotReview):
            reviewing.hand_over(db, ROSS, text_id, colleague=person.id)
    reviewing.hand_over(db, ROSS, text_id, colleague=LEAH.id)

    assert texts.find(db, text_id).reviewer == LEAH.id  # type: ignore[union-attr]
    assert letters(db) == [("submitted", LEAH.id)]


def test_what_is_said_is_answered_and_settled(db: Database) -> None:
    text_id = make_text(db, state=State.IN_REVIEW)

    opening = reviewing.comment(db, ROSS, text_id, said="How many pupils?", section="What we did")
    reviewing.comment(db, ANNA, text_id, said="Twelve.", parent=opening)
    reviewing.resolve(db, ROSS, text_id, opening, done=True)

    (thread,) = comments.threads(db, text_id)
    assert (thread.opening.section, thread.answers[0].said, thread.resolved) == (
        "What we did",
        "Twelve.",
        True,
    )
    assert letters(db) == [("commented", ANNA.id), ("commented", ROSS.id)]


def test_a_comment_needs_words_and_a_text_that_one_may_see(db: Database) -> None:
    text_id, other = make_text(db, state=State.IN_REVIEW), make_text(db)
    opening = reviewing.comment(db, ROSS, text_id, said="How many pupils?")

    with pytest.raises(NothingSaid):
        reviewing.comment(db, ROSS, text_id, said=" \n ")
    with pytest.raises(NotFound):
        reviewing.comment(db, CARA, text_id, said="Let me in")
    with pytest.raises(NotFound):
        reviewing.comment(db, ROSS, other, said="A forged answer", parent=opening)
    assert len(comments.threads(db, text_id)) == 1
