"""The secret keys of this installation, in a file that only its owner can read.

One key a line, the newest first: with it everything is signed and sealed, the others only open what is older. So a
key is changed without signing anybody out: put a new line on top, and take the old one away a week later.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path

from kb.domain.errors import Unavailable

SHORTEST = 32
"""Characters of a key. What ``make`` writes has 64."""

FEWEST_DIFFERENT = 10
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class SecretKeyUnusable(Unavailable):
    """There is no secret key that can be trusted."""


def make(path: Path) -> bool:
    """Write a new random key, unless there is a file already; return whether it was made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        return False
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with contextlib.suppress(OSError):
            path.unlink()  # half a key must not stay
        raise
    return True


def read(path: Path) -> tuple[str, ...]:
    """The keys, newest first. Raises SecretKeyUnusable for a file that is missing, open to others or weak."""
    try:
        facts = path.stat()
        keys = tuple(line.strip() for line in path.read_text("ascii").splitlines() if line.strip())
    except FileNotFoundError:
        raise SecretKeyUnusable(
            f"There is no secret key at {path}. Run ‘kb init’, or set KB_SECRET_KEY_FILE to where it lies."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SecretKeyUnusable(f"The secret key {path} cannot be read ({error}). Check the file.") from error
    if facts.st_mode & _OTHERS:
        raise SecretKeyUnusable(
            f"Others can read the secret key {path}. Type ‘chmod 600 {path}’, and make a new key if they may have."
        )
    if not keys or any(len(key) < SHORTEST or len(set(key)) < FEWEST_DIFFERENT for key in keys):
        raise SecretKeyUnusable(
            f"The secret key in {path} is too easy to guess. Delete the file and run ‘kb init’ to make another."
        )
    return keys
