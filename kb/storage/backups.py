"""A backup: one zip file with the database as it is at one moment, the content folder and the pictures of texts.

The secret key is not in it, so that a stolen backup opens nothing that is sealed. The vectors of the texts are: they
can be made again from the articles, but for thousands of them that takes hours.

The list holds the SHA-256 of every file. A file that was cut short has no table of contents and cannot be opened; one
that was changed differs from the list. Nothing is taken out before all of it has been found right.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from kb.domain.errors import BadRequest, Unavailable
from kb.storage.content_files import folder_to_disk
from kb.storage.sqlite import sqlite3

FORMAT = 3
LIST = "backup.json"
DATABASE = "var/kb.sqlite"
PICTURES = "var/pictures"
VECTORS = "var/index/embeddings.sqlite"
_CONTENT = PurePosixPath("content")
_PIECE = 1 << 20
_AT_ONCE = 16
_log = logging.getLogger(__name__)


class BackupDamaged(BadRequest):
    """What was to be restored is not the backup that was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What is in a backup. rows: table → number of rows."""

    made: datetime
    files: int
    size: int
    rows: Mapping[str, int]


def write(target: Path, *, content: Path, database: Path, vectors: Path) -> Backup:
    """Write a backup while the site goes on, then open it again and check all of it.

    vectors  where the index keeps them; there may be none

    Raises BadRequest when there is a file of that name, Unavailable when the disk refuses.
    """
    if target.exists():
        raise BadRequest(
            f"{target} is there already; choose another name, so that no backup is written over."
        )
    new = target.with_name(f".{target.name}.new")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            copies = {DATABASE: Path(folder) / "kb.sqlite", VECTORS: Path(folder) / "vectors.sqlite"}
            copy_database(database, copies[DATABASE])
            if not copy_vectors(vectors, copies[VECTORS]):
                del copies[VECTORS]
            _pack(new, content, copies, database.parent / "pictures")
        with new.open("rb") as file:
            os.fsync(file.fileno())
        found = check(new)
        new.replace(target)
        folder_to_disk(target.parent)
    except OSError as error:
        raise Unavailable(
            f"The backup could not be written ({error.strerror or error}); check the disk."
        ) from error
    finally:
        new.unlink(missing_ok=True)
    return found


def check(backup: Path) -> Backup:
    """Take a backup out into a folder for the moment and check all of it. Raises BackupDamaged."""
    with tempfile.TemporaryDirectory(dir=backup.parent) as folder:
        return _unpack(backup, Path(folder) / "restored")


def restore(backup: Path, target: Path) -> Backup:
    """Take a backup out: content/ and var/ under a folder that is empty or not there yet.

    Raises BadRequest for a folder that is not empty, BackupDamaged; the folder is empty then as before.
    """
    if target.exists() and any(target.iterdir()):
        raise BadRequest(f"{target} is not empty; name an empty folder, so that nothing is written over.")
    half = target.with_name(f".{target.name}.restoring")
    shutil.rmtree(half, ignore_errors=True)
    try:
        found = _unpack(backup, half)
        _to_disk(half, backup)
        if target.exists():
            target.rmdir()
        half.replace(target)
        folder_to_disk(target.parent)
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return found


def copy_vectors(source: Path, target: Path) -> bool:
    """Copy the vectors that an index keeps; False when there are none or they are damaged: nobody depends on them."""
    try:
        if source.is_file():
            copy_database(source, target)
            return True
    except sqlite3.DatabaseError as error:
        _log.warning("vectors are left out: %s", error)
        target.unlink(missing_ok=True)
    return False


def copy_database(source: Path, target: Path) -> None:
    """The database as it is at one moment; who writes meanwhile is not held up."""
    with (
        contextlib.closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as live,
        contextlib.closing(sqlite3.connect(target)) as copy,
    ):
        live.backup(copy)
        copy.execute("pragma journal_mode = delete")


def _pack(new: Path, content: Path, copies: Mapping[str, Path], pictures: Path) -> None:
    sums: dict[str, str] = {}
    with zipfile.ZipFile(new, "x", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for name, path in (*_files(content), *_pictures(pictures), *copies.items()):
            sums[name] = _sum(path)
            packed.write(path, name, zipfile.ZIP_STORED if name == VECTORS else None)
        written = {"format": FORMAT, "made": datetime.now(UTC).isoformat(timespec="seconds"), "sha256": sums}
        packed.writestr(LIST, json.dumps(written, indent=1, ensure_ascii=False))


def _files(content: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(content.rglob("*")):
        hidden = any(
            part.startswith(".") and not part.startswith(".imports")
            for part in path.relative_to(content).parts
        )
        if path.is_file() and not path.is_symlink() and not hidden and path.suffix != ".lock":
            yield (_CONTENT / path.relative_to(content).as_posix()).as_posix(), path


def _pictures(folder: Path) -> Iterator[tuple[str, Path]]:
    """Pictures of texts under way; what is being written just now belongs to no row of the copy."""
    for path in sorted(folder.glob("*")) if folder.is_dir() else ():
        if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
            yield f"{PICTURES}/{path.name}", path


def _unpack(backup: Path, target: Path) -> Backup:
    try:
        with zipfile.ZipFile(backup) as packed:
            given = _list(packed)
            sums: dict[str, str] = given["sha256"]
            _refuse_strangers(packed, sums)
            for name, expected in sums.items():
                _take_out(packed, name, target, expected)
    except (zipfile.BadZipFile, zlib.error, KeyError, TypeError, ValueError, EOFError, OSError) as error:
        if isinstance(error, OSError) and not isinstance(error, EOFError) and error.errno:
            raise Unavailable(
                f"{backup} could not be restored ({error.strerror}); check the disk."
            ) from error
        raise _damaged(backup) from error
    rows = _rows(target / DATABASE, backup)
    size = backup.stat().st_size
    return Backup(made=datetime.fromisoformat(given["made"]), files=len(sums), size=size, rows=rows)


def _list(packed: zipfile.ZipFile) -> dict[str, Any]:
    given: dict[str, Any] = json.loads(packed.read(LIST))
    if given["format"] > FORMAT:
        raise BadRequest(
            "This backup was written by a newer version of this program; restore it with that one."
        )
    return given


def _refuse_strangers(packed: zipfile.ZipFile, sums: Mapping[str, str]) -> None:
    names = [each for each in packed.namelist() if each != LIST]
    safe = all(
        not PurePosixPath(name).is_absolute()
        and ".." not in PurePosixPath(name).parts
        and "\\" not in name
        and (
            name in (DATABASE, VECTORS)
            or PurePosixPath(name).parts[0] == _CONTENT.name
            or PurePosixPath(name).parent.as_posix() == PICTURES
        )
        for name in sums
    )
    if sorted(names) != sorted(sums) or DATABASE not in sums or not safe:
        raise ValueError("the list and the files differ")


def _take_out(packed: zipfile.ZipFile, name: str, target: Path, expected: str) -> None:
    path, digest = target / name, hashlib.sha256()
    path.parent.mkdir(parents=True, exist_ok=True)
    with packed.open(name) as source, path.open("xb") as file:
        while piece := source.read(_PIECE):
            digest.update(piece)
            file.write(piece)
    if digest.hexdigest() != expected:
        raise ValueError(f"{name} was changed")


def _to_disk(folder: Path, backup: Path) -> None:
    """Let everything in a folder survive a power cut. The disk takes many files together in a tenth of the time."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    try:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(_file_to_disk, paths))
        for each in {path.parent for path in paths}:
            folder_to_disk(each)
    except OSError as error:
        raise Unavailable(f"{backup} could not be restored ({error.strerror}); check the disk.") from error


def _file_to_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _rows(database: Path, backup: Path) -> dict[str, int]:
    try:
        with contextlib.closing(sqlite3.connect(database)) as connection:
            sound = connection.execute("pragma integrity_check").fetchone()[0]
            if sound != "ok" or connection.execute("pragma foreign_key_check").fetchall():
                raise _damaged(backup)
            tables = connection.execute(
                "select name from sqlite_master where type = 'table' and name not like 'sqlite%'"
            )
            return {
                name: int(connection.execute(f'select count(*) from "{name}"').fetchone()[0])  # noqa: S608 - our own tables
                for (name,) in tables.fetchall()
            }
    except sqlite3.DatabaseError as error:
        raise _damaged(backup) from error


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _damaged(backup: Path) -> BackupDamaged:
    return BackupDamaged(
        f"{backup} is not a whole, unchanged backup. Nothing was restored; use an older one."
    )
