"""Markdown → passages along its headings, each small enough for the model's window.

A passage never crosses a heading: what stands under "What went wrong" must not be mixed with what stands
under "What it cost". Long sections are cut between sentences, and the last sentence is repeated at the
start of the next passage, so that a thought cut in two is still found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from indexer.analysis import clean
from indexer.document import Chunk, Document

_FENCE = re.compile(r"^\s{0,3}(?:(`)``+[^`]*|(~)~~+.*)$")
_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s+(.*)$")
_CLOSING = re.compile(r"(?:^|(?<=\s))#{1,1000}$")
_ADMONITION = re.compile(r'^!!!\s+\w+(?:\s+"([^"]*)")?\s*$')
_IMAGE = re.compile(r"!\[([^\]\n]{0,500})\]\([^)\n]{0,1000}\)")
_LINK = re.compile(r"\[([^\]\[\n]{1,500})\]\([^)\n]{0,1000}\)")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,50}\]:?")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,500}>")
_ATTRIBUTES = re.compile(r"\{[:#.][^}\n]{0,200}\}")
_LEAD = re.compile(r"^\s*(?:>\s?)*(?:[-*+]\s+(?:\[[ xX]\]\s+)?|\d{1,3}[.)]\s+|:\s+)?")
_RULE_MARKS = frozenset("|:- \t")
_UNDERLINED = re.compile(r"(?<!\w)(_{1,3})(?=\S)([^*_`~\n]{1,1000}?)(?<=\S)\1(?!\w)")
_EMPHASIS = re.compile(r"(\*{1,3}|~~|`{1,8})(?=\S)([^*`~\n]{1,1000}?)(?<=\S)\1")
_ANY_MARK = re.compile(r"[\[<{_*~`]")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)]?\s+(?=[\"'“‘(]?[A-Z0-9])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """How large a passage may be.

    size     tokens a passage may hold, its title and headings included; the model's own window at most
    overlap  sentences repeated from the end of one passage at the start of the next
    count    text → number of tokens in the model's own counting
    """

    count: Callable[[str], int]
    size: int = 256
    overlap: int = 1


def context(title: str, heading_path: tuple[str, ...]) -> str:
    """What stands above a passage, in the form the model reads it."""
    return " › ".join(part for part in (title, *heading_path) if part)


def embedded_text(chunk: Chunk) -> str:
    """The text handed to the model: title and headings first, because a passage alone does not say its subject."""
    above = context(chunk.title, chunk.heading_path)
    return f"{above}\n{chunk.text}" if above else chunk.text


def chunks(document: Document, window: Window) -> list[Chunk]:
    """The passages of a document in reading order; the summary is the first. At least one, even of an empty text."""
    title = _title(clean(document.title), window)
    texts: list[tuple[tuple[str, ...], str]] = []
    for full_path, section in (((), clean(document.summary).strip()), *sections(document.body)):
        path = _path(title, full_path, window)
        budget = window.size - window.count(context(title, path)) - 4
        texts.extend((path, piece) for piece in _pieces(section, budget, window) if piece)
    texts = texts or [((), title)]
    return [
        Chunk(document_id=document.id, ordinal=ordinal, title=title, heading_path=path, text=text)
        for ordinal, (path, text) in enumerate(texts)
    ]


def _title(title: str, window: Window) -> str:
    """The title, cut when it alone would fill half the window."""
    return next((part for part, _ in _cut(title, window.size // 2, window)), "")


def _path(title: str, path: tuple[str, ...], window: Window) -> tuple[str, ...]:
    """The headings above, the innermost of them when all would leave the passage too little room."""
    while path and window.count(context(title, path)) > window.size * 2 // 3:
        path = path[1:]
    return path


def sections(markdown: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """(headings above, plain text) of each section that holds any text, in order. Linear in the text's length.

    A heading with nothing below it is text of the section around it.
    """
    path: list[tuple[int, str]] = []
    lines: list[str] = []
    fenced = ""  # the mark of the fence we are in
    for line in clean(markdown).splitlines():
        fence = _FENCE.match(line)
        if fence and (not fenced or not line.strip().strip(fenced)):
            fenced = "" if fenced else fence[1] or fence[2]
            continue
        heading = None if fenced else _HEADING.match(line)
        if not heading:
            lines.append(line if fenced else _plain_line(line))
            continue
        level = len(heading[1])
        yield from _section(path, lines, closed=bool(path) and level <= path[-1][0])
        lines = []
        path = [(depth, name) for depth, name in path if depth < level]
        path.append((level, _inline(_CLOSING.sub("", heading[2].strip())).strip()))
    yield from _section(path, lines, closed=bool(path))


def plain(cut: Iterable[tuple[tuple[str, ...], str]]) -> str:
    """The whole text of some sections without marks, headings included, for words and spelling."""
    return "\n".join("\n".join((*path[-1:], text)) for path, text in cut)


def _section(
    path: list[tuple[int, str]], lines: list[str], *, closed: bool
) -> Iterator[tuple[tuple[str, ...], str]]:
    """``closed`` when no deeper heading follows: then a heading without text would be lost."""
    names = tuple(name for _, name in path)
    paragraphs = [" ".join(part.split()) for part in "\n".join(lines).split("\n\n")]
    text = "\n".join(part for part in paragraphs if part)
    if not text and closed:
        names, text = names[:-1], names[-1]
    if text:
        yield tuple(name for name in names if name), text


def _plain_line(line: str) -> str:
    """One line without Markdown's marks. Every pattern is bounded, so hostile lines cost linear time."""
    if _RULE_MARKS.issuperset(line) and ("---" in line or ("-" in line and "|" in line)):
        return ""
    admonition = _ADMONITION.match(line)
    if admonition:
        return admonition[1] or ""
    item = _LEAD.match(line)
    listed = bool(item and item.group().strip() and item.group().strip() != ">")
    text = _inline(line[item.end() :] if item else line)
    if "|" in text and line.lstrip().startswith("|"):
        text = ", ".join(cell.strip() for cell in text.strip().strip("|").split("|") if cell.strip()) + "."
    return f"\n{text}" if listed else text


