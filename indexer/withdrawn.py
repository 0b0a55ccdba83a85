"""Documents that no worker may show any more, although the generation it serves still holds them.

A withdrawal must not wait until an index is built: its id goes into a small file beside the generations, and every
worker looks at that file's time before each query. An entry says up to which generation it counts: none yet, or the
first one that was built after the withdrawal, so that a worker which serves an older one for another second still
hides it, and a document that is published again later is found again.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from filelock import FileLock

from indexer.crash import crash_point

NAME = "withdrawn.json"
_PATIENCE = 30.0  # seconds to wait for somebody who writes the file: it takes milliseconds
_log = logging.getLogger(__name__)

Entries = Mapping[str, str | None]
"""Document id → name of the first generation that it does not concern; None while there is none."""

_Stamp = tuple[int, int, int] | None


class Withdrawn:
    """The file as one process sees it, read again only when it changed."""

    def __init__(self, root: Path) -> None:
        self._path = root / NAME
        self._seen: tuple[_Stamp, Entries] = (None, {})

    def hidden_in(self, generation: str) -> frozenset[str]:
        """Ids that must not be shown from a generation. Costs one look at the file's time."""
        stamp = _stamp(self._path)
        if stamp != self._seen[0]:
            self._seen = (stamp, entries(self._path.parent, otherwise=self._seen[1]))
        return frozenset(id for id, until in self._seen[1].items() if until is None or generation < until)  # noqa: A001


def entries(root: Path, *, otherwise: Entries | None = None) -> Entries:
    """What the file in a folder says; ``otherwise`` when it cannot be read."""
    try:
        stored = json.loads((root / NAME).read_text(encoding="utf-8"))
        return {str(key): None if until is None else str(until) for key, until in stored.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError):
        _log.warning("the list of withdrawn documents, %s, cannot be read", root / NAME)
        return otherwise or {}


def withdraw(root: Path, ids: Iterable[str]) -> None:
    """Hide documents from the next query on, in every process that serves this folder."""
    _change(root, dict.fromkeys(ids))
    crash_point("withdrawal-written")


def settle(root: Path, ids: Iterable[str], generation: str, *, oldest: str = "") -> None:
    """Say that from a generation on these documents are as they should be.

    oldest  the oldest generation that is kept: what concerns only older ones is forgotten
    """
    known = entries(root)
    settled = {id: generation for id in ids if id in known}  # noqa: A001
    if settled or any(until is not None and until <= oldest for until in known.values()):
        _change(root, settled, oldest=oldest)


def _change(root: Path, changes: Entries, *, oldest: str = "") -> None:
    root.mkdir(parents=True, exist_ok=True)
    with FileLock(root / "withdrawn.lock", timeout=_PATIENCE):
        merged = {**entries(root), **changes}
        kept = {key: until for key, until in merged.items() if until is None or until > oldest}
        fresh = root / f".withdrawn-{os.getpid()}"
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(kept, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(root / NAME)


def _stamp(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
