"""What an index generation was built with, and whether its files are still the ones that were written."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from indexer.errors import IndexDamaged
from indexer.model import file_sha256

NAME = "manifest.json"
FORMAT = 6
"""Raised when the files of a generation change their form; an index of another form is built anew."""

_SEAL = "seal"
_SIDE_BY_SIDE = 2  # files read at a time: a small machine has two cores, and no disk minds
_MOST_RECKONED = 1000  # files whose hashes are remembered: those of some twenty generations


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The facts about one generation.

    built_at   ISO time, UTC
    dimension  numbers in a vector
    window     tokens the model reads at once
    files      relative path → SHA-256
    """

    format: int
    built_at: str
    model: str
    model_sha256: str
    dimension: int
    window: int
    documents: int
    passages: int
    files: dict[str, str] = field(default_factory=dict)

    def fits(self, *, model_sha256: str) -> bool:
        """True when an index built with this can be carried on with by this program and model."""
        return self.format == FORMAT and self.model_sha256 == model_sha256


def files_of(folder: Path) -> Iterator[Path]:
    """All files of a generation but the manifest, in a stable order."""
    yield from sorted(path for path in folder.rglob("*") if path.is_file() and path.name != NAME)


def hashes(folder: Path) -> dict[str, str]:
    """Relative path → SHA-256 of each file of a generation."""
    return {path.relative_to(folder).as_posix(): file_sha256(path) for path in files_of(folder)}


def write(manifest: Manifest, folder: Path) -> None:
    """Write the manifest, sealed with a hash of itself, and see it on disk."""
    path = folder / NAME
    content = asdict(manifest)
    with path.open("w", encoding="utf-8") as file:
        json.dump({**content, _SEAL: _seal(content)}, file, indent=1)
        file.flush()
        os.fsync(file.fileno())


def read(folder: Path) -> Manifest:
    """The manifest of a generation. Raises IndexDamaged."""
    try:
        content = json.loads((folder / NAME).read_text(encoding="utf-8"))
        seal = content.pop(_SEAL, None)
        manifest = Manifest(**content)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise IndexDamaged(NAME, "is missing or cannot be read") from error
    if manifest.format == FORMAT and seal != _seal(content):
        raise IndexDamaged(NAME, "is not what was written")
    return manifest


def damage(folder: Path) -> tuple[IndexDamaged, ...]:
    """Everything that is not as it was written, nothing when all is sound."""
    try:
        manifest = read(folder)
    except IndexDamaged as error:
        return (error,)
    if manifest.format != FORMAT:
        return (IndexDamaged(NAME, f"is of form {manifest.format}, this program reads form {FORMAT}"),)
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        found = list(pool.map(partial(_damage_of, folder), manifest.files, manifest.files.values()))
    return tuple(error for error in found if error)


def checked(folder: Path) -> Manifest:
    """The manifest, after every file was compared with it. Raises IndexDamaged with the first that differs."""
    for error in damage(folder):
        raise error
    return read(folder)


def _seal(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


_Stamp = tuple[int, ...]
_reckoned: dict[_Stamp, str] = {}


def _sha256(path: Path, *, anew: bool = False) -> str:
    """SHA-256 of a file, reckoned once for each file that nobody wrote to since: generations share most of theirs."""
    found = path.stat()
    stamp = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_mode)
    if anew or stamp not in _reckoned:
        if len(_reckoned) > _MOST_RECKONED:
            _reckoned.clear()
        _reckoned[stamp] = file_sha256(path)
    return _reckoned[stamp]


def _damage_of(folder: Path, name: str, expected: str) -> IndexDamaged | None:
    path = folder / name
    try:
        # A copy keeps the time of its original and may get the number of a file that is gone: no blame without a look.
        sound = _sha256(path) == expected or _sha256(path, anew=True) == expected
    except OSError:
        return IndexDamaged(name, "is missing or cannot be read")
    return None if sound else IndexDamaged(name, "is not what was written")
