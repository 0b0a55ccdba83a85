"""An article as a card in a listing: everything looked up and put into words, so that templates only lay out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date

from kb.domain.article import Article, ArticleType, Outcome
from kb.domain.library import Library
from kb.domain.search import Explanation, Facet, Find, Passage
from kb.domain.taxonomy import ALL
from kb.web.wording import in_a_sentence, label

STRENGTHS = (
    "not enough evidence",
    "very limited evidence",
    "limited evidence",
    "moderate evidence",
    "extensive evidence",
    "very extensive evidence",
)
"""Words for a figure's strength, 0 to 5."""

COSTS = ("very low cost", "low cost", "moderate cost", "high cost", "very high cost")
"""Words for a figure's cost, 1 to 5."""

OUTCOMES = {
    Outcome.WORKED: "Worked",
    Outcome.MIXED: "Mixed results",
    Outcome.DID_NOT_WORK: "Did not work",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A key stage or a provision: a word with a shape of its own.

    shape  id of the drawing in components/shapes.html
    """

    facet: Facet
    id: str
    label: str
    short: str
    shape: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """Some steps out of five, always with words. Nothing is drawn when there is nothing to say (``steps`` 0)."""

    kind: str
    steps: int
    words: str
    of: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Foot:
    """What a card says of its article whatever was asked: the same on every page until the article changes."""

    key_stages: tuple[Chip, ...]
    provisions: tuple[Chip, ...]
    meters: tuple[Meter, ...]
    outcome: Outcome | None
    outcome_words: str
    school_id: str
    school: str
    reviewed: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One article in a listing.

    school_id, school  empty when it comes from no school
    passage            empty in listings that answer no question
    trail              what its link carries to tell on which page of results, and where, it stood
    """

    slug: str
    title: str
    type: ArticleType
    type_label: str
    summary: str
    key_stages: tuple[Chip, ...]
    provisions: tuple[Chip, ...]
    meters: tuple[Meter, ...]
    outcome: Outcome | None
    outcome_words: str
    school_id: str
    school: str
    reviewed: date | None
    overdue: bool
    illustrative: bool
    passage: tuple[Passage, ...] = ()
    heading: str = ""
    why: str = ""
    trail: str = ""
    explanation: Explanation | None = None

    @property
    def foot(self) -> Foot:
        """The part below the text."""
        return Foot(**{name: getattr(self, name) for name in _OF_FOOT})


_OF_FOOT = tuple(each.name for each in fields(Foot))


def cards(articles: Iterable[Article], library: Library, today: date) -> tuple[Card, ...]:
    """Cards of articles that answer no particular question."""
    return tuple(card(article, library, today) for article in articles)


def found(finds: Iterable[Find], library: Library, today: date) -> tuple[Card, ...]:
    """Cards of found articles, with the passage that matched and why."""
    return tuple(card(find.article, library, today, find) for find in finds)


def card(article: Article, library: Library, today: date, find: Find | None = None) -> Card:
    """The card of one article; ``find`` tells how it was found."""
    outcome = article.local.outcome if article.local else None
    return Card(
        slug=article.slug,
        title=article.title,
        type=article.type,
        type_label=label(library, Facet.TYPE, article.type),
        summary=article.summary,
        key_stages=stage_chips(article, library),
        provisions=provision_chips(article, library),
        meters=tuple(
            meter for meter in (cost_meter(article, library), strength_meter(article, library)) if meter
        ),
        outcome=outcome,
        outcome_words=OUTCOMES[outcome] if outcome else "",
        school_id=article.school or "",
        school=label(library, Facet.SCHOOL, article.school) if article.school else "",
        reviewed=article.reviewed,
        overdue=article.overdue(today),
        illustrative=article.illustrative,
        passage=find.passage if find else (),
        heading=find.heading if find else "",
        why=find.why if find else "",
        explanation=find.explanation if find else None,
    )


def stage_chips(article: Article, library: Library) -> tuple[Chip, ...]:
    """The key stages of an article, "All key stages" as one."""
    if ALL in article.key_stages:
        return (_chip(library, Facet.KEY_STAGE, ALL),)
    return tuple(_chip(library, Facet.KEY_STAGE, each) for each in article.key_stages)


def provision_chips(article: Article, library: Library) -> tuple[Chip, ...]:
    """The provisions of an article."""
    return tuple(_chip(library, Facet.PROVISION, each) for each in article.provisions)


def chips_of(library: Library, facet: Facet, ids: Iterable[str]) -> tuple[Chip, ...]:
    """Chips for any key stages or provisions."""
    return tuple(_chip(library, facet, each) for each in ids)


def cost_meter(article: Article, library: Library) -> Meter | None:
    """What it cost the school, else what the evidence says it costs."""
    if article.local and article.local.cost_band:
        return cost_band_meter(article.local.cost_band, library)
    figure = next((library.figures[each] for each in article.strands if each in library.figures), None)
    return Meter(kind="cost", steps=figure.cost, words=COSTS[figure.cost - 1]) if figure else None


def cost_band_meter(band: str, library: Library) -> Meter:
    """A local cost band as steps: the scheme lists the bands from the lowest to the highest."""
    bands = [term.id for term in library.taxonomy["cost-bands"]]
    steps = bands.index(band) + 1 if band in bands else 0
    words = in_a_sentence(library.taxonomy["cost-bands"].label_of(band))
    return Meter(kind="cost", steps=steps, of=max(len(bands), 1), words=_with_noun(words, "cost"))


def strength_meter(article: Article, library: Library) -> Meter | None:
    """How strong the evidence is: the school's own level for case studies, else that of the first figure."""
    if article.local:
        return level_meter(article.local.level)
    figure = next((library.figures[each] for each in article.strands if each in library.figures), None)
    return Meter(kind="strength", steps=figure.strength, words=STRENGTHS[figure.strength]) if figure else None


def level_meter(level: int) -> Meter:
    """The level of a school's own evidence, 1 to 5."""
    return Meter(kind="level", steps=level, words=f"local evidence: level {level}")


def _chip(library: Library, facet: Facet, term_id: str) -> Chip:
    words = label(library, facet, term_id)
    return Chip(
        facet=facet,
        id=term_id,
        label=words,
        short=_short(facet, term_id, words),
        shape=_shape(facet, term_id, library),
    )


def _short(facet: Facet, term_id: str, words: str) -> str:
    """A label short enough for a card: "KS2", "EYFS"."""
    if facet is Facet.KEY_STAGE and term_id != ALL:
        return term_id.upper()
    return words


def _shape(facet: Facet, term_id: str, library: Library) -> str:
    """A term without a drawing of its own wears that of its wider term."""
    parent = library.taxonomy[_SCHEMES[facet]].terms.get(term_id)
    return parent.parent if parent and parent.parent else term_id


_SCHEMES = {Facet.KEY_STAGE: "key-stages", Facet.PROVISION: "provisions"}


def _with_noun(words: str, noun: str) -> str:
    return words if noun in words else f"{words} {noun}"
