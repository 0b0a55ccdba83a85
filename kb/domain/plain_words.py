"""The words of a piece of Markdown, and the first of them that say something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

LONGEST_SUMMARY = 300
SHORTEST_SENTENCE = 40

_PICTURE = re.compile(r"!\[([^\[\]]{0,1000})\]\([^()\s]{0,2000}\)")
_LINK = re.compile(r"\[([^\[\]]{0,1000})\]\([^()\s]{0,2000}\)")
_FOOTNOTE = re.compile(r"\[\^[^\[\]]{1,100}\]")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,1000}>")
_MARKS = re.compile(r"\\([!-/:-@\[-`{-~])|\*{1,3}|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)|~~|`+")
_FENCE = re.compile(r" {0,3}(?:`{3,}|~{3,})")
_NOT_PROSE = re.compile(
    r"[ \t]*(?:#|>|\||[-*+][ \t]|\d{1,9}[.)][ \t]|[-*_]{3,}[ \t]*$|!\[|:|\[\^|\*Picture:)| {4}|\t"
)
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+(.*)")
_LABEL = re.compile(r"\*\*[^*]{1,200}\*\*[.:]?|\[[^\[\]]{1,500}\]\([^()\s]{1,2000}\)[.:]?")
_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’)]{0,3}\s+(?=[\"'“‘(]?[A-Z0-9])")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|cf|vs|al|no|pp|Dr|Mr|Mrs|Ms|Prof|St)|\b[A-Z])\.$")


def plain_words(markdown: str) -> str:
    """The words of some Markdown on one line, without its marks."""
    text = _LINK.sub(r"\1", _PICTURE.sub(r"\1", markdown))
    text = _MARKS.sub(lambda found: found[1] or "", _TAG.sub("", _FOOTNOTE.sub("", text)))
    return " ".join(unescape(text).split())


def shortened(words: str, longest: int) -> str:
    """The words cut between two of them and ended with an ellipsis, so that they fit."""
    if len(words) <= longest:
        return words
    cut = words[: longest - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > longest // 2 else cut).rstrip(" ,;:–-(") + "…"


def first_sentence(markdown: str) -> str:
    """The first sentence of real prose, or two short ones; without prose the first item of a list.

    At most 300 characters; empty when the text has only headings, links and pictures.
    """
    paragraphs = list(_prose(markdown))
    whole = [words for words in paragraphs if len(words) >= SHORTEST_SENTENCE and not words.endswith(":")]
    if whole:
        return shortened(_beginning(whole[0]), LONGEST_SUMMARY)
    items = (plain_words(found[1]) for found in map(_ITEM.fullmatch, markdown.split("\n")) if found)
    item = next((words for words in items if len(words) >= SHORTEST_SENTENCE // 2), "")
    words = item or " ".join(paragraphs[:1])
    return shortened(words[:1].upper() + words[1:], LONGEST_SUMMARY)


def _prose(markdown: str) -> Iterator[str]:
    """The paragraphs in plain words; headings, lists, tables, code, labels and lone links left out."""
    in_code = False
    lines: list[str] = []
    for line in [*markdown.split("\n"), ""]:
        if _FENCE.match(line):
            in_code = not in_code
        elif in_code:
            continue
        elif line.strip():
            lines.append(line)
            continue
        if lines and not _NOT_PROSE.match(lines[0]) and not _LABEL.fullmatch(" ".join(lines).strip()):
            yield plain_words("\n".join(lines))
        lines = []


def _beginning(words: str) -> str:
    ends = [
        found.end()
        for found in _SENTENCE.finditer(words)
        if not _ABBREVIATION.search(words[: found.start()][-10:])
    ]
    first = next((end for end in [*ends, len(words)] if end >= SHORTEST_SENTENCE), len(words))
    return words[:first].strip()
