"""What the JSON API tells of one article: its facts, its text, and what it rests on.

External figures carry their date, source and reservations; the school's own result stands apart from them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from pydantic import Field

from kb.domain.article import Article, LocalEvidence, Outcome, Reference
from kb.domain.library import Library
from kb.domain.search import SCHEME_OF_FACET, Facet
from kb.web.answer_marks import NONE, ApproachJson, Marks
from kb.web.answers import Answered, ArticleFacts, facts, page_of
from kb.web.cards import OUTCOMES
from kb.web.panels import EvidencePanel, evidence_panels
from kb.web.rendering import Rendered
from kb.web.wording import label

CAVEAT = "An average over studies in other schools: what might happen, not a promise."
UNCHECKED = "Not yet checked by the improvement lead."
NO_MONTHS = "Not enough evidence to say how many months"


class LocalJson(Answered):
    """What the school found itself. Never to be mixed with figures from research."""

    outcome: Outcome = Field(description="How it went, in the school's own judgement.")
    outcome_words: str = Field(description="The same in words.")
    how_we_know: str = Field(description="How the school knows.")
    level: int = Field(ge=1, le=5, description="1 described to 5 independently evaluated.")
    level_words: str = Field(description="The same in words.")
    pupils: int | None = Field(description="How many pupils took part; null when not stated.")
    staff_hours_setup: float | None = Field(description="Hours of staff time, once; null when not stated.")
    staff_hours_week: float | None = Field(
        description="Hours of staff time every week; null when not stated."
    )
    cost_band: str | None = Field(description="Id of the cost band; null when the cost is not stated.")
    cost_words: str | None = Field(description="The same in words.")


class FigureJson(Answered):
    """An external effect figure. Show it with its date, source and caveat, or not at all."""

    months: int | None = Field(
        description="Months of additional progress in a year, on average; null when the evidence is too thin to say."
    )
    months_words: str = Field(description="The same in words, also when there is no number.")
    cost: int = Field(ge=1, le=5, description="1 very low to 5 very high.")
    cost_words: str = Field(description="The same in words.")
    strength: int = Field(
        ge=0, le=5, description="How strong the evidence is: 0 not enough to 5 very extensive."
    )
    strength_words: str = Field(description="The same in words.")
    as_of: date = Field(description="The day the figure is of.")
    source: str = Field(description="Who publishes it: the name of the site.")
    source_url: str = Field(description="Where it is published.")
    verified_by: str | None = Field(description="Who compared it with the source; null when nobody has.")
    check_note: str = Field(description="How far it is checked, in words.")
    caveat: str = Field(description="What a reader must be told beside the figure.")


class StrandJson(Answered):
    """One strand of external evidence that an article draws on."""

    strand: str = Field(description="Id of the strand, a theme.")
    label: str = Field(description="What people call it.")
    figure: FigureJson | None = Field(description="Its figure; null when none is published.")


class ReferenceJson(Answered):
    """A publication that the article cites."""

    key: str = Field(description="Its name within this site.")
    authors: str = Field(description="Who wrote it, family names.")
    year: str = Field(description="When it appeared.")
    title: str = Field(description="Its title.")
    where: str = Field(description="Journal with volume and pages, or the series; may be empty.")
    doi: str | None = Field(description="Its DOI without the resolver's address; null when it has none.")
    url: str | None = Field(description="Where the DOI leads; null without one.")
    publisher: str | None = Field(description="Who published it; null when not stated.")


class HeadingJson(Answered):
    """One heading of the text."""

    level: int = Field(ge=2, le=6, description="2 for a main part: the title of the page is 1.")
    id: str = Field(description="The heading's id in html, and its anchor on the page.")
    text: str = Field(description="The heading's words.")


class ArticleJson(ArticleFacts):
    """One article: all that its file says, its text, and what it rests on."""

    authors: list[str] = Field(description="Who wrote it.")
    owner: str | None = Field(description="Who answers for it; null when not stated.")
    review_by: date | None = Field(description="When it is to be checked again; null when not stated.")
    local: LocalJson | None = Field(
        description="What the school found itself; null for other kinds of article."
    )
    evidence: list[StrandJson] = Field(description="The external evidence it draws on.")
    references: list[ReferenceJson] = Field(description="The publications it cites.")
    source: str | None = Field(description="Where an imported article came from; null for our own.")
    unstated: list[str] = Field(description="Facts that an imported file did not state.")
    approach: ApproachJson | None = Field(
        description="The trust approach that the article is; null for all others, and when you may not see it."
    )
    body: str = Field(description="The text as Markdown, without the facts on top.")
    html: str = Field(description="The text as clean HTML: no script, no style, headings from level 2.")
    contents: list[HeadingJson] = Field(description="The headings of the text, in order.")
    word_count: int = Field(ge=0, description="How many words of text there are to read.")
    markdown_url: str = Field(description="Address of the article's own file, beginning with /.")
    sha256: str = Field(description="Fingerprint of that file: another one means another text.")


def article_answer(
    article: Article, rendered: Rendered, library: Library, beside: Marks = NONE
) -> ArticleJson:
    """An article as the API tells it, with what the improvement lead says of it."""
    return ArticleJson(
        **facts(article, library, datetime.now(tz=UTC).date()),
        authors=list(article.authors),
        owner=article.owner,
        review_by=article.review_by,
        local=_local(article.local, library) if article.local else None,
        evidence=_evidence(article, library),
        references=[
            _reference(library.references[key]) for key in article.references if key in library.references
        ],
        source=article.source,
        unstated=list(article.unstated),
        approach=beside.approaches.get(article.slug),
        body=article.body,
        html=rendered.html,
        contents=[HeadingJson.model_validate(heading) for heading in rendered.contents],
        word_count=rendered.words,
        markdown_url=f"{page_of(article.slug)}.md",
        sha256=article.sha256,
    )


def _local(local: LocalEvidence, library: Library) -> LocalJson:
    return LocalJson(
        outcome=local.outcome,
        outcome_words=OUTCOMES[local.outcome],
        how_we_know=local.how_we_know,
        level=local.level,
        level_words=label(library, Facet.LEVEL, str(local.level)),
        pupils=local.pupils,
        staff_hours_setup=local.staff_hours_setup,
        staff_hours_week=local.staff_hours_week,
        cost_band=local.cost_band,
        cost_words=label(library, Facet.COST, local.cost_band) if local.cost_band else None,
    )


def _evidence(article: Article, library: Library) -> list[StrandJson]:
    """The article's strands in its order, each with its figure as the page shows it."""
    themes = library.taxonomy[SCHEME_OF_FACET[Facet.THEME]]
    with_figure = [strand for strand in article.strands if strand in library.figures]
    panels = dict(zip(with_figure, evidence_panels(article, library), strict=True))
    return [
        StrandJson(
            strand=strand,
            label=panels[strand].label if strand in panels else themes.label_of(strand),
            figure=_figure(panels[strand]) if strand in panels else None,
        )
        for strand in article.strands
    ]


def _figure(panel: EvidencePanel) -> FigureJson:
    checked = f"Checked at the source by {panel.verified_by}." if panel.verified_by else UNCHECKED
    return FigureJson(
        months=panel.gauge.months if panel.gauge else None,
        months_words=panel.gauge.words if panel.gauge else NO_MONTHS,
        cost=panel.cost.steps,
        cost_words=panel.cost.words,
        strength=panel.strength.steps,
        strength_words=panel.strength.words,
        as_of=panel.as_of,
        source=panel.source_name,
        source_url=panel.source_url,
        verified_by=panel.verified_by,
        check_note=panel.check_note,
        caveat=f"{CAVEAT} {checked}",
    )


def _reference(reference: Reference) -> ReferenceJson:
    return ReferenceJson(
        key=reference.key,
        authors=reference.authors,
        year=reference.year,
        title=reference.title,
        where=reference.where,
        doi=reference.doi,
        url=f"https://doi.org/{reference.doi}" if reference.doi else None,
        publisher=reference.publisher,
    )
