"""Find who could help with a commission: everything that is known of each school, put in order."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import UTC, datetime, timedelta

from kb.actions.commission_rights import Turn, commission_for
from kb.actions.searching import Search, ask
from kb.domain.article import Visibility
from kb.domain.commission import OPEN, Commission, Need, Result
from kb.domain.errors import KnowledgeBaseError
from kb.domain.matching import Facts, Match, Offered, Written, ranked
from kb.domain.offer import Promise
from kb.domain.permission_commission import Deed
from kb.domain.school import Group, School
from kb.domain.search import Question, Reader
from kb.domain.taxonomy import ALL
from kb.storage import commissions, offers

YEAR = timedelta(days=365)
ARTICLES = 50
LONGEST_QUESTION = 300
TERMS = 3
"""Terms in a year: offers say days for each of them."""

_EVERYBODY = Reader(visibilities=frozenset(Visibility))


def matches(turn: Turn, search: Search, reader: Reader) -> tuple[Match, ...]:
    """Every other member of the group as one that might help, the best first.

    While search is being mended the articles do not count, and nothing else changes.
    """
    commission = commission_for(turn, Deed.CHOOSE)
    need, group = commission.need, turn.bureau.library.group
    written = _written(search, need, reader)
    helped = commissions.helped_by(turn.db)
    days = commissions.days_given(turn.db, datetime.now(UTC).date() - YEAR)
    offered = offers_of(turn, need)
    said_no = {each.supporter: each.reason for each in commissions.refusals(turn.db, commission.id)}
    return ranked(
        need,
        [
            Facts(
                school=school,
                written=None if written is None else tuple(written.get(school.id, ())),
                offered=tuple(offered.get(school.id, ())),
                distance=_kilometres(group, need.receiver, school),
                open=sum(
                    each.stage in OPEN and each.id != commission.id for each in helped.get(school.id, ())
                ),
                days=days.get(school.id, 0.0),
                results=_results(helped.get(school.id, ())),
                refused=said_no.get(school.id, ""),
            )
            for school in group.schools.values()
            if school.id != need.receiver
        ],
    )


def _written(search: Search, need: Need, reader: Reader) -> dict[str, list[Written]] | None:
    """School → its articles that are nearest to the need in meaning, the nearest first; None without search."""
    words = " ".join(f"{need.title}. {need.text}".split())[:LONGEST_QUESTION]
    question = Question(text=words, mode="meaning", per_page=ARTICLES, correct_spelling=False)
    found: dict[str, list[Written]] = defaultdict(list)
    try:
        answer = ask(search, question, reader)
    except KnowledgeBaseError:
        return None
    for each in (*answer.finds, *answer.weak):
        if each.article.school and each.meaning is not None:
            found[each.article.school].append(
                Written(
                    slug=each.article.slug,
                    title=each.article.title,
                    meaning=each.meaning,
                    owner=each.article.owner or "",
                )
            )
    return found


def offers_of(turn: Turn, need: Need | None) -> dict[str, list[Offered]]:
    """School → what it and its people offer just now, and whether it fits a need; for no need everything fits."""
    found: dict[str, list[Offered]] = defaultdict(list)
    for offer in offers.standing(turn.db, _EVERYBODY, datetime.now(UTC).date()):
        said = offer.promise
        found[said.school].append(
            Offered(
                words=said.title,
                fits=need is None or _fits(said, need),
                person=offer.author if said.personal else None,
                days=said.days_per_term * TERMS if said.days_per_term is not None else None,
            )
        )
    return found


def _fits(said: Promise, need: Need) -> bool:
    """True when an offer is about one of the themes or needs, and excludes neither key stage nor provision."""
    about = {*said.themes, *said.needs} & {*need.themes, *need.needs}
    return (
        bool(about) and _meets(said.key_stages, need.key_stages) and _meets(said.provisions, need.provisions)
    )


def _meets(offered: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """True when one of what is wanted is offered; who has not said any has not left any out."""
    return not offered or not wanted or ALL in (*offered, *wanted) or bool({*offered} & {*wanted})


def _results(helped: tuple[Commission, ...]) -> dict[Result, int]:
    said = [each.evaluation.result for each in helped if each.evaluation]
    return {result: said.count(result) for result in Result}


def _kilometres(group: Group, receiver: str, school: School) -> float | None:
    """As the crow flies; None when one of them has no place on the map."""
    there = group.schools.get(receiver)
    if there is None or there.map is None or school.map is None:
        return None
    return math.dist(there.map, school.map)
