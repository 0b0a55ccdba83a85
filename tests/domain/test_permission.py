"""Who may do what, as sentences; the table itself is the long form."""

from __future__ import annotations

import pytest

from kb.domain.account import Account, Role, SiteMode, readable
from kb.domain.article import Visibility
from kb.domain.permission import TABLE, Standing, State, Verb, Whose, circles, may, whose
from kb.domain.school import Group
from kb.storage.content import load_library
from tests.samples import CONTENT


@pytest.fixture(scope="module")
def group() -> Group:
    return load_library(CONTENT).group


def person(
    role: Role, school: str = "castle-bridge-primary", id_: int = 1, *, active: bool = True
) -> Account:
    return Account(id=id_, name="A", email="a@example.org", role=role, schools=(school,), active=active)


def text(state: State, author: int = 1, school: str = "castle-bridge-primary") -> Standing:
    return Standing(state=state, authors=frozenset({author}), schools=frozenset({school}))


def test_a_draft_is_seen_by_its_school_and_by_reviewers_and_by_nobody_else() -> None:
    draft = text(State.DRAFT)

    assert may(person(Role.CONTRIBUTOR, id_=2), Verb.SEE, draft)
    assert may(person(Role.REVIEWER, "samphire-junior", 3), Verb.SEE, draft)
    assert not may(person(Role.CONTRIBUTOR, "samphire-junior", 4), Verb.SEE, draft)
    assert not may(person(Role.READER, id_=5), Verb.SEE, draft)
    assert not may(person(Role.ADMINISTRATOR, id_=6), Verb.SEE, draft)
    assert not may(None, Verb.SEE, draft)


@pytest.mark.parametrize("verb", [Verb.TAKE, Verb.RETURN, Verb.ACCEPT, Verb.PUBLISH, Verb.PASS_BLOCKED])
@pytest.mark.parametrize("role", list(Role))
def test_nobody_reviews_a_text_of_their_own(verb: Verb, role: Role) -> None:
    assert not any(may(person(role), verb, text(state)) for state in State)


def test_only_the_lead_passes_what_the_check_blocks() -> None:
    waiting = text(State.IN_REVIEW, author=9)

    assert [role for role in Role if may(person(role), Verb.PASS_BLOCKED, waiting)] == [Role.LEAD]


def test_authors_name_authors_and_addresses_of_their_own_texts_and_the_lead_of_any() -> None:
    writer, colleague, lead = (
        person(Role.CONTRIBUTOR),
        person(Role.CONTRIBUTOR, id_=2),
        person(Role.LEAD, id_=3),
    )

    for verb in (Verb.NAME_AUTHORS, Verb.NAME_ADDRESS):
        assert may(writer, verb, text(State.DRAFT))
        assert may(lead, verb, text(State.IN_REVIEW))
        assert not may(colleague, verb, text(State.DRAFT))
        assert not may(person(Role.READER), verb, text(State.DRAFT))
    assert may(writer, Verb.NAME_AUTHORS, text(State.PUBLISHED))
    assert not may(writer, Verb.NAME_ADDRESS, text(State.IN_REVIEW))


def test_everybody_sees_commissions_and_the_lead_alone_begins_them() -> None:
    assert all(may(person(role), Verb.SEE_COMMISSIONS) for role in Role)
    assert [role for role in Role if may(person(role), Verb.COMMISSION)] == [Role.LEAD]


def test_a_leaver_may_do_nothing() -> None:
    gone = person(Role.LEAD, active=False)

    assert not any(may(gone, verb) for verb in Verb)
    assert not any(list(circles(gone, verb)) for verb in TABLE)


@pytest.mark.parametrize("verb", list(TABLE))
@pytest.mark.parametrize("role", list(Role))
def test_a_query_narrows_itself_to_exactly_what_the_table_allows(verb: Verb, role: Role) -> None:
    asking = person(role)
    ways = {Whose.AUTHOR: (1, "x"), Whose.SCHOOL: (9, "castle-bridge-primary"), Whose.OTHER: (9, "x")}

    allowed = set(circles(asking, verb))

    for way, (author, school) in ways.items():
        for state in State:
            standing = text(state, author, school)
            assert whose(asking, standing) is way
            assert may(asking, verb, standing) is ((way, state) in allowed)


@pytest.mark.parametrize(
    ("role", "school", "seen"),
    [
        (Role.READER, "castle-bridge-primary", {"public", "partners", "trust"}),
        (Role.READER, "estuary-teaching-school-hub", {"public", "partners"}),
        (Role.CONTRIBUTOR, "estuary-teaching-school-hub", {"public", "partners"}),
        (Role.REVIEWER, "estuary-teaching-school-hub", {"public", "partners", "trust"}),
        (Role.READER, "a-school-that-left", {"public", "partners"}),
    ],
)
def test_a_partner_reads_what_is_shared_with_partners(
    role: Role, school: str, seen: set[str], group: Group
) -> None:
    assert readable(person(role, school), group, SiteMode.TRUST) == {Visibility(each) for each in seen}


def test_without_signing_in_what_is_public_is_open_or_nothing_is(group: Group) -> None:
    assert readable(None, group, SiteMode.OPEN) == {Visibility.PUBLIC}
    assert readable(None, group, SiteMode.TRUST) == frozenset()
    assert readable(person(Role.READER, active=False), group, SiteMode.TRUST) == frozenset()


def test_only_the_lead_curates_and_everybody_who_signs_in_keeps_things_of_their_own() -> None:
    assert [role for role in Role if may(person(role), Verb.CURATE)] == [Role.LEAD]
    assert all(may(person(role), Verb.KEEP) for role in Role)
    assert not may(None, Verb.KEEP)


def test_everybody_learns_and_the_lead_alone_plans_what_others_learn() -> None:
    for role in Role:
        assert may(person(role), Verb.LEARN)
        assert may(person(role), Verb.PLAN_LEARNING) is (role is Role.LEAD)
        assert not may(person(role, active=False), Verb.LEARN)
    assert not may(None, Verb.LEARN)


def test_only_the_lead_sees_what_the_searches_tell() -> None:
    assert [role for role in Role if may(person(role), Verb.SEE_INSIGHTS)] == [Role.LEAD]
