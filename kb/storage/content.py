"""The content folder: the published truth, readable without the site.

The parts have a module each (vocabulary, schools, publications, synonym_file, article_files,
article_reading); this one is the door to them. A ``load_`` function gives the whole or raises
ContentInvalid with every mistake; a ``read_`` function gives what could be read beside the mistakes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from kb.domain.article import Article, Figure, Reference
from kb.domain.errors import BadRequest, ContentInvalid, Mistake, TooLarge
from kb.domain.library import Library, Reading
from kb.domain.school import Group
from kb.domain.synonym import SynonymRow
from kb.domain.taxonomy import Taxonomy
from kb.storage.article_files import (
    BODY_BYTES,
    LONGEST_SLUG,
    ArticleFile,
    article_files,
    article_parts,
    is_slug,
)
from kb.storage.article_reading import read_article
from kb.storage.content_files import write_text
from kb.storage.front_matter import article_text, front_matter_of, front_matter_text, with_days
from kb.storage.publications import read_figures, read_references
from kb.storage.safe_yaml import FRONT_MATTER_BYTES
from kb.storage.schools import read_group
from kb.storage.synonym_file import read_synonyms
from kb.storage.vocabulary import read_taxonomy

__all__ = [
    "article_text",
    "front_matter_of",
    "front_matter_text",
    "load_figures",
    "load_group",
    "load_library",
    "load_references",
    "load_synonyms",
    "load_taxonomy",
    "read_article_text",
    "read_articles",
    "read_library",
    "with_days",
    "write_article",
]

_NO_SCHEMES = Taxonomy(schemes=MappingProxyType({}))


def load_taxonomy(content: Path) -> Taxonomy:
    """Every scheme of the vocabulary."""
    taxonomy, mistakes = read_taxonomy(content)
    _refuse(mistakes)
    return taxonomy


def load_group(content: Path) -> Group:
    """The trust, its hubs, schools and partners; their terms are checked by ``load_library``."""
    group, mistakes = read_group(content, _NO_SCHEMES)
    _refuse(mistakes)
    return group


def load_figures(content: Path) -> Mapping[str, Figure]:
    """The external figures by strand; the strands are checked by ``load_library``."""
    figures, mistakes = read_figures(content, None)
    _refuse(mistakes)
    return figures


def load_references(content: Path) -> Mapping[str, Reference]:
    """The publications by key."""
    references, mistakes = read_references(content)
    _refuse(mistakes)
    return references


def load_synonyms(content: Path) -> tuple[SynonymRow, ...]:
    """The synonyms in file order."""
    rows, mistakes = read_synonyms(content)
    _refuse(mistakes)
    return rows


def load_library(content: Path) -> Library:
    """Everything that articles refer to."""
    library, mistakes = read_library(content)
    _refuse(mistakes)
    return library


def read_library(content: Path) -> tuple[Library, tuple[Mistake, ...]]:
    """What could be read of everything that articles refer to, and every mistake in it.

    Raises ContentInvalid when there is no content folder at all.
    """
    if not content.is_dir():
        message = (
            "There is no content folder here; make one with ‘kb init’, or say where it is with KB_CONTENT."
        )
        raise ContentInvalid([Mistake(path=content, line=0, message=message)])
    taxonomy, in_vocabulary = read_taxonomy(content)
    group, in_schools = read_group(content, taxonomy)
    figures, in_figures = read_figures(content, taxonomy.schemes.get("themes"))
    references, in_references = read_references(content)
    library = Library(taxonomy=taxonomy, group=group, figures=figures, references=references)
    return library, (*in_vocabulary, *in_schools, *in_figures, *in_references)


def read_articles(content: Path, vocabulary: Library) -> Reading:
    """Every article that can be read, by path, and every mistake in the others."""
    files, unreadable = article_files(content)
    articles: list[Article] = []
    mistakes = list(unreadable)
    for file in files:
        article, found = read_article(file, vocabulary)
        mistakes += found
        if article:
            articles.append(article)
    return Reading(articles=tuple(articles), mistakes=tuple(sorted(mistakes)))


def read_article_text(
    text: str, *, slug: str, vocabulary: Library
) -> tuple[Article | None, tuple[Mistake, ...]]:
    """The article that a text would be once saved under ``slug``, or None and what is wrong with it.

    For drafts, previews and imports: nothing is read from the disk or written to it.
    """
    path = Path("articles") / f"{slug}.md"
    if not is_slug(slug):
        return None, (Mistake(path=path, line=0, message=_slug_advice(slug)),)
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        parts = article_parts(plain, path)
    except ContentInvalid as error:
        return None, error.mistakes
    sha256 = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    file = ArticleFile(slug=slug, path=path, place=path.as_posix(), sha256=sha256, parts=parts)
    return read_article(file, vocabulary)


def write_article(content: Path, slug: str, text: str) -> Path:
    """Save an article where it lies already, or else in content/articles, and say where.

    Raises BadRequest for a name or a text that no article file can have, TooLarge, and Unavailable when the
    disk refuses; whatever is raised, the file that was there is unchanged.
    """
    if not is_slug(slug):
        raise BadRequest(_slug_advice(slug))
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise BadRequest("The text holds half a character that no file can keep; type it again.") from None
    if "\0" in text:
        raise BadRequest("The text holds an invisible character (U+0000); delete it and save again.")
    if size > BODY_BYTES + FRONT_MATTER_BYTES:
        raise TooLarge(f"The text is longer than {BODY_BYTES // 1000} kB; split it into two articles.")
    path = _place_of(content, slug)
    write_text(path, text)
    return path


def _place_of(content: Path, slug: str) -> Path:
    usual = content / "articles" / f"{slug}.md"
    if usual.is_file():
        return _not_outside(content, usual)
    elsewhere = next((file.path for file in article_files(content)[0] if file.slug == slug), usual)
    return _not_outside(content, elsewhere)


def _not_outside(content: Path, path: Path) -> Path:
    """The path itself; raises BadRequest when a link in it leads out of the content folder."""
    if not path.parent.resolve().is_relative_to(content.resolve()):
        raise BadRequest(
            f"{path.parent} leads out of the content folder; put an ordinary folder in its place."
        )
    return path


def _slug_advice(slug: str) -> str:
    return (
        f"‘{slug[:60]}’ cannot be an article’s address; use small letters, figures and hyphens, "
        f"at most {LONGEST_SLUG}."
    )


def _refuse(mistakes: tuple[Mistake, ...]) -> None:
    if mistakes:
        raise ContentInvalid(mistakes)
