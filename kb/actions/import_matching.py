"""Which pages of an import are known, and what stands here of them now.

A page is known again by where it lies. In a copy of the tree it is known by its path in the tree, provided
that at least half of the paths known hold the same bytes: else two trees would only happen to have a page
of the same name, and one would overwrite the other’s.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from pathlib import Path

from kb.actions.import_reading import Source
from kb.domain.errors import ContentInvalid
from kb.domain.foreign_names import slug_of
from kb.storage.article_files import read_article_file
from kb.storage.foreign import foreign_page
from kb.storage.import_register import Entry, Register, place_of


class Standing(Enum):
    """How the article of a known page stands now."""

    UNTOUCHED = "as it was written"
    ANNOUNCED = "announced and not yet written"
    EDITED = "edited here"
    GONE = "no longer here"


class ArticlesHere:
    """The article files there are now, by address."""

    def __init__(self, content: Path) -> None:
        self._content = content
        self._paths: dict[str, Path] = {}
        for path in sorted((content / "articles").rglob("*.md")):
            if not any(part.startswith(".") for part in path.relative_to(content).parts):
                self._paths.setdefault(path.stem, path)

    @property
    def slugs(self) -> frozenset[str]:
        """Every address that is taken."""
        return frozenset(self._paths)

    def path(self, slug: str) -> Path | None:
        """Where an article lies."""
        return self._paths.get(slug)

    def sha256(self, slug: str) -> str:
        """Of the file as it is at this moment; empty when there is none that can be read."""
        path = self._paths.get(slug)
        try:
            return hashlib.sha256(path.read_bytes()).hexdigest() if path and not path.is_symlink() else ""
        except OSError:
            return ""

    def source_of(self, slug: str) -> str:
        """The source an imported article names; empty when it names none."""
        path = self._paths.get(slug)
        try:
            front = read_article_file(self._content, path).parts.front if path else ""
        except ContentInvalid:
            return ""
        source = foreign_page(f"---\n{front}\n---\n").values.get("source", "")
        return source if isinstance(source, str) else ""

    def standing(self, entry: Entry) -> Standing:
        """How the article of an earlier import stands now."""
        now = self.sha256(entry.slug)
        if entry.slug not in self._paths:
            return Standing.ANNOUNCED if entry.announced else Standing.GONE
        if now == entry.written_sha256:
            return Standing.UNTOUCHED
        return Standing.ANNOUNCED if entry.announced and now == entry.before_sha256 else Standing.EDITED


def known_pages(sources: Sequence[Source], register: Register) -> dict[Path, Entry]:
    """The entries of the pages that were imported before, by the path of their file now."""
    by_place = {entry.place: entry for entry in register.entries.values()}
    known: dict[Path, Entry] = {}
    for source in sources:
        entry = by_place.get(place_of(source.file.path))
        if entry:
            known[source.file.path] = entry
    taken = {entry.slug for entry in known.values()}
    rest = [source for source in sources if source.file.path not in known]
    return known | _known_by_path(rest, [one for one in register.entries.values() if one.slug not in taken])


def _known_by_path(sources: Iterable[Source], entries: Iterable[Entry]) -> dict[Path, Entry]:
    by_source: dict[str, Entry] = {}
    for entry in entries:
        by_source.setdefault(entry.source, entry)
    pairs = [(one, by_source[one.file.source]) for one in sources if one.file.source in by_source]
    alike = [(source, entry) for source, entry in pairs if source.sha256 == entry.source_sha256]
    is_copy = 2 * len(alike) >= len(pairs)
    return {source.file.path: entry for source, entry in (pairs if is_copy else alike)}


def addresses(
    sources: Mapping[Path, str], here: ArticlesHere, register: Register
) -> dict[Path, tuple[str, bool]]:
    """An address for each new page, and whether an article made from the same page is there without a note.

    sources  path of the file → its path in the tree
    """
    taken = set(here.slugs | register.entries.keys())
    found: dict[Path, tuple[str, bool]] = {}
    for path, source in sorted(sources.items(), key=lambda pair: pair[1]):
        wished = slug_of(source, frozenset())
        is_here = wished in here.slugs and wished not in register.entries and here.source_of(wished) == source
        slug = wished if is_here else slug_of(source, taken)
        taken.add(slug)
        found[path] = (slug, is_here)
    return found
