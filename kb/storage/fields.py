"""Keys of one content mapping, turned into typed values while every mistake is noted with its line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from kb.domain.errors import ContentInvalid, Mistake
from kb.domain.taxonomy import Scheme
from kb.storage.safe_yaml import Kind, Node

MOST_ITEMS = 100
MOST_STRANGERS = 20
_SHOWN = 60

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WHOLE = re.compile(r"-?\d{1,9}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,6})?", re.ASCII)


class MistakesOf:
    """Gathers the mistakes of one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.found: list[Mistake] = []

    def add(self, line: int, message: str) -> None:
        """Note one; ``line`` 0 concerns the whole file."""
        self.found.append(Mistake(path=self.path, line=line, message=message))

    def take(self, error: ContentInvalid) -> None:
        """Note all that an error carries."""
        self.found.extend(error.mistakes)


def shown(value: str) -> str:
    """A value in quotation marks, on one line and cut to a length that fits a sentence."""
    cut = value if len(value) <= _SHOWN else value[:_SHOWN] + "…"
    return f"‘{''.join(letter if letter.isprintable() else '?' for letter in cut)}’"


def suggestion(nearest: str | None, otherwise: str) -> str:
    """The end of a sentence about an unknown word: the nearest valid one, or where to look."""
    return f"did you mean ‘{nearest}’?" if nearest else f"{otherwise}."


def nearest_of(value: str, known: Iterable[str]) -> str | None:
    """The known word most like ``value``, or None."""
    close = get_close_matches(value[:_SHOWN].casefold(), list(known), n=1, cutoff=0.5)
    return close[0] if close else None


