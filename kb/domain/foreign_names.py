"""Addresses and titles for pages from elsewhere.

In a tree of course materials thirty pages are called ‘Reflect’ and lie in files with the same name. Their
address is made from the whole path, and a title that several pages share gets words in front or behind
that tell them apart: always words found in the pages themselves, never invented ones.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from kb.domain.plain_words import shortened

LONGEST_SLUG = 100
LONGEST_TITLE = 120
SHORTEST_TITLE = 5
_LONGEST_NAME = 60
_LONGEST_CONTEXT = 75
_FRONT_PAGES = frozenset(("index", "readme", "_index"))
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What is known of a page before it has an address.

    source    its path from the imported folder on
    given     the title it states, else its first heading, else the words of its file’s name
    headings  in plain words, in the order of the text
    links     key of a page it links to → the headings above the link, the widest first
    """

    source: str
    given: str
    headings: tuple[str, ...] = ()
    caption: str = ""
    links: Mapping[str, tuple[str, ...]]


def key_of(source: str) -> str:
    """The path of a page as links name it: without its ending, a folder’s front page as the folder."""
    path = PurePosixPath(source)
    return _key(path.parent if path.stem.casefold() in _FRONT_PAGES else path.with_suffix(""))


def _key(path: PurePosixPath) -> str:
    return "" if path == PurePosixPath(".") else path.as_posix()


def slug_of(source: str, taken: Collection[str]) -> str:
    """An address for a page: the words of its path, at most a hundred characters, like none of ``taken``."""
    parts = [_slug(part) for part in key_of(source).split("/")]
    name = _cut(parts[-1], _LONGEST_NAME) or _cut(_slug(PurePosixPath(source).stem), _LONGEST_NAME)
    place = _cut("-".join(part for part in parts[:-1] if part), LONGEST_SLUG - len(name) - 1)
    slug = "-".join(part for part in (place, name) if part) or "page"
    number = 1
    while (numbered := slug if number == 1 else f"{slug}-{number}") in taken:
        number += 1
    return numbered


def _slug(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.replace("'", "").replace("’", ""))
    return _NOT_IN_SLUG.sub("-", letters.encode("ascii", "ignore").decode().lower()).strip("-")


def _cut(slug: str, longest: int) -> str:
    """The slug cut between words."""
    if len(slug) <= longest:
        return slug
    hyphen = slug.rfind("-", 0, longest + 1)
    return slug[: hyphen if hyphen > 0 else longest]


def titles_of(pages: Sequence[Page]) -> dict[str, str]:
    """Source → title for every page, different from each other as far as the pages themselves allow."""
    by_key = {key_of(page.source): page for page in pages}
    titles = {page.source: _fitted(page.given) for page in pages}
    for telling_apart in _WAYS:
        unclear = _unclear(pages, titles)
        if not unclear:
            break
        found = telling_apart(unclear, by_key)
        proposed = titles | found
        counts = Counter(title.casefold() for title in proposed.values())
        titles |= {source: title for source, title in found.items() if counts[title.casefold()] == 1}
    return titles


def _unclear(pages: Sequence[Page], titles: Mapping[str, str]) -> list[Page]:
    counts = Counter(title.casefold() for title in titles.values())
    return [
        page
        for page in pages
        if counts[titles[page.source].casefold()] > 1 or len(titles[page.source]) < SHORTEST_TITLE
    ]


def _fitted(title: str) -> str:
    return shortened(title, LONGEST_TITLE)


def _parent(page: Page, by_key: Mapping[str, Page]) -> Page | None:
    """The page of the folder a page lies in."""
    folder = PurePosixPath(key_of(page.source)).parent
    return by_key.get(_key(folder)) if key_of(page.source) else None


def _by_parent_heading(pages: Iterable[Page], by_key: Mapping[str, Page]) -> dict[str, str]:
    """With the heading under which the folder’s own page lists the page."""
    found: dict[str, str] = {}
    for page in pages:
        parent = _parent(page, by_key)
        above = parent.links.get(key_of(page.source), ()) if parent else ()
        counts = Counter(parent.headings if parent else ())
        telling = [words for words in reversed(above) if counts[words] == 1]
        if telling:
            found[page.source] = _led_by(telling[0], page.given)
    return found


def _by_caption(pages: Iterable[Page], _by_key: Mapping[str, Page]) -> dict[str, str]:
    return {
        page.source: _led_by(page.caption, page.given)
        for page in pages
        if page.caption and page.caption.casefold() not in page.given.casefold()
    }


def _by_first_heading(pages: Iterable[Page], by_key: Mapping[str, Page]) -> dict[str, str]:
    """With the first heading, where most pages of a title begin with one that no other page begins with."""
    counts = Counter(page.headings[0].casefold() for page in by_key.values() if page.headings)
    groups: dict[str, list[Page]] = {}
    for page in pages:
        groups.setdefault(page.given.casefold(), []).append(page)
    found: dict[str, str] = {}
    for group in groups.values():
        telling = [page for page in group if page.headings and counts[page.headings[0].casefold()] == 1]
        if 2 * len(telling) > len(group):
            found |= {page.source: _led_by(page.headings[0], page.given) for page in telling}
    return found


def _by_folder(pages: Iterable[Page], by_key: Mapping[str, Page]) -> dict[str, str]:
    """With the title of the folder’s page."""
    return {page.source: _placed(page, _folder(page, by_key)) for page in pages}


def _by_place(pages: Iterable[Page], by_key: Mapping[str, Page]) -> dict[str, str]:
    """With the title of the folder’s page and what the file’s name adds to the page’s own title."""
    return {page.source: _placed(page, _place(page, by_key)) for page in pages}


def _by_whole_place(pages: Iterable[Page], _by_key: Mapping[str, Page]) -> dict[str, str]:
    return {page.source: _placed(page, page.source) for page in pages}


def _folder(page: Page, by_key: Mapping[str, Page]) -> str:
    parent = _parent(page, by_key)
    return parent.given if parent else _spaced(PurePosixPath(key_of(page.source)).parent.name)


def _place(page: Page, by_key: Mapping[str, Page]) -> str:
    path, folder = PurePosixPath(key_of(page.source)), _folder(page, by_key)
    known = set(_WORD.findall(f"{page.given} {folder}".casefold()))
    added = " ".join(word for word in _spaced(path.name).split() if word.casefold() not in known)
    return ", ".join(part for part in (shortened(folder, _LONGEST_CONTEXT), added) if part)


def _spaced(name: str) -> str:
    return re.sub(r"[-_\s]+", " ", name).strip()


def _led_by(context: str, title: str) -> str:
    """‘Directing attention: Teaching challenge’; a dash where one of them has a colon already."""
    if context.casefold() == title.casefold():
        return _fitted(title)
    mark = " – " if ":" in context + title else ": "
    room = max(LONGEST_TITLE - len(mark) - len(title), 30)
    return _fitted(f"{shortened(context.rstrip(' :.'), min(room, _LONGEST_CONTEXT))}{mark}{title}")


def _placed(page: Page, place: str) -> str:
    room = max(LONGEST_TITLE - 3 - len(page.given), 40)
    title = shortened(page.given, LONGEST_TITLE - 43)
    return f"{title} ({shortened(place, room)})" if place else title


_WAYS = (_by_parent_heading, _by_caption, _by_first_heading, _by_folder, _by_place, _by_whole_place)
