"""Who could help: each point has its reason, and who gives much already is not simply asked again."""

from __future__ import annotations

from typing import Any

from kb.domain.commission import Result
from kb.domain.matching import KNOBS, Facts, Match, Offered, Written, asked_too_often, matched, ranked
from kb.domain.school import School, SchoolKind
from tests.commissions import make_need

NEED = make_need(provisions=("inclusion-base",), key_stages=("ks1", "ks2"))


def facts(name: str = "one", **changes: Any) -> Facts:
    school = School(
        id=name,
        name=name,
        kind=SchoolKind.TRUST_SCHOOL,
        phase="primary",
        provisions=changes.pop("provisions", ()),
        key_stages=changes.pop("key_stages", ()),
    )
    return Facts(school=school, **changes)


def points(match: Match, about: str) -> float:
    return next(reason.points for reason in match.reasons if reason.about == about)


def written(meaning: float) -> Written:
    return Written(slug="a", title="Calm starts", meaning=meaning)


def test_a_school_that_has_everything_reaches_a_hundred_but_for_words_about_its_help() -> None:
    best = facts(
        written=tuple(written(0.9) for _ in range(3)),
        offered=(Offered(words="will visit", fits=True),),
        provisions=("inclusion-base",),
        key_stages=("ks1", "ks2"),
        distance=1.0,
    )

    match = matched(NEED, best)

    assert sum(reason.most for reason in match.reasons) == 100
    assert match.points == 100 - KNOBS.past / 2
    assert "Calm starts" in match.reasons[0].words


def test_who_has_written_nearer_to_the_need_comes_first() -> None:
    found = ranked(NEED, [facts("far", written=(written(0.4),)), facts("near", written=(written(0.65),))])

    assert [match.facts.school.id for match in found] == ["near", "far"]
    assert points(matched(NEED, facts(written=(written(0.3),))), "What it has written") == 0


def test_half_of_the_key_stages_is_worth_half() -> None:
    assert points(matched(NEED, facts(key_stages=("ks2",))), "Key stage") == KNOBS.setting / 4
    assert points(matched(NEED, facts(key_stages=("all",))), "Key stage") == KNOBS.setting / 2
    assert points(matched(make_need(key_stages=("all",)), facts()), "Key stage") == KNOBS.setting / 2


def test_one_bad_word_does_not_condemn_and_several_do() -> None:
    once, often = (facts(results={Result.NOT_MET: count}) for count in (1, 8))

    unknown = points(matched(NEED, facts()), "Help it gave before")
    assert unknown == KNOBS.past / 2
    assert unknown > points(matched(NEED, once), "Help it gave before") > 3
    assert points(matched(NEED, often), "Help it gave before") == 1


def test_a_school_that_gives_much_loses_points_and_the_lead_is_told() -> None:
    busy = facts(open=4, days=30.0)

    match = matched(NEED, busy)

    assert points(match, "What it gives already") == -KNOBS.burden
    assert "4 commissions already" in match.too_often
    assert asked_too_often(facts(days=6.0, offered=(Offered(words="", fits=True, days=5),)))
    assert not asked_too_often(facts(days=4.0, offered=(Offered(words="", fits=True, days=5),)))


def test_who_said_no_comes_last_however_well_it_fits() -> None:
    found = ranked(NEED, [facts("no", written=(written(0.9),), refused="No time."), facts("other")])

    assert [match.facts.school.id for match in found] == ["other", "no"]
