"""Steps keep their ids whatever happens around them, and what was ticked is reckoned by these."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kb.domain.cpd import code_from, new_code, school_year, spelt
from kb.domain.errors import BadRequest, NotFound
from kb.domain.pathway import MOST_STEPS, Mark, Outline, Step, StepKind, Tick, changes, leads_round, progress

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def task(title: str, minutes: int = 10, id_: int = 0) -> Step:
    return Step(id=id_, kind=StepKind.TASK, title=title, minutes=minutes)


def of(*titles: str) -> Outline:
    outline = Outline(title="A pathway")
    for title in titles:
        outline = outline.adding(task(title))
    return outline


def ticked(*steps: int, mark: Mark = Mark.DONE) -> dict[int, Tick]:
    return {step: Tick(step=step, mark=mark, at=NOON) for step in steps}


def test_the_id_of_a_step_that_was_removed_is_never_given_again() -> None:
    outline = of("one", "two").removing(2).adding(task("three"))

    assert [(step.id, step.title) for step in outline.steps] == [(1, "one"), (3, "three")]


def test_a_step_moves_by_one_place_and_stops_at_the_ends() -> None:
    outline = of("one", "two", "three")

    assert [step.id for step in outline.moving(3, -1).steps] == [1, 3, 2]
    assert outline.moving(1, -1) == outline
    assert outline.moving(3, 1) == outline


def test_a_step_that_is_not_there_is_neither_changed_nor_moved() -> None:
    with pytest.raises(NotFound):
        of("one").changing(task("x", id_=9))
    with pytest.raises(NotFound):
        of("one").moving(9, 1)


def test_a_pathway_does_not_grow_for_ever() -> None:
    outline = of(*(str(number) for number in range(MOST_STEPS)))

    with pytest.raises(BadRequest, match="two pathways"):
        outline.adding(task("one more"))


def test_another_order_alone_is_no_news() -> None:
    assert not changes(of("one", "two"), of("one", "two").moving(1, 1))


def test_what_is_new_changed_and_gone_is_told_apart() -> None:
    old = of("one", "two", "three")
    new = old.removing(1).changing(task("two, better", id_=2)).adding(task("four"))

    found = changes(old, new)

    assert (found.added, found.changed, found.removed) == ((4,), (2,), (1,))


def test_ticks_of_steps_that_are_gone_count_for_nothing_and_skipped_minutes_neither() -> None:
    outline = of("one", "two").removing(1).adding(task("three", 30))

    far = progress(outline, ticked(1, 2) | ticked(3, mark=Mark.SKIPPED))

    assert (far.done, far.of, far.minutes_done, far.minutes) == (2, 2, 10, 40)
    assert far.complete


def test_an_empty_pathway_is_never_finished() -> None:
    assert not progress(Outline(title="x"), {}).complete


@pytest.mark.parametrize(
    ("before", "round_"),
    [(["b"], True), (["c"], True), (["d"], False), ([], False), (["a"], True), (["gone"], False)],
)
def test_a_pathway_that_would_ask_for_itself_is_found_however_far_round(
    before: list[str], round_: bool
) -> None:
    asked = {"b": ["c"], "c": ["a"], "d": ["e"], "e": ["d"]}

    assert leads_round("a", before, asked) is round_


def test_a_code_is_read_from_paper_however_it_is_typed() -> None:
    code = new_code()

    assert code_from(f" {spelt(code).lower().replace('-', ' - ')} ") == code
    assert not set(code) & set("01ILOU")


def test_a_school_year_begins_in_september() -> None:
    assert school_year(date(2026, 8, 31)) == (date(2025, 9, 1), date(2026, 8, 31))
    assert school_year(date(2026, 9, 1)) == (date(2026, 9, 1), date(2027, 8, 31))
