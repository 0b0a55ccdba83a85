"""Many files written at once, each in one step and all of them to disk.

Waiting for the disk file by file takes ten times as long as letting it take many together.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from kb.domain.errors import Unavailable

_AT_ONCE = 16


@contextmanager
def prepared(texts: Mapping[Path, str]) -> Iterator[Mapping[Path, Path]]:
    """New files beside their places and on disk, none under its own name yet: place → new file.

    Rename each to its place; what was not renamed in the end is removed. Raises Unavailable when the disk
    refuses; then every old file stands unchanged.
    """
    new = {path: path.with_name(f".{path.name}.{secrets.token_hex(8)}.new") for path in texts}
    try:
        try:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                list(pool.map(lambda path: _write(new[path], texts[path]), texts))
            yield new
            _to_disk({path.parent for path in texts})
        except OSError as error:
            raise Unavailable(
                f"The articles could not be saved ({error.strerror}); make room on the disk or check the "
                "folder’s permissions and import again. It goes on where it stopped."
            ) from error
    finally:
        for path in new.values():
            path.unlink(missing_ok=True)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())


def _to_disk(folders: Iterable[Path]) -> None:
    for folder in folders:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
