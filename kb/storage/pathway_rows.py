"""Outlines of pathways as JSON, which is also how they are exported."""

from __future__ import annotations

import json
from typing import Any

from kb.domain.article import Visibility
from kb.domain.pathway import Outline, Step, StepKind


def outline_text(outline: Outline) -> str:
    """An outline as it is stored: the same outline always gives the same text."""
    return json.dumps(plain(outline), ensure_ascii=False, sort_keys=True)


def plain(outline: Outline) -> dict[str, Any]:
    """An outline as plain data."""
    return {
        "title": outline.title,
        "summary": outline.summary,
        "posts": list(outline.posts),
        "before": list(outline.before),
        "visibility": outline.visibility.value,
        "last": outline.last,
        "steps": [
            {
                "id": step.id,
                "kind": step.kind.value,
                "title": step.title,
                "about": step.about,
                "target": step.target,
                "minutes": step.minutes,
            }
            for step in outline.steps
        ],
    }


def outline_from(text: str) -> Outline:
    """The outline of a stored text."""
    stored = json.loads(text)
    return Outline(
        title=stored["title"],
        summary=stored["summary"],
        posts=tuple(stored["posts"]),
        before=tuple(stored["before"]),
        visibility=Visibility(stored["visibility"]),
        last=stored["last"],
        steps=tuple(Step(**{**each, "kind": StepKind(each["kind"])}) for each in stored["steps"]),
    )
