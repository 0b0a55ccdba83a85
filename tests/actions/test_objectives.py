"""Whose objectives are whose business: theirs, and of those with whom they share them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kb.actions import cpd_recording, objective_keeping
from kb.domain.account import Account, Role
from kb.domain.article import Visibility
from kb.domain.cpd import CpdKind, Entry
from kb.domain.errors import BadRequest, NotAllowed, NotFound
from kb.domain.objective import Evidence, EvidenceKind, Objective, Priority
from kb.domain.post import Post
from kb.domain.search import Reader
from kb.storage import accounts, articles, objectives, personal, posts
from kb.storage.database import Database
from tests.pupils import check
from tests.samples import make_article

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
PUBLIC = Reader(visibilities=frozenset({Visibility.PUBLIC}))


def person(db: Database, name: str, role: Role = Role.READER, school: str = "a") -> Account:
    email = f"{name.lower()}@example.org"
    return accounts.add(db, name=name, email=email, role=role, schools=[school], now=NOON)


def head(db: Database, name: str, school: str) -> Account:
    found = person(db, name, school=school)
    posts.put(db, found.id, [Post(school, "headteacher")])
    return found


@pytest.fixture
def me(db: Database) -> Account:
    return person(db, "Ruth")


def sees(db: Database, account: Account, number: int) -> bool:
    listed = {each.id for each in objectives.seen_by(db, account, objective_keeping.head_of(db, account))}
    try:
        objective_keeping.seen(db, account, number)
    except NotFound:
        assert number not in listed
        return False
    assert number in listed
    return True


@pytest.mark.parametrize(
    ("with_lead", "with_head"), [(False, False), (True, False), (False, True), (True, True)]
)
def test_a_persons_objective_is_seen_by_them_and_those_they_share_it_with(
    db: Database, me: Account, with_lead: bool, with_head: bool
) -> None:
    made = Objective(title="Ask better questions", account=me.id, with_lead=with_lead, with_head=with_head)
    number = objective_keeping.begin(db, me, made, check=check())

    assert sees(db, me, number)
    assert sees(db, person(db, "Lead", Role.LEAD), number) is with_lead
    assert sees(db, head(db, "Own", "a"), number) is with_head
    assert not sees(db, head(db, "Other", "b"), number)
    for role in (Role.READER, Role.CONTRIBUTOR, Role.REVIEWER, Role.ADMINISTRATOR):
        assert not sees(db, person(db, f"X{role.value}", role), number)


def test_a_schools_objective_is_its_heads_and_the_leads(db: Database, me: Account) -> None:
    own, lead = head(db, "Own", "a"), person(db, "Lead", Role.LEAD)
    number = objective_keeping.begin(db, own, Objective(title="Fewer suspensions", school="a"), check=check())

    assert sees(db, own, number)
    assert sees(db, lead, number)
    assert not sees(db, me, number)
    assert not sees(db, head(db, "Other", "b"), number)
    with pytest.raises(NotAllowed):
        objective_keeping.begin(db, me, Objective(title="Fewer suspensions", school="a"), check=check())


def test_nobody_sets_an_objective_for_somebody_else(db: Database, me: Account) -> None:
    with pytest.raises(NotAllowed):
        objective_keeping.begin(
            db, person(db, "Lead", Role.LEAD), Objective(title="Smile", account=me.id), check=check()
        )


def test_who_is_shown_it_adds_notes_and_changes_nothing(db: Database, me: Account) -> None:
    number = objective_keeping.begin(
        db, me, Objective(title="Ask", account=me.id, with_head=True), check=check()
    )
    own = head(db, "Own", "a")

    objective_keeping.look_back(db, own, number, "Well on the way.", check=check())

    with pytest.raises(NotFound):
        objective_keeping.change(db, own, Objective(title="Tell", account=me.id, id=number), check=check())
    with pytest.raises(NotFound):
        objective_keeping.delete(db, own, number)
    assert [(each.by, each.said) for each in objectives.notes(db, number)] == [(own.id, "Well on the way.")]


def test_a_head_who_moves_to_another_school_sees_it_no_more(db: Database, me: Account) -> None:
    number = objective_keeping.begin(
        db, me, Objective(title="Ask", account=me.id, with_head=True), check=check()
    )
    own = head(db, "Own", "a")
    accounts.work_at(db, own.id, ["b"])
    moved = accounts.find(db, own.id)

    assert moved is not None
    assert not sees(db, moved, number)


def test_two_at_once_are_told_and_nothing_is_written_over(db: Database, me: Account) -> None:
    number = objective_keeping.begin(db, me, Objective(title="One", account=me.id), check=check())
    objective_keeping.change(
        db, me, Objective(title="Two", account=me.id, id=number, revision=1), check=check()
    )

    with pytest.raises(objectives.ChangedMeanwhile):
        objective_keeping.change(
            db, me, Objective(title="Three", account=me.id, id=number, revision=1), check=check()
        )

    assert objective_keeping.seen(db, me, number).title == "Two"


def test_a_priority_that_is_over_stays_where_it_is_and_is_chosen_no_more(db: Database, me: Account) -> None:
    lead = person(db, "Lead", Role.LEAD)
    priority = objective_keeping.put_priority(db, lead, Priority(title="Reading"), check=check())
    number = objective_keeping.begin(
        db, me, Objective(title="One", account=me.id, priority=priority), check=check()
    )
    objective_keeping.put_priority(db, lead, Priority(id=priority, title="Reading", over=True), check=check())

    with pytest.raises(BadRequest, match="over"):
        objective_keeping.begin(
            db, me, Objective(title="Two", account=me.id, priority=priority), check=check()
        )
    objective_keeping.change(
        db, me, Objective(title="One, better", account=me.id, id=number, priority=priority), check=check()
    )
    with pytest.raises(NotAllowed):
        objective_keeping.put_priority(db, me, Priority(title="Mine"), check=check())


def test_only_what_one_may_see_oneself_shows_progress(db: Database, me: Account) -> None:
    articles.put(db, make_article(slug="theirs", visibility=Visibility.TRUST), {})
    articles.put(db, make_article(slug="ours"), {})
    other = person(db, "Sam")
    entry = Entry(title="A course", kind=CpdKind.COURSE, done_on=date(2026, 3, 2), minutes=60)
    of_other = cpd_recording.log(db, other, entry)
    number = objective_keeping.begin(db, me, Objective(title="One", account=me.id), check=check())

    def show(kind: EvidenceKind, target: str, said: str = "") -> None:
        evidence = Evidence(kind=kind, target=target, said=said)
        objective_keeping.show_progress(db, me, number, evidence, PUBLIC, check=check())

    for kind, target in (
        (EvidenceKind.ARTICLE, "theirs"),
        (EvidenceKind.TRIAL, "no-such"),
        (EvidenceKind.CPD, str(of_other)),
        (EvidenceKind.PATHWAY, "no-such"),
        (EvidenceKind.OTHER, ""),
    ):
        with pytest.raises(BadRequest):
            show(kind, target)
    show(EvidenceKind.ARTICLE, "ours")
    show(EvidenceKind.OTHER, "", "Three colleagues came to watch.")

    assert [each.kind for each in objectives.evidence(db, number)] == ["article", "other"]


def test_erasing_a_person_takes_their_objectives_and_leaves_their_notes_to_a_number(
    db: Database, me: Account
) -> None:
    own = head(db, "Own", "a")
    mine = objective_keeping.begin(db, me, Objective(title="A secret aim", account=me.id), check=check())
    theirs = objective_keeping.begin(db, own, Objective(title="Of the school", school="a"), check=check())
    objective_keeping.look_back(db, me, mine, "To myself", check=check())
    assert "objectives" in personal.rows_on(db, me)

    personal.erase(db, me)

    assert objectives.find(db, mine) is None
    assert objectives.notes(db, mine) == ()
    assert objectives.find(db, theirs) is not None
    personal.forget_pages(db)
    assert b"secret aim" not in db.path.read_bytes()
