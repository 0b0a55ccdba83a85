"""The history of the content folder in Git, when it is a repository of its own.

Nothing that lies in the folder is run: no hooks, no monitor, no signing, no settings of the machine's users.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.domain.errors import KnowledgeBaseError, Unavailable

SECONDS = 60
_QUIET = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "commit.gpgSign=false",
    "gc.auto=0",
    "maintenance.auto=false",
)


class NoRepository(KnowledgeBaseError):
    """The content folder is not a Git repository, or Git is not there."""


@dataclass(frozen=True, slots=True)
class Signature:
    """In whose name something is recorded. The address belongs to nobody: it is made of handle and school."""

    name: str
    address: str

    def __str__(self) -> str:
        return f"{_plain(self.name)} <{_plain(self.address)}>"


def commit(
    content: Path, paths: Sequence[str], *, author: Signature, committer: Signature, message: str
) -> bool:
    """Record these files as they are now, or that they are gone; False when nothing about them has changed.

    Raises NoRepository, and Unavailable with Git's own words when it refuses.
    """
    if not (content / ".git").exists():
        raise NoRepository(
            f"{content} is not a Git repository of its own. Run ‘git init’ in it, or set KB_CONTENT_GIT to off."
        )
    known = _git(content, ["ls-files", "-z", "--", *paths], committer).split("\0")
    those = [path for path in dict.fromkeys(paths) if path in known or (content / path).is_file()]
    if not those:
        return False
    _git(content, ["add", "--all", "--force", "--", *those], committer)
    if not _git(content, ["diff", "--cached", "--name-only", "--", *those], committer):
        return False
    _git(
        content,
        ["commit", "--quiet", "--no-verify", f"--author={author}", "-m", message, "--", *those],
        committer,
    )
    return True


def _git(content: Path, words: Sequence[str], committer: Signature) -> str:
    settings = [part for each in _QUIET for part in ("-c", each)]
    surroundings = {
        "PATH": os.environ.get("PATH", os.defpath),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_CEILING_DIRECTORIES": str(content.resolve().parent),
        "GIT_COMMITTER_NAME": _plain(committer.name),
        "GIT_COMMITTER_EMAIL": _plain(committer.address),
        "LC_ALL": "C",
    }
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and the words are our own
            ["git", "--literal-pathspecs", *settings, "-C", str(content), *words],  # noqa: S607 - wherever it is
            env=surroundings,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise NoRepository("Git is not installed. Install it, or set KB_CONTENT_GIT to off.") from None
    except subprocess.TimeoutExpired:
        raise Unavailable(
            f"Git did not finish within {SECONDS} seconds; look at the content folder."
        ) from None
    if done.returncode:
        said = " ".join(done.stderr.split())[:300] or f"it ended with {done.returncode}"
        raise Unavailable(f"Git refused to record an article: {said}")
    return done.stdout


def _plain(text: str) -> str:
    """Without what would end a name or an address in a commit."""
    return (
        " ".join("".join(each for each in text if each.isprintable() and each not in "<>").split())
        or "unknown"
    )
