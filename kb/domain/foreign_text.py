"""Somebody's Markdown made fit to be read here: no HTML, no instructions, no link that leads nowhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

from kb.domain.body import look_through
from kb.domain.foreign_headings import headings, plain_headings, relevelled, without_first
from kb.domain.foreign_links import Leading, LinkCounts, Pointers, defined_links
from kb.domain.foreign_markup import without_tags
from kb.domain.foreign_pieces import Kept, Piece, pieces
from kb.domain.foreign_tables import with_rules
from kb.domain.foreign_templates import without_instructions
from kb.domain.plain_words import plain_words

_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_LINK_TARGET = re.compile(r"\]\(\s{0,20}<?([^\s()<>]{1,2000}+)")
_AMPERSAND = re.compile(r"&amp;(?![A-Za-z0-9#])")
_SPACE = re.compile(r"[\u00a0\u2007\u202f]")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\x0b\x0c\x0e-\x1f\x00-\x08\x7f]")
_STAYS_ENTITY = frozenset("<>&*_`[]\\#|~$")
_BEGINS_A_BLOCK = re.compile(r"[ \t]*(?:[>#|]|[-*+][ \t]|\d{1,9}[.)][ \t]|[-=*_]{3,}[ \t]*$)")
_MOST_PASSES = 3
_GAPS = re.compile(r"\n{3,}")
# A line that begins so only since a tag before it is gone would open a block of code.
_TILDES = re.compile(r"^([ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?)(~{3,})", re.MULTILINE | re.ASCII)
_EMPTY_MARKS = re.compile(r"(?<![\w*])\*\*[ \t]*\*\*(?![\w*])")


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignBody:
    """A text from elsewhere as it is read, before its links are rewritten.

    pieces   its words as Markdown without HTML, its code untouched
    defined  label → target, of links by reference
    """

    pieces: tuple[Piece, ...]
    kept: Kept
    defined: dict[str, str]

    @property
    def headings(self) -> tuple[str, ...]:
        """The words of its headings, without marks."""
        found = (words for piece in self.pieces if not piece.is_code for _, words in headings(piece.text))
        return tuple(plain_words(self.kept.back(words)) for words in found)

    @property
    def links(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The targets of its links, each with the headings above it in plain words, the widest first."""
        found: list[tuple[str, tuple[str, ...]]] = []
        above: list[tuple[int, str]] = []
        for line in (line for piece in self.pieces if not piece.is_code for line in piece.text.split("\n")):
            heading = headings(line)
            if heading:
                level, words = heading[0]
                above = [one for one in above if one[0] < level]
                above.append((level, plain_words(self.kept.back(words))))
            found += [(target, tuple(words for _, words in above)) for target in _LINK_TARGET.findall(line)]
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadableBody:
    """A text fit to be an article's body."""

    text: str
    pictures_left_out: int
    links_undone: int


def foreign_body(markdown: str) -> ForeignBody:
    """What a text from elsewhere says, whatever its mark-up."""
    kept = Kept()
    defined: dict[str, str] = {}
    done: list[Piece] = []
    for piece in pieces(_INVISIBLE.sub("", markdown.replace("\r\n", "\n").replace("\r", "\n"))):
        if piece.is_code:
            done.append(piece)
            continue
        words = without_instructions(_with_whole_quotations(kept.without_code(piece.text)))
        words = without_tags(words, kept)
        words, found = defined_links(
            _AMPERSAND.sub("&", _ENTITY.sub(_character, _SPACE.sub(" ", words))), kept
        )
        defined = found | defined
        words = _TILDES.sub(r"\1\\\2", plain_headings(with_rules(_EMPTY_MARKS.sub("", words))))
        done.append(Piece(words, is_code=False))
    return ForeignBody(pieces=tuple(done), kept=kept, defined=defined)


def _with_whole_quotations(text: str) -> str:
    """Each line that goes on with a quotation marked as one, so that it stays whole when lines are split."""
    lines = [""]
    for line in text.split("\n"):
        goes_on = lines[-1].startswith(">") and bool(line.strip()) and not _BEGINS_A_BLOCK.match(line)
        lines.append(f"> {line}" if goes_on else line)
    return "\n".join(lines[1:])


def _character(found: re.Match[str]) -> str:
    """An entity as the character it stands for, unless that would be read as a mark."""
    character = unescape(found[0])
    if character == found[0] or character in _STAYS_ENTITY:
        return found[0]
    return " " if _SPACE.fullmatch(character) else _INVISIBLE.sub("", character)


def readable_body(body: ForeignBody, *, title: str, link: Leading, picture: Leading) -> ReadableBody:
    """The text for readers, its links led somewhere by ``link`` and its pictures by ``picture``.

    title  a heading at the very beginning that only repeats it is left out
    """
    counts = LinkCounts()
    pointers = Pointers(link=link, picture=picture, defined=body.defined, counts=counts)
    text = _joined(body, pointers, title)
    for _ in range(_MOST_PASSES):
        if _is_settled(text, counts):
            break
        # Marks can come together only when a tag between them has gone; then once more, as if it were foreign.
        again = Pointers(link=counts.settled, picture=counts.settled, defined={}, counts=counts)
        text = _joined(foreign_body(text), again, "")
    return ReadableBody(
        text=f"{text}\n" if text else "",
        pictures_left_out=counts.pictures_left_out,
        links_undone=counts.links_undone,
    )


def _joined(body: ForeignBody, pointers: Pointers, title: str) -> str:
    parts = [
        piece if piece.is_code else Piece(pointers.rewritten(piece.text), False) for piece in body.pieces
    ]
    words = [piece.text for piece in parts if not piece.is_code]
    following = iter(relevelled(_without_title(words, parts, title, body.kept)))
    texts = [piece.text if piece.is_code else _tidy(body.kept.back(next(following))) for piece in parts]
    return "\n".join(texts).strip("\n").rstrip()


def _is_settled(text: str, counts: LinkCounts) -> bool:
    """True when no link, heading or block of code is in the text but those that were meant."""
    seen = look_through(text)
    return (
        seen.open_fence is None
        and not seen.top_headings
        and all(counts.settled(pointer.target) is not None for pointer in seen.pointers)
    )


def _without_title(words: list[str], parts: Sequence[Piece], title: str, kept: Kept) -> list[str]:
    if not words or parts[0].is_code or not words[0].strip().startswith("#"):
        return words
    first = headings(words[0])[:1]
    if first and plain_words(kept.back(first[0][1])).casefold() == title.casefold():
        return [without_first(words[0]), *words[1:]]
    return words


def _tidy(text: str) -> str:
    """The text with single empty lines, and no spaces at the ends of lines but the two that break one."""
    lines = text.split("\n")
    done: list[str] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        bare = line.rstrip()
        if bare == ">" and done and done[-1] == ">":
            continue
        breaks = line.endswith("  ") and bool(following.strip(" \t>")) and bool(bare.strip(" \t>"))
        done.append(f"{bare}  " if breaks else bare)
    return _GAPS.sub("\n\n", "\n".join(done))
