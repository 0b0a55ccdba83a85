"""Pages of an import written as articles: our front matter, then a body fit to be read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kb.actions.import_reading import ReadPage
from kb.domain.article import ArticleType, Visibility
from kb.domain.foreign_addresses import address_on_the_web, key_in_tree
from kb.domain.foreign_names import key_of
from kb.domain.foreign_text import ReadableBody, readable_body
from kb.domain.imported import joined
from kb.domain.library import Library
from kb.domain.plain_words import first_sentence
from kb.storage.article_reading import REQUIRED
from kb.storage.content import article_text, front_matter_of, read_article_text
from kb.storage.front_matter import ARTICLE_KEYS

_ALSO_ASKED = ("needs", "subjects", "roles")  # not required of an author, but readers filter by them
_PICTURES = "pictures/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked for beside the path."""

    visibility: Visibility
    school: str | None

    def __str__(self) -> str:
        return f"visibility {self.visibility.value}, school {self.school or 'not stated'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An article as it will stand in its file.

    body     the text below the front matter
    problem  why it cannot be one; then nothing is written
    notes    what was left out, as one sentence
    """

    text: str
    body: str
    unstated: tuple[str, ...]
    notes: str
    problem: str = ""

    @property
    def sha256(self) -> str:
        """Of the file’s bytes."""
        return hashlib.sha256(self.text.encode()).hexdigest()


class Links:
    """Where the links of imported pages lead: key of a page → address of its article."""

    def __init__(self, slugs: Mapping[str, str], content: Path) -> None:
        self._slugs = {key_of(source): slug for source, slug in slugs.items()}
        self._in_small = {key.casefold(): slug for key, slug in self._slugs.items()}
        self._content = content

    def link(self, target: str, source: str) -> str | None:
        """The target as it is written in an article’s text, None when it leads nowhere."""
        outside = address_on_the_web(target)
        found = None if outside else key_in_tree(target, source)
        if found is None:
            return outside
        key, place = found
        slug = self._slugs.get(key) or self._in_small.get(key.casefold())
        return slug and f"{slug}.md{'#' if place else ''}{place.replace(' ', '-')}"

    def picture(self, target: str) -> str | None:
        """The target when it is a picture that lies in the content folder already."""
        _, found, name = target.rpartition(_PICTURES)
        file = self._content / _PICTURES / name
        is_ours = found and "/" not in name and "\\" not in name and file.is_file() and not file.is_symlink()
        return f"../../{_PICTURES}{name}" if is_ours else None


def written(
    page: ReadPage, slug: str, title: str, links: Links, options: Options, library: Library
) -> Written:
    """The article that a page becomes."""
    body = readable_body(
        page.body,
        title=page.given,
        link=lambda target: links.link(target, page.source),
        picture=lambda target: page.pictures.place(target) or links.picture(target),
    )
    values, unstated = _front_matter(page, title, body, options)
    text = article_text(values, body.text)
    notes = joined([*page.notes, *_left_out(body)])
    problem = _problem(body, text, slug, library)
    return Written(text=text, body=body.text, unstated=unstated, notes=notes, problem=problem)


def _problem(body: ReadableBody, text: str, slug: str, library: Library) -> str:
    if not body.text:
        return (
            "There is no text in it, only pictures." if body.pictures_left_out else "There is no text in it."
        )
    _, mistakes = read_article_text(text, slug=slug, vocabulary=library)
    return mistakes[0].message if mistakes else ""


def _left_out(body: ReadableBody) -> list[str]:
    notes = []
    if body.pictures_left_out:
        counted = "1 picture" if body.pictures_left_out == 1 else f"{body.pictures_left_out} pictures"
        notes.append(
            f"{counted} left out: add {'it' if body.pictures_left_out == 1 else 'them'} in the editor"
        )
    if body.links_undone:
        counted = "1 link leads" if body.links_undone == 1 else f"{body.links_undone} links lead"
        notes.append(
            f"{counted} to no imported page and {'is' if body.links_undone == 1 else 'are'} plain words now"
        )
    return notes


def _front_matter(
    page: ReadPage, title: str, body: ReadableBody, options: Options
) -> tuple[dict[str, object], tuple[str, ...]]:
    """Our front matter for a page, and the keys it does not state."""
    if page.own:
        values = front_matter_of(page.own)
    else:
        summary = page.stated.summary or first_sentence(body.text)
        values = {**page.stated.values, "title": title, "summary": summary or None}
    if options.school:
        values["school"] = options.school
    unstated = page.own.unstated if page.own else _unstated(values)
    unstated = tuple(key for key in unstated if key != "school" or not options.school)
    values.setdefault("type", ArticleType.HOW_TO.value)
    values |= {"visibility": options.visibility.value, "source": page.source, "unstated": unstated or None}
    return values, unstated


def _unstated(values: Mapping[str, object]) -> tuple[str, ...]:
    wanted = {*REQUIRED, *_ALSO_ASKED} - {"visibility"}
    if values.get("type") == ArticleType.CASE_STUDY.value:
        wanted.add("local")
    if values.get("type") == ArticleType.RESEARCH_SUMMARY.value:
        wanted.add("evidence")
    return tuple(key for key in ARTICLE_KEYS if key in wanted and not values.get(key))
