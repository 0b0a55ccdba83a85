"""Files of an import read: from bytes to a page whose words, links and front matter are known."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from kb.actions.import_pictures import Album, WordPictures
from kb.domain.article import Article, ArticleType
from kb.domain.foreign_addresses import key_in_tree
from kb.domain.foreign_matter import Stated, Words, stated
from kb.domain.foreign_names import Page
from kb.domain.foreign_text import ForeignBody, foreign_body
from kb.domain.library import Library
from kb.domain.word_pictures import with_words
from kb.storage.article_files import BODY_BYTES
from kb.storage.content import read_article_text
from kb.storage.foreign import ForeignPage, foreign_page
from kb.storage.import_tree import SourceFile, UnreadableFileError, read_source
from kb.storage.word import LARGEST, word_text

_OWN_KINDS = frozenset(kind.value for kind in ArticleType)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file that can be read. A Word file is kept as its digest only, for it may be large."""

    file: SourceFile
    sha256: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPage:
    """A page that has been read.

    own       the article it is, when its front matter is ours already
    notes     what could not be brought along, in sentences
    pictures  of a Word file
    """

    source: str
    sha256: str
    stated: Stated
    body: ForeignBody
    own: Article | None = None
    notes: tuple[str, ...] = ()
    pictures: WordPictures = field(default_factory=WordPictures)

    def named(self) -> Page:
        """What its address and title are made from."""
        links: dict[str, tuple[str, ...]] = {}
        for target, above in self.body.links:
            found = key_in_tree(target, self.source)
            if found:
                links.setdefault(found[0], above)
        return Page(
            source=self.source,
            given=self.own.title if self.own else self.given,
            headings=self.body.headings,
            caption=self.stated.caption,
            links=links,
        )

    @property
    def given(self) -> str:
        """The title it states, else its first heading, else the words of its file’s name."""
        path = PurePosixPath(self.source)
        name = path.parent.name if path.stem.casefold() in ("index", "readme") else path.stem
        words = " ".join((name or path.stem).replace("-", " ").replace("_", " ").split())
        return (
            self.stated.title or next(iter(self.body.headings), "") or words[:1].upper() + words[1:] or "Page"
        )


def read_file(file: SourceFile) -> Source:
    """A file’s text, or only its digest when it is a Word file.

    Raises UnreadableFileError with the reason.
    """
    raw = read_source(file, largest=LARGEST if file.is_word else BODY_BYTES)
    sha256 = hashlib.sha256(raw).hexdigest()
    if not raw.strip():
        raise UnreadableFileError("This file is empty.")
    if file.is_word:
        return Source(file=file, sha256=sha256)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UnreadableFileError(f"Line {line} is not written in UTF-8; save the file as UTF-8.") from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise UnreadableFileError(f"Line {line} holds an invisible character (U+0000); delete it.")
    return Source(file=file, sha256=sha256, text=text)


def read_page(
    source: Source, *, name: str, slug: str, library: Library, words: Words, album: Album
) -> ReadPage:
    """The page in a file; raises KnowledgeBaseError with the reason when a Word file cannot be opened.

    name   the path the page is known by
    slug   the address it will have
    album  takes the pictures of Word files in
    """
    if source.file.is_word:
        return _word_page(source, name, slug, words, album)
    page = foreign_page(source.text)
    body = foreign_body(page.body)
    own = _own_article(page, source.text, library)
    notes = (f"front matter could not be read: {page.problem}",) if page.problem else ()
    return ReadPage(
        source=name, sha256=source.sha256, stated=stated(page.values, words), body=body, own=own, notes=notes
    )


def _word_page(source: Source, name: str, slug: str, words: Words, album: Album) -> ReadPage:
    raw = read_source(source.file, largest=LARGEST)
    album.refuse_infected(raw)
    found = word_text(raw)
    pictures = album.take(found, slug)
    formulas = ["formulas left out: write them in the editor"] if found.lost_formulas else []
    return ReadPage(
        source=name,
        sha256=source.sha256,
        stated=stated({}, words),
        body=foreign_body(with_words(found.markdown, pictures.taken)),
        notes=(*formulas, *pictures.notes),
        pictures=pictures,
    )


def _own_article(page: ForeignPage, text: str, library: Library) -> Article | None:
    """The article that a page is when it comes from a knowledge base like this one."""
    if page.values.get("type") not in _OWN_KINDS:
        return None
    article, mistakes = read_article_text(text, slug="page", vocabulary=library)
    return None if mistakes else article
