"""What has been imported before: content/articles/imported/.imports.json.

Beside each article stands what its source was and what was written, so that a second import knows an
article that somebody has edited here since. Before articles are written they are announced in the file;
an import that was killed half-way is found out by that, and goes on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

import filelock

from kb.domain.errors import BadRequest, Unavailable
from kb.storage.article_files import is_slug
from kb.storage.content_files import write_text

FOLDER = Path("articles") / "imported"
NAME = ".imports.json"
VERSION = 1
TAKEN = "taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One imported page.

    source          its path in the imported folder
    place           a digest of the whole path it had, which tells no one the path itself
    source_sha256   of the source’s bytes
    written_sha256  of the article as it was written
    before_sha256   of the article that stood there before, while the new one is only announced
    options         what was asked for beside the path, in words
    given, title    the title the page states, and the one it was given here
    pictures        TAKEN once the pictures of a Word file have been taken over; earlier imports left them out
    announced       True from before the article is written until all of a round are
    """

    source: str
    slug: str
    place: str
    source_sha256: str
    written_sha256: str
    before_sha256: str = ""
    options: str
    given: str
    title: str
    pictures: str = ""
    announced: bool = False


class Register:
    """The imported pages, by source and place."""

    def __init__(self, content: Path, entries: Iterable[Entry]) -> None:
        self._path = content / FOLDER / NAME
        self.entries: dict[str, Entry] = {entry.slug: entry for entry in entries}

    def put(self, entries: Iterable[Entry]) -> None:
        """Note pages, each in the place of an older note about the same article."""
        self.entries |= {entry.slug: entry for entry in entries}

    def save(self) -> None:
        """Write everything to disk in one step; raises Unavailable when the disk refuses."""
        rows = [asdict(entry) for _, entry in sorted(self.entries.items())]
        lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        write_text(self._path, f'{{"version": {VERSION}, "entries": [\n{lines}\n]}}\n')

    def put_back(self, slug: str, entry: Entry | None) -> None:
        """Undo a note: the older one stands again, or none."""
        self.entries.pop(slug, None)
        if entry:
            self.entries[slug] = entry

    def settle(self) -> None:
        """Take the announcements off, once all that was announced has been written."""
        for slug, entry in self.entries.items():
            self.entries[slug] = replace(entry, announced=False, before_sha256="")


@contextmanager
def only_import(content: Path) -> Iterator[None]:
    """Keep a second import out of the content folder as long as this one lasts.

    Raises Unavailable when one is running or the disk refuses, BadRequest when the folder for imported
    articles is a link that leads out.
    """
    folder = content / FOLDER
    if not folder.resolve().is_relative_to(content.resolve()):
        raise BadRequest(f"{FOLDER.as_posix()} leads out of the content folder; put a folder in its place.")
    lock = filelock.FileLock(folder / f"{NAME}.lock", timeout=0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except filelock.Timeout:
        raise Unavailable("Another import is running here; wait until it has ended.") from None
    except OSError as error:
        message = (
            f"Nothing can be written to {folder} ({error.strerror}); make room or check its permissions."
        )
        raise Unavailable(message) from None
    try:
        yield
    finally:
        lock.release()


def load_register(content: Path) -> Register:
    """The register of a content folder, empty when nothing was imported yet.

    Raises Unavailable when the file cannot be read: without it edited articles could not be told from others.
    """
    path = content / FOLDER / NAME
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
        known = {field.name for field in fields(Entry)}
        return Register(content, [_entry(row, known) for row in given["entries"]])
    except FileNotFoundError:
        return Register(content, [])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        message = f"{path.name} in {FOLDER.as_posix()} cannot be read; put it back from a backup."
        raise Unavailable(message) from None


def _entry(row: Mapping[str, object], known: set[str]) -> Entry:
    kept = {key: value for key, value in row.items() if key in known}
    texts = {key: value for key, value in kept.items() if key != "announced"}
    if not all(isinstance(value, str) for value in texts.values()) or not is_slug(str(texts["slug"])):
        raise TypeError
    return Entry(**texts, announced=bool(kept.get("announced")))  # type: ignore[arg-type]


def place_of(path: Path) -> str:
    """A digest of where a file lies."""
    return hashlib.sha256(bytes(path)).hexdigest()[:32]
