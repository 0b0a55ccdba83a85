"""What the JSON API answers to a search, as models: the same classes write the answers and describe them.

A field's description is what a programmer reads in /api/v1/openapi.json; it says what the name cannot.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from kb.domain.article import Article, ArticleType, Outcome, Visibility
from kb.domain.library import Library
from kb.domain.search import Answer, Facet, Find, Narrowing
from kb.web.answer_marks import NONE, ApproachJson, Marks, PinnedJson
from kb.web.asking import MODES, SORTS
from kb.web.hit_parts import ExplanationJson, PassagePart
from kb.web.wording import label


class Answered(BaseModel):
    """What every part of an answer has in common: it never changes, and is read off a noun of the same fields."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class LocalBrief(Answered):
    """What the school found itself, in short."""

    outcome: Outcome = Field(description="How it went, in the school's own judgement.")
    level: int = Field(
        ge=1, le=5, description="How well it is known: 1 described to 5 independently evaluated."
    )
    cost_band: str | None = Field(description="Id of the cost band; null when the cost is not stated.")


class ArticleFacts(Answered):
    """What an article's first lines say about it."""

    slug: str = Field(description="The article's name in addresses; it never changes.")
    title: str = Field(description="The article's title, as plain text.")
    type: ArticleType = Field(description="What kind of text it is.")
    url: str = Field(description="Address of the page on this site, beginning with /.")
    summary: str = Field(description="One or two sentences.")
    key_stages: list[str] = Field(description="Ids; [‘all’] means every key stage, [] not stated.")
    provisions: list[str] = Field(description="Ids of the provisions it was written for.")
    needs: list[str] = Field(description="Ids of special educational needs.")
    themes: list[str] = Field(description="Ids of what it is about.")
    subjects: list[str] = Field(description="Ids of subjects and early years areas of learning.")
    roles: list[str] = Field(description="Ids of the roles it helps most.")
    school: str | None = Field(
        description="Id of the school or partner it comes from; null when it comes from none."
    )
    school_name: str | None = Field(description="Name of that school or partner.")
    visibility: Visibility = Field(description="The widest circle of people who may read it.")
    published: date | None = Field(description="When it was published; null when not stated.")
    reviewed: date | None = Field(description="When somebody last checked that it is still right.")
    overdue: bool = Field(description="True when its next review is late.")
    illustrative: bool = Field(description="True when the school, the people and the results are invented.")


class HitJson(ArticleFacts):
    """One found article with the passage that answers best."""

    local: LocalBrief | None = Field(
        description="What the school found itself; null for other kinds of article."
    )
    score: float = Field(description="0 to 1, to compare within this answer only.")
    passage: str = Field(description="The passage that matched best, as plain text.")
    passage_parts: list[PassagePart] = Field(
        description="The same passage in stretches, to show what matched."
    )
    heading: str = Field(description="The headings above the passage, joined by ‘ › ’; empty at the top.")
    why: str = Field(description="Why it was found, in one line for people.")
    words: list[str] = Field(description="Words of the question found in it, as typed or as expanded.")
    meaning: float | None = Field(
        description="How near it is in meaning: cosine, -1 to 1; null when meaning was not compared."
    )
    boosts: list[str] = Field(description="Names of what lifted it, such as title.")
    explanation: ExplanationJson | None = Field(
        description="What the score is made of, in numbers; null when nothing was asked."
    )
    approach: ApproachJson | None = Field(
        description="The trust approach that the article is; null for all others, and when you may not see it."
    )


class Expansion(Answered):
    """A synonym or acronym that was searched as well. Switch it off with synonyms=0."""

    typed: str = Field(description="The words, as they stand in the question.")
    added: list[str] = Field(description="What was searched as well.")
    ambiguous: bool = Field(description="True when what was typed has several meanings and each was added.")


class HintJson(Answered):
    """Words of the question that name a filter. It is offered and never applied by itself."""

    typed: str = Field(description="The words, as they stand in the question.")
    facet: Facet = Field(description="The parameter that applies it.")
    id: str = Field(description="The parameter's value.")
    label: str = Field(description="What people call it.")


class FacetOption(Answered):
    """One value of a filter."""

    id: str = Field(description="The parameter's value.")
    label: str = Field(description="What people call it.")
    count: int = Field(ge=0, description="How many of the listed articles carry it, over all pages.")
    adds: int = Field(
        ge=0,
        description="How many more articles would be listed if it were chosen too; 0 while its filter is unused.",
    )
    chosen: bool = Field(description="True when the question is filtered by it.")
    depth: int = Field(ge=0, description="0 for a term, 1 for a narrower one that stands under it.")


class SearchAnswer(Answered):
    """One page of found articles, and how to narrow or widen the question."""

    query: str = Field(
        description="The question as it was read: invisible signs and needless spaces taken out."
    )
    mode: str = Field(description="How it was matched.", json_schema_extra={"enum": [*MODES]})
    sort: str = Field(description="The order of the hits.", json_schema_extra={"enum": [*SORTS]})
    total: int = Field(ge=0, description="How many articles are listed over all pages.")
    page: int = Field(ge=1, description="The page that was asked for, counted from 1.")
    pages: int = Field(ge=1, description="How many pages there are; 1 when nothing was found.")
    per_page: int = Field(ge=1, description="How many hits a page has at most.")
    took_ms: float = Field(ge=0, description="Milliseconds that searching took.")
    corrected: str | None = Field(
        description="The question as it was searched after spelling; null when it was searched as typed."
    )
    expanded: list[Expansion] = Field(description="What was searched beside the words of the question.")
    nothing_close: bool = Field(description="True when nothing is near enough to be listed as an answer.")
    meaning_missing: bool = Field(description="True when only words could be searched for now.")
    hints: list[HintJson] = Field(description="Filters that the words of the question suggest.")
    pinned: list[PinnedJson] = Field(
        description="What the improvement lead shows before the first page of results; neither in hits nor in total."
    )
    hits: list[HitJson] = Field(description="The articles of this page; empty beyond the last page.")
    weak: list[HitJson] = Field(
        description="Articles further away, on the first page only; neither in total nor in the counts."
    )
    facets: dict[Facet, list[FacetOption]] = Field(
        description="Filter → its values that are chosen or would list something, those worth showing first."
    )


