"""A commission goes from a need to a case study, by the right people, and nothing of it is lost on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kb.actions import commission_delivering as delivering
from kb.actions import commission_studies, commissioning
from kb.actions.commission_delivering import ContactLate, DayWrong
from kb.actions.commission_rights import NoteMissing, NotNow, NotYours, asking_of
from kb.actions.commissioning import Wrong
from kb.actions.free_text import PersonalData
from kb.domain.ask import AskState, Audience, Wish
from kb.domain.commission import OPEN, Funding, Result, Stage
from kb.domain.errors import NotFound
from kb.domain.permission import State
from kb.domain.permission_commission import Deed, may
from kb.storage import accounts, asks, commission_visits, commissions, journal, personal, posts, texts
from kb.storage.commissions import MovedOn
from kb.storage.database import Database
from tests.commissions import CAST, RECEIVER, SUPPORTER, Trust, make_need, make_plan, make_visit

TODAY = datetime.now(UTC).date


@pytest.fixture
def trust(db: Database) -> Trust:
    return Trust(db)


def test_a_need_becomes_a_case_study_and_each_side_is_told(trust: Trust) -> None:
    number = trust.until(Stage.EVALUATED)

    text_id = commission_studies.write_up(trust.turn("supporter", number))

    found, text = trust.at(number), texts.find(trust.db, text_id)
    assert text is not None
    assert (found.stage, found.text_id) == (Stage.CLOSED, text_id)
    assert (text.state, text.school) == (State.DRAFT, SUPPORTER)
    assert text.content.one("outcome") == "worked"
    assert text.content.several("key_stages") == ("ks2",)
    assert "Calls for help fell from nine to two a week." in text.content.body
    assert "£40" in text.content.body
    assert commissions.of_text(trust.db, text_id) == found
    told = {account for _, account in trust.letters()}
    assert told >= {trust.ids[who] for who in ("receiving head", "supporting head", "contact", "supporter")}


def test_an_ask_is_taken_up_by_the_commission_and_answered_by_its_case_study(trust: Trust) -> None:
    wish = Wish(question="Calmer starts", detail="", school=RECEIVER, audience=Audience.TRUST)
    ask = asks.insert(trust.db, wish, asker=trust.ids["teacher"], now=datetime.now(UTC))

    number = trust.until(Stage.EVALUATED, origin=f"ask:{ask}")
    begun = asks.find(trust.db, ask)
    text_id = commission_studies.write_up(trust.turn("supporter", number))

    assert begun is not None
    assert (begun.state, begun.commission) == (AskState.TAKEN_UP, number)
    assert [one.id for one in asks.of_text(trust.db, text_id)] == [ask]
    assert ("ask-taken-up", trust.ids["teacher"]) in trust.letters()


def test_every_step_is_in_the_history_and_in_the_journal(trust: Trust) -> None:
    number = trust.until(Stage.EVALUATED)

    deeds = [line.deed for line in reversed(commissions.history(trust.db, number))]

    assert deeds == [
        "fund",
        "choose",
        "agree-receiving",
        "agree-supporting",
        "plan",
        "log",
        "report",
        "evaluate",
    ]
    verbs = {entry.verb for entry in journal.entries(trust.db, subject=f"commission:{number}")}
    assert verbs == {"commission-begin", *(f"commission-{deed}" for deed in deeds)}


@pytest.mark.parametrize("confidential", [False, True])
@pytest.mark.parametrize("who", CAST)
def test_a_list_holds_exactly_what_the_table_lets_one_see(trust: Trust, who: str, confidential: bool) -> None:
    for stage in (Stage.NEED, Stage.MATCHED, Stage.EVALUATED):
        trust.until(stage, confidential=confidential)
    asking = asking_of(trust.db, trust.bureau.library.group, trust.account(who))

    listed = {each.id for each in commissions.seen_by(trust.db, asking)}

    allowed = {each.id for each in commissions.at(trust.db, Stage) if may(asking, Deed.SEE, each)}
    assert listed == allowed
    if confidential:
        assert bool(listed) is (who not in {"teacher", "partner", "administrator", "colleague"})


def test_a_confidential_one_does_not_exist_for_others_and_leaves_no_words_in_the_journal(
    trust: Trust,
) -> None:
    number = trust.until(Stage.MATCHED, confidential=True)

    with pytest.raises(NotFound):
        commissioning.cancel(trust.turn("teacher", number, "Let me in."))
    commissioning.cancel(trust.turn("lead", number, "The school has asked to stop."))

    entries = journal.entries(trust.db, subject=f"commission:{number}")
    assert not any(entry.reason or entry.school for entry in entries)
    assert commissions.history(trust.db, number)[0].words == "The school has asked to stop."
    with trust.db.read() as reading:
        letters = " ".join(row[0] for row in reading.execute("select content from letters").fetchall())
    assert "Calmer starts" not in letters


def test_a_head_who_says_no_sends_it_back_and_is_remembered(trust: Trust) -> None:
    number = trust.until(Stage.MATCHED)
    turn = trust.turn("supporting head", number, "We have nobody to spare this term.")

    delivering.decline(turn, deed=Deed.AGREE_SUPPORTING)

    found = trust.at(number)
    assert (found.stage, found.supporter, found.person) == (Stage.FUNDED, None, None)
    (no,) = commissions.refusals(trust.db, number)
    assert (no.school, no.reason) == (SUPPORTER, "We have nobody to spare this term.")
    assert ("commission", trust.ids["lead"]) in trust.letters()


def test_a_no_needs_a_reason_and_one_head_does_not_answer_for_the_other(trust: Trust) -> None:
    number = trust.until(Stage.MATCHED)

    with pytest.raises(NoteMissing):
        delivering.decline(trust.turn("supporting head", number), deed=Deed.AGREE_SUPPORTING)
    with pytest.raises(NotYours):
        delivering.agree(trust.turn("supporting head", number), deed=Deed.AGREE_RECEIVING)
    assert trust.at(number).stage is Stage.MATCHED


def test_the_lead_answers_for_a_school_whose_only_head_has_left_and_says_why(trust: Trust) -> None:
    number = trust.until(Stage.MATCHED)
    accounts.leave(trust.db, trust.ids["receiving head"], datetime.now(UTC))

    amiss = commissioning.gone(trust.turn("lead", number))
    assert any("Nobody is named as head of Samphire" in each for each in amiss)
    with pytest.raises(NoteMissing):
        delivering.agree(trust.turn("lead", number), deed=Deed.AGREE_RECEIVING)
    delivering.agree(trust.turn("lead", number, "The deputy agreed by telephone."), deed=Deed.AGREE_RECEIVING)
    delivering.agree(trust.turn("supporting head", number), deed=Deed.AGREE_SUPPORTING)

    assert trust.at(number).stage is Stage.AGREED


def test_nothing_skips_a_step_but_by_the_lead_with_a_note(trust: Trust) -> None:
    number = trust.until(Stage.AGREED)

    with pytest.raises(NotNow):
        delivering.report(trust.turn("supporter", number), report="Done.")
    with pytest.raises(NotYours):
        commissioning.move(trust.turn("supporting head", number, "Quicker."), to=Stage.REPORTED)
    with pytest.raises(NoteMissing):
        commissioning.move(trust.turn("lead", number), to=Stage.REPORTED)
    commissioning.move(trust.turn("lead", number, "They met before this site was there."), to=Stage.REPORTED)

    assert trust.at(number).stage is Stage.REPORTED
    assert commissions.history(trust.db, number)[0].words == "They met before this site was there."


def test_nobody_is_moved_to_a_stage_for_which_no_school_is_chosen(trust: Trust) -> None:
    number = trust.begun()

    with pytest.raises(Wrong, match="Choose who helps first"):
        commissioning.move(trust.turn("lead", number, "Quicker."), to=Stage.DELIVERY)


def test_of_two_leads_the_second_is_told_that_it_has_changed(trust: Trust) -> None:
    number = trust.begun()
    version = trust.at(number).version
    first, second = (trust.turn(who, number, version=version) for who in ("lead", "second lead"))

    commissioning.fund(first, funding=Funding.TRUST, ceiling=900)
    with pytest.raises((MovedOn, NotNow)):
        commissioning.fund(second, funding=Funding.SCHOOL, ceiling=100)
    with pytest.raises(MovedOn):
        commissioning.rewrite(second, make_need(title="Something else"))

    assert (trust.at(number).ceiling, trust.at(number).need.title) == (900, "Calmer starts after lunch")


def test_the_first_contact_is_within_a_week_unless_the_lead_says_why(trust: Trust) -> None:
    number = trust.until(Stage.AGREED)
    late_plan = make_plan(TODAY(), first_contact=TODAY() + timedelta(days=9))

    with pytest.raises(ContactLate):
        delivering.make_plan(trust.turn("supporter", number), late_plan)
    with pytest.raises(NoteMissing):
        delivering.make_plan(trust.turn("lead", number), late_plan)
    delivering.make_plan(trust.turn("lead", number, "Half term is in between."), late_plan)

    assert trust.at(number).plan == late_plan


def test_the_log_adds_up_is_mended_and_warns_the_lead_once_above_the_ceiling(trust: Trust) -> None:
    number = trust.until(Stage.DELIVERY)
    before = len(trust.letters())

    delivering.log(trust.turn("supporter", number), make_visit(trust, number, hours=13, cost=47_000))
    delivering.log(trust.turn("supporter", number), make_visit(trust, number, hours=6.5, cost=100))

    found = trust.at(number)
    assert (found.days, found.cost, found.over_budget, found.visits) == (4.0, 51_100, 1_100, 3)
    assert trust.letters()[before:] == [("commission", trust.ids["lead"])]
    last = commission_visits.of_commission(trust.db, number)[-1]
    delivering.change_visit(
        trust.turn("supporter", number), make_visit(trust, number, id=last.id, hours=2, cost=0)
    )
    delivering.take_out_visit(trust.turn("supporter", number, "Entered twice."), last.id)
    assert trust.at(number).days == 3.0
    details = [entry.detail for entry in journal.entries(trust.db, subject=f"commission:{number}")]
    assert details[1]["hours"] == [6.5, 2]


@pytest.mark.parametrize(
    "changes", [{"day": TODAY() + timedelta(days=1)}, {"hours": 0.0}, {"day": TODAY() - timedelta(days=900)}]
)
def test_a_visit_that_cannot_have_been_is_refused(trust: Trust, changes: dict[str, object]) -> None:
    number = trust.until(Stage.PLANNED)

    with pytest.raises(DayWrong):
        delivering.log(trust.turn("supporter", number), make_visit(trust, number, **changes))
    assert trust.at(number).stage is Stage.PLANNED


def test_a_pupils_name_is_stopped_wherever_somebody_writes(trust: Trust) -> None:
    words = "Jamie in Y4 told his mum that he liked it."
    planned, delivered, reported = (
        trust.until(stage) for stage in (Stage.AGREED, Stage.DELIVERY, Stage.REPORTED)
    )

    with pytest.raises(PersonalData, match="Jamie"):
        trust.begun(text=words)
    with pytest.raises(PersonalData):
        delivering.make_plan(trust.turn("supporter", planned), make_plan(TODAY(), aims=words))
    with pytest.raises(PersonalData):
        delivering.log(trust.turn("supporter", delivered), make_visit(trust, delivered, note=words))
    with pytest.raises(PersonalData):
        delivering.report(trust.turn("supporter", delivered), report=words)
    with pytest.raises(PersonalData) as refused:
        delivering.evaluate(
            trust.turn("contact", reported),
            result=Result.MET,
            changed="Calm.",
            how_we_know=words,
            recommend=True,
        )
    assert refused.value.field == "how_we_know"
    for number in (planned, delivered, reported):
        with pytest.raises(PersonalData):
            commissioning.cancel(trust.turn("lead", number, words))


def test_a_school_that_left_the_group_is_shown_and_its_commission_can_be_finished_or_called_off(
    trust: Trust,
) -> None:
    number = trust.until(Stage.DELIVERY)
    other = trust.until(Stage.PLANNED)
    schools = trust.bureau.library.group.schools
    left = {key: school for key, school in schools.items() if key != SUPPORTER}
    object.__setattr__(trust, "bureau", _without(trust, left))

    assert any("no longer in the group" in each for each in commissioning.gone(trust.turn("lead", number)))
    delivering.report(trust.turn("lead", number, "Their last word, by letter."), report="We did it.")
    commissioning.cancel(trust.turn("lead", other, "The school has left."))

    assert (trust.at(number).stage, trust.at(other).stage) == (Stage.REPORTED, Stage.CANCELLED)


def _without(trust: Trust, schools: dict[str, object]) -> object:
    from dataclasses import replace

    group = replace(trust.bureau.library.group, schools=schools)
    return replace(trust.bureau, library=replace(trust.bureau.library, group=group))


def test_an_erased_person_leaves_the_commission_whole_and_without_a_name(trust: Trust) -> None:
    number = trust.until(Stage.DELIVERY)
    person = trust.account("supporter")

    with trust.db.write():
        personal.erase(trust.db, person)

    assert trust.at(number).days == 1.0
    assert any("Name another one" in each for each in commissioning.gone(trust.turn("lead", number)))
    commissioning.name_person(trust.turn("supporting head", number), person=trust.ids["colleague"])
    delivering.report(trust.turn("colleague", number), report="We did it.")
    assert trust.at(number).stage is Stage.REPORTED


def test_it_is_handed_over_to_a_lead_and_to_nobody_else(trust: Trust) -> None:
    number = trust.until(Stage.FUNDED)

    with pytest.raises(Wrong, match="improvement lead"):
        commissioning.hand_over(trust.turn("lead", number), person=trust.ids["teacher"])
    commissioning.hand_over(trust.turn("lead", number), person=trust.ids["second lead"])

    assert trust.at(number).lead == trust.ids["second lead"]
    assert trust.letters() == [("commission", trust.ids["second lead"])]


def test_it_is_called_off_from_any_open_stage_and_stays_so(trust: Trust) -> None:
    for stage in sorted(OPEN):
        number = trust.until(stage)
        commissioning.cancel(trust.turn("lead", number, "The need has gone."))
        assert trust.at(number).stage is Stage.CANCELLED
        with pytest.raises(NotNow):
            commissioning.cancel(trust.turn("lead", number, "Once more."))


def test_a_contact_who_works_elsewhere_is_refused(trust: Trust) -> None:
    with pytest.raises(Wrong, match="school that is to be helped"):
        commissioning.begin(trust.turn("lead"), make_need(contact=trust.ids["teacher"]))
    with pytest.raises(NotYours):
        commissioning.begin(trust.turn("receiving head"), make_need())


def test_when_the_head_changes_the_new_one_answers(trust: Trust) -> None:
    number = trust.until(Stage.MATCHED)
    posts.put(trust.db, trust.ids["receiving head"], [])

    with pytest.raises((NotYours, NotFound)):
        delivering.agree(trust.turn("receiving head", number), deed=Deed.AGREE_RECEIVING)
    posts.put(trust.db, trust.ids["contact"], [posts.Post(RECEIVER, "headteacher")])
    delivering.agree(trust.turn("contact", number), deed=Deed.AGREE_RECEIVING)

    assert trust.at(number).yes_receiver is not None
