"""Pictures of imported Word files: made anew as in the editor, put beside the articles, and shown to no reader yet.

A picture is named after its article and its bytes, so that a second import finds it again with all that somebody has
said of it since. Its files are written while the page is read and get their note just before the article is written:
what a kill leaves behind has no note, and without one nothing is shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kb.domain.errors import BadRequest
from kb.domain.word_pictures import target_of, words_beside
from kb.storage import published_pictures
from kb.storage.picture_making import made_anew
from kb.storage.virus_check import refuse_infected
from kb.storage.word import WordText

HIDDEN = "hidden until somebody says who can be recognised: begin a new version of the article and describe"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """A picture whose files lie beside the articles, and the words that the Word file has for it."""

    name: str
    alt: str
    size: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordPictures:
    """The pictures of one Word file.

    taken   where a picture leads in the text → what became of it
    notes   what was refused and what must be said, in sentences
    """

    taken: Mapping[str, TakenIn] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def place(self, target: str) -> str | None:
        """The target of a picture as it is written in an imported article, None when the picture was refused."""
        found = self.taken.get(target)
        return f"../../{published_pictures.FOLDER}/{found.name}.webp" if found else None


class Album:
    """Takes the pictures of an import in, and takes away those that no article came to show."""

    def __init__(self, content: Path, virus_check: str) -> None:
        self._content = content
        self._virus_check = virus_check
        self._new: set[str] = set()

    def refuse_infected(self, raw: bytes) -> None:
        """Return when the virus scanner lets a file pass. Raises BadRequest, Unavailable."""
        refuse_infected(raw, self._virus_check)

    def take(self, word: WordText, slug: str) -> WordPictures:
        """The pictures of the Word file that becomes the article at an address.

        Raises Unavailable when the disk refuses or the virus scanner gives no answer.
        """
        taken: dict[str, TakenIn] = {}
        notes: list[str] = []
        for number, raw in enumerate(word.pictures):
            try:
                taken[target_of(number)] = self._taken(raw, slug, words_beside(word.markdown, number))
            except BadRequest as error:
                notes.append(f"picture {number + 1} cannot be taken: {error}")
        notes += [
            f"picture {number + 1} has no words for people who cannot see it"
            for number in range(len(word.pictures))
            if target_of(number) in taken and not taken[target_of(number)].alt
        ]
        return WordPictures(taken=taken, notes=tuple(notes + self._to_do(taken)))

    def note(self, pictures: WordPictures) -> None:
        """Say beside each picture that nobody has described it yet, unless somebody has."""
        for one in pictures.taken.values():
            self._new.discard(one.name)
            if not published_pictures.is_noted(self._content, one.name):
                published_pictures.say(self._content, one.name, alt=one.alt, about=None, size=one.size)

    def close(self) -> None:
        """Take away what no article came to show."""
        for name in self._new:
            published_pictures.leave_out(self._content, name)

    def _taken(self, raw: bytes, slug: str, alt: str) -> TakenIn:
        name = hashlib.sha256(slug.encode() + b"\0" + raw).hexdigest()[:32]
        told = published_pictures.noted(self._content, name)
        if told:
            return TakenIn(name=name, alt=told[0].alt or alt, size=told[1])
        self.refuse_infected(raw)
        made = made_anew(raw)
        self._new.add(name)
        published_pictures.take_in(self._content, name, made)
        return TakenIn(name=name, alt=alt, size=(made.width, made.height))

    def _to_do(self, taken: Mapping[str, TakenIn]) -> list[str]:
        """How many pictures wait for a word on who is on them."""
        abouts = [published_pictures.published_about(self._content, one.name) for one in taken.values()]
        waiting = sum(1 for about in abouts if about is None or not about.settled)
        if not waiting:
            return []
        them = "it" if waiting == 1 else "them"
        return [f"{waiting} {'picture is' if waiting == 1 else 'pictures are'} {HIDDEN} {them}"]
