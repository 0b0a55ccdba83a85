"""The judged questions over imported pages are whole: every page is there, every question has an answer."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.relevance import imported

KINDS = {"short": 10, "question": 15, "misspelt": 7, "acronym": 4}


def test_every_judged_page_is_a_page_of_the_course() -> None:
    course = {str(Path(imported.COURSE, page.parent.name, page.stem)) for page in imported.pages()}
    judged = {path for question in imported.questions() for path in question.grades}

    assert judged <= course


def test_every_question_has_a_page_that_is_exactly_what_is_needed() -> None:
    assert Counter(question.kind for question in imported.questions()) == KINDS
    assert all(max(question.grades.values()) == 3 for question in imported.questions())
