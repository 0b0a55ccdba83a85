"""What two people wrote is put together where that is safe, and asked about where it is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.domain.merging import Choice, Merging, merging
from kb.domain.text import Content

BEFORE = "We met at the door. We breathed. We sang.\n\nThen maths began."
SENTENCES = st.lists(st.sampled_from([f"Sentence {letter}. " for letter in "abcdefgh"]), max_size=8).map(
    "".join
)


def bodies(before: str, mine: str, theirs: str) -> Merging:
    return merging(Content(body=before), Content(body=mine), Content(body=theirs))


def test_changes_in_different_sentences_are_put_together() -> None:
    found = bodies(
        BEFORE,
        mine=BEFORE.replace("We sang.", "We sang softly."),
        theirs=BEFORE.replace("We met", "All of us met") + "\n\nIt took a week.",
    )

    assert found.clashes == ()
    assert found.settled({}).body == (
        "All of us met at the door. We breathed. We sang softly.\n\nThen maths began.\n\nIt took a week."
    )


def test_one_sentence_changed_by_both_is_asked_about() -> None:
    found = bodies(
        BEFORE,
        mine=BEFORE.replace("We breathed.", "We breathed slowly."),
        theirs=BEFORE.replace("We breathed.", "We counted to ten."),
    )

    (clash,) = found.clashes
    assert (clash.mine, clash.theirs) == ("We breathed slowly. ", "We counted to ten. ")
    assert clash.in_body
    both = found.settled({clash.name: Choice.BOTH}).body
    assert "We counted to ten. We breathed slowly. We sang." in both


def test_a_sentence_that_one_deleted_and_the_other_changed_is_asked_about() -> None:
    found = bodies(
        BEFORE,
        mine=BEFORE.replace("We breathed. ", ""),
        theirs=BEFORE.replace("We breathed.", "We breathed out."),
    )

    assert [(clash.mine, clash.theirs) for clash in found.clashes] == [("", "We breathed out. ")]


@given(SENTENCES, SENTENCES, SENTENCES)
def test_whoever_is_alone_in_changing_gets_what_they_wrote(before: str, mine: str, theirs: str) -> None:
    assert bodies(before, mine, before).settled({}).body == mine
    assert bodies(before, before, theirs).settled({}).body == theirs
    assert bodies(before, mine, mine).settled({}).body == mine


@given(SENTENCES, SENTENCES, SENTENCES)
def test_no_sentence_that_somebody_added_is_lost(before: str, mine: str, theirs: str) -> None:
    found = bodies(before, mine, theirs)

    kept = found.settled({clash.name: Choice.BOTH for clash in found.clashes}).body

    for written in (mine, theirs):
        for sentence in {one for one in written.split(". ") if one} - set(before.split(". ")):
            assert sentence in kept


@pytest.mark.parametrize(
    ("was", "mine", "theirs", "now"),
    [
        (("ks1",), ("ks1", "ks2"), ("ks1", "ks3"), ("ks1", "ks3", "ks2")),
        (("ks1", "ks2"), ("ks2",), ("ks1", "ks2", "ks3"), ("ks2", "ks3")),
        ((), ("ks1",), (), ("ks1",)),
        ("Old", "Mine", "Old", "Mine"),
        ("Old", "Old", "Theirs", "Theirs"),
        ("Old", "", "Old", ""),
    ],
)
def test_fields_of_both_are_put_together(was: object, mine: object, theirs: object, now: object) -> None:
    def content(value: object) -> Content:
        return Content(fields={"title": value} if value else {})  # type: ignore[dict-item]

    found = merging(content(was), content(mine), content(theirs))

    assert found.clashes == ()
    assert found.settled({}).fields.get("title", type(now)()) == now


def test_a_title_that_both_changed_is_asked_about() -> None:
    found = merging(
        Content(fields={"title": "Old"}),
        Content(fields={"title": "Mine"}),
        Content(fields={"title": "Theirs"}),
    )

    (clash,) = found.clashes
    assert not clash.in_body
    assert found.settled({"title": Choice.MINE}).title == "Mine"
    with pytest.raises(KeyError):
        found.settled({})
