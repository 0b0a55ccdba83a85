"""What an article rests on, ready to lay out: external figures and the school's own result, never mixed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlsplit

from kb.domain.article import Article, Figure, LocalEvidence, Outcome
from kb.domain.library import Library
from kb.web.cards import COSTS, OUTCOMES, STRENGTHS, Meter, cost_band_meter, level_meter
from kb.web.wording import count, number

FEWEST_MONTHS, MOST_MONTHS = -4, 8
"""The ends of the gauge: wider than any figure published so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """Months on a ruler. Places are per mille of its width, so that the drawing can scale.

    start, end  left and right end of the bar
    marker      where the value is
    """

    months: int
    words: str
    start: int
    end: int
    marker: int
    zero: int
    ticks: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePanel:
    """One external figure. ``gauge`` is None when nobody can say how many months."""

    label: str
    gauge: Gauge | None
    cost: Meter
    strength: Meter
    as_of: date
    source_url: str
    source_name: str
    verified_by: str | None
    check_note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalPanel:
    """What one school found. ``facts`` are label and value, only those that were stated."""

    outcome: Outcome
    outcome_words: str
    how_we_know: str
    level: Meter
    cost: Meter | None
    facts: tuple[tuple[str, str], ...]


def evidence_panels(article: Article, library: Library) -> tuple[EvidencePanel, ...]:
    """The figures of the strands an article draws on, in its order."""
    return tuple(_panel(library.figures[strand]) for strand in article.strands if strand in library.figures)


def local_panel(article: Article, library: Library) -> LocalPanel | None:
    """The school's own result, None for an article without one."""
    local = article.local
    if local is None:
        return None
    return LocalPanel(
        outcome=local.outcome,
        outcome_words=OUTCOMES[local.outcome],
        how_we_know=local.how_we_know,
        level=_level(local, library),
        cost=cost_band_meter(local.cost_band, library) if local.cost_band else None,
        facts=tuple(_facts(local)),
    )


def gauge(months: int) -> Gauge:
    """Where a number of months lies on the ruler."""
    value = min(max(months, FEWEST_MONTHS), MOST_MONTHS)
    zero, marker = _place(0), _place(value)
    return Gauge(
        months=months,
        words=_months_in_words(months),
        start=min(zero, marker),
        end=max(zero, marker),
        marker=marker,
        zero=zero,
        ticks=tuple(_place(each) for each in range(FEWEST_MONTHS, MOST_MONTHS + 1)),
    )


def _panel(figure: Figure) -> EvidencePanel:
    return EvidencePanel(
        label=figure.label,
        # A strength of 0 means that no number of months can be told from the evidence.
        gauge=gauge(figure.months) if figure.months is not None and figure.strength > 0 else None,
        cost=Meter(kind="cost", steps=figure.cost, words=COSTS[figure.cost - 1]),
        strength=Meter(kind="strength", steps=figure.strength, words=STRENGTHS[figure.strength]),
        as_of=figure.as_of,
        source_url=figure.source_url,
        source_name=(urlsplit(figure.source_url).hostname or "").removeprefix("www."),
        verified_by=figure.verified_by,
        check_note=figure.check_note,
    )


def _facts(local: LocalEvidence) -> list[tuple[str, str]]:
    facts = []
    if local.pupils is not None:
        facts.append(("Pupils", number(local.pupils)))
    if local.staff_hours_setup is not None:
        facts.append(("To set up", f"{_hours(local.staff_hours_setup)} of staff time"))
    if local.staff_hours_week is not None:
        facts.append(("To keep going", f"{_hours(local.staff_hours_week)} a week"))
    return facts


def _level(local: LocalEvidence, library: Library) -> Meter:
    """The level with its name, "Level 2 – before and after"."""
    term = library.taxonomy["local-levels"].terms.get(str(local.level))
    meter = level_meter(local.level)
    return replace(meter, words=term.label) if term else meter


def _place(months: int) -> int:
    return round(1000 * (months - FEWEST_MONTHS) / (MOST_MONTHS - FEWEST_MONTHS))


def _months_in_words(months: int) -> str:
    if months == 0:
        return "no difference"
    more_or_less = "more" if months > 0 else "less"
    return f"{count(abs(months), 'month')} {more_or_less} progress"


def _hours(hours: float) -> str:
    return f"{number(hours)} {'hour' if hours == 1 else 'hours'}"
