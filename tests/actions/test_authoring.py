"""Colleagues become authors, leave, and take over what leavers have left; a text always has somebody."""

from __future__ import annotations

import pytest

from kb.actions import authoring
from kb.actions.authoring import LastAuthor, NotAnAuthor
from kb.domain.errors import NotAllowed, NotFound
from kb.domain.permission import State
from kb.domain.text import Text
from kb.storage import accounts, journal, outbox, texts
from kb.storage.database import Database
from tests.texts import ANNA, BEN, CARA, LEAH, NOW, READER, ROSS, make_text


def found(db: Database, text_id: int) -> Text:
    text = texts.find(db, text_id)
    assert text is not None
    return text


def test_a_colleague_of_another_school_becomes_an_author_and_is_told(db: Database) -> None:
    text_id = make_text(db)

    authoring.add(db, ANNA, text_id, str(CARA.email).upper())

    assert found(db, text_id).authors == (ANNA.id, CARA.id)
    (letter,) = [each for each in outbox.listed(db) if each.kind == "author"]
    assert letter.account == CARA.id
    assert "name-authors" in [line.verb for line in journal.entries(db, subject=f"text:{text_id}", limit=9)]


@pytest.mark.parametrize("named", [READER.email, "nobody@example.org", "", ANNA.handle])
def test_only_somebody_who_writes_and_is_no_author_yet_is_added(db: Database, named: str) -> None:
    text_id = make_text(db)

    with pytest.raises(NotAnAuthor):
        authoring.add(db, ANNA, text_id, named)

    assert found(db, text_id).authors == (ANNA.id,)


def test_who_is_reviewing_a_text_does_not_become_its_author(db: Database) -> None:
    text_id = make_text(db, state=State.IN_REVIEW)

    with pytest.raises(NotAnAuthor, match="reviewing"):
        authoring.add(db, ANNA, text_id, ROSS.handle)


def test_who_leaves_hands_the_text_to_the_next_author(db: Database) -> None:
    text_id = make_text(db)
    authoring.add(db, ANNA, text_id, CARA.handle)

    authoring.leave(db, ANNA, text_id)

    text = found(db, text_id)
    assert (text.authors, text.owner) == ((CARA.id,), CARA.id)
    with pytest.raises(LastAuthor):
        authoring.leave(db, CARA, text_id)


def test_a_colleague_who_has_left_the_school_does_not_count_as_one_who_stays(db: Database) -> None:
    text_id = make_text(db)
    authoring.add(db, ANNA, text_id, CARA.handle)
    accounts.leave(db, CARA.id, NOW)

    with pytest.raises(LastAuthor):
        authoring.leave(db, ANNA, text_id)


def test_texts_of_leavers_are_listed_for_the_lead_and_given_to_somebody(db: Database) -> None:
    text_id, kept = make_text(db), make_text(db, author=BEN)
    accounts.leave(db, ANNA.id, NOW)

    before = [each.id for each in authoring.without_author(db, LEAH)]
    authoring.give(db, LEAH, text_id, BEN.handle)

    assert before == [text_id]
    assert kept not in before
    assert found(db, text_id).owner == BEN.id
    assert found(db, text_id).authors == (ANNA.id, BEN.id)
    assert authoring.without_author(db, LEAH) == ()


def test_nobody_but_the_lead_gives_texts_away(db: Database) -> None:
    text_id = make_text(db)

    with pytest.raises(NotAllowed):
        authoring.give(db, BEN, text_id, BEN.handle)
    with pytest.raises(NotFound):
        authoring.add(db, CARA, text_id, CARA.handle)