def _inline(text: str) -> str:
    """Text without the marks that stand inside a line."""
    if not _ANY_MARK.search(text):  # as in most lines
        return text
    for pattern, kept in ((_IMAGE, r"\1"), (_LINK, r"\1"), (_FOOTNOTE, ""), (_ATTRIBUTES, ""), (_TAG, "")):
        text = pattern.sub(kept, text)
    for pattern in (_UNDERLINED, _EMPHASIS) * 2:  # one may stand inside the other
        text = pattern.sub(r"\2", text)
    return text


def _pieces(text: str, budget: int, window: Window) -> Iterator[str]:
    """A section cut between sentences into pieces of at most ``budget`` tokens."""
    if window.count(text) <= budget:
        yield text
        return
    held: list[tuple[str, int]] = []
    total, fresh = 0, False
    for sentence, size in _sentences(text, budget, window):
        if fresh and total + size > budget:
            yield " ".join(part for part, _ in held)
            held = held[len(held) - window.overlap :] if window.overlap else []
            total = sum(count for _, count in held)
            if total + size > budget:
                held, total = [], 0
        held.append((sentence, size))
        total, fresh = total + size, True
    if fresh:
        yield " ".join(part for part, _ in held)


def _sentences(text: str, budget: int, window: Window) -> Iterator[tuple[str, int]]:
    for line in text.split("\n"):
        for sentence in _SENTENCE_END.split(line):
            size = window.count(sentence)
            if size <= budget:
                yield sentence, size
                continue
            yield from _cut(sentence, budget, window)


def _cut(sentence: str, budget: int, window: Window) -> Iterator[tuple[str, int]]:
    """A sentence longer than the window, cut between words; a word longer than the window, cut inside."""
    parts = [word[start : start + 200] for word in sentence.split() for start in range(0, len(word), 200)]
    step = max(1, budget // 2)
    waiting = [" ".join(parts[start : start + step]) for start in range(0, len(parts), step)][::-1]
    while waiting:
        piece = waiting.pop()
        size = window.count(piece)
        if size <= budget or len(piece) == 1:
            yield piece, size
        else:
            middle = piece.find(" ", len(piece) // 2) + 1 or len(piece) // 2
            waiting += [piece[middle:], piece[:middle].rstrip()]
