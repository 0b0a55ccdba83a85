"""No door of the desk lets in what tells who a pupil is: each action that keeps words looks through them itself."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kb.actions import (
    announcing,
    approaching,
    collecting,
    commission_studies,
    commissioning,
    feeding_back,
    objective_keeping,
    offering,
    pathway_shaping,
    pinning,
    trying,
    wanting,
)
from kb.actions import commission_delivering as delivering
from kb.actions.free_text import PersonalData
from kb.domain.approach import SubjectKind
from kb.domain.commission import Funding, Stage
from kb.domain.objective import Priority
from kb.domain.pathway import Outline
from kb.domain.permission_commission import Deed
from kb.domain.pin import PinKind
from kb.storage.database import Database, open_database
from tests.commissions import SUPPORTER, make_need
from tests.furnished import (
    ANOTHER,
    EVERYBODY,
    ONE,
    Site,
    aim,
    asking,
    found,
    furnished,
    news,
    one,
    path,
    planned,
    promise,
    said,
    shelf,
    shown,
    step,
    taken_out,
    telling,
    told_of,
    tried,
    turn,
    visited,
    wish,
)
from tests.pupils import NAMED, check

PAGES = Path(__file__).resolve().parents[2] / "kb/web"
MODULES = (
    *(announcing, approaching, collecting, commission_studies, commissioning, delivering, feeding_back),
    *(objective_keeping, offering, pathway_shaping, pinning, trying, wanting),
)
LOOKS_ONLY = {commissioning.gone}
"""Takes somebody’s turn at a commission and keeps nothing."""

Told = Callable[[Site, str], dict[str, object]]


@dataclass(frozen=True, slots=True)
class Door:
    """An action by which words come in: who does it, and what it is told beside who and where."""

    act: Callable[..., object]
    by: str
    told: Told

    def enter(self, site: Site, words: str) -> None:
        """Say these words there."""
        around = {
            "db": site.db,
            "account": site.person(self.by),
            "check": check(),
            "reader": EVERYBODY,
            "group": site.trust.bureau.library.group,
            "asking": asking(),
            "telling": telling(),
            "place": "127.0.0.1",
        }
        takes = inspect.signature(self.act).parameters
        self.act(**{name: value for name, value in around.items() if name in takes}, **self.told(site, words))


BEGUN = Stage.NEED
ON_ANOTHER = {"kind": SubjectKind.ARTICLE, "subject": ANOTHER}
PINNED = {"kind": PinKind.ARTICLE, "target": ONE}
MONEY = {"funding": Funding.TRUST, "ceiling": 500}
HELPER = {"supporter": SUPPORTER, "person": None}
YES = {"deed": Deed.AGREE_RECEIVING}

OF_THE_LEAD = (
    Door(announcing.announce, "lead", lambda _, w: {"announcement": news(w)}),
    Door(announcing.announce, "lead", lambda s, w: {"announcement": news("A", w, s.announcement)}),
    Door(approaching.mark, "lead", lambda _, w: {**ON_ANOTHER, "title": w, "reason": "For all."}),
    Door(approaching.mark, "lead", lambda _, w: {**ON_ANOTHER, "title": "As two", "reason": w}),
    Door(approaching.change, "lead", lambda s, w: {"slug": s.approach, "title": w, "reason": "For all."}),
    Door(approaching.change, "lead", lambda s, w: {"slug": s.approach, "title": "As one", "reason": w}),
    Door(approaching.renew, "lead", lambda s, w: {"slug": s.approach, "note": w, "due": None}),
    Door(collecting.make, "lead", lambda _, w: {"about": told_of("Calm starts", w)}),
    Door(collecting.change, "lead", lambda s, w: {**shelf(s), "about": told_of(w)}),
    Door(
        collecting.change, "lead", lambda s, w: {**shelf(s), "about": told_of("Calm starts", "For all.", w)}
    ),
    Door(collecting.put_in, "lead", lambda s, w: {"slug": s.collection, "article": ANOTHER, "note": w}),
    Door(collecting.keep, "lead", lambda s, w: {**shelf(s), "notes": {ONE: w}}),
    Door(pinning.pin, "lead", lambda _, w: {**PINNED, "reason": w, "words": "noise"}),
    Door(pinning.pin, "lead", lambda _, w: {**PINNED, "reason": "So.", "words": w}),
    Door(pinning.change, "lead", lambda s, w: {"number": s.pin, "reason": w, "words": "noise"}),
    Door(pinning.change, "lead", lambda s, w: {"number": s.pin, "reason": "So.", "words": w}),
    Door(pathway_shaping.begin, "lead", lambda _, w: {"title": w}),
    Door(pathway_shaping.describe, "lead", lambda s, w: {**path(s), "details": Outline(title=w)}),
    Door(
        pathway_shaping.describe, "lead", lambda s, w: {**path(s), "details": Outline(title="A", summary=w)}
    ),
    Door(pathway_shaping.add_step, "lead", lambda s, w: {**path(s), "step": step(w)}),
    Door(pathway_shaping.change_step, "lead", lambda s, w: {**path(s), "step": step("Read", w)}),
    Door(pathway_shaping.publish, "lead", lambda s, w: {**path(s), "note": w}),
    Door(objective_keeping.put_priority, "lead", lambda _, w: {"priority": Priority(title=w)}),
    Door(objective_keeping.put_priority, "lead", lambda _, w: {"priority": Priority(title="A", about=w)}),
    Door(trying.hide, "lead", lambda s, w: {"trial_id": s.trial, "reason": w}),
    Door(wanting.answer, "lead", lambda s, w: {"ask_id": s.ask, "slug": ONE, "note": w}),
    Door(wanting.close, "lead", lambda s, w: {"ask_id": s.ask, "reason": w}),
)
OF_COLLEAGUES = (
    Door(feeding_back.say, "contact", lambda _, w: {"slug": ONE, "said": said(w)}),
    Door(objective_keeping.begin, "supporter", lambda s, w: {"objective": aim(s, w)}),
    Door(objective_keeping.change, "supporter", lambda s, w: {"objective": aim(s, "Ask", w)}),
    Door(objective_keeping.look_back, "supporter", lambda s, w: {"objective_id": s.objective, "said": w}),
    Door(
        objective_keeping.show_progress, "supporter", lambda s, w: {"objective_id": s.objective, **shown(w)}
    ),
    Door(offering.offer, "supporter", lambda _, w: {"promise": promise(w)}),
    Door(offering.change, "supporter", lambda s, w: {"offer_id": s.offer, "promise": promise("A", w)}),
    Door(trying.tell, "supporter", lambda _, w: {"slug": ONE, "report": tried("So.", w)}),
    Door(trying.change, "supporter", lambda s, w: {"trial_id": s.trial, "report": tried(w)}),
    Door(wanting.ask, "contact", lambda _, w: {"wish": wish(w)}),
    Door(wanting.change, "contact", lambda s, w: {"ask_id": s.ask, "wish": wish("How?", w)}),
)
OF_COMMISSIONS = (
    Door(commissioning.begin, "lead", lambda s, w: {**turn(s, "lead"), "need": make_need(title=w)}),
    Door(commissioning.begin, "lead", lambda s, w: {**turn(s, "lead"), "need": make_need(text=w)}),
    Door(commissioning.rewrite, "lead", lambda s, w: {**turn(s, "lead", BEGUN), "need": make_need(text=w)}),
    Door(commissioning.rewrite, "lead", lambda s, w: {**turn(s, "lead", BEGUN, w), "need": make_need()}),
    Door(commissioning.fund, "lead", lambda s, w: {**turn(s, "lead", BEGUN, w), **MONEY}),
    Door(commissioning.choose, "lead", lambda s, w: {**turn(s, "lead", Stage.FUNDED), **HELPER, "why": w}),
    Door(commissioning.match_again, "lead", lambda s, w: turn(s, "lead", Stage.MATCHED, w)),
    Door(commissioning.cancel, "lead", lambda s, w: turn(s, "lead", BEGUN, w)),
    Door(commissioning.close, "lead", lambda s, w: turn(s, "lead", Stage.EVALUATED, w)),
    Door(commissioning.move, "lead", lambda s, w: {**turn(s, "lead", BEGUN, w), "to": Stage.FUNDED}),
    Door(
        commissioning.hand_over, "lead", lambda s, w: {**turn(s, "lead", BEGUN, w), **one(s, "second lead")}
    ),
    Door(commissioning.name_contact, "lead", lambda s, w: {**turn(s, "lead", BEGUN, w), **one(s, "contact")}),
    Door(
        commissioning.name_person,
        "lead",
        lambda s, w: {**turn(s, "lead", Stage.MATCHED, w), **one(s, "supporter")},
    ),
    Door(
        delivering.agree,
        "receiving head",
        lambda s, w: {**turn(s, "receiving head", Stage.MATCHED, w), **YES},
    ),
    Door(
        delivering.decline,
        "receiving head",
        lambda s, w: {**turn(s, "receiving head", Stage.MATCHED, w), **YES},
    ),
    Door(
        delivering.make_plan, "supporter", lambda s, w: {**turn(s, "supporter", Stage.AGREED), **planned(w)}
    ),
    Door(
        delivering.make_plan,
        "supporter",
        lambda s, w: {**turn(s, "supporter", Stage.AGREED, w), **planned("A")},
    ),
    Door(delivering.log, "supporter", lambda s, w: visited(s, who=w)),
    Door(delivering.log, "supporter", lambda s, w: visited(s, note=w)),
    Door(delivering.log, "lead", visited),
    Door(delivering.change_visit, "supporter", lambda s, w: visited(s, note=w, id=1)),
    Door(delivering.take_out_visit, "lead", taken_out),
    Door(delivering.report, "supporter", lambda s, w: {**turn(s, "supporter", Stage.DELIVERY), "report": w}),
    Door(delivering.report, "lead", lambda s, w: {**turn(s, "lead", Stage.DELIVERY, w), "report": "Done."}),
    Door(delivering.evaluate, "contact", lambda s, w: {**turn(s, "contact", Stage.REPORTED), **found(w)}),
    Door(
        delivering.evaluate, "contact", lambda s, w: {**turn(s, "contact", Stage.REPORTED), **found("So.", w)}
    ),
    Door(delivering.evaluate, "lead", lambda s, w: {**turn(s, "lead", Stage.REPORTED, w), **found("So.")}),
    Door(commission_studies.write_up, "supporter", lambda s, w: turn(s, "supporter", Stage.EVALUATED, w)),
)
DOORS = (*OF_THE_LEAD, *OF_COLLEAGUES, *OF_COMMISSIONS)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    db = open_database(tmp_path_factory.mktemp("kept-out") / "kb.sqlite")
    yield furnished(db)
    db.close()


@pytest.fixture
def own(db: Database) -> Site:
    return furnished(db)


def named(door: Door) -> str:
    return f"{door.act.__module__.rsplit('.', 1)[1]}.{door.act.__name__}"


@pytest.mark.parametrize("door", DOORS, ids=named)
def test_what_tells_who_a_pupil_is_comes_in_by_no_door(here: Site, door: Door) -> None:
    with pytest.raises(PersonalData):
        door.enter(here, NAMED)

    with here.db.read() as reading:
        tables = [name for (name,) in reading.execute("select name from sqlite_schema where type = 'table'")]
        kept = [str(tuple(row)) for table in tables for row in reading.execute(f'select * from "{table}"')]
    assert not [row for row in kept if "Okonkwo" in row]


@pytest.mark.parametrize("door", DOORS, ids=named)
def test_the_same_door_is_open_to_harmless_words(own: Site, door: Door) -> None:
    door.enter(own, "We greet each class at its door.")


def test_every_action_of_the_desk_that_looks_words_through_is_a_door_here() -> None:
    looking = {
        act
        for module in MODULES
        for _, act in inspect.getmembers(module, inspect.isfunction)
        if act.__module__ == module.__name__
        and not act.__name__.startswith("_")
        and {"check", "asking", "telling", "turn"} & inspect.signature(act).parameters.keys()
    }

    assert looking - LOOKS_ONLY == {door.act for door in DOORS}


def test_no_page_looks_words_through_in_place_of_the_action() -> None:
    calls = ("keep_pupils_out", "refuse_personal_data")

    found = [page.name for page in PAGES.glob("*.py") if any(each in page.read_text() for each in calls)]

    assert found == []
