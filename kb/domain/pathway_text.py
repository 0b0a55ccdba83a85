"""A pathway as a Markdown file that people read without this program, and other programs with little work."""

from __future__ import annotations

import json
from collections.abc import Iterator

from kb.domain.pathway import Outline, Pathway, Step, StepKind

_PLACES = {StepKind.ARTICLE: "../articles/{}.md", StepKind.COLLECTION: "/collections/{}"}


def pathway_text(pathway: Pathway) -> str:
    """Its newest version, or the draft where there is none: facts between two lines of dashes, then the steps."""
    outline = pathway.published or pathway.draft
    facts = {
        "title": outline.title,
        "state": pathway.state.value,
        "version": pathway.version,
        "posts": list(outline.posts),
        "before": list(outline.before),
        "visibility": outline.visibility.value,
        "minutes": outline.minutes,
    }
    head = "\n".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in facts.items())
    return f"---\n{head}\n---\n\n{outline.summary}\n\n" + "\n".join(_steps(outline))


def _steps(outline: Outline) -> Iterator[str]:
    for number, step in enumerate(outline.steps, 1):
        yield f"## {number}. {step.title or step.target}\n"
        yield f"{step.kind.value}, {step.minutes} minutes{_leads_to(step)}\n"
        if step.about:
            yield f"{step.about}\n"


def _leads_to(step: Step) -> str:
    return f": <{_PLACES.get(step.kind, '{}').format(step.target)}>" if step.target else ""
