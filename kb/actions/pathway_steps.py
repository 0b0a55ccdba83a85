"""The steps of a pathway as one reader may see them: titles and links, or that a step is not for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kb.domain.article import Visibility
from kb.domain.pathway import Outline, Step, StepKind
from kb.domain.search import Reader
from kb.storage import articles, collections
from kb.storage.database import Database

EVERYBODY = Reader(visibilities=frozenset(Visibility))

UNTITLED: Mapping[StepKind, str] = {
    StepKind.ARTICLE: "An article that is not available to you",
    StepKind.COLLECTION: "A collection that is not available to you",
}
PLACES: Mapping[StepKind, str] = {StepKind.ARTICLE: "articles", StepKind.COLLECTION: "collections"}
"""What stands on this site, and where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStep:
    """A step for one reader.

    title  of what it leads to; words that tell nothing when that is not for them
    link   an address of this site or another; empty when it leads nowhere
    there  False when the reader may not see what it leads to, or it was taken down
    """

    step: Step
    number: int
    title: str
    link: str
    there: bool


def shown(db: Database, outline: Outline, reader: Reader) -> tuple[ShownStep, ...]:
    """Every step in order. What is written about a step that is not for the reader is left out, too."""
    titles = _titles(db, outline, reader)
    return tuple(_shown(step, number, titles) for number, step in enumerate(outline.steps, 1))


def is_there(db: Database, step: Step, reader: Reader) -> bool:
    """True when a reader may see what a step leads to."""
    if step.kind is StepKind.COLLECTION:
        return collections.find(db, step.target, reader) is not None
    return step.kind is not StepKind.ARTICLE or articles.find(db, step.target, reader) is not None


def _titles(db: Database, outline: Outline, reader: Reader) -> Mapping[tuple[StepKind, str], str]:
    """(kind, slug) → title, of the articles and collections that a reader may see."""
    slugs = [step.target for step in outline.steps if step.kind is StepKind.ARTICLE]
    found = {
        (StepKind.ARTICLE, slug): article.title
        for slug, article in articles.find_all(db, slugs, reader).items()
    }
    for step in outline.steps:
        if step.kind is StepKind.COLLECTION and (there := collections.find(db, step.target, reader)):
            found[step.kind, step.target] = there.about.title
    return found


def _shown(step: Step, number: int, titles: Mapping[tuple[StepKind, str], str]) -> ShownStep:
    if step.kind not in PLACES:
        return ShownStep(step=step, number=number, title=step.title, link=step.target, there=True)
    own = titles.get((step.kind, step.target))
    if own is None:
        return ShownStep(step=step, number=number, title=UNTITLED[step.kind], link="", there=False)
    link = f"/{PLACES[step.kind]}/{step.target}"
    return ShownStep(step=step, number=number, title=step.title or own, link=link, there=True)