class SimilarAnswer(Answered):
    """Articles near to one in meaning."""

    slug: str = Field(description="The article they are near to.")
    similar: list[HitJson] = Field(description="Nearest first; empty when none is near enough.")


REFUSALS: Mapping[int, tuple[str, str]] = {
    400: ("bad-request", "A parameter or its value is not understood."),
    401: (
        "sign-in-needed",
        "It is kept for people who are signed in; the site mode ‘trust’ keeps everything so.",
    ),
    403: ("not-allowed", "It is kept for other people."),
    404: ("not-found", "There is no such address or article."),
    405: ("method-not-allowed", "Something other than GET and HEAD was tried."),
    413: ("too-large", "The article is too large to show."),
    414: ("address-too-long", "The address is too long."),
    429: ("too-many-requests", "Many requests came in a short time."),
    500: ("internal-error", "It is the site's fault. Tell the administrator the reference."),
    503: ("unavailable", "The index is being built. Try again in a few minutes."),
}
"""HTTP status → the code of the refusal, which never changes, and when it comes."""


class Refusal(Answered):
    """What went wrong."""

    code: str = Field(
        description="What kind of refusal it is, for programmes; it never changes.",
        json_schema_extra={"enum": [code for code, _ in REFUSALS.values()]},
    )
    message: str = Field(description="One or two sentences that say what to do.")
    reference: str = Field(description="Stands in the site's log too: tell it when you ask for help.")


class ErrorAnswer(Answered):
    """The one shape of every refusal and mishap."""

    error: Refusal = Field(description="What went wrong and what to do.")


def answer_json(answer: Answer, library: Library, beside: Marks = NONE) -> dict[str, Any]:
    """An answer as plain data, ready for json.dumps: what /api/v1/search sends."""
    return search_answer(answer, library, beside).model_dump(mode="json")


def search_answer(answer: Answer, library: Library, beside: Marks = NONE) -> SearchAnswer:
    """An answer as the API tells it, with what the improvement lead says beside it."""
    question, today = answer.question, datetime.now(tz=UTC).date()
    return SearchAnswer(
        query=question.text,
        mode=question.mode,
        sort=question.sort,
        total=answer.total,
        page=question.page,
        pages=answer.pages,
        per_page=question.per_page,
        took_ms=answer.took_ms,
        corrected=answer.corrected,
        expanded=[Expansion.model_validate(also) for also in answer.also],
        nothing_close=answer.nothing_close,
        meaning_missing=answer.meaning_missing,
        hints=[HintJson.model_validate(hint) for hint in answer.hints],
        pinned=list(beside.pinned),
        hits=hits(answer.finds, library, today, beside),
        weak=hits(answer.weak, library, today, beside),
        facets=_facets(answer.narrowings),
    )


def hits(finds: Iterable[Find], library: Library, today: date, beside: Marks = NONE) -> list[HitJson]:
    """Found articles as the API tells them."""
    return [_hit(find, library, today, beside) for find in finds]


def facts(article: Article, library: Library, today: date) -> dict[str, Any]:
    """The fields of ArticleFacts."""
    return {name: getattr(article, name) for name in _AS_THEY_ARE} | {
        "url": page_of(article.slug),
        "school_name": label(library, Facet.SCHOOL, article.school) if article.school else None,
        "overdue": article.overdue(today),
    }


_AS_THEY_ARE = (
    "slug",
    "title",
    "type",
    "summary",
    "key_stages",
    "provisions",
    "needs",
    "themes",
    "subjects",
    "roles",
    "school",
    "visibility",
    "published",
    "reviewed",
    "illustrative",
)


def page_of(slug: str) -> str:
    """The address of an article's page."""
    return f"/articles/{slug}"


def _hit(find: Find, library: Library, today: date, beside: Marks) -> HitJson:
    local = find.article.local
    return HitJson(
        **facts(find.article, library, today),
        local=LocalBrief.model_validate(local) if local else None,
        score=find.score,
        passage="".join(part.text for part in find.passage),
        passage_parts=[PassagePart.model_validate(part) for part in find.passage],
        heading=find.heading,
        why=find.why,
        words=list(find.words),
        meaning=find.meaning,
        boosts=list(find.boosts),
        explanation=ExplanationJson.model_validate(find.explanation) if find.explanation else None,
        approach=beside.approaches.get(find.article.slug),
    )


def _facets(narrowings: Iterable[Narrowing]) -> dict[Facet, list[FacetOption]]:
    """Every facet, so that a programme need not ask whether one is there."""
    found = {
        narrowing.facet: [FacetOption.model_validate(option) for option in narrowing.options]
        for narrowing in narrowings
    }
    return {facet: found.get(facet, []) for facet in Facet}
