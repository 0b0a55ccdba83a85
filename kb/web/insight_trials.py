"""The sheet about trials and feedback: what schools tried, how it went, and what readers say about articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from kb.domain.article import Article
from kb.domain.feedback import Feedback, Verdict
from kb.domain.insight import Span
from kb.domain.insight_sheet import Cell, Number, Sheet, Table, Value, percent
from kb.domain.library import Library
from kb.domain.search import Facet, Reader
from kb.domain.trial import Tally, Trial, tally
from kb.storage import feedback, trials
from kb.storage.database import Database
from kb.web.cards import OUTCOMES
from kb.web.wording import VERDICTS, count, label

_WENT = tuple(OUTCOMES.values())
_NOTE = "Each is one school’s own judgement. None is a figure from research, and few schools prove nothing."


def sheet(db: Database, articles: Sequence[Article], library: Library, reader: Reader, span: Span) -> Sheet:
    """The trials that ran in these days, and what readers said in them."""
    known = {each.slug: each for each in articles}
    ran = [each for each in trials.seen(db, reader) if each.slug in known and _ran(each, span)]
    said = [
        each
        for each in feedback.of_articles(db)
        if each.slug in known and span.first <= each.changed_at.date() <= span.last
    ]
    return Sheet(
        id="trials",
        title="Trials and feedback",
        lead="What schools tried of what others wrote, how it went, and what readers say.",
        numbers=_numbers(tally(ran), len({each.slug for each in ran}), said),
        parts=(
            _by_article(ran, known),
            _by_theme(ran, known, library),
            _by_school(ran, library),
            _feedback(said, known),
        ),
    )


def _ran(trial: Trial, span: Span) -> bool:
    """True when it ran on one of the days; one that was not ended runs on."""
    report = trial.report
    return report.began <= span.last and (report.ended or span.last) >= span.first


def _numbers(all_of_them: Tally, articles: int, said: Sequence[Feedback]) -> tuple[Number, ...]:
    waiting = sum(not each.handled_at and each.verdict is not Verdict.HELPFUL for each in said)
    return (
        Number(
            value=f"{all_of_them.trials:,}",
            words=f"trials ran, in {count(all_of_them.schools, 'school')}",
            address="/trials/",
        ),
        Number(
            value=percent(all_of_them.worked, all_of_them.trials),
            words="of them worked, as the schools judge it",
        ),
        Number(value=str(articles), words="articles were tried"),
        Number(value=str(len(said)), words="times readers said what they think", address="/feedback/"),
        Number(value=str(waiting), words="of those remarks wait for somebody to look"),
    )


def _by_article(ran: Sequence[Trial], known: Mapping[str, Article]) -> Table:
    return Table(
        id="tried",
        title="Tried, by article",
        heads=("Article", "Schools", *_WENT),
        rows=tuple(
            (Cell(value=known[slug].title, address=f"/articles/{slug}"), *_counted(one))
            for slug, one in _tallies(ran, lambda each: [each.slug])
        ),
        stack=(2, 3, 4),
        note=_NOTE,
        empty="No trial ran in these days.",
    )


def _by_theme(ran: Sequence[Trial], known: Mapping[str, Article], library: Library) -> Table:
    return Table(
        id="tried-themes",
        title="Tried, by theme of the article",
        heads=("Theme", "Schools", *_WENT),
        rows=tuple(
            (label(library, Facet.THEME, theme), *_counted(one))
            for theme, one in _tallies(ran, lambda each: known[each.slug].themes)
        ),
        stack=(2, 3, 4),
        note="A trial of an article about two themes counts in both.",
        empty="No trial ran in these days.",
    )


def _by_school(ran: Sequence[Trial], library: Library) -> Table:
    rows: list[tuple[Value, ...]] = [
        (
            Cell(value=label(library, Facet.SCHOOL, school), address=f"/schools/{school}"),
            one.trials,
            *_counted(one)[1:],
        )
        for school, one in _tallies(ran, lambda each: [each.school])
    ]
    return Table(
        id="tried-schools",
        title="Tried, by school",
        heads=("School", "Trials", *_WENT),
        rows=tuple(rows),
        stack=(2, 3, 4),
        empty="No trial ran in these days.",
    )


def _feedback(said: Sequence[Feedback], known: Mapping[str, Article]) -> Table:
    """How many readers said what, without their words, which may tell of somebody."""
    counted = Counter((each.slug, each.verdict) for each in said)
    waiting = Counter(
        each.slug for each in said if not each.handled_at and each.verdict is not Verdict.HELPFUL
    )
    order = Counter(each.slug for each in said)
    return Table(
        id="feedback",
        title="What readers say, by article",
        heads=("Article", *VERDICTS.values(), "Waits for somebody"),
        rows=tuple(
            (
                Cell(value=known[slug].title, address=f"/articles/{slug}"),
                *(counted[slug, verdict] for verdict in VERDICTS),
                waiting[slug],
            )
            for slug in sorted(order, key=lambda each: (-order[each], known[each].title))
        ),
        stack=(1, 2, 3),
        note="Who said it and why is for those who look after the article. It is no mark for its writer.",
        empty="Nobody has said anything about an article in these days.",
    )


def _tallies(ran: Iterable[Trial], keys: Callable[[Trial], Iterable[str]]) -> tuple[tuple[str, Tally], ...]:
    """Key → tally, those with most schools first."""
    groups: dict[str, list[Trial]] = {}
    for each in ran:
        for key in dict.fromkeys(keys(each)):
            groups.setdefault(key, []).append(each)
    found = [(key, tally(some)) for key, some in groups.items()]
    return tuple(sorted(found, key=lambda pair: (-pair[1].schools, -pair[1].trials, pair[0])))


def _counted(one: Tally) -> tuple[int, int, int, int]:
    return one.schools, one.worked, one.mixed, one.did_not_work
