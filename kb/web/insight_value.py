"""The sheet about cost: what practice costs beside what research and the schools themselves found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from kb.domain.article import Article, Figure
from kb.domain.chart import Dot, Dots, side_by_side
from kb.domain.insight_sheet import Cell, Number, Sheet, Table
from kb.domain.library import Library
from kb.domain.search import Facet
from kb.web.cards import COSTS, OUTCOMES, STRENGTHS
from kb.web.wording import day, label


def value(articles: Sequence[Article], library: Library) -> Sheet:
    """What practice costs, beside what research and the schools themselves found."""
    used = Counter(strand for each in articles for strand in each.strands if strand in library.figures)
    figures = [library.figures[strand] for strand in sorted(used, key=lambda each: (-used[each], each))]
    months = [each.months for each in figures if each.months is not None]
    top, bottom = max([6, *months]), min([0, *months])
    return Sheet(
        id="value",
        title="Cost beside evidence",
        lead="What the practices that our articles rest on cost, and what research found. Our own results stand apart.",
        spanned=False,
        numbers=(
            Number(value=str(len(figures)), words="evidence strands in use"),
            Number(
                value=str(len(_worth_most(figures))),
                words="of them cost little and add four months or more",
            ),
        ),
        parts=(
            Dots(
                title="Months of additional progress by cost",
                said=_said(figures),
                across="Cost",
                up="Months",
                columns=tuple(words.removesuffix(" cost").capitalize() for words in COSTS),
                scale=(top, round((top + bottom) / 2, 1), bottom),
                dots=side_by_side(
                    [_dot(each, top, bottom) for each in figures if each.months is not None], apart=2.4
                ),
            ),
            _strands(figures, used),
            _local(articles, library),
        ),
    )


_MUCH, _LITTLE = 4, 2


def _worth_most(figures: Sequence[Figure]) -> list[Figure]:
    """Those that cost little and add much."""
    return [each for each in figures if (each.months or 0) >= _MUCH and each.cost <= _LITTLE]


def _said(figures: Sequence[Figure]) -> str:
    best = _worth_most(figures)
    named = ", ".join(f"{each.label} ({each.months} months)" for each in best[:6]) or "none"
    return f"Each dot is an evidence strand. Low cost with four months or more: {named}."


def _dot(figure: Figure, top: float, bottom: float) -> Dot:
    months = figure.months or 0
    return Dot(
        label=figure.label,
        x=round(100 * (figure.cost - 0.5) / len(COSTS), 1),
        y=round(100 - 100 * (months - bottom) / max(1, top - bottom), 1),
        across=COSTS[figure.cost - 1],
        up=str(months),
    )


def _strands(figures: Sequence[Figure], used: Mapping[str, int]) -> Table:
    return Table(
        id="strands",
        title="Evidence strands that our articles rest on",
        heads=("Strand", "Cost", "Months", "Strength", "Articles", "As of", "Checked"),
        rows=tuple(
            (
                Cell(value=each.label, address=each.source_url),
                COSTS[each.cost - 1],
                "not enough evidence" if each.months is None else each.months,
                STRENGTHS[each.strength],
                used[each.strand],
                day(each.as_of),
                "yes" if each.verified_by else "not yet",
            )
            for each in figures
        ),
        note="Figures of the Education Endowment Foundation, over many studies; none is a school’s own result.",
    )


def _local(articles: Sequence[Article], library: Library) -> Table:
    found = Counter((each.local.cost_band or "", each.local.outcome) for each in articles if each.local)
    bands = [*(term.id for term in library.taxonomy["cost-bands"]), ""]
    return Table(
        id="local",
        title="What our schools found themselves, by what it cost them",
        heads=("Cost to the school", *OUTCOMES.values()),
        rows=tuple(
            (
                label(library, Facet.COST, band) if band else "Not stated",
                *(found[band, outcome] for outcome in OUTCOMES),
            )
            for band in bands
            if band or any(found[band, outcome] for outcome in OUTCOMES)
        ),
        note="A school’s own judgement of its own case study.",
    )
