"""Pathways below the pages: versions, ticks, letters, what is asked by name, and what is nobody's business."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from kb.actions import cpd_recording, managing, pathway_following, pathway_reporting, pathway_shaping
from kb.domain.account import Account, Role
from kb.domain.article import Visibility
from kb.domain.cpd import CpdKind, Entry, NextStep
from kb.domain.errors import BadRequest, NotAllowed, NotFound
from kb.domain.pathway import Outline, PathwayState, Step, StepKind
from kb.domain.post import Post
from kb.domain.search import Reader
from kb.domain.thought import Thought
from kb.storage import (
    accounts,
    articles,
    cpd,
    cpd_plans,
    outbox,
    pathway_progress,
    pathways,
    personal,
    posts,
)
from kb.storage.database import Database
from kb.storage.pathways import SavedMeanwhile
from tests.pupils import check
from tests.samples import make_article

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
TRUST = Reader(visibilities=frozenset(Visibility))
PARTNERS = Reader(visibilities=frozenset({Visibility.PUBLIC, Visibility.PARTNERS}))


def person(db: Database, name: str, role: Role = Role.READER, school: str = "a") -> Account:
    email = f"{name.lower()}@example.org"
    return accounts.add(db, name=name, email=email, role=role, schools=[school], now=NOON)


@pytest.fixture
def lead(db: Database) -> Account:
    return person(db, "Lead", Role.LEAD)


def revision(db: Database, pathway_id: int) -> int:
    found = pathways.find(db, pathway_id)
    assert found
    return found.revision


def add(db: Database, lead: Account, pathway_id: int, title: str, **more: object) -> None:
    values = {"id": 0, "kind": StepKind.TASK, "title": title, "minutes": 20} | more
    step = Step(**values)  # type: ignore[arg-type]
    pathway_shaping.add_step(db, lead, pathway_id, step, revision=revision(db, pathway_id), check=check())


def describe(db: Database, lead: Account, pathway_id: int, **more: object) -> None:
    values = {"title": "Calm corridors", "summary": "For those who stand in them."} | more
    outline = Outline(**values)  # type: ignore[arg-type]
    pathway_shaping.describe(db, lead, pathway_id, outline, revision=revision(db, pathway_id), check=check())


def publish(db: Database, lead: Account, pathway_id: int) -> int:
    return pathway_shaping.publish(db, lead, pathway_id, revision=revision(db, pathway_id), check=check())


@pytest.fixture
def made(db: Database, lead: Account) -> int:
    """A published pathway of two tasks, at /pathways/calm-corridors."""
    made = pathway_shaping.begin(db, lead, "Calm corridors", check=check())
    describe(db, lead, made)
    add(db, lead, made, "Watch one")
    add(db, lead, made, "Try one")
    publish(db, lead, made)
    return made


SLUG = "calm-corridors"


def letters(db: Database, account: Account) -> list[str]:
    return [each.kind for each in outbox.listed(db) if each.account == account.id]


def test_only_the_lead_writes_pathways(db: Database, made: int) -> None:
    for role in (Role.READER, Role.CONTRIBUTOR, Role.REVIEWER, Role.ADMINISTRATOR):
        with pytest.raises(NotAllowed):
            pathway_shaping.begin(db, person(db, role.value, role), "Mine", check=check())


def test_of_two_leads_at_once_the_second_is_told_and_nothing_of_the_first_is_lost(
    db: Database, lead: Account, made: int
) -> None:
    seen = revision(db, made)
    pathway_shaping.move_step(db, lead, made, 2, -1, revision=seen)

    with pytest.raises(SavedMeanwhile):
        pathway_shaping.remove_step(db, lead, made, 1, revision=seen)

    kept = pathways.find(db, made)
    assert kept is not None
    assert [step.id for step in kept.draft.steps] == [2, 1]


def test_a_published_version_never_changes_while_the_next_is_written(
    db: Database, lead: Account, made: int
) -> None:
    before = pathways.version(db, made, 1)

    add(db, lead, made, "Talk about it")
    kept = pathways.find(db, made)
    publish(db, lead, made)

    assert kept is not None
    assert kept.published is not None
    assert len(kept.published.steps) == 2
    assert pathways.version(db, made, 1) == before
    assert [each.number for each in pathways.versions(db, made)] == [2, 1]


def test_ticks_stay_when_the_pathway_changes_and_those_on_it_get_one_letter(
    db: Database, lead: Account, made: int
) -> None:
    me = person(db, "Ruth")
    pathway_following.begin(db, me, SLUG, TRUST)
    pathway_following.tick(db, me, SLUG, 1, TRUST, thoughts={1: Thought(words="Stand still first.")})

    add(db, lead, made, "Talk about it")
    pathway_shaping.move_step(db, lead, made, 3, -1, revision=revision(db, made))
    publish(db, lead, made)

    ticks = pathway_progress.ticks(db, me.id, [made])[made]
    following = pathway_progress.find(db, me.id, made)
    assert [(each.step, each.reflection) for each in ticks.values()] == [(1, "Stand still first.")]
    assert following is not None
    assert following.seen == 1
    assert letters(db, me) == ["pathway-changed"]


def test_who_has_done_all_that_is_left_when_a_step_is_taken_out_has_finished(
    db: Database, lead: Account, made: int
) -> None:
    me = person(db, "Ruth")
    pathway_following.begin(db, me, SLUG, TRUST)
    pathway_following.tick(db, me, SLUG, 1, TRUST)

    pathway_shaping.remove_step(db, lead, made, 2, revision=revision(db, made))
    publish(db, lead, made)

    assert cpd_plans.certificate(db, me.id, made) is not None


def test_a_new_version_takes_no_certificate_away(db: Database, lead: Account, made: int) -> None:
    me = person(db, "Ruth")
    pathway_following.begin(db, me, SLUG, TRUST)
    pathway_following.tick(db, me, SLUG, 1, TRUST)
    assert pathway_following.tick(db, me, SLUG, 2, TRUST)
    held = cpd_plans.certificate(db, me.id, made)

    add(db, lead, made, "Talk about it")
    publish(db, lead, made)
    pathway_following.untick(db, me, SLUG, 1, TRUST)

    assert held is not None
    assert (held.version, held.minutes) == (1, 40)
    assert cpd_plans.certificate(db, me.id, made) == held
    assert letters(db, me) == []


def test_a_tick_that_is_taken_back_takes_certificate_and_record_with_it(db: Database, made: int) -> None:
    me = person(db, "Ruth")
    pathway_following.begin(db, me, SLUG, TRUST)
    pathway_following.tick(db, me, SLUG, 1, TRUST)
    pathway_following.tick(db, me, SLUG, 2, TRUST)

    pathway_following.untick(db, me, SLUG, 2, TRUST)

    assert cpd_plans.certificate(db, me.id, made) is None
    assert [each.title for each in cpd.of_person(db, me.id)] == ["Watch one"]


def test_ticking_twice_is_one_line_in_the_record(db: Database, made: int) -> None:
    me = person(db, "Ruth")
    pathway_following.begin(db, me, SLUG, TRUST)
    pathway_following.tick(db, me, SLUG, 1, TRUST)
    pathway_following.tick(db, me, SLUG, 1, TRUST, thoughts={1: Thought(words="On second thoughts.")})

    (line,) = cpd.of_person(db, me.id)
    assert (line.minutes, line.reflection) == (20, "On second thoughts.")


def test_a_step_to_what_is_not_for_the_reader_can_be_skipped_and_only_then(
    db: Database, lead: Account, made: int
) -> None:
    articles.put(db, make_article(slug="ours-alone", visibility=Visibility.TRUST), {})
    add(db, lead, made, "", kind=StepKind.ARTICLE, target="ours-alone")
    describe(db, lead, made, visibility=Visibility.PARTNERS)
    publish(db, lead, made)
    ours, theirs = person(db, "Ruth"), person(db, "Sam")
    pathway_following.begin(db, ours, SLUG, TRUST)
    pathway_following.begin(db, theirs, SLUG, PARTNERS)

    with pytest.raises(BadRequest, match="there for you"):
        pathway_following.skip(db, ours, SLUG, 3, TRUST)
    with pytest.raises(BadRequest, match="Skip it"):
        pathway_following.tick(db, theirs, SLUG, 3, PARTNERS)
    pathway_following.skip(db, theirs, SLUG, 3, PARTNERS)

    assert cpd.of_person(db, theirs.id) == ()


def test_a_pathway_for_the_trust_is_not_there_for_a_partner(db: Database, made: int) -> None:
    with pytest.raises(NotFound):
        pathway_following.begin(db, person(db, "Sam"), SLUG, PARTNERS)


def test_a_pathway_cannot_ask_for_itself_by_way_of_another(db: Database, lead: Account, made: int) -> None:
    other = pathway_shaping.begin(db, lead, "The next one", check=check())
    describe(db, lead, other, title="The next one", before=(SLUG,))

    with pytest.raises(pathway_shaping.LeadsRound):
        describe(db, lead, made, before=("the-next-one",))


def test_what_comes_first_is_finished_first_unless_it_is_not_offered_any_more(
    db: Database, lead: Account, made: int
) -> None:
    other = pathway_shaping.begin(db, lead, "The next one", check=check())
    describe(db, lead, other, title="The next one", before=(SLUG,))
    add(db, lead, other, "Go on")
    publish(db, lead, other)
    me = person(db, "Ruth")

    with pytest.raises(pathway_following.NotYet, match="Calm corridors"):
        pathway_following.begin(db, me, "the-next-one", TRUST)
    pathway_shaping.retire(db, lead, made)
    pathway_following.begin(db, me, "the-next-one", TRUST)


def test_a_retired_pathway_is_finished_by_those_on_it_and_begun_by_nobody(
    db: Database, lead: Account, made: int
) -> None:
    me = person(db, "Ruth")
    pathway_following.begin(db, me, SLUG, TRUST)
    pathway_shaping.retire(db, lead, made)

    pathway_following.tick(db, me, SLUG, 1, TRUST)
    assert pathway_following.tick(db, me, SLUG, 2, TRUST)
    with pytest.raises(BadRequest, match="not offered"):
        pathway_following.begin(db, person(db, "Sam"), SLUG, TRUST)
    found = pathways.find(db, made)
    assert found is not None
    assert found.state is PathwayState.RETIRED


@pytest.mark.parametrize(
    "target",
    ["javascript:alert(1)", "//evil.example/x", "ftp://a.example", "https://", "https://u:p@a.example/"],
)
def test_a_step_leads_to_no_dangerous_address(db: Database, lead: Account, made: int, target: str) -> None:
    with pytest.raises(BadRequest, match="web address"):
        add(db, lead, made, "Look", kind=StepKind.LINK, target=target)


def test_nobody_is_named_whom_the_trust_has_not_asked(db: Database, lead: Account, made: int) -> None:
    ect, ta = person(db, "Ruth"), person(db, "Sam")
    posts.put(db, ect.id, [Post("a", "ect")])
    posts.put(db, ta.id, [Post("a", "ta")])
    pathway_following.begin(db, ta, SLUG, TRUST)

    asked = posts.holders(db, posts=["ect"])
    pathway_shaping.require(
        db, lead, made, posts=["ect"], schools=[], due=date(2027, 1, 31), asked=asked, now=NOON
    )

    (requirement,) = pathways.requirements(db, made)
    found = pathway_reporting.asked_for(db, requirement, asked)
    assert [(each.account.name, each.standing) for each in found] == [("Ruth", "not begun")]
    assert letters(db, ect) == ["pathway-asked"]
    assert pathway_reporting.asked_of(db, ta) == ()


def test_the_lead_sees_no_number_under_five_and_leavers_are_not_counted(
    db: Database, lead: Account, made: int
) -> None:
    for number in range(9):
        each = person(db, f"P{number}", school="a" if number < 6 else "b")
        pathway_following.begin(db, each, SLUG, TRUST)
    pathway = pathways.find(db, made)
    assert pathway is not None

    before = pathway_reporting.numbers(db, pathway, {})
    leaver = accounts.by_email(db, "p0@example.org")
    assert leaver is not None
    accounts.leave(db, leaver.id, NOON)
    after = pathway_reporting.numbers(db, pathway, {})

    assert [line.all for line in before.by_school] == [None, None, 9]
    assert after.by_school[-1].all == 8


def test_erasing_a_person_takes_everything_they_learned_and_their_certificate(
    db: Database, lead: Account, made: int
) -> None:
    me = person(db, "Ruth")
    pathway_following.begin(db, me, SLUG, TRUST)
    pathway_following.tick(db, me, SLUG, 1, TRUST, thoughts={1: Thought(words="A secret thought")})
    pathway_following.tick(db, me, SLUG, 2, TRUST)
    pathway_progress.think(db, me.id, made, 2, "A secret doubt")
    cpd_recording.plan(db, me, NextStep(said="Try it with Year 8"))
    held = cpd_plans.certificate(db, me.id, made)
    assert held is not None
    copy = personal.rows_on(db, me)

    personal.erase(db, me)

    theirs = {
        "pathway_followers",
        "pathway_ticks",
        "pathway_thoughts",
        "cpd_entries",
        "certificates",
        "next_steps",
    }
    assert theirs <= copy.keys()
    assert not theirs & personal.rows_on(db, me).keys()
    assert cpd_plans.certificate_of_code(db, held.code) is None
    personal.forget_pages(db)
    assert b"A secret" not in db.path.read_bytes()


def test_a_leaver_keeps_the_record_for_the_day_they_come_back(db: Database, lead: Account, made: int) -> None:
    me, admin = person(db, "Ruth"), person(db, "Zoe", Role.ADMINISTRATOR)
    pathway_following.begin(db, me, SLUG, TRUST)
    pathway_following.tick(db, me, SLUG, 1, TRUST)

    managing.leave(db, admin, me.id)
    managing.come_back(db, admin, me.id)

    assert len(cpd.of_person(db, me.id)) == 1
    assert pathway_progress.find(db, me.id, made) is not None


def test_nobody_reads_or_changes_what_somebody_else_has_learned(db: Database) -> None:
    mine, other = person(db, "Ruth"), person(db, "Sam", Role.LEAD)
    entry = Entry(title="A course", kind=CpdKind.COURSE, done_on=date(2026, 3, 2), minutes=60)
    number = cpd_recording.log(db, mine, entry)
    planned = cpd_recording.plan(db, mine, NextStep(said="Try it"))

    assert cpd.find(db, other.id, number) is None
    for act in (cpd_recording.remove, cpd_recording.drop):
        with pytest.raises(NotFound):
            act(db, other, number if act is cpd_recording.remove else planned)
    assert [each.title for each in cpd.of_person(db, mine.id)] == ["A course"]


def test_what_is_still_to_come_is_planned_and_not_written_down(db: Database) -> None:
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    entry = Entry(title="A course", kind=CpdKind.COURSE, done_on=tomorrow, minutes=60)

    with pytest.raises(cpd_recording.NotYetDone):
        cpd_recording.log(db, person(db, "Ruth"), entry)


def test_who_wishes_it_is_reminded_once_and_what_they_planned_stands_in_no_letter(db: Database) -> None:
    me = person(db, "Ruth")
    cpd_recording.plan(db, me, NextStep(said="Ask about the boy", due=date(2026, 11, 26), remind=True))
    cpd_recording.plan(db, me, NextStep(said="Read on", due=date(2026, 11, 26)))

    cpd_recording.remind(db, date(2026, 11, 26))
    cpd_recording.remind(db, date(2026, 11, 27))

    assert letters(db, me) == ["next-step"]
    with db.read() as reading:
        (content,) = reading.execute("select content from letters").fetchone()
    assert "the boy" not in content