class Fields:
    """One mapping, read key by key.

    Each question gives a value, or None when the key is absent or wrong; what is wrong goes to ``mistakes``.
    """

    def __init__(self, node: Node, mistakes: MistakesOf, *, known: Collection[str], owner: str) -> None:
        self.mistakes = mistakes
        self._line = node.line
        self._entries = node.entries
        self._owner = owner
        if node.kind is not Kind.MAPPING:
            mistakes.add(node.line, f"{owner[:1].upper()}{owner[1:]} needs keys with values here.")
        self._refuse_strangers(known)

    def _refuse_strangers(self, known: Collection[str]) -> None:
        strangers = [(key, node) for key, node in self._entries.items() if key not in known]
        for key, node in strangers[:MOST_STRANGERS]:
            end = suggestion(nearest_of(key, known), f"the keys are {', '.join(known)}")
            self.mistakes.add(node.line, f"{shown(key)} is not a key of {self._owner}; {end}")

    def require(self, keys: Iterable[str]) -> None:
        """Note every key that has no value."""
        for key in keys:
            if not self.has(key):
                self.mistakes.add(self.line(key), f"‘{key}’ is missing from {self._owner}; add it.")

    def has(self, key: str) -> bool:
        """True when the key is there with a value."""
        return key in self._entries and self._entries[key].kind is not Kind.NOTHING

    def is_empty_list(self, key: str) -> bool:
        """True when the key is there with an empty list."""
        return key in self._entries and self._entries[key] == Node(line=self.line(key), kind=Kind.LIST)

    def line(self, key: str) -> int:
        """The line of a key, or of the whole mapping when the key is absent."""
        return self._entries[key].line if key in self._entries else self._line

    def wrong(self, key: str, message: str) -> None:
        """Note a mistake on the line of a key."""
        self.mistakes.add(self.line(key), message)

    def text(self, key: str, *, longest: int = 1000, shortest: int = 1) -> str | None:
        """A text with single spaces between its words."""
        node = self._entries.get(key)
        if node is None or node.kind is Kind.NOTHING:
            return None
        if node.kind is not Kind.TEXT:
            self.wrong(key, f"‘{key}’ takes one text, and here is {node.kind.value}; write a text.")
            return None
        text = " ".join(node.text.split())
        if not shortest <= len(text) <= longest:
            self.wrong(key, f"‘{key}’ has {len(text)} characters; write {shortest} to {longest}.")
            return None
        return text

    def items(self, key: str, *, most: int = MOST_ITEMS) -> tuple[Node, ...]:
        """The items of a list, none when the key is absent or is not a list."""
        node = self._entries.get(key)
        if node is None or node.kind is Kind.NOTHING:
            return ()
        if node.kind is not Kind.LIST:
            self.wrong(
                key, f"‘{key}’ takes a list; write it in square brackets, for example [{node.text[:30]}]."
            )
            return ()
        if len(node.items) > most:
            self.wrong(key, f"‘{key}’ has {len(node.items)} items; keep at most {most}.")
            return ()
        return node.items

    def texts(self, key: str) -> tuple[Node, ...]:
        """The items of a list of texts, each once."""
        kept: dict[str, Node] = {}
        for item in self.items(key):
            if item.kind is not Kind.TEXT or not item.text.strip():
                self.mistakes.add(
                    item.line, f"‘{key}’ takes texts, and one item is {item.kind.value}; write a text."
                )
            elif item.text in kept:
                self.mistakes.add(item.line, f"‘{key}’ names {shown(item.text)} twice; keep one.")
            else:
                kept[item.text] = item
        return tuple(kept.values())

    def words(self, key: str) -> tuple[str, ...]:
        """The items of a list of texts, each once, without their lines."""
        return tuple(item.text for item in self.texts(key))

    def mapping(self, key: str) -> Node | None:
        """A value that has keys of its own."""
        node = self._entries.get(key)
        if node is None or node.kind is Kind.NOTHING:
            return None
        if node.kind is not Kind.MAPPING:
            self.wrong(
                key, f"‘{key}’ takes keys with values, and here is {node.kind.value}; indent them under it."
            )
            return None
        return node

    def whole_number(self, key: str, *, least: int, most: int) -> int | None:
        """A whole number within its limits."""
        text = self.text(key)
        if text is None:
            return None
        if not _WHOLE.fullmatch(text) or not least <= int(text) <= most:
            self.wrong(key, f"‘{key}’ says {shown(text)}; write a whole number from {least} to {most}.")
            return None
        return int(text)

    def number(self, key: str, *, least: float, most: float) -> float | None:
        """A number within its limits; never infinite or not a number."""
        text = self.text(key)
        if text is None:
            return None
        if not _NUMBER.fullmatch(text) or not least <= float(text) <= most:
            self.wrong(
                key, f"‘{key}’ says {shown(text)}; write a number from {least:g} to {most:g}, such as 0.5."
            )
            return None
        return float(text)

    def day(self, key: str) -> date | None:
        """A day of the calendar, written year-month-day."""
        text = self.text(key)
        if text is None:
            return None
        try:
            return date.fromisoformat(text if _DAY.fullmatch(text) else "")
        except ValueError:
            self.wrong(
                key, f"‘{key}’ says {shown(text)}, which is not a day; write a day such as 2026-03-02."
            )
            return None

    def yes_no(self, key: str) -> bool:
        """True only for ‘true’."""
        text = self.text(key)
        if text not in (None, "true", "false"):
            self.wrong(key, f"‘{key}’ says {shown(text)}; write true or false.")
        return text == "true"

    def choice(self, key: str, known: Sequence[str]) -> str | None:
        """A text that is one of the known."""
        text = self.text(key)
        if text is None or text in known:
            return text
        end = suggestion(nearest_of(text, known), f"write one of {', '.join(known[:12])}")
        self.wrong(key, f"‘{key}’ says {shown(text)}, which is not known; {end}")
        return None

    def choices(self, key: str, known: Collection[str], *, place: str) -> tuple[str, ...]:
        """The items of a list that are known.

        place  the file that knows them
        """
        kept = []
        for item in self.texts(key):
            if item.text in known:
                kept.append(item.text)
                continue
            end = suggestion(nearest_of(item.text, known), f"those there are stand in {place}")
            self.mistakes.add(item.line, f"‘{key}’ names {shown(item.text)}, which is not known; {end}")
        return tuple(kept)

    def terms(self, key: str, scheme: Scheme | None) -> tuple[str, ...]:
        """The items of a list that are terms in use; all of them when the scheme itself could not be read."""
        items = self.texts(key)
        return tuple(item.text for item in items if scheme is None or self._is_term(key, item, scheme))

    def term(self, key: str, scheme: Scheme | None) -> str | None:
        """A text that is a term in use."""
        text = self.text(key)
        if text is None or scheme is None:
            return text
        item = Node(line=self.line(key), kind=Kind.TEXT, text=text)
        return text if self._is_term(key, item, scheme) else None

    def _is_term(self, key: str, item: Node, scheme: Scheme) -> bool:
        term = scheme.terms.get(item.text)
        if term and not term.replaced_by:
            return True
        if term:
            message = (
                f"‘{key}’ names {shown(item.text)}, which is retired; write ‘{term.replaced_by}’ instead."
            )
        else:
            near = scheme.terms.get(scheme.nearest(item.text[:_SHOWN]) or "")
            end = suggestion(
                (near.replaced_by or near.id) if near else None, f"the ids are in vocabulary/{scheme.id}.yaml"
            )
            message = f"‘{key}’ names {shown(item.text)}, which is not in the vocabulary; {end}"
        self.mistakes.add(item.line, message)
        return False
