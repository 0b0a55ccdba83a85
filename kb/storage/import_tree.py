"""The files under a path that somebody wants to import, found and read with care.

No symbolic link is followed, because the tree may come from an archive somebody sent; what is left out is
counted, so that nothing goes missing without a word.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.domain.errors import BadRequest, KnowledgeBaseError
from kb.domain.imported import Imported, Verdict

MARKDOWN = (".md", ".markdown")
WORD = (".docx",)
MOST_FILES = 5_000
DEEPEST_FOLDER = 40
_MEGABYTE = 1_000_000
_HIDDEN = (".", "~$")  # Word keeps a file ~$name.docx beside every one that is open
_SAVE_AS_DOCX = {
    ".doc": "This is an old Word file",
    ".docm": "This Word file holds macros",
    ".dotx": "This is a Word template",
    ".odt": "This is an OpenDocument file",
    ".rtf": "This is a rich-text file",
}


class UnreadableFileError(KnowledgeBaseError):
    """A file cannot be read; the others can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file to import.

    source  its path from the imported folder on, with forward slashes
    """

    path: Path
    source: str

    @property
    def is_word(self) -> bool:
        """True for a Word file."""
        return self.path.suffix.casefold() in WORD


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTree:
    """What lies under a path.

    left_out  one entry for each file that cannot be taken, and one for many of a kind
    """

    root: Path
    files: tuple[SourceFile, ...]
    left_out: tuple[Imported, ...]


def source_tree(source: Path, *, content: Path) -> SourceTree:
    """The Markdown and Word files under a path, or the one file it names, by path.

    content  the content folder, which is not imported into itself

    Raises BadRequest when there is nothing at the path, nothing in it, too much, or the content folder.
    """
    if not source.exists():
        raise BadRequest(f"There is nothing at {source}; check the path.")
    inside = source.resolve()
    if inside.is_relative_to(content.resolve()):
        raise BadRequest(f"{source} lies in the content folder itself; its articles are here already.")
    walk = _Walk(inside if inside.is_dir() else inside.parent, content.resolve())
    if inside.is_dir():
        walk.folder(inside)
    else:
        walk.file(inside)
    if not walk.files and not walk.left_out and not walk.counts:
        raise BadRequest(f"There is no file in {source}; name a folder with Markdown or Word files.")
    return SourceTree(root=walk.root, files=tuple(walk.files), left_out=(*walk.left_out, *walk.counted()))


class _Walk:
    """Goes through folders and notes what it finds."""

    def __init__(self, root: Path, content: Path) -> None:
        self.root = root
        self.files: list[SourceFile] = []
        self.left_out: list[Imported] = []
        self.counts: dict[str, int] = {}
        self._content = content

    def folder(self, folder: Path, *, depth: int = 0) -> None:
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            self._leave(folder, f"This folder cannot be opened ({error.strerror}); check its permissions.")
            return
        for entry in entries:
            path = folder / entry.name
            if entry.name.startswith(_HIDDEN):
                self._count("hidden")
            elif entry.is_symlink():
                self._leave(path, self._about_link(path))
            elif not entry.is_dir(follow_symlinks=False):
                self.file(path)
            elif path == self._content:
                self._leave(path, "This is the content folder itself; its articles are here already.")
            elif depth == DEEPEST_FOLDER:
                self._leave(path, f"This is more than {DEEPEST_FOLDER} folders deep; import it by itself.")
            else:
                self.folder(path, depth=depth + 1)

    def file(self, path: Path) -> None:
        ending = path.suffix.casefold()
        if ending in _SAVE_AS_DOCX:
            self._leave(path, f"{_SAVE_AS_DOCX[ending]}; open it in Word and save it as .docx.")
        elif ending in MARKDOWN + WORD:
            self.files.append(SourceFile(path=path, source=self._source(path)))
        else:
            self._count(ending)
        if len(self.files) > MOST_FILES:
            raise BadRequest(
                f"There are more than {MOST_FILES} files here; import one folder after the other."
            )

    def counted(self) -> Iterator[Imported]:
        """One entry for each kind of file that nobody asked for by name."""
        for ending, files in sorted(self.counts.items()):
            path = {"hidden": ".*", "": "*"}.get(ending, f"*{ending}")
            reason = "Only Markdown (.md, .markdown) and Word (.docx) files are taken."
            if ending == "hidden":
                reason = "Hidden files and folders are not taken."
            yield Imported(path=path, verdict=Verdict.SKIPPED, reason=reason, files=files)

    def _about_link(self, path: Path) -> str:
        if path.resolve().is_relative_to(self.root):
            return "This is a link to another place in this folder, which is taken there."
        return "This is a link that leads out of the folder; put the file itself here."

    def _leave(self, path: Path, reason: str) -> None:
        self.left_out.append(Imported(path=self._source(path), verdict=Verdict.SKIPPED, reason=reason))

    def _count(self, kind: str) -> None:
        kind = os.fsencode(kind).decode("utf-8", "replace")
        self.counts[kind] = self.counts.get(kind, 0) + 1

    def _source(self, path: Path) -> str:
        """The path from the root on, without bytes that cannot be printed."""
        return os.fsencode(path.relative_to(self.root)).decode("utf-8", "replace")


def read_source(file: SourceFile, *, largest: int) -> bytes:
    """The bytes of a file.

    Raises UnreadableFileError when it is a link, no ordinary file, too large or not readable.
    """
    try:
        handle = os.open(file.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise UnreadableFileError(
            f"This file cannot be opened ({error.strerror}); check its permissions."
        ) from None
    with os.fdopen(handle, "rb") as opened:
        facts = os.fstat(opened.fileno())
        if not stat.S_ISREG(facts.st_mode):
            raise UnreadableFileError("This is not an ordinary file; put an ordinary file here.")
        raw = b"" if facts.st_size > largest else opened.read(largest + 1)
        size = max(facts.st_size, len(raw))
    if size > largest:
        raise UnreadableFileError(
            f"This file has {_size(size)}, more than {_size(largest)}; split it into parts."
        )
    return raw


def _size(count: int) -> str:
    return f"{count / _MEGABYTE:.1f} MB" if count >= _MEGABYTE else f"{-(-count // 1000)} kB"
