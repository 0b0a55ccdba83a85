"""Searches that nothing answered are gathered by meaning; what was dealt with comes back when people search on."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from kb.actions import demo_people, gap_gathering
from kb.actions.gap_gathering import Encode, encode_in, gather
from kb.domain.account import Account
from kb.domain.errors import NotFound
from kb.domain.gap import GapState, last_weeks
from kb.domain.search_log import Looked, Outcome, kind_of
from kb.settings import Settings
from kb.storage import accounts, gaps, search_log
from kb.storage.database import Database

NOW = datetime(2026, 11, 26, 10, tzinfo=UTC)
TODAY = NOW.date()
NEEDS = (
    ("mobile phones in lessons", "mobile phone policy", "pupils using phones at break"),
    ("vaping in toilets", "students vaping at school", "how to stop vaping"),
    ("radio aids for deaf pupils", "deaf child mainstream class", "deaf pupils in assembly"),
    ("times tables year 4", "learning times tables", "times tables fluency"),
    ("therapy dog in school", "school dog policy", "reading to dogs"),
)


@pytest.fixture(scope="module")
def encode(demo: Settings) -> Encode:
    return encode_in(demo.index)


def lead(db: Database) -> Account:
    demo_people.make(db)
    return next(iter(accounts.everybody(db, role=demo_people.Role.LEAD)))


def searched(db: Database, words: Iterable[str], at: datetime = NOW, **more: object) -> None:
    search_log.note(
        db,
        [
            Looked(token="", at=at, words=each, kind=kind_of(each), outcome=Outcome.WEAK, **more)  # type: ignore[arg-type]
            for each in words
        ],
    )


def shown(db: Database, *states: GapState) -> list[tuple[str, int]]:
    return [(each.label, each.size) for each in gaps.listed(db, states or tuple(GapState), TODAY)]


def test_searches_that_mean_the_same_stand_together_and_others_apart(db: Database, encode: Encode) -> None:
    searched(db, (words for together in zip(*NEEDS, strict=True) for words in together))

    gather(db, encode)

    with db.read() as reading:
        of = dict(reading.execute("select words, gap from searches").fetchall())
    apart = [
        (one, other)
        for first, second in itertools.combinations(NEEDS, 2)
        for one, other in itertools.product(first, second)
        if of[one] == of[other]
    ]
    assert apart == []
    assert sum(len({of[words] for words in need}) == 1 for need in NEEDS) >= 4


def test_what_was_asked_once_is_not_shown(db: Database, encode: Encode) -> None:
    searched(db, ["swimming galas for wheelchair users"])

    gather(db, encode)

    assert shown(db) == []


def test_the_same_words_stand_together_where_meaning_is_not_at_hand(db: Database) -> None:
    searched(db, ["Toilet training in Reception", "toilet training reception", "whole-class ukulele"])

    gather(db, lambda _texts: None)

    assert shown(db) == [("Toilet training in Reception", 2)]


def test_gathering_twice_counts_nothing_twice(db: Database, encode: Encode) -> None:
    searched(db, ["vaping in toilets", "vaping at school"])

    gather(db, encode)
    gather(db, encode)

    assert shown(db) == [("vaping in toilets", 2)]


def test_a_need_shows_its_weeks_and_what_was_filtered_for(db: Database, encode: Encode) -> None:
    searched(db, ["vaping in toilets"], NOW - timedelta(weeks=3), chosen={"key_stage": ("ks3",)})
    searched(
        db, ["vaping in toilets"], NOW, chosen={"key_stage": ("ks3",)}, named={"provision": ("mainstream",)}
    )

    gather(db, encode)

    (gap,) = gaps.listed(db, GapState, TODAY)
    assert gap.most("key_stage") == "ks3"
    assert gap.most("provision") == "mainstream"
    assert gap.most("need") == ""
    assert [count for count in gap.weeks.values() if count] == [1, 1]
    assert tuple(gap.weeks) == last_weeks(TODAY)


def test_a_need_that_was_dealt_with_leaves_the_list_and_comes_back_when_people_search_on(
    db: Database, encode: Encode
) -> None:
    me = lead(db)
    searched(db, ["vaping in toilets"] * 3)
    gather(db, encode)
    (gap,) = gaps.listed(db, GapState, TODAY)

    gap_gathering.deal_with(db, me, gap.id, "Seawall Academy writes a how-to.")
    left = shown(db, GapState.OPEN, GapState.BACK)
    searched(db, ["vaping in toilets"])
    gather(db, encode)
    after_one = shown(db, GapState.BACK)
    searched(db, ["vaping in toilets"])
    gather(db, encode)

    assert (left, after_one) == ([], [])
    (back,) = gaps.listed(db, [GapState.BACK], TODAY)
    assert (back.id, back.note) == (gap.id, "Seawall Academy writes a how-to.")


def test_dealing_with_a_need_takes_a_note_and_one_that_is_there(db: Database, encode: Encode) -> None:
    me = lead(db)
    searched(db, ["vaping in toilets"] * 2)
    gather(db, encode)
    (gap,) = gaps.listed(db, GapState, TODAY)

    with pytest.raises(gap_gathering.NoteNeeded):
        gap_gathering.deal_with(db, me, gap.id, "  ")
    with pytest.raises(NotFound):
        gap_gathering.deal_with(db, me, gap.id + 99, "Done")


def test_a_single_search_is_forgotten_after_a_month_and_a_need_after_a_year(
    db: Database, encode: Encode
) -> None:
    searched(db, ["vaping in toilets"] * 2)
    searched(db, ["whole-class ukulele"])
    gather(db, encode)

    def labels() -> list[str]:
        with db.read() as reading:
            return [row[0] for row in reading.execute("select label from gaps order by id")]

    gaps.forget(db, TODAY + timedelta(days=20))
    kept = labels()
    gaps.forget(db, TODAY + timedelta(days=40))
    after_a_month = labels()
    gaps.forget(db, TODAY + timedelta(weeks=53))

    assert kept == ["vaping in toilets", "whole-class ukulele"]
    assert after_a_month == ["vaping in toilets"]
    assert labels() == []
