"""The worker as it runs: beside kb serve, alone, once; killed, stopped, started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.actions import notifying, publishing
from kb.settings import Settings
from kb.storage import jobs
from kb.storage.worker_lock import being_the_worker, worker_runs
from tests.commands import kb, refused
from tests.post import letters_in
from tests.press import printer
from tests.samples import ROOT
from tests.serving import serving
from tests.shelves import Shelf, indexed_shelf
from tests.texts import ROSS


@pytest.fixture(scope="module")
def indexed(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Three articles, indexed. Read only."""
    return indexed_shelf(tmp_path_factory.mktemp("indexed"), demo)


@pytest.fixture
def shelf(indexed: Shelf, tmp_path: Path) -> Shelf:
    """The same, to be changed."""
    return indexed.copied(tmp_path)


def tell(shelf: Shelf, name: str = "a") -> None:
    """Note a letter."""
    database = shelf.database
    values = {"title": "Calm", "reviewer": "R. Okafor", "link": "/contribute/1"}
    notifying.notify(database, to=f"{name}@x.test", kind="returned", values=values)
    database.close()


def letters(shelf: Shelf) -> list[str]:
    return [str(letter["To"]) for letter in letters_in(shelf.settings.mail_folder)]


def wait_until(true: Callable[[], object], seconds: float = 60) -> float:
    """Seconds until something is so."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() < began + seconds, "It did not come about."
        time.sleep(0.02)
    return time.monotonic() - began


def test_once_does_what_waits_and_ends(shelf: Shelf) -> None:
    tell(shelf)

    first, second = kb(shelf, "work", "--once"), kb(shelf, "work", "--once")

    assert (first.exit_code, first.output, second.output) == (0, "1 job.\n", "0 jobs.\n")
    assert letters(shelf) == ["a@x.test"]


def test_once_leaves_the_work_to_a_worker_that_runs(shelf: Shelf) -> None:
    with being_the_worker(shelf.settings.var):
        refused(kb(shelf, "work", "--once"), "A worker is running already")


@pytest.mark.slow
def test_a_worker_that_is_killed_at_its_work_leaves_it_to_the_next_one(shelf: Shelf) -> None:
    tell(shelf)
    database = shelf.database
    jobs.claim(database)  # and then it was killed

    done = kb(shelf, "work", "--once")

    assert done.output == "1 job.\n"
    assert letters(shelf) == ["a@x.test"]


@pytest.mark.slow
def test_a_second_worker_stands_by_and_takes_over_at_once(shelf: Shelf) -> None:
    command = [sys.executable, "-m", "kb", "work"]
    with being_the_worker(shelf.settings.var):
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | shelf.environment)
        time.sleep(3)
        tell(shelf)
        time.sleep(1)
        meanwhile = letters(shelf)
    wait_until(lambda: letters(shelf))
    process.terminate()

    assert meanwhile == []
    assert process.wait(timeout=20) == 0


@pytest.mark.slow
def test_beside_the_site_a_worker_begins_at_once_comes_back_when_killed_and_goes_with_the_site(
    shelf: Shelf, tmp_path: Path
) -> None:
    with serving(shelf, tmp_path / "log", workers=1) as server:
        wait_until(lambda: worker_runs(shelf.settings.var))
        tell(shelf, "first")
        took = wait_until(lambda: letters(shelf))
        os.kill(server.worker[0], signal.SIGKILL)
        tell(shelf, "second")
        wait_until(lambda: len(letters(shelf)) == 2)
        again = server.worker
        server.process.kill()  # the arbiter cannot say good-bye
        wait_until(lambda: not worker_runs(shelf.settings.var))

    assert took < 2
    assert len(again) == 1
    assert letters(shelf) == ["first@x.test", "second@x.test"]


@pytest.mark.slow
def test_a_published_article_is_found_on_the_site_within_seconds_and_a_withdrawn_one_never_again(
    shelf: Shelf, tmp_path: Path
) -> None:
    with serving(shelf, tmp_path / "log", workers=2) as server, printer(shelf) as printing:
        wait_until(lambda: worker_runs(shelf.settings.var))
        publishing.publish(
            printing.press, ROSS, printing.accepted(body="We dug a quince bed.\n", visibility="public")
        )
        wait_until(lambda: server.slugs("quince"), 240)  # the first one loads the model
        slug = publishing.publish(printing.press, ROSS, printing.accepted(visibility="public"))
        at_once = server.open(f"/articles/{slug}")[0]
        took = wait_until(lambda: server.slugs("zinnia"))
        said = server.open(f"/articles/{slug}.md")[0]

    assert (at_once, said) == (200, 200)
    assert took < 10, "two seconds on a quiet machine"
