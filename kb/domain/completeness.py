"""What a text still lacks before somebody else can review it, in words for its writer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from kb.domain.article import ArticleType
from kb.domain.text import Content

SHORTEST_TITLE, LONGEST_TITLE = 5, 120
LONGEST_SUMMARY = 300
FEWEST_WORDS = 100


class Step(StrEnum):
    """The pages on which an article is written."""

    ABOUT = "about"
    SETTING = "setting"
    WRITE = "write"
    RESULTS = "results"


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One thing that is missing: on which page, in which field, and what to do."""

    step: Step
    field: str
    advice: str


def missing(content: Content, kind: ArticleType) -> tuple[Missing, ...]:
    """Everything that a text of this kind lacks, in the order of the pages."""
    return (
        *_about(content),
        *_setting(content),
        *_write(content),
        *_results(content, kind),
    )


def _about(content: Content) -> Iterator[Missing]:
    title, summary = content.title, " ".join(content.one("summary").split())
    if not title:
        yield _in(Step.ABOUT, "title", "Give it a title.")
    elif not SHORTEST_TITLE <= len(title) <= LONGEST_TITLE:
        yield _in(Step.ABOUT, "title", f"Use {SHORTEST_TITLE} to {LONGEST_TITLE} characters for the title.")
    if not summary:
        yield _in(Step.ABOUT, "summary", "Say in one or two sentences what a busy colleague should know.")
    elif len(summary) > LONGEST_SUMMARY:
        yield _in(
            Step.ABOUT,
            "summary",
            f"Shorten the summary to {LONGEST_SUMMARY} characters; it has {len(summary)}.",
        )
    if not content.several("authors"):
        yield _in(Step.ABOUT, "authors", "Name at least one author.")
    if not content.one("visibility"):
        yield _in(Step.ABOUT, "visibility", "Choose who may read it.")


def _setting(content: Content) -> Iterator[Missing]:
    if not content.one("school"):
        yield _in(Step.SETTING, "school", "Choose the school.")
    if not content.several("key_stages"):
        yield _in(Step.SETTING, "key_stages", "Tick the key stages that it is about.")
    if not content.several("provisions"):
        yield _in(Step.SETTING, "provisions", "Tick the kinds of provision that it is about.")
    if not content.several("themes"):
        yield _in(Step.SETTING, "themes", "Tick at least one theme, so that colleagues find it.")


def _write(content: Content) -> Iterator[Missing]:
    words = len(content.body.split())
    if not words:
        yield _in(Step.WRITE, "body", "Write the text.")
    elif words < FEWEST_WORDS:
        yield _in(
            Step.WRITE,
            "body",
            f"Tell a little more: there are {words} words, and a reader needs at least {FEWEST_WORDS}.",
        )


def _results(content: Content, kind: ArticleType) -> Iterator[Missing]:
    if kind is ArticleType.CASE_STUDY:
        if not content.one("outcome"):
            yield _in(Step.RESULTS, "outcome", "Say how it went. “It did not work” helps others as much.")
        if not content.one("how_we_know"):
            yield _in(Step.RESULTS, "how_we_know", "Say how you know: what you counted or saw, and when.")
        if not content.one("level"):
            yield _in(Step.RESULTS, "level", "Choose how closely you looked at the result.")
    if kind is ArticleType.RESEARCH_SUMMARY and not content.several("strands"):
        yield _in(Step.RESULTS, "strands", "Choose the strand of evidence that it belongs to.")


def _in(step: Step, field: str, advice: str) -> Missing:
    return Missing(step=step, field=field, advice=advice)
