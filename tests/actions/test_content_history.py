"""With KB_CONTENT_GIT=commit every change of an article is recorded in its author's name, and never holds it up."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kb.actions.content_history import ContentHistory
from kb.domain.edition import EditionKind, Why
from kb.domain.errors import Unavailable
from kb.domain.job import Job, JobState, NoUseTrying
from kb.storage import editions
from kb.storage.database import Database
from tests.texts import ANNA, LEAH, make_people

SLUG, PATH = "calm-starts", "articles/calm-starts.md"
AWAY = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "PATH": "/usr/bin:/bin"}


def job() -> Job:
    now = datetime.now(UTC)
    return Job(
        id=1,
        kind="history",
        payload={"slug": SLUG},
        key=None,
        state=JobState.RUNNING,
        attempts=1,
        due=None,
        created=now,
        changed=now,
    )


def git(content: Path, *words: str) -> str:
    return subprocess.run(
        ["git", "-C", str(content), *words], env=AWAY, capture_output=True, text=True, check=True
    ).stdout


@pytest.fixture
def content(db: Database, tmp_path: Path) -> Path:
    """A content folder that is a repository, with an article that Anna has published."""
    make_people(db)
    content = tmp_path / "content"
    (content / "articles").mkdir(parents=True)
    git(content, "init", "--quiet")
    edition(db, content, "Calm.\n", ANNA.id)
    return content


def edition(db: Database, content: Path, text: str, by: int) -> None:
    editions.add(db, SLUG, EditionKind.PUBLISHED, text, path=PATH, by=by)
    (content / PATH).write_text(text)


def record(db: Database, content: Path) -> None:
    ContentHistory(database=db, content=content, sender="kb@trust.example").record(job())


def logged(content: Path) -> list[str]:
    """Author, committer and subject of every commit, the newest first."""
    return git(content, "log", "--format=%an <%ae>|%cn <%ce>|%s").splitlines()


def test_each_change_is_recorded_once_in_the_name_of_who_made_it(db: Database, content: Path) -> None:
    for _ in range(2):
        record(db, content)
    edition(db, content, "Calmer.\n", LEAH.id)
    record(db, content)

    committer = "Knowledge base <kb@trust.example>"
    assert logged(content) == [
        f"Leah Marsh <{LEAH.handle}@seawall-academy>|{committer}|Publish: {SLUG}",
        f"Anna Reed <{ANNA.handle}@castle-bridge-primary>|{committer}|Publish: {SLUG}",
    ]
    assert "example.org" not in git(content, "log", "-p")


def test_only_the_articles_own_files_are_recorded(db: Database, content: Path) -> None:
    (content / "notes.txt").write_text("Half done.")
    git(content, "add", "notes.txt")

    record(db, content)

    assert git(content, "show", "--name-only", "--format=").split() == [PATH]
    assert git(content, "status", "--short").split() == ["A", "notes.txt"]


def test_what_is_taken_down_is_recorded_as_gone_without_the_reason(db: Database, content: Path) -> None:
    record(db, content)
    editions.take_down(db, SLUG, Why.WITHDRAWN, path=PATH, by=LEAH.id, reason="Jamie can be known.")
    (content / "withdrawn").mkdir()
    (content / PATH).rename(content / "withdrawn/calm-starts.md")

    record(db, content)

    assert logged(content)[0].startswith("Leah Marsh ")
    assert git(content, "ls-files").split() == ["withdrawn/calm-starts.md"]
    assert "Jamie" not in git(content, "log")


@pytest.mark.parametrize("hook", ["pre-commit", "post-commit", "commit-msg", "prepare-commit-msg"])
def test_nothing_in_the_folder_is_run(db: Database, content: Path, hook: str) -> None:
    script = content / ".git/hooks" / hook
    script.parent.mkdir(exist_ok=True)
    script.write_text(f"#!/bin/sh\ntouch {content}/ran\nexit 1\n")
    script.chmod(0o755)
    git(content, "config", "core.fsmonitor", str(script))

    record(db, content)

    assert len(logged(content)) == 1
    assert not (content / "ran").exists()


def test_a_folder_that_is_no_repository_is_told_at_once_and_an_outer_one_is_not_touched(
    db: Database, content: Path
) -> None:
    shutil.rmtree(content / ".git")
    git(content.parent, "init", "--quiet")

    with pytest.raises(NoUseTrying, match="git init"):
        record(db, content)

    assert git(content.parent, "ls-files") == ""


def test_when_git_refuses_its_words_are_told_and_the_next_try_goes_on(db: Database, content: Path) -> None:
    lock = content / ".git/index.lock"
    lock.touch()

    with pytest.raises(Unavailable, match=r"index\.lock"):
        record(db, content)
    lock.unlink()
    record(db, content)

    assert len(logged(content)) == 1
