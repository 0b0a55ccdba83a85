"""One article at a time: published or withdrawn while the site runs, whatever is killed and whoever else builds."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from indexer import crash, generation, withdrawn
from indexer.errors import IndexBusy
from kb.actions import searching
from kb.actions.indexing import LiveIndex
from kb.domain.article import Article, Visibility
from kb.domain.search import Question, Reader
from kb.settings import Settings
from kb.storage import articles
from kb.storage.content import load_library
from tests.samples import make_article
from tests.shelves import EVERYBODY, Shelf, indexed_shelf

VISITOR = Reader(visibilities=frozenset({Visibility.PUBLIC}))


@pytest.fixture(scope="module")
def indexed(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Three articles, indexed once. Read only."""
    return indexed_shelf(tmp_path_factory.mktemp("indexed"), demo)


@pytest.fixture
def shelf(indexed: Shelf, tmp_path: Path) -> Shelf:
    """The same, to be changed."""
    return indexed.copied(tmp_path)


@pytest.fixture
def live(shelf: Shelf) -> Iterator[LiveIndex]:
    live = opened(shelf)
    yield live
    live.close()


def opened(shelf: Shelf, *, patience: float = 20.0) -> LiveIndex:
    library = load_library(shelf.settings.content)
    return LiveIndex(
        shelf.database, shelf.settings.index, library=lambda: library, model="packaged", patience=patience
    )


def found(shelf: Shelf, words: str, reader: Reader = EVERYBODY) -> list[str]:
    search = shelf.search()
    answer = searching.ask(search, Question(text=words, mode="words", correct_spelling=False), reader)
    search.engine.close()
    return [find.article.slug for find in answer.finds]


def gardening(**changes: object) -> Article:
    article = make_article(slug="gardening", title="A garden for break time", body="We dug a zinnia bed.\n")
    return replace(article, **changes)  # type: ignore[arg-type]


def test_a_published_article_is_read_and_found_beside_the_others(shelf: Shelf, live: LiveIndex) -> None:
    report = live.publish(gardening())

    assert (report.added, report.changed) == (1, 0)
    assert found(shelf, "zinnia") == ["gardening"]
    assert found(shelf, "breathed together") == ["calm-starts"]
    assert articles.find(shelf.database, "gardening", EVERYBODY) is not None


def test_an_index_that_has_warmed_up_loads_no_model_when_it_publishes(shelf: Shelf, live: LiveIndex) -> None:
    warming = threading.Thread(target=live.warm)
    warming.start()
    warming.join()
    for passages in (shelf.settings.index / "encoders").glob("*-passages*"):
        shutil.rmtree(passages, ignore_errors=True)

    live.publish(gardening())

    assert found(shelf, "zinnia") == ["gardening"]
    assert list((shelf.settings.index / "encoders").glob("*-passages/*")) == []


def test_a_changed_article_is_found_by_its_new_words_only(shelf: Shelf, live: LiveIndex) -> None:
    live.publish(gardening())

    report = live.publish(gardening(body="We dug a marigold bed.\n"))

    assert (report.added, report.changed) == (0, 1)
    assert found(shelf, "marigold") == ["gardening"]
    assert found(shelf, "zinnia") == []


def test_published_twice_it_is_written_once(shelf: Shelf, live: LiveIndex) -> None:
    live.publish(gardening())
    before = shelf.serving

    report = live.publish(gardening())

    assert report.nothing_to_do
    assert shelf.serving == before


def test_an_article_made_narrower_is_no_longer_found_by_visitors(shelf: Shelf, live: LiveIndex) -> None:
    live.publish(gardening(visibility=Visibility.PUBLIC))
    before = found(shelf, "zinnia", VISITOR)

    live.publish(gardening(visibility=Visibility.TRUST))

    assert before == ["gardening"]
    assert found(shelf, "zinnia", VISITOR) == []


def test_a_withdrawn_article_is_neither_found_nor_read_and_may_come_back(
    shelf: Shelf, live: LiveIndex
) -> None:
    live.publish(gardening())

    live.withdraw("gardening")

    assert found(shelf, "zinnia") == []
    assert articles.find(shelf.database, "gardening", EVERYBODY) is None
    live.publish(gardening())
    assert found(shelf, "zinnia") == ["gardening"]


def test_withdrawing_what_is_not_there_is_no_error(shelf: Shelf, live: LiveIndex) -> None:
    before = shelf.serving

    assert live.withdraw("nobody").nothing_to_do
    assert shelf.serving == before


def test_a_hidden_article_vanishes_although_somebody_else_is_building(shelf: Shelf) -> None:
    impatient = opened(shelf, patience=0.1)
    with (
        generation.alone(shelf.settings.index, patience=0),
        pytest.raises(IndexBusy, match="Another ‘kb index’ is running"),
    ):
        impatient.withdraw("calm-starts")

    assert found(shelf, "breathed together") == []
    impatient.withdraw("calm-starts")
    assert withdrawn.entries(shelf.settings.index) == {"calm-starts": shelf.serving.name}
    impatient.close()


def test_it_waits_for_a_run_that_is_going_on(shelf: Shelf, live: LiveIndex) -> None:
    with generation.alone(shelf.settings.index, patience=0):
        waiting = threading.Thread(target=live.publish, args=(gardening(),))
        waiting.start()
        time.sleep(0.3)
        during = found(shelf, "zinnia")
    waiting.join(timeout=60)

    assert during == []
    assert found(shelf, "zinnia") == ["gardening"]


def test_a_whole_run_keeps_what_was_published_in_files_and_drops_what_was_not(
    shelf: Shelf, live: LiveIndex
) -> None:
    live.publish(gardening())
    live.hide("calm-starts")  # and then its worker died: its file is still there

    shelf.index()

    assert found(shelf, "zinnia") == []
    assert found(shelf, "breathed together") == ["calm-starts"]


@pytest.mark.parametrize("point", ["withdrawal-written", "chunks-committed", "generation-swapped"])
def test_killed_while_withdrawing_it_stays_hidden_and_the_next_try_finishes(
    shelf: Shelf, live: LiveIndex, point: str
) -> None:
    child = os.fork()
    if not child:
        os.environ[crash.VARIABLE] = point
        opened(shelf).withdraw("calm-starts")
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    assert status == -9
    assert found(shelf, "breathed together") == []
    live.withdraw("calm-starts")
    assert "calm-starts" not in [slug for slug, _ in articles.titles(shelf.database, EVERYBODY)]
    assert found(shelf, "breathed together") == []


def test_killed_after_the_swap_a_returning_article_is_found_when_the_job_is_done_again(
    shelf: Shelf, live: LiveIndex
) -> None:
    live.publish(gardening())
    live.hide("gardening")

    live.publish(gardening())

    assert found(shelf, "zinnia") == ["gardening"]
