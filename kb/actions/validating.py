"""Check the content folder before anybody reads it: every mistake at once, each with its file and line."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from urllib.parse import unquote

from kb.domain.article import Article
from kb.domain.body import Pointer, look_through
from kb.domain.errors import BadRequest, ContentInvalid, Mistake
from kb.storage.article_files import ArticleFile, article_files
from kb.storage.article_reading import read_article
from kb.storage.content import read_library
from kb.storage.fields import shown, suggestion
from kb.storage.synonym_file import read_synonyms

MOST_IN_ONE_TEXT = 20
PICTURE_ENDINGS = (".webp", ".png", ".jpg", ".jpeg")  # no SVG: a drawing can carry script

OUTSIDE = ("http", "https", "mailto")

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE | re.ASCII)
_PICTURES_FOLDER = re.compile(r"(?:/|(?:\.{1,2}/)*)pictures/")
_FOLDERS = ("", ".", "articles", "../articles", "/articles")


def validate(content: Path, only: Path | None = None) -> tuple[Mistake, ...]:
    """Every mistake in the content folder, by file and line; none when all is well.

    only  a file or folder in it: the mistakes elsewhere are left out

    Raises BadRequest when ``only`` is not there or not in the content folder.
    """
    chosen = None if only is None else _chosen(content, only)
    try:
        library, found = read_library(content)
    except ContentInvalid as error:
        return error.mistakes
    mistakes = [*found, *read_synonyms(content)[1]]
    files, unreadable = article_files(content)
    mistakes += unreadable
    pointing = _Pointing(content, files)
    for file in files:
        article, in_front = read_article(file, library)
        mistakes += in_front
        mistakes += _in_days(file, article)
        mistakes += _in_body(file, pointing)
    return tuple(
        sorted(mistake for mistake in set(mistakes) if chosen is None or _is_in(mistake.path, chosen))
    )


def _chosen(content: Path, only: Path) -> Path:
    """The chosen file or folder, resolved; it may also be named from the content folder on."""
    there = [path for path in (only, content / only) if path.exists() or path.is_symlink()]
    inside = [path for path in there if _is_in(path, content.resolve())]
    if not there:
        raise BadRequest(f"{only} is not there; name a file or folder in {content}.")
    if not inside:
        raise BadRequest(f"{only} is not in the content folder; name a file or folder in {content}.")
    return inside[0].resolve()


def _is_in(path: Path, folder: Path) -> bool:
    """True when a path lies in a folder, by where it stands or, for a link, by where it leads."""
    return (path.parent.resolve() / path.name).is_relative_to(folder) or path.resolve() == folder


def _in_days(file: ArticleFile, article: Article | None) -> Iterator[Mistake]:
    if article and article.review_by and article.reviewed and article.review_by < article.reviewed:
        message = f"‘review_by’ is before ‘reviewed’ ({article.reviewed}); put a later day here."
        yield Mistake(path=file.path, line=_line_of("review_by", file), message=message)


def _line_of(key: str, file: ArticleFile) -> int:
    lines = file.parts.front.split("\n")
    numbers = (number for number, line in enumerate(lines) if line.startswith(f"{key}:"))
    return file.parts.front_line + next(numbers, 0)


def _in_body(file: ArticleFile, pointing: _Pointing) -> Iterator[Mistake]:
    """What is wrong below the front matter, at most twenty of each kind: nobody mends more at once."""
    body = look_through(file.parts.body)
    if body.open_fence:
        yield _at(file, body.open_fence, "A code block begins here and never ends; end it with a line ```.")
    for line in body.top_headings[:MOST_IN_ONE_TEXT]:
        yield _at(file, line, "A heading with one # is kept for the title; begin this one with ##.")
    found = (
        (pointer.line, text) for pointer in body.pointers for text in pointing.wrong_with(pointer, file.place)
    )
    for line, message in islice(found, MOST_IN_ONE_TEXT):
        yield _at(file, line, message)


def _at(file: ArticleFile, line: int, message: str) -> Mistake:
    """A mistake on a line of the body."""
    return Mistake(path=file.path, line=line + file.parts.body_line - 1, message=message)


class _Pointing:
    """Knows what a link or picture in an article may point at."""

    def __init__(self, content: Path, files: Iterable[ArticleFile]) -> None:
        folder = content / "pictures"
        pictures = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
        self._pictures = frozenset(path.relative_to(folder).as_posix() for path in pictures)
        self._places = {file.place: file.slug for file in files}
        self._slugs = frozenset(self._places.values())

    def wrong_with(self, pointer: Pointer, place: str) -> Iterator[str]:
        """What is wrong with a pointer in the article at ``place``, in sentences."""
        target = pointer.target
        scheme = _SCHEME.match(target)
        path = unquote(re.split("[?#]", target, maxsplit=1)[0])
        if pointer.is_picture and not pointer.text:
            yield "This picture has no alternative text; say between the square brackets what it shows."
        if not target:
            yield "This leads nowhere; write the address between the round brackets."
        elif pointer.is_picture and (scheme or target.startswith("//")):
            yield "Pictures from other sites are not shown; put the picture into content/pictures."
        elif scheme and scheme[1].casefold() not in OUTSIDE:
            yield f"A link may not begin with {shown(scheme[0])}; use https, http or mailto."
        elif scheme or target.casefold().startswith(("//", "#", "?", "www.")):
            return
        elif pointer.is_picture or path.casefold().endswith(PICTURE_ENDINGS):
            yield from self._wrong_with_picture(path)
        elif not path.startswith("/") or path.startswith("/articles/"):
            yield from self._wrong_with_article(path, place)

    def _wrong_with_picture(self, path: str) -> Iterator[str]:
        folder = _PICTURES_FOLDER.match(path)
        name = path[folder.end() :] if folder else path
        if not name.casefold().endswith(PICTURE_ENDINGS):
            yield f"{shown(path)} is not a picture this site shows; save it as WebP, PNG or JPEG."
            return
        if folder is None or name not in self._pictures:
            end = _suggestion(
                posixpath.basename(path), self._pictures, "put it into content/pictures", "../pictures/"
            )
            yield f"There is no picture {shown(path)}; {end}"

    def _wrong_with_article(self, path: str, place: str) -> Iterator[str]:
        slug = posixpath.basename(path.rstrip("/")).removesuffix(".md")
        folder = posixpath.dirname(path.rstrip("/"))
        exact = posixpath.normpath(posixpath.join(posixpath.dirname(place), path))
        by_name = slug in self._slugs and folder in _FOLDERS
        if exact in self._places or (by_name and (path.endswith(".md") or folder == "/articles")):
            return
        end = _suggestion(slug, self._slugs, "write the file’s name, such as other-article.md", "", ".md")
        yield f"There is no article {shown(path)}; {end}"


def _suggestion(name: str, known: Iterable[str], otherwise: str, before: str, after: str = "") -> str:
    near = get_close_matches(name[:100], list(known), n=1)
    return suggestion(f"{before}{near[0]}{after}" if near else None, otherwise)
