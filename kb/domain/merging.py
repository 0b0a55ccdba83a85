"""Two people changed one text: what both did is put together, and where they changed the same words they are asked.

A sentence is the smallest thing that is put together. What one of them took out and the other left alone is out; what
both changed, or what both wrote at one place, is never decided by the machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kb.domain.difference import SENTENCES, matches
from kb.domain.text import Content

BODY = "body"


class Choice(StrEnum):
    """What becomes of a place that two people changed."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """A place that two people changed differently.

    name  tells it apart from the others: the key of a field, or body-1, body-2 ... from the top
    """

    name: str
    before: str
    mine: str
    theirs: str

    @property
    def in_body(self) -> bool:
        """True for a place in the text itself, where both can stand one after the other."""
        return self.name.startswith(f"{BODY}-")

    def chosen(self, choice: Choice) -> str:
        """The words that stand there after a choice; what the other one wrote comes first in both."""
        if choice is Choice.BOTH:
            return _with_gap(self.theirs, self.mine)
        return self.mine if choice is Choice.MINE else self.theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class Merging:
    """What came of putting two versions together.

    fields  those about which there is no doubt
    body    pieces of text and, between them, places where both changed something
    """

    fields: Mapping[str, str | tuple[str, ...]]
    doubtful_fields: tuple[Clash, ...]
    body: tuple[str | Clash, ...]

    @property
    def clashes(self) -> tuple[Clash, ...]:
        """Every place that somebody must decide about."""
        return (*self.doubtful_fields, *(part for part in self.body if isinstance(part, Clash)))

    def settled(self, choices: Mapping[str, Choice]) -> Content:
        """The content after these choices, by the name of their place; raises KeyError when one is missing."""
        fields = dict(self.fields)
        for clash in self.doubtful_fields:
            value = clash.chosen(choices[clash.name])
            if value:
                fields[clash.name] = value
        body = "".join(
            part if isinstance(part, str) else part.chosen(choices[part.name]) for part in self.body
        )
        return Content(fields=fields, body=body)


def merging(before: Content, mine: Content, theirs: Content) -> Merging:
    """What two people made of one version, put together."""
    fields: dict[str, str | tuple[str, ...]] = {}
    doubtful = []
    for key in dict.fromkeys((*theirs.fields, *mine.fields)):
        was, my, their = (content.fields.get(key, "") for content in (before, mine, theirs))
        value = _value(was, my, their)
        if value is None:
            doubtful.append(Clash(name=key, before=_said(was), mine=_said(my), theirs=_said(their)))
        elif value:
            fields[key] = value
    body = tuple(_body(before.body, mine.body, theirs.body))
    return Merging(fields=fields, doubtful_fields=tuple(doubtful), body=body)


def _value(
    was: str | tuple[str, ...], mine: str | tuple[str, ...], theirs: str | tuple[str, ...]
) -> str | tuple[str, ...] | None:
    """What a field holds after both, None when they disagree. Of lists, each one's additions and removals count."""
    if mine in (was, theirs):
        return theirs
    if theirs == was:
        return mine
    if isinstance(mine, tuple) or isinstance(theirs, tuple):
        old, my, their = _listed(was), _listed(mine), _listed(theirs)
        stay = [one for one in their if one in my or one not in old]
        return tuple(dict.fromkeys([*stay, *(one for one in my if one not in old)]))
    return None


def _listed(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ((value,) if value else ())


def _said(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _body(before: str, mine: str, theirs: str) -> Iterator[str | Clash]:
    """The merged text in pieces."""
    base, my, their = (SENTENCES.findall(text) for text in (before, mine, theirs))
    number = 0
    at = (0, 0, 0)
    for here, there, yonder, size in [*_anchors(base, my, their), (len(base), len(my), len(their), 0)]:
        was, mine_now = "".join(base[at[0] : here]), "".join(my[at[1] : there])
        theirs_now = "".join(their[at[2] : yonder])
        value = _value(was, mine_now, theirs_now)
        if isinstance(value, str):
            yield value
        else:
            number += 1
            yield Clash(name=f"{BODY}-{number}", before=was, mine=mine_now, theirs=theirs_now)
        yield "".join(base[here : here + size])
        at = (here + size, there + size, yonder + size)


def _anchors(
    base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
) -> Iterator[tuple[int, int, int, int]]:
    """(start in the base, in mine, in theirs, length) of what all three have, in order."""
    ours, others = matches(base, mine), matches(base, theirs)
    one, two = 0, 0
    while one < len(ours) and two < len(others):
        (base_a, there, size_a), (base_b, yonder, size_b) = ours[one], others[two]
        start, end = max(base_a, base_b), min(base_a + size_a, base_b + size_b)
        if start < end:
            yield start, there + start - base_a, yonder + start - base_b, end - start
        if base_a + size_a < base_b + size_b:
            one += 1
        else:
            two += 1


def _with_gap(first: str, second: str) -> str:
    """Both texts, with at least a space between them."""
    return first + ("" if not first or not second or first[-1].isspace() else " ") + second
