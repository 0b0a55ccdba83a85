"""Front matter from elsewhere is put into our words, and nothing is guessed."""

from __future__ import annotations

from datetime import date

import pytest

from kb.domain.foreign_matter import Stated, Words, stated
from kb.storage.content import load_library
from tests.samples import CONTENT


@pytest.fixture(scope="module")
def words() -> Words:
    return Words(load_library(CONTENT))


def test_words_of_the_vocabulary_are_known_by_id_label_and_alias(words: Words) -> None:
    found = stated(
        {
            "key_stage": "KS1, Key Stage 2",
            "provision": ["ARP"],
            "audience": "Teachers; SENCO",
            "subjects": ["ICT"],
        },
        words,
    )

    assert found.values["key_stages"] == ("ks1", "ks2")
    assert found.values["provisions"] == ("inclusion-base",)
    assert found.values["subjects"] == ("computing",)
    assert "senco" in str(found.values["roles"])


def test_tags_are_looked_for_in_every_list_and_unknown_ones_are_left(words: Words) -> None:
    found = stated({"tags": ["semh", "phonics", "blog", "KS2"]}, words)

    assert found.values["key_stages"] == ("ks2",)
    assert found.values["needs"] == ("semh",)
    assert found.values["themes"] == ("phonics",)
    assert "provisions" not in found.values


def test_a_word_that_is_only_like_one_of_ours_is_not_taken(words: Words) -> None:
    assert stated({"key_stages": ["ks9"], "themes": "behavior-routine", "type": "post"}, words).values == {}


def test_all_key_stages_leave_no_room_for_others(words: Words) -> None:
    assert stated({"key_stages": ["ks1", "all"]}, words).values["key_stages"] == ("all",)


def test_kind_school_people_and_days_are_taken_where_they_are_certain(words: Words) -> None:
    found = stated(
        {
            "layout": "Case study",
            "school": "Castle Bridge Primary School",
            "author": [{"name": "A. Example"}, "B. Example", {"nickname": "x"}],
            "date": "2024-02-29T10:00:00Z",
            "lastmod": "2025-03-01",
        },
        words,
    ).values

    assert found["type"] == "case-study"
    assert found["school"] == "castle-bridge-primary"
    assert found["authors"] == ("A. Example", "B. Example")
    assert (found["published"], found["reviewed"]) == (date(2024, 2, 29), date(2025, 3, 1))


def test_days_that_are_none_or_out_of_order_are_left_out(words: Words) -> None:
    found = stated({"date": "2024-03-01", "updated": "2023-01-01", "review_by": "30 February"}, words).values

    assert found == {"published": date(2024, 3, 1)}


def test_title_and_summary_come_in_plain_words_and_fit(words: Words) -> None:
    found = stated({"title": "<b>Calm</b> *starts* &amp; ends", "description": "word " * 100}, words)

    assert found.title == "Calm starts & ends"
    assert len(found.summary) <= 300
    assert found.summary.endswith("word…")


def test_values_of_a_strange_shape_are_passed_over(words: Words) -> None:
    values = {
        "title": ["a"],
        "description": {"a": "b"},
        "tags": {"a": "b"},
        "author": [["x"]],
        "date": ["2024-01-01"],
    }

    assert stated(values, words) == Stated(title="", caption="", summary="", values={})
