"""The demo's commissions went the way that real ones go: everybody did what is theirs to do, in working hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest

from kb.actions import demo_commissions, demo_people
from kb.actions.commission_rights import asking_of
from kb.domain.commission import Commission, Stage
from kb.domain.permission_commission import Deed, could, in_place_of_others
from kb.storage import accounts, commissions
from kb.storage.content import load_library
from kb.storage.database import Database
from tests.samples import CONTENT

AFTER_AGREEING = frozenset(Stage) - {Stage.NEED, Stage.FUNDED, Stage.MATCHED, Stage.CANCELLED}


@pytest.fixture
def told(db: Database) -> tuple[Commission, ...]:
    demo_people.make(db)
    demo_commissions.make(db, CONTENT, now=datetime.now(UTC), rng=Random(17))
    return commissions.at(db, tuple(Stage))


def test_each_step_was_taken_by_whom_it_belongs_to_or_by_the_lead_with_a_reason(
    db: Database, told: tuple[Commission, ...]
) -> None:
    group, wrong = load_library(CONTENT).group, []

    for commission in told:
        for line in commissions.history(db, commission.id):
            person, deed = accounts.find(db, line.by), Deed(line.deed)
            assert person is not None
            asking, then = asking_of(db, group, person), replace(commission, stage=line.was)
            if not could(asking, deed, then) or (in_place_of_others(asking, deed, then) and not line.words):
                wrong.append((commission.need.title, line.deed, person.name))

    assert wrong == []


def test_both_heads_agreed_and_every_visit_stands_in_the_history(
    db: Database, told: tuple[Commission, ...]
) -> None:
    agreed = [each for each in told if each.stage in AFTER_AGREEING]

    assert agreed
    for each in agreed:
        deeds = [line.deed for line in commissions.history(db, each.id)]
        assert {Deed.AGREE_RECEIVING.value, Deed.AGREE_SUPPORTING.value} <= set(deeds)
        assert deeds.count(Deed.LOG.value) == each.visits


def test_nobody_works_on_them_at_night(db: Database, told: tuple[Commission, ...]) -> None:
    hours = {line.at.hour for each in told for line in commissions.history(db, each.id)}

    assert hours <= set(range(7, 18))
