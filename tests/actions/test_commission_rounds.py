"""What comes of commissions beside their pages: sums, reminders, a calendar, and the demo."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from kb.actions import (
    commission_figures,
    commission_matching,
    commissioning,
    demo_commissions,
    demo_people,
    subscribing_commissions,
)
from kb.actions.commission_reminding import Chasing
from kb.actions.commission_rights import NotYours
from kb.domain.commission import Stage, late
from kb.domain.errors import NotFound
from kb.domain.job import Job, JobState
from kb.domain.offer import OfferKind, Promise
from kb.storage import accounts, commission_visits, commissions, offers
from kb.storage.database import Database
from tests.commissions import SUPPORTER, Trust, library, make_need
from tests.samples import CONTENT

HOME = "https://kb.example"


@pytest.fixture
def trust(db: Database) -> Trust:
    return Trust(db)


def chase(db: Database, day: date) -> None:
    now = datetime.now(UTC)
    job = Job(
        id=1,
        kind="commissions",
        payload={"turn": day.isoformat()},
        key=None,
        state=JobState.RUNNING,
        attempts=1,
        due=None,
        created=now,
        changed=now,
    )
    Chasing(db).remind(job)


def test_days_and_cost_stand_beside_what_came_of_it(trust: Trust) -> None:
    trust.until(Stage.EVALUATED)
    trust.until(Stage.DELIVERY)
    trust.until(Stage.AGREED)

    value = commission_figures.value(trust.turn("lead"))

    assert (value.together.commissions, value.together.days, value.together.cost) == (2, 2.0, 8_000)
    assert (value.together.met, value.together.days_a_met_need) == (1, 1.0)
    assert [(one.key, one.days) for one in value.by_supporter] == [(SUPPORTER, 2.0)]
    assert [one.key for one in value.by_theme] == ["behaviour-routines"]
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    assert commission_figures.value(trust.turn("lead"), tomorrow).found == ()
    with pytest.raises(NotYours):
        commission_figures.value(trust.turn("receiving head"))


def test_capacity_counts_what_is_given_and_what_is_still_to_come(trust: Trust) -> None:
    trust.until(Stage.DELIVERY)
    trust.until(Stage.PLANNED)

    first = commission_figures.capacity(trust.turn("lead"))[0]

    assert (first.school.id, first.open, first.days, first.planned) == (SUPPORTER, 2, 1.0, 7.0)
    assert commissions.load(trust.db, SUPPORTER, date(2000, 1, 1)) == (2, 1.0)
    with pytest.raises(NotYours):
        commission_figures.capacity(trust.turn("teacher"))


def test_whoever_does_the_next_step_is_reminded_once_a_week_and_the_lead_of_what_is_late(
    trust: Trust,
) -> None:
    number = trust.until(Stage.DELIVERY)
    plan = trust.at(number).plan
    assert plan is not None
    before = len(trust.letters())

    chase(trust.db, plan.report_due - timedelta(days=3))
    assert len(trust.letters()) == before
    chase(trust.db, plan.report_due)
    chase(trust.db, plan.report_due)
    asked = Counter(trust.letters()[before:])

    assert asked == {("commissions-due", trust.ids[who]): 1 for who in ("supporter", "supporting head")}
    chase(trust.db, plan.report_due + timedelta(days=8))
    assert ("commissions-due", trust.ids["lead"]) in trust.letters()


def test_a_head_who_has_answered_is_not_asked_again(trust: Trust) -> None:
    number = trust.until(Stage.MATCHED)
    from kb.actions import commission_delivering as delivering
    from kb.domain.permission_commission import Deed

    delivering.agree(trust.turn("receiving head", number), deed=Deed.AGREE_RECEIVING)
    before = len(trust.letters())

    chase(trust.db, datetime.now(UTC).date() + timedelta(days=6))

    assert trust.letters()[before:] == [("commissions-due", trust.ids["supporting head"])]


def test_a_calendar_holds_what_its_owner_may_see_and_a_dead_secret_opens_nothing(trust: Trust) -> None:
    shown, secret = trust.until(Stage.DELIVERY), trust.until(Stage.DELIVERY, confidential=True)
    group = library().group
    head, teacher = (
        subscribing_commissions.begin(trust.db, trust.account(who)) for who in ("supporting head", "teacher")
    )

    def titles(token: str) -> list[str]:
        feed = subscribing_commissions.calendar(trust.db, group, token, home=HOME)
        return sorted(str(event["summary"]) for event in Calendar.from_ical(feed).walk("VEVENT"))

    assert titles(head) == [
        "Next step: Calmer starts after lunch",
        "Next step: a confidential commission",
        "Visit: Calmer starts after lunch",
        "Visit: a confidential commission",
    ]
    assert titles(teacher) == []
    commissioning.cancel(trust.turn("lead", secret, "No longer needed."))
    assert len(titles(head)) == 3
    subscribing_commissions.end(trust.db, trust.account("supporting head"))
    with pytest.raises(NotFound):
        titles(head)
    accounts.leave(trust.db, trust.ids["teacher"], datetime.now(UTC))
    with pytest.raises(NotFound):
        titles(teacher)
    assert commission_visits.of_commission(trust.db, shown)


def test_the_demo_has_every_stage_once_and_is_not_made_twice(db: Database) -> None:
    demo_people.make(db)
    now = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)

    made = [demo_commissions.make(db, CONTENT, now=now, rng=random.Random(seed)) for seed in (1, 2)]

    found = commissions.at(db, tuple(Stage))
    assert made == [True, False]
    assert {each.stage for each in found} == set(Stage)
    assert any(each.over_budget for each in found)
    assert any(late(each, now.date()) for each in found)
    assert any(each.text_id for each in found)
    assert sum(each.days for each in found) > 10
    assert {each.need.receiver for each in found} <= set(library().group.schools)
    themes = library().taxonomy["themes"]
    assert all(theme in themes for each in found for theme in each.need.themes)


def test_an_offer_counts_when_it_is_about_the_need_and_its_days_are_the_school_s_capacity(
    trust: Trust,
) -> None:
    promise = Promise(
        school=SUPPORTER,
        personal=True,
        title="We show you our lunchtimes",
        about="Come and see.",
        kinds=(OfferKind.VISIT,),
        key_stages=("ks2",),
        themes=("behaviour-routines",),
        days_per_term=2,
    )
    offers.insert(trust.db, promise, author=trust.ids["supporter"], now=datetime.now(UTC))

    (fitting,) = commission_matching.offers_of(trust.turn("lead"), make_need())[SUPPORTER]
    (other,) = commission_matching.offers_of(trust.turn("lead"), make_need(key_stages=("ks4",)))[SUPPORTER]
    first = next(
        each for each in commission_figures.capacity(trust.turn("lead")) if each.school.id == SUPPORTER
    )

    assert (fitting.fits, fitting.words, fitting.days) == (True, "We show you our lunchtimes", 6)
    assert not other.fits
    assert first.offered == 6
