"""Turning the pages of a listing, in the shape that the kit's pagination asks for."""

from __future__ import annotations

from typing import TypedDict

from kb.domain.search import Question
from kb.web import addresses


class Turn(TypedDict, total=False):
    """One entry: a page, or a gap."""

    number: int
    href: str
    current: bool
    ellipsis: bool


def turns(question: Question, pages: int) -> dict[str, object]:
    """The pages before, around and after this one; empty when there is only one."""
    if pages <= 1:
        return {}
    around = {1, pages, *range(question.page - 1, question.page + 2)}
    items: list[Turn] = []
    for number in sorted(each for each in around if 1 <= each <= pages):
        if items and number - items[-1].get("number", number) > 1:
            items.append({"ellipsis": True})
        items.append(
            {"number": number, "href": addresses.page(question, number), "current": number == question.page}
        )
    found: dict[str, object] = {"items": items}
    if question.page > 1:
        found["previous"] = {"href": addresses.page(question, question.page - 1)}
    if question.page < pages:
        found["next"] = {"href": addresses.page(question, question.page + 1)}
    return found
