"""The files of published articles: put into content/articles, taken out to content/withdrawn, brought back.

Each step may be done again after any failure; it brings about a state.
"""

from __future__ import annotations

from pathlib import Path

from kb.domain.errors import BadRequest, Unavailable
from kb.storage.content_files import folder_to_disk, write_text
from kb.storage.crash import crash_point

WITHDRAWN = "withdrawn"


def place(content: Path, path: str, text: str) -> None:
    """Write an article's file; a reader meets the old one or the new one. Raises Unavailable when the disk refuses."""
    target = _inside(content, path)
    write_text(target, text)
    crash_point("file-written")
    _forget(content / WITHDRAWN / target.name)
    crash_point("file-placed")


def take_away(content: Path, path: str) -> None:
    """Move an article's file where no ``kb index`` looks; one that is not there is no error. Raises Unavailable."""
    source, target = _inside(content, path), content / WITHDRAWN / Path(path).name
    if not source.is_file():
        return
    try:
        target.parent.mkdir(exist_ok=True)
        source.replace(target)
        crash_point("file-taken")
        folder_to_disk(target.parent)
        folder_to_disk(source.parent)
    except OSError as error:
        raise Unavailable(
            f"{path} could not be moved to {WITHDRAWN}/ ({error.strerror}); check the folder’s rights."
        ) from error


def remove(content: Path, path: str) -> None:
    """Delete the file of an article that has another address now."""
    _forget(_inside(content, path))


def text_at(content: Path, path: str) -> str | None:
    """The text of an article's file as it is now; None when it is not there or cannot be read."""
    try:
        return _inside(content, path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _forget(path: Path) -> None:
    try:
        path.unlink()
        folder_to_disk(path.parent)
    except FileNotFoundError:
        return
    except OSError as error:
        raise Unavailable(
            f"{path.name} could not be deleted ({error.strerror}); check the folder’s rights."
        ) from error


def _inside(content: Path, path: str) -> Path:
    target = content / path
    if not target.resolve().is_relative_to(content.resolve()):
        raise BadRequest(f"{path} leads out of the content folder; put an ordinary folder in its place.")
    return target
