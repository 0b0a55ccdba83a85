"""Who may do what with trials, offers, asks and feedback, as sentences."""

from __future__ import annotations

import pytest

from kb.domain.account import Account, Role
from kb.domain.permission_sharing import TABLE, Belonging, Deed, may_share

MINE = Belonging(makers=frozenset({1}), schools=frozenset({"castle-bridge-primary"}))


def person(
    role: Role, id_: int = 1, school: str = "castle-bridge-primary", *, active: bool = True
) -> Account:
    return Account(id=id_, name="A", email="a@example.org", role=role, schools=(school,), active=active)


@pytest.mark.parametrize("deed", [Deed.CHANGE_TRIAL, Deed.CHANGE_OFFER])
def test_a_trial_and_an_offer_are_changed_by_who_made_them_or_who_writes_at_the_school(deed: Deed) -> None:
    assert may_share(person(Role.READER), deed, MINE)
    assert may_share(person(Role.CONTRIBUTOR, 2), deed, MINE)
    assert not may_share(person(Role.READER, 2), deed, MINE)
    assert not may_share(person(Role.LEAD, 2, "seawall-academy"), deed, MINE)


def test_only_the_lead_hides_a_trial() -> None:
    assert [role for role in Role if may_share(person(role), Deed.HIDE_TRIAL, MINE)] == [Role.LEAD]


def test_the_lead_ends_an_offer_of_any_school() -> None:
    assert may_share(person(Role.LEAD, 2, "seawall-academy"), Deed.END_OFFER, MINE)
    assert not may_share(person(Role.REVIEWER, 2, "seawall-academy"), Deed.END_OFFER, MINE)


@pytest.mark.parametrize("deed", [Deed.SEE_CONFIDENTIAL_ASK, Deed.CLOSE_ASK, Deed.READ_FEEDBACK])
def test_what_is_between_one_person_and_the_lead_is_not_their_school_s(deed: Deed) -> None:
    assert may_share(person(Role.READER), deed, MINE)
    assert may_share(person(Role.LEAD, 2, "seawall-academy"), deed, MINE)
    assert not may_share(person(Role.CONTRIBUTOR, 2), deed, MINE)
    assert not may_share(person(Role.ADMINISTRATOR, 2), deed, MINE)


def test_an_ask_is_changed_by_the_asker_alone_and_taken_up_by_those_who_write() -> None:
    assert not may_share(person(Role.LEAD, 2), Deed.CHANGE_ASK, MINE)
    assert not may_share(person(Role.READER, 2), Deed.TAKE_UP_ASK, MINE)
    assert may_share(person(Role.CONTRIBUTOR, 2, "seawall-academy"), Deed.TAKE_UP_ASK, MINE)


@pytest.mark.parametrize("deed", list(TABLE))
def test_a_leaver_and_nobody_may_do_nothing(deed: Deed) -> None:
    assert not may_share(None, deed, MINE)
    assert not may_share(person(Role.LEAD, active=False), deed, MINE)
