"""Index generations: folders that are built aside, checked, and then take over in one step.

``root/gen-000007`` holds one generation, ``root/current`` is a symbolic link to the one that serves. A generation is
built in ``root/.tmp-…``, every file is synced, the folder renamed and the link swapped; a process killed at any step
leaves the old one serving and a ``.tmp-`` folder that the next build sweeps away. Three generations are kept.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from indexer import manifest as manifests
from indexer.crash import crash_point
from indexer.errors import IndexBusy, IndexDamaged, IndexMissing

CURRENT = "current"
KEPT = 3
_LARGE = "chunks.sqlite"  # the file that tells whether two generations have their large part in common
_log = logging.getLogger(__name__)


@contextlib.contextmanager
def alone(root: Path, *, patience: float) -> Iterator[None]:
    """Be the only one who decides what the index should hold, from reading that to publishing it.

    patience  seconds to wait for another one to finish

    Raises IndexBusy after that.
    """
    root.mkdir(parents=True, exist_ok=True)
    lock = FileLock(root / "deciding.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        _log.info("waiting for another indexing run to finish")
        try:
            lock.acquire(timeout=patience)
        except Timeout as error:
            raise IndexBusy from error
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def building(root: Path) -> Iterator[Path]:
    """A fresh folder to build in, while no other process builds. Raises IndexBusy."""
    root.mkdir(parents=True, exist_ok=True)
    lock = FileLock(root / "lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise IndexBusy from error
    try:
        for left in root.glob(".tmp-*"):
            shutil.rmtree(left, ignore_errors=True)
        folder = root / f".tmp-{os.getpid()}"
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        lock.release()


def publish(root: Path, folder: Path) -> Path:
    """Make a finished folder (its manifest written) the serving generation. Return its new place."""
    sync(folder)
    crash_point("generation-synced")
    target = root / f"gen-{_highest(root) + 1:06d}"
    folder.rename(target)
    _sync(root)
    crash_point("generation-renamed")
    _point(root, target)
    crash_point("generation-swapped")
    for old in _superseded(generations(root)):
        shutil.rmtree(old, ignore_errors=True)
    return target


def sync(folder: Path) -> None:
    """See every file of a finished folder on disk."""
    for path in (*manifests.files_of(folder), folder / manifests.NAME):
        _sync(path)
    for directory in {path.parent for path in manifests.files_of(folder)} | {folder}:
        _sync(directory)


def _superseded(newest_first: list[Path]) -> list[Path]:
    """Generations that need not be kept: all past the newest few, but for the newest one that shares no large file.

    Generations that differ in their live part alone share the bytes of everything else, so harm to one file harms
    them all.
    """
    rest = newest_first[KEPT:]
    apart = next((path for path in newest_first if not _share(path, newest_first[0])), None)
    return [path for path in rest if path != apart]


def _share(one: Path, other: Path) -> bool:
    try:
        return (one / _LARGE).samefile(other / _LARGE)
    except OSError:
        return False


def generations(root: Path) -> list[Path]:
    """All complete generations, newest first."""
    return sorted((path for path in root.glob("gen-*") if (path / manifests.NAME).is_file()), reverse=True)


def current(root: Path) -> Path:
    """The folder the link points to. Raises IndexMissing."""
    try:
        target = root / (root / CURRENT).readlink()
    except OSError as error:
        raise IndexMissing from error
    if not target.is_dir():
        raise IndexMissing
    return target


def candidates(root: Path) -> list[Path]:
    """Generations to try: the serving one, then older ones, newest first; never one that did not take over."""
    kept = generations(root)
    try:
        serving = current(root)
    except IndexMissing:
        return kept
    return [serving, *(path for path in kept if path.name < serving.name)]


def soundest(root: Path) -> tuple[Path, list[IndexDamaged]]:
    """The first candidate whose files are all as written, and what was wrong with those before it.

    Raises IndexMissing when there is none at all, IndexDamaged when every one is damaged.
    """
    wrong: list[IndexDamaged] = []
    for folder in candidates(root):
        try:
            manifests.checked(folder)
        except IndexDamaged as error:
            wrong.append(error)
        else:
            return folder, wrong
    if wrong:
        raise wrong[0]
    raise IndexMissing


def _highest(root: Path) -> int:
    numbers = (path.name.removeprefix("gen-") for path in root.glob("gen-*"))
    return max((int(number) for number in numbers if number.isdigit()), default=0)


def _point(root: Path, target: Path) -> None:
    fresh = root / f".link-{os.getpid()}"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target.name)
    crash_point("generation-link-made")
    fresh.replace(root / CURRENT)
    _sync(root)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
