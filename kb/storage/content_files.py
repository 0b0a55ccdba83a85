"""Files of the content folder, read and written with care.

Reading follows no symbolic link and waits for no pipe: the folder may have been filled from an archive
somebody sent. Writing replaces a file in one step, so a reader meets the old text or the new one, never half.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path

from kb.domain.errors import ContentInvalid, Mistake, Unavailable

_MEGABYTE = 1_000_000


def read_text(path: Path, *, largest: int, advice: str = "shorten it") -> tuple[str, bytes]:
    """The text of a file with plain line ends and without a byte-order mark, and the bytes it was made from.

    largest  bytes the file may have
    advice   what to do about a larger one

    Raises ContentInvalid with one mistake when it is a link, too large, not UTF-8 or cannot be read.
    """
    raw = _read_bytes(path, largest=largest, advice=advice)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _refused(path, "This line is not written in UTF-8; save the file as UTF-8.", line) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _refused(path, "There is an invisible character (U+0000) here; delete it.", line)
    return text, raw


def _read_bytes(path: Path, *, largest: int, advice: str) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise _refused(
            path, "This file is missing; put it back from a backup or from a fresh copy."
        ) from None
    except OSError as error:
        if path.is_symlink():
            raise _refused(path, "This is a link to another place; put the file itself here.") from None
        raise _refused(
            path, f"This file cannot be opened ({error.strerror}); check its permissions."
        ) from None
    with os.fdopen(handle, "rb") as file:
        facts = os.fstat(file.fileno())
        if not stat.S_ISREG(facts.st_mode):
            raise _refused(path, "This is not an ordinary file; put an ordinary file here.")
        # One byte more than allowed is read, because the file may grow after it was measured.
        raw = b"" if facts.st_size > largest else file.read(largest + 1)
        size = max(facts.st_size, len(raw))
    if size > largest:
        raise _refused(path, f"This file has {_size(size)}, more than {_size(largest)}; {advice}.")
    return raw


def write_text(path: Path, text: str) -> None:
    """Put ``text`` into a file, as ``write_bytes`` does."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, raw: bytes) -> None:
    """Put bytes into a file: a new file, to disk, then renamed over the old one, and the folder to disk.

    Raises Unavailable when the disk refuses; the old file then stands unchanged.
    """
    new = path.with_name(f".{path.name}.{secrets.token_hex(8)}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_new(new, raw)
        new.replace(path)
        folder_to_disk(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)
        raise Unavailable(
            f"{path.name} could not be saved ({error.strerror}); make room on the disk or check the folder’s "
            "permissions and try again. The last saved version is unchanged."
        ) from error


def _write_new(path: Path, raw: bytes) -> None:
    with path.open("xb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


def folder_to_disk(folder: Path) -> None:
    """Let what was renamed in a folder survive a power cut. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refused(path: Path, message: str, line: int = 0) -> ContentInvalid:
    return ContentInvalid([Mistake(path=path, line=line, message=message)])


def _size(count: int) -> str:
    return f"{count / _MEGABYTE:.1f} MB" if count >= _MEGABYTE else f"{-(-count // 1000)} kB"
