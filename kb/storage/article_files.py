"""The article files of a content folder, found and split, before anybody asks what they mean."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.domain.errors import ContentInvalid, Mistake
from kb.storage.content_files import read_text
from kb.storage.front_matter import Parts, split
from kb.storage.safe_yaml import FRONT_MATTER_BYTES

BODY_BYTES = 200_000
SLUG = re.compile(r"[a-z0-9][a-z0-9-]*", re.ASCII)
DEEPEST_FOLDER = 10
LONGEST_SLUG = 120
_DASH_BYTES = 100  # the two lines of dashes and empty lines around them
_ADVICE = "split it into two articles, and keep pictures in content/pictures"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFile:
    """One article file with its text in two parts.

    path    where it was read
    place   the same relative to the content folder, with forward slashes
    sha256  of the bytes of the file
    """

    slug: str
    path: Path
    place: str
    sha256: str
    parts: Parts


def article_files(content: Path) -> tuple[tuple[ArticleFile, ...], tuple[Mistake, ...]]:
    """Every article file that can be read, by path, and a mistake for each that cannot.

    Names that begin with a dot are passed over: they are half-written files or belong to an editor.
    """
    files: dict[str, ArticleFile] = {}
    mistakes: list[Mistake] = []
    for path in _paths(content / "articles", mistakes):
        try:
            file = read_article_file(content, path)
            if file.slug in files:
                message = (
                    f"‘{file.slug}’ is also the name of {files[file.slug].place}; rename one of the two."
                )
                mistakes.append(_whole(path, message))
            files.setdefault(file.slug, file)
        except ContentInvalid as error:
            mistakes += error.mistakes
    return tuple(files.values()), tuple(mistakes)


def _paths(folder: Path, mistakes: list[Mistake], *, depth: int = 0) -> Iterator[Path]:
    """Markdown files under a folder in the order of their names; links are noted and not followed."""
    if folder.is_symlink():
        mistakes.append(_whole(folder, "This is a link to another place; put the folder itself here."))
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    except OSError as error:
        mistakes.append(
            _whole(folder, f"This folder cannot be opened ({error.strerror}); check its permissions.")
        )
        return
    for entry in entries:
        path = folder / entry.name
        if entry.name.startswith("."):
            continue
        if entry.is_symlink():
            mistakes.append(_whole(path, "This is a link to another place; put the file itself here."))
        elif entry.is_dir(follow_symlinks=False) and depth == DEEPEST_FOLDER:
            mistakes.append(_whole(path, f"This is more than {DEEPEST_FOLDER} folders deep; move it up."))
        elif entry.is_dir(follow_symlinks=False):
            yield from _paths(path, mistakes, depth=depth + 1)
        elif path.suffix.casefold() in (".md", ".markdown"):
            yield path


def _whole(path: Path, message: str) -> Mistake:
    return Mistake(path=_sayable(path), line=0, message=message)


def _sayable(path: Path) -> Path:
    """The path without bytes that cannot be printed."""
    return Path(os.fsencode(path).decode("utf-8", "replace"))


def read_article_file(content: Path, path: Path) -> ArticleFile:
    """One article file.

    Raises ContentInvalid with one mistake when its name, its size or its text does not allow to read it.
    """
    slug = path.name.removesuffix(".md")
    if not is_slug(slug) or _sayable(path) != path:
        message = (
            "An article’s file is named in small letters, figures and hyphens and ends in .md; rename it."
        )
        raise ContentInvalid([_whole(path, message)])
    text, raw = read_text(path, largest=BODY_BYTES + FRONT_MATTER_BYTES + _DASH_BYTES, advice=_ADVICE)
    place = path.relative_to(content).as_posix()
    return ArticleFile(
        slug=slug,
        path=path,
        place=place,
        sha256=hashlib.sha256(raw).hexdigest(),
        parts=article_parts(text, path),
    )


def article_parts(text: str, path: Path) -> Parts:
    """The two parts of an article's text, each within its limit; raises ContentInvalid with one mistake."""
    parts = split(text, path=path)
    size = len(parts.body.encode("utf-8", "replace"))
    if size > BODY_BYTES:
        message = f"The text has {-(-size // 1000)} kB, more than {BODY_BYTES // 1000} kB; {_ADVICE}."
        raise ContentInvalid([Mistake(path=path, line=parts.body_line, message=message)])
    if not parts.body.strip():
        raise ContentInvalid(
            [_whole(path, "There is no text under the front matter; write the article there.")]
        )
    return parts


def is_slug(name: str) -> bool:
    """True when an article may be called so."""
    return len(name) <= LONGEST_SLUG and SLUG.fullmatch(name) is not None
