"""Where practice is written down and where it is not: key stages by provisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kb.domain.article import Article

Terms = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One key stage in one provision.

    articles  how many there are; overdue: of those, past their review
    newest    when one of them was last reviewed
    unmet     searches of the span that named both and found nothing close
    """

    key_stage: str
    provision: str
    articles: int = 0
    overdue: int = 0
    newest: date | None = None
    unmet: int = 0


def coverage(
    key_stages: Sequence[str],
    provisions: Sequence[str],
    articles: Iterable[tuple[Article, frozenset[str], frozenset[str]]],
    unmet: Iterable[tuple[frozenset[str], frozenset[str], int]],
    today: date,
) -> Mapping[tuple[str, str], Spot]:
    """(key stage, provision) → what there is.

    articles  each with the key stages and the provisions that it carries, wider ones included
    unmet     (key stages, provisions, how many searches)
    """
    here: dict[tuple[str, str], list[Article]] = {}
    for article, stages, places in articles:
        for stage in stages:
            for place in places:
                here.setdefault((stage, place), []).append(article)
    missing: dict[tuple[str, str], int] = {}
    for stages, places, count in unmet:
        for stage in stages:
            for place in places:
                missing[stage, place] = missing.get((stage, place), 0) + count
    return {
        (stage, place): _spot(
            stage, place, here.get((stage, place), []), missing.get((stage, place), 0), today
        )
        for stage in key_stages
        for place in provisions
    }


def _spot(stage: str, place: str, articles: Sequence[Article], unmet: int, today: date) -> Spot:
    return Spot(
        key_stage=stage,
        provision=place,
        articles=len(articles),
        overdue=sum(article.overdue(today) for article in articles),
        newest=max((article.reviewed for article in articles if article.reviewed), default=None),
        unmet=unmet,
    )
