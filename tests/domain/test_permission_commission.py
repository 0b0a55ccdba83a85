"""Who may do what with a commission, as sentences, and the machine that leads from a need to its end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from kb.domain.account import Account, Role
from kb.domain.commission import OPEN, OVER, WAY, Commission, Kind, Need, Plan, Stage, due, late
from kb.domain.permission_commission import STANDS_IN, STEPS, Asking, Deed, Party, may, parties

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def commission(stage: Stage = Stage.MATCHED, *, confidential: bool = False, **changes: Any) -> Commission:
    need = Need(
        title="Calm starts",
        kind=Kind.SUPPORT,
        text="",
        standard="inclusion",
        receiver="helped",
        contact=3,
        confidential=confidential,
    )
    given: dict[str, Any] = {"supporter": "helper", "person": 4, "lead": 1}
    return Commission(
        id=1, need=need, stage=stage, made_at=AT, stage_since=AT, version=1, **(given | changes)
    )


def person(role: Role, number: int = 9, school: str = "elsewhere", *, head: bool = False) -> Asking:
    account = Account(id=number, name="A", email="a@example.org", role=role, schools=(school,))
    return Asking(account=account, headships=frozenset({school} if head else ()), of_trust=True)


LEAD = person(Role.LEAD, 1)
RECEIVING_HEAD = person(Role.READER, 5, "helped", head=True)
SUPPORTING_HEAD = person(Role.READER, 6, "helper", head=True)
CONTACT = person(Role.READER, 3, "helped")
SUPPORTER = person(Role.CONTRIBUTOR, 4, "helper")
TEACHER = person(Role.REVIEWER, 8, "helped")
ADMINISTRATOR = person(Role.ADMINISTRATOR, 7)


def test_what_is_confidential_is_seen_by_the_lead_and_both_sides_and_by_nobody_else() -> None:
    secret = commission(confidential=True)

    seen = [
        may(each, Deed.SEE, secret) for each in (LEAD, RECEIVING_HEAD, SUPPORTING_HEAD, CONTACT, SUPPORTER)
    ]

    assert all(seen)
    assert not any(may(each, Deed.SEE, secret) for each in (TEACHER, ADMINISTRATOR, person(Role.REVIEWER)))


def test_money_and_log_are_for_the_lead_and_both_sides() -> None:
    open_one = commission()

    assert may(TEACHER, Deed.SEE, open_one)
    assert not may(TEACHER, Deed.SEE_WHOLE, open_one)
    assert not may(ADMINISTRATOR, Deed.SEE_WHOLE, open_one)
    assert may(CONTACT, Deed.SEE_WHOLE, open_one)


@pytest.mark.parametrize("deed", [Deed.AGREE_RECEIVING, Deed.AGREE_SUPPORTING])
def test_each_head_answers_for_their_own_school(deed: Deed) -> None:
    others = (CONTACT, SUPPORTER, TEACHER, ADMINISTRATOR)

    assert may(RECEIVING_HEAD, deed, commission()) is (deed is Deed.AGREE_RECEIVING)
    assert may(SUPPORTING_HEAD, deed, commission()) is (deed is Deed.AGREE_SUPPORTING)
    assert not any(may(each, deed, commission()) for each in others)


def test_only_the_lead_chooses_moves_and_funds() -> None:
    others = (RECEIVING_HEAD, SUPPORTING_HEAD, CONTACT, SUPPORTER, TEACHER, ADMINISTRATOR)

    for deed in (Deed.FUND, Deed.CHOOSE, Deed.MOVE, Deed.MATCH_AGAIN, Deed.CHANGE, Deed.CLOSE):
        assert not any(may(each, deed, commission(stage)) for each in others for stage in Stage)
        assert any(may(LEAD, deed, commission(stage)) for stage in Stage)


def test_those_who_helped_do_not_judge_their_own_help() -> None:
    reported = commission(Stage.REPORTED)

    assert may(CONTACT, Deed.EVALUATE, reported)
    assert not may(SUPPORTER, Deed.EVALUATE, reported)
    assert not may(SUPPORTING_HEAD, Deed.EVALUATE, reported)


def test_a_leaver_is_no_party_to_anything() -> None:
    gone = Asking(
        account=Account(id=1, name="A", email=None, role=Role.LEAD, schools=(), active=False),
        headships=frozenset({"helped"}),
        of_trust=True,
    )

    assert parties(gone, commission()) == frozenset()


def test_every_step_leads_on_by_one_and_only_named_steps_lead_elsewhere() -> None:
    jumps = {Deed.MATCH_AGAIN, Deed.CANCEL, Deed.CHOOSE, Deed.PLAN, Deed.LOG, Deed.WRITE_UP, Deed.MOVE}

    for deed, step in STEPS.items():
        if step.to and deed not in jumps:
            assert {WAY.index(stage) + 1 for stage in step.at} == {WAY.index(step.to)}, deed
    reached = {step.to for step in STEPS.values() if step.to}
    assert reached == set(Stage) - {Stage.NEED}


def test_what_is_over_is_only_read_or_written_up() -> None:
    for stage in OVER:
        done = {deed for deed in Deed if stage in STEPS[deed].at}
        assert done <= {Deed.SEE, Deed.SEE_WHOLE, Deed.WRITE_UP}
    assert all(may(LEAD, Deed.CANCEL, commission(stage)) for stage in OPEN)


def test_the_lead_stands_in_only_where_the_table_says() -> None:
    for deed in STANDS_IN:
        assert Party.LEAD not in STEPS[deed].by
        assert any(may(LEAD, deed, commission(stage)) for stage in Stage)


def test_the_next_step_has_its_day_and_is_late_after_it() -> None:
    agreed = commission(Stage.AGREED)
    plan = Plan(aims="", first_contact=date(2026, 11, 5), days=2, report_due=date(2026, 12, 1))
    planned = commission(Stage.PLANNED, plan=plan)

    assert due(agreed) == AT.date() + timedelta(days=7)
    assert due(planned) == date(2026, 11, 5)
    assert due(commission(Stage.DELIVERY, plan=plan)) == date(2026, 12, 1)
    assert (late(planned, date(2026, 11, 5)), late(planned, date(2026, 11, 8))) == (0, 3)
    assert due(commission(Stage.CLOSED)) is None
