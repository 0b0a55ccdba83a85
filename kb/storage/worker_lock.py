"""Who is the worker: the process that holds the lock on a file. The lock goes with the process, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kb.domain.errors import Unavailable

NAME = "worker.lock"


@contextmanager
def being_the_worker(folder: Path) -> Iterator[bool]:
    """True for the one process that is the worker as long as the block lasts; False when there is one already."""
    handle = _opened(folder)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def worker_runs(folder: Path) -> bool:
    """True while some process is the worker."""
    if not (folder / NAME).exists():
        return False
    handle = _opened(folder)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(handle)


def _opened(folder: Path) -> int:
    try:
        return os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Unavailable(
            f"{folder / NAME} cannot be opened ({error.strerror}); check the folder’s rights and the disk."
        ) from error
