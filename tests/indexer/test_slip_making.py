"""The tool that makes slips: the same ones for a seed, each one a slip, and counted as mended when it is."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

import pytest

from tools.slips import KINDS, Slip, mended, misspelt, slips, spelling_of

QUESTIONS = (
    "how do I settle a dysregulated pupil",
    "tectonic plates",
    "attendance letters to families",
    "is it so",
)


def test_the_same_seed_makes_the_same_slips_and_another_one_others():
    once, again, other = (list(slips(QUESTIONS, 40, seed)) for seed in (1, 1, 2))

    assert once == again
    assert once != other
    assert len(once) == 40


def test_a_slip_differs_from_what_was_meant_and_stands_in_its_question():
    made = list(slips(QUESTIONS, 200, seed=3))

    assert {slip.kind for slip in made} == set(KINDS)
    for slip in made:
        assert slip.typed != slip.meant
        assert slip.typed in slip.question.split()
        assert slip.question.replace(slip.typed, slip.meant, 1).lower() in {
            each.lower() for each in QUESTIONS
        }


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "words run together"])
def test_each_kind_changes_little(kind):
    dice = random.Random(5)

    for _ in range(50):
        typed = misspelt("attendance", kind, dice)
        assert (Counter(typed) - Counter("attendance")).total() <= 4
        assert typed[0] == "a"


def test_a_slip_is_counted_when_the_words_of_the_set_mend_it(tmp_path: Path):
    rows = [
        {"_id": str(n), "title": "Attendance", "text": "Letters about attendance to families."}
        for n in range(5)
    ]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (tmp_path / "queries.jsonl").write_text('{"_id": "1", "text": "attendance"}', encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n1\t1\t1\n", encoding="utf-8")
    speller, together = spelling_of(tmp_path)

    def said(question: str, typed: str, meant: str) -> bool:
        slip = Slip(kind="any", question=question, typed=typed, meant=meant)
        return mended(slip, speller, together)

    assert said("attendence letters", "attendence", "attendance")
    assert said("attendanceletters", "attendanceletters", "attendance letters")
    assert not said("attendence letters", "attendence", "families")
    assert (together([]), together(["letter"]), together(["letter", "zebra"])) == (5, 5, 0)
