"""What each kind of article is made of: its sections, and the question that each of them answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.domain.article import ArticleType

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}##[ \t]+(\S.*?)[ \t]*#*[ \t]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of an article.

    heading   as it stands in the text
    question  what the part should tell, asked of the writer
    also      words in other headings that tell of the same: “What went wrong” will do for “What was hard”
    """

    heading: str
    question: str
    also: tuple[str, ...] = ()

    def is_told_by(self, heading: str) -> bool:
        """True when a part with this heading answers the question."""
        said = heading.casefold()
        return said == self.heading.casefold() or any(word in said for word in self.also)


SECTIONS: Mapping[ArticleType, tuple[Section, ...]] = {
    ArticleType.CASE_STUDY: (
        Section(
            heading="What was the need",
            question="What was going on, for whom, and how did you notice? Counts help more than adjectives.",
            also=("need", "why we", "before", "problem", "the books told"),
        ),
        Section(
            heading="What we did",
            question="What would a colleague have seen in the room? Who did what, when, how often?",
            also=("we did", "we changed", "we set up", "we do now", "how it works", "habits", "a week"),
        ),
        Section(
            heading="What it cost",
            question="Hours to set up, hours a week, money, and what you stopped doing to make room.",
            also=("cost", "took", "time"),
        ),
        Section(
            heading="How we know",
            question="How do you know it worked? What did you count, when, and compared with what?",
            also=("we know", "did it work", "found", "happened", "comparing", "numbers"),
        ),
        Section(
            heading="What we would change",
            question="What went wrong, for whom did it not work, and what would you do differently?",
            also=("change", "wrong", "badly", "hard", "again", "poor", "next time"),
        ),
    ),
    ArticleType.RESEARCH_SUMMARY: (
        Section(
            heading="What was asked",
            question="Which question did the research ask, and why does it matter to a teacher?",
            also=("asked", "question", "meant", "why"),
        ),
        Section(
            heading="What was found",
            question="What did it find, how big was it, and how sure are the authors?",
            also=("found", "study", "finding", "known", "tested", "evidence"),
        ),
        Section(
            heading="What this suggests",
            question="What could a teacher try on Monday? Say for which ages and settings.",
            also=("suggests", "trying", "do with", "begin", "practice", "class"),
        ),
        Section(
            heading="What this does not tell us",
            question="Where was it done, with whom, what is disputed, what must not be read into it?",
            also=("not tell", "caveat", "disagree", "disputed", "limits"),
        ),
    ),
    ArticleType.HOW_TO: (
        Section(
            heading="When to use it",
            question="In which moment does this help, and when should one leave it alone?",
            also=("when", "who", "for whom"),
        ),
        Section(
            heading="What you need",
            question="Things, people, minutes: what must be there before you begin?",
            also=("need", "before you", "prepare"),
        ),
        Section(
            heading="How to do it",
            question="One step after another, so that somebody who has never seen it can do it.",
            also=("how to", "step", "side one", "do it", "words", "practising"),
        ),
        Section(
            heading="What to watch for",
            question="What goes wrong at first, and what do you do then?",
            also=("watch", "wrong", "help", "not to", "too often"),
        ),
    ),
    ArticleType.POLICY_EXAMPLE: (
        Section(
            heading="Why we have one",
            question="What was the trouble that made you write it down?",
            also=("why", "we have", "got there"),
        ),
        Section(
            heading="The policy, in full",
            question="The text itself, as it stands in your school.",
            also=("policy", "in full", "rules", "roles"),
        ),
        Section(
            heading="What changed",
            question="How do you know that it does what it should? What did people say?",
            also=("changed", "happened", "wrong"),
        ),
        Section(
            heading="If you want to borrow it",
            question="What must another school change, and what should it leave alone?",
            also=("borrow", "your own", "adapt"),
        ),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of a text: its heading, empty for what stands before the first one, and what is under it."""

    heading: str
    text: str


def parts(body: str) -> tuple[Part, ...]:
    """A text cut at its headings of the second level; code is left whole. ``joined`` makes the text again."""
    found: list[tuple[str, list[str]]] = [("", [])]
    fence = ""
    for line in body.split("\n"):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence):
            fence = ""
        heading = None if fence or mark else _HEADING.fullmatch(line)
        if heading:
            found.append((heading[1], []))
        else:
            found[-1][1].append(line)
    return tuple(
        Part(heading=heading, text="\n".join(lines).strip("\n"))
        for heading, lines in found
        if heading or any(line.strip() for line in lines)
    )


def joined(pieces: Sequence[Part]) -> str:
    """The text of these parts; a part with nothing under its heading is left out."""
    told = [
        f"## {part.heading}\n\n{part.text.strip(chr(10))}" if part.heading else part.text.strip("\n")
        for part in pieces
        if part.text.strip()
    ]
    return "\n\n".join(told) + ("\n" if told else "")


def untold(body: str, kind: ArticleType) -> tuple[Section, ...]:
    """The sections of this kind that the text has nothing about yet."""
    headings = [part.heading for part in parts(body) if part.heading and part.text.strip()]
    return tuple(
        section for section in SECTIONS[kind] if not any(section.is_told_by(heading) for heading in headings)
    )


def guided(body: str, kind: ArticleType) -> tuple[tuple[Section | None, Part], ...]:
    """The parts of a text and the sections of its kind that are not told yet, in an order that reads well.

    Each with the section whose question it answers, None when it is a part of the writer's own.
    """
    there = list(parts(body))
    if not there or there[0].heading:
        there.insert(0, Part(heading="", text=""))
    answering: list[tuple[Section | None, Part]] = []
    left = list(SECTIONS[kind])
    for part in there:
        section = next((each for each in left if part.heading and each.is_told_by(part.heading)), None)
        if section:
            before = left[: left.index(section)]
            answering += [(each, Part(heading=each.heading, text="")) for each in before]
            left = left[left.index(section) + 1 :]
        answering.append((section, part))
    return (*answering, *((each, Part(heading=each.heading, text="")) for each in left))
