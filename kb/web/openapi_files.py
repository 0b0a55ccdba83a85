"""What programmes read beside the JSON API: tables, feeds, calendars and texts, for its description."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

Schema = dict[str, Any]


class Door(Enum):
    """What opens a file: nothing, a token for tables, or the secret in its address."""

    OPEN = "open"
    TOKEN = "token"  # noqa: S105 - a kind, not a secret
    SECRET = "secret"  # noqa: S105


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One address. ``narrowed`` names what may stand in its query string."""

    path: str
    name: str
    summary: str
    door: Door
    narrowed: Sequence[str] = ()


FILES = (
    File(path="/articles/{slug}.md", name="articleText", summary="An article as Markdown.", door=Door.OPEN),
    File(path="/feeds/new.atom", name="feed", summary="What is new.", door=Door.OPEN),
    File(path="/feeds/theme/{term}.atom", name="themeFeed", summary="New about a theme.", door=Door.OPEN),
    File(
        path="/feeds/key-stage/{term}.atom",
        name="keyStageFeed",
        summary="New for a key stage.",
        door=Door.OPEN,
    ),
    File(
        path="/feeds/collection/{collection}.atom",
        name="collectionFeed",
        summary="The articles of a public collection.",
        door=Door.OPEN,
    ),
    File(
        path="/feeds/mine/{token}.atom",
        name="ownFeed",
        summary="What is new of all that its owner may read; with followed=1 of what they follow.",
        door=Door.SECRET,
        narrowed=("followed",),
    ),
    File(
        path="/feeds/reviews/{token}.ics",
        name="reviewCalendar",
        summary="When the articles that its owner looks after are due.",
        door=Door.SECRET,
    ),
    File(
        path="/feeds/commissions/{token}.ics",
        name="commissionCalendar",
        summary="Visits and next steps of its owner’s commissions.",
        door=Door.SECRET,
    ),
    File(
        path="/cpd/record.csv",
        name="cpdRecord",
        summary="One’s own record of learning.",
        door=Door.TOKEN,
        narrowed=("from", "until", "thoughts"),
    ),
    File(
        path="/objectives/objectives.csv",
        name="objectives",
        summary="Objectives that one may see, a line for each thing that shows progress.",
        door=Door.TOKEN,
    ),
    File(
        path="/commissions/commissions.csv",
        name="commissions",
        summary="Commissions that one may see.",
        door=Door.TOKEN,
    ),
    File(
        path="/commissions/value.csv",
        name="value",
        summary="Days, cost and outcome by commission, theme and school; for the lead.",
        door=Door.TOKEN,
        narrowed=("period",),
    ),
    File(
        path="/commissions/capacity.csv",
        name="capacity",
        summary="What each school gives to others; for the lead.",
        door=Door.TOKEN,
    ),
    File(
        path="/approaches/{approach}/readers.csv",
        name="approachReaders",
        summary="Who has read a trust approach; for the lead.",
        door=Door.TOKEN,
    ),
    File(
        path="/pathways/desk/{pathway_id}/ask/{requirement_id}.csv",
        name="pathwayAsked",
        summary="Who has finished a pathway that is asked of them; for the lead.",
        door=Door.TOKEN,
    ),
    File(
        path="/insights/{sheet}/{table}.csv",
        name="insights",
        summary="A table of insights; for the lead.",
        door=Door.TOKEN,
        narrowed=("first", "last"),
    ),
    File(
        path="/insights/gaps/gaps.csv",
        name="gaps",
        summary="Needs that nothing answers; for the lead.",
        door=Door.TOKEN,
    ),
)
MEDIA = {"csv": "text/csv", "atom": "application/atom+xml", "ics": "text/calendar", "md": "text/markdown"}
OPENED_BY: Mapping[Door, list[Schema]] = {Door.OPEN: [{}], Door.SECRET: [{}], Door.TOKEN: [{"token": []}]}
REFUSED = {401: "The token opens nothing here.", 403: "It is kept for other people, such as the lead."}
SAID = {
    "slug": "The article’s name in addresses.",
    "term": "The id of a term of the vocabulary.",
    "collection": "The collection’s name in addresses.",
    "approach": "The approach’s name in addresses.",
    "token": "The secret of its owner; making a new address ends it.",
    "pathway_id": "The number of the pathway.",
    "requirement_id": "The number of the asking.",
    "sheet": "The page of insights, such as searches.",
    "table": "The table on that page, as its link has it.",
    "followed": "1: only what its owner follows.",
    "from": "The first day, such as 2026-09-01; this school year when none is given.",
    "until": "The last day.",
    "thoughts": "yes: with what one wrote down.",
    "period": "all: all commissions; else those that were begun in the last twelve months.",
    "first": "The first day, such as 2026-09-01; the last twelve weeks when none is given.",
    "last": "The last day.",
}
"""Name of a parameter → what it is."""


def paths() -> Schema:
    """Each address with what it answers, as OpenAPI has it."""
    return {file.path: {"get": _described(file)} for file in FILES}


def _described(file: File) -> Schema:
    refused = REFUSED if file.door is Door.TOKEN else {}
    media = MEDIA[file.path.rpartition(".")[2]]
    return {
        "operationId": file.name,
        "summary": file.summary,
        "security": OPENED_BY[file.door],
        "parameters": [
            *(_parameter(name, "path") for name in re.findall(r"{(\w+)}", file.path)),
            *(_parameter(name, "query") for name in file.narrowed),
        ],
        "responses": {
            "200": {"description": file.summary, "content": {media: {"schema": {"type": "string"}}}},
            **{str(status): {"description": when} for status, when in refused.items()},
            "404": {"description": "There is nothing that this reader may see."},
        },
    }


def _parameter(name: str, place: str) -> Schema:
    return {
        "name": name,
        "in": place,
        "required": place == "path",
        "description": SAID[name],
        "schema": {"type": "string"},
    }
