"""Two people write on one text, with pages that save by themselves, and no sentence is ever lost."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from kb.actions import contributing, saving
from kb.actions.saving import Outcome, Overtaken, Undecided
from kb.actions.text_rights import NotYours
from kb.domain.account import Role
from kb.domain.errors import BadRequest, NotFound, TooLarge
from kb.domain.merging import Choice
from kb.domain.permission import State
from kb.domain.text import Kind
from kb.storage import text_revisions, texts
from kb.storage.database import Database, open_database
from tests.texts import ANNA, BEN, CARA, NOW, READER, ROSS, make_content, make_text

BODY = "We met at the door. We breathed. We sang.\n"


@pytest.fixture
def text_id(db: Database) -> int:
    return make_text(db, content=make_content(body=BODY))


def body_of(db: Database, text_id: int) -> str:
    text = texts.find(db, text_id)
    assert text is not None
    return text.content.body


def test_what_one_page_shows_leaves_the_rest_of_the_text_alone(db: Database, text_id: int) -> None:
    saved = saving.save(db, ANNA, text_id, based_on=1, pen="p", changes={"title": "A new title", "needs": ()})

    text = texts.find(db, text_id)
    assert text is not None
    assert (saved.outcome, saved.revision, text.revision) == (Outcome.SAVED, 2, 2)
    assert text.content.title == "A new title"
    assert text.content.several("needs") == ()
    assert text.content.several("key_stages") == ("ks1", "ks2")
    assert text.content.body == BODY


def test_a_save_that_changes_nothing_is_no_revision(db: Database, text_id: int) -> None:
    saved = saving.save(db, ANNA, text_id, based_on=1, pen="p", changes={}, body=BODY)

    assert saved.outcome is Outcome.UNCHANGED
    assert len(text_revisions.history(db, text_id)) == 1


def test_changes_in_different_places_are_put_together(db: Database, text_id: int) -> None:
    saving.save(db, BEN, text_id, based_on=1, pen="b", changes={"title": "By Ben"}, body=BODY + "We left.\n")

    saved = saving.save(
        db, ANNA, text_id, based_on=1, pen="a", changes={}, body=BODY.replace("We sang.", "We sang softly.")
    )

    assert saved.outcome is Outcome.MERGED
    text = texts.find(db, text_id)
    assert text is not None
    assert text.content.body == "We met at the door. We breathed. We sang softly.\nWe left.\n"
    assert text.content.title == "By Ben"


def test_a_place_that_both_changed_is_put_aside_and_asked_about(db: Database, text_id: int) -> None:
    saving.save(db, BEN, text_id, based_on=1, pen="b", changes={}, body=BODY.replace("sang", "hummed"))

    saved = saving.save(
        db, ANNA, text_id, based_on=1, pen="a", changes={}, body=BODY.replace("sang", "shouted")
    )

    assert saved.outcome is Outcome.ASIDE
    assert body_of(db, text_id) == BODY.replace("sang", "hummed")
    assert saved.aside is not None
    side = saving.side_by_side(db, ANNA, text_id, saved.aside)
    (clash,) = side.together.clashes
    with pytest.raises(Undecided):
        saving.bring_together(db, ANNA, text_id, saved.aside, onto=2, choices={})
    saving.bring_together(db, ANNA, text_id, saved.aside, onto=2, choices={clash.name: Choice.BOTH})
    assert "We hummed. We shouted.\n" in body_of(db, text_id)
    with pytest.raises(NotFound):
        saving.side_by_side(db, ANNA, text_id, saved.aside)


def test_who_decides_sees_what_counts_now(db: Database, text_id: int) -> None:
    saving.save(db, BEN, text_id, based_on=1, pen="b", changes={}, body=BODY.replace("sang", "hummed"))
    aside = saving.save(
        db, ANNA, text_id, based_on=1, pen="a", changes={}, body=BODY.replace("sang", "rang")
    ).aside
    saving.save(db, BEN, text_id, based_on=2, pen="b", changes={"title": "Changed again"})

    with pytest.raises(Overtaken):
        saving.bring_together(db, ANNA, text_id, aside or 0, onto=2, choices={"body-1": Choice.MINE})


def test_what_a_page_saves_by_itself_never_changes_a_text_that_moved_on(db: Database, text_id: int) -> None:
    saving.save(db, BEN, text_id, based_on=1, pen="b", changes={}, body=BODY + "Ben was here.\n")

    first = saving.save(db, ANNA, text_id, based_on=1, pen="a", changes={}, body="Anna. " + BODY, auto=True)
    second = saving.save(db, ANNA, text_id, based_on=1, pen="a", changes={}, body="Anna! " + BODY, auto=True)
    by_hand = saving.save(db, ANNA, text_id, based_on=1, pen="a", changes={}, body="Anna! " + BODY)

    assert [first.outcome, second.outcome, by_hand.outcome] == [Outcome.ASIDE, Outcome.ASIDE, Outcome.MERGED]
    assert body_of(db, text_id) == "Anna! " + BODY + "Ben was here.\n"
    assert text_revisions.aside(db, text_id) == ()


def test_two_pages_of_one_person_do_not_eat_each_others_words(db: Database, text_id: int) -> None:
    saving.save(db, BEN, text_id, based_on=1, pen="b", changes={}, body=BODY + "Ben was here.\n")

    for pen, words in [("one", "First page. "), ("two", "Second page. ")]:
        saving.save(db, ANNA, text_id, based_on=1, pen=pen, changes={}, body=words + BODY, auto=True)

    kept = [each.content.body.split(".")[0] for each in text_revisions.aside(db, text_id, ANNA.id)]
    assert kept == ["First page", "Second page"]


def test_words_that_come_after_the_text_was_sent_in_are_kept_beside_it(db: Database, text_id: int) -> None:
    texts.move(db, text_id, was=[State.DRAFT], to=State.SUBMITTED, now=NOW)

    saved = saving.save(db, ANNA, text_id, based_on=1, pen="a", changes={}, body="Too late. " + BODY)

    assert saved.outcome is Outcome.LATE
    assert body_of(db, text_id) == BODY
    assert [each.content.body for each in text_revisions.aside(db, text_id)] == ["Too late. " + BODY]


@pytest.mark.parametrize(("person", "refusal"), [(CARA, NotFound), (READER, NotFound), (ROSS, NotYours)])
def test_nobody_writes_in_a_text_that_is_not_theirs(
    db: Database, text_id: int, person: object, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        saving.save(db, person, text_id, based_on=1, pen="x", changes={}, body="Forged.")  # type: ignore[arg-type]

    assert body_of(db, text_id) == BODY
    assert text_revisions.aside(db, text_id) == ()


@pytest.mark.parametrize("number", [0, -1, 2, 10**12])
def test_a_revision_that_never_was_is_refused(db: Database, text_id: int, number: int) -> None:
    with pytest.raises(BadRequest, match="Copy your words"):
        saving.save(db, ANNA, text_id, based_on=number, pen="a", changes={}, body="x")


def test_a_text_that_is_too_long_is_refused_and_the_old_one_stays(db: Database, text_id: int) -> None:
    with pytest.raises(TooLarge, match="Split it into two"):
        saving.save(db, ANNA, text_id, based_on=1, pen="a", changes={}, body="é" * 100_001)

    assert body_of(db, text_id) == BODY


def test_a_text_cannot_be_given_to_a_school_where_one_does_not_work(db: Database, text_id: int) -> None:
    with pytest.raises(BadRequest, match="where you work"):
        saving.save(db, ANNA, text_id, based_on=1, pen="a", changes={"school": "samphire-junior"})


def test_an_older_version_comes_back_as_a_new_one(db: Database, text_id: int) -> None:
    saving.save(db, ANNA, text_id, based_on=1, pen="a", changes={"title": "Second"}, body="Second.\n")

    number = saving.restore(db, ANNA, text_id, 1, onto=2)

    assert (number, body_of(db, text_id)) == (3, BODY)
    assert [each.kind for each in text_revisions.history(db, text_id)] == [
        Kind.RESTORE,
        Kind.SAVE,
        Kind.START,
    ]
    with pytest.raises(Overtaken):
        saving.restore(db, ANNA, text_id, 2, onto=2)


def test_each_save_by_hand_is_one_line_of_the_journal(db: Database, text_id: int) -> None:
    with db.read() as reading:
        before = reading.execute("select count(*) from journal").fetchone()[0]

    saving.save(db, ANNA, text_id, based_on=1, pen="a", changes={"title": "Second"})
    saving.save(db, ANNA, text_id, based_on=2, pen="a", changes={"title": "Third"}, auto=True)

    with db.read() as reading:
        lines = reading.execute("select verb, subject, detail from journal order by id").fetchall()[before:]
    assert lines == [("save", f"text:{text_id}", '{"revision": 2}')]


class TwoWriters(RuleBasedStateMachine):
    """Anna and Ben each have pages open, write and delete sentences, save, or let the page save."""

    folder: Path
    numbers = itertools.count()

    @initialize()
    def begin(self) -> None:
        self.db = open_database(self.folder / f"{next(self.numbers)}.sqlite")
        self.text_id = make_text(self.db, content=make_content(body="Start.\n"))
        self.clock = NOW
        self.written = itertools.count()
        self.saved: set[str] = set()
        self.deleted: set[str] = set()
        self.pages: dict[str, tuple[int, list[str]]] = {}
        self.pens: dict[str, str] = {}
        self.opened = itertools.count()
        for who in "ab":
            self.reload(who)

    def teardown(self) -> None:
        self.db.close()

    def reload(self, who: str) -> None:
        text = texts.find(self.db, self.text_id)
        assert text is not None
        self.pages[who] = (text.revision, re.findall(r"S[^.]+\.", text.content.body))
        self.pens[who] = f"page {next(self.opened)}"

    @rule(
        who=st.sampled_from("ab"),
        at=st.integers(0, 5),
        without=st.none() | st.integers(0, 5),
        auto=st.booleans(),
        seconds=st.sampled_from([5, 90]),
    )
    def write_and_save(self, who: str, at: int, without: int | None, auto: bool, seconds: int) -> None:
        lines = self.pages[who][1]
        lines.insert(at, f"Sentence {next(self.written)} of {who}.")
        if without is not None and without < len(lines):
            self.deleted.add(lines.pop(without))
        self.save(who, auto, seconds)

    def save(self, who: str, auto: bool, seconds: int) -> None:
        self.clock += timedelta(seconds=seconds)
        based_on, lines = self.pages[who]
        with time_machine.travel(self.clock, tick=False):
            saved = saving.save(
                self.db,
                ANNA if who == "a" else BEN,
                self.text_id,
                based_on=based_on,
                pen=self.pens[who],
                changes={},
                body="".join(f"{line}\n" for line in lines),
                auto=auto,
            )
        self.saved |= set(lines)
        if auto and saved.outcome is Outcome.SAVED:
            self.pages[who] = (saved.revision, lines)
        elif not auto:
            if saved.outcome is Outcome.ASIDE:
                self.decide(who, saved.aside or 0)
            self.reload(who)

    @rule(who=st.sampled_from("ab"))
    def close_the_page_and_open_it_again(self, who: str) -> None:
        self.reload(who)

    def decide(self, who: str, number: int) -> None:
        person = ANNA if who == "a" else BEN
        side = saving.side_by_side(self.db, person, self.text_id, number)
        choices = {clash.name: Choice.BOTH for clash in side.together.clashes}
        saving.bring_together(self.db, person, self.text_id, number, onto=side.text.revision, choices=choices)

    @invariant()
    def every_saved_sentence_is_in_the_text_or_beside_it(self) -> None:
        if not hasattr(self, "pages"):
            return
        text = texts.find(self.db, self.text_id)
        assert text is not None
        places = [
            text.content.body,
            *(each.content.body for each in text_revisions.aside(self.db, self.text_id)),
        ]
        kept = "".join(places)
        assert [line for line in self.saved - self.deleted if line not in kept] == []


def test_no_sentence_is_lost_in_many_interleavings(tmp_path: Path) -> None:
    machine = type("Writers", (TwoWriters,), {"folder": tmp_path})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            database=None,
            phases=[Phase.generate],  # a failure is short enough to read, and shrinking takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_person_who_may_not_write_any_more_is_refused(db: Database, text_id: int) -> None:
    demoted = replace(ANNA, role=Role.READER)

    with pytest.raises(NotFound):
        saving.save(db, demoted, text_id, based_on=1, pen="a", changes={}, body="x")
    with pytest.raises(NotFound):
        contributing.discard(db, demoted, text_id)
