"""Pictures beside the articles, in content/pictures: their files, and a small file that says what each shows.

A picture without that file, or of which nobody has said who can be recognised, is shown to no reader.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from kb.domain.picture import About, is_name
from kb.storage.content_files import write_bytes
from kb.storage.picture_making import Made

FOLDER = "pictures"


def file_names(name: str, ending: str) -> tuple[str, str, str]:
    """The names of a picture’s files: WebP, older format, small."""
    return f"{name}.webp", f"{name}.{ending}", f"{name}-small.webp"


def take_in(content: Path, name: str, made: Made) -> None:
    """Put the files of a picture beside the articles; no reader sees it while no file says what it shows.

    Raises Unavailable when the disk refuses.
    """
    for file, raw in zip(file_names(name, made.ending), made.files, strict=True):
        write_bytes(content / FOLDER / file, raw)


def say(content: Path, name: str, *, alt: str, about: About | None, size: tuple[int, int]) -> None:
    """Note beside a picture what it shows, or that nobody has said yet who is on it.

    Raises Unavailable when the disk refuses.
    """
    told: Mapping[str, Any] = {
        "alt": alt,
        "recognisable": about.recognisable if about else True,
        "consent": about.consent if about else "",
        "consent_until": about.consent_until.isoformat() if about and about.consent_until else None,
        "width": size[0],
        "height": size[1],
    }
    write_bytes(_note(content, name), (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode())


def is_noted(content: Path, name: str) -> bool:
    """True when a file beside a picture tells of it, be it only that nobody has described it."""
    return _note(content, name).is_file()


def leave_out(content: Path, name: str) -> None:
    """Take away the files of a picture that no article came to show."""
    for file in (content / FOLDER).glob(f"{name}*"):
        file.unlink(missing_ok=True)


def published_about(content: Path, name: str) -> About | None:
    """What the file beside a published picture says; None when there is none that can be read."""
    found = noted(content, name)
    return found[0] if found else None


def noted(content: Path, name: str) -> tuple[About, tuple[int, int]] | None:
    """What is said of a published picture, and its width and height; None when that cannot be read whole."""
    try:
        told = json.loads(_note(content, name).read_text(encoding="utf-8"))
        until = told["consent_until"]
        about = About(
            alt=str(told["alt"]),
            recognisable=bool(told["recognisable"]),
            consent=str(told["consent"]),
            consent_until=date.fromisoformat(until) if until else None,
        )
        return about, (int(told.get("width", 0)), int(told.get("height", 0)))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def names_in(content: Path) -> tuple[str, ...]:
    """The names of the published pictures."""
    folder = content / FOLDER
    found = (path.stem for path in folder.glob("*.json")) if folder.is_dir() else iter(())
    return tuple(sorted(name for name in found if is_name(name)))


def may_be_shown(content: Path, name: str, today: date) -> bool:
    """True for a published picture whose consent holds, or that shows nobody."""
    about = published_about(content, name)
    return about is not None and not about.hidden(today)


def _note(content: Path, name: str) -> Path:
    return content / FOLDER / f"{name}.json"
