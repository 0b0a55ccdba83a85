"""A search server that dies, hangs and comes back: no question goes unanswered, and no answer is wrong."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer import withdrawn
from indexer.copying import copy_index
from indexer.errors import EngineUnavailable, IndexerError, IndexMissing
from indexer.guarded import GuardedEngine, open_serving
from indexer.serving import ServingEngine
from tests.indexer.library import LIBRARY
from tests.indexer.milvus_server import MilvusServer, milvus_server
from tests.indexer.shelves import build, found, make_document, search

pytestmark = pytest.mark.slow

PATIENCE = 30.0
"""Seconds in which a server that is there again must have been noticed, on a busy machine."""


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    with milvus_server(tmp_path_factory.mktemp("own")) as server:
        yield server


@pytest.fixture
def server(own_server: MilvusServer) -> MilvusServer:
    """A server that a test may kill; running again for the next one."""
    if not own_server.runs:
        own_server.start()
    return own_server


@pytest.fixture
def root(tmp_path: Path, encoder_folder: Path) -> Path:
    build(tmp_path / "index", encoder_folder, LIBRARY)
    return tmp_path / "index"


@pytest.fixture
def engine(server: MilvusServer, root: Path, request: pytest.FixtureRequest) -> Iterator[GuardedEngine]:
    """An engine whose server holds one document that its folder does not hold: an answer says who gave it."""
    name = f"i{abs(hash(request.node.name)) % 10**9}"
    copy_index(root, server.address(index=name))
    engine = GuardedEngine(server.address(index=name, timeout=0.8), root)
    yield engine
    engine.close()


def serves_remotely(engine: GuardedEngine) -> bool:
    return not engine.state().problems


def wait_for(engine: GuardedEngine, *, remotely: bool) -> None:
    ends = time.monotonic() + PATIENCE
    while serves_remotely(engine) is not remotely:
        assert time.monotonic() < ends, engine.state()
        time.sleep(0.05)


def test_the_server_answers_while_it_is_there(engine):
    wait_for(engine, remotely=True)

    state = engine.state()

    assert found(search(engine, "calm lunch"))[0] == "calm-after-lunch"
    assert state.generation is not None
    assert state.generation.endswith("_documents")
    assert state.meaning


def test_a_dead_server_costs_one_question_less_than_a_second_and_no_answer(engine, server):
    wait_for(engine, remotely=True)
    here = found(search(engine, "calm lunch"))

    server.kill()
    began = time.monotonic()
    after = found(search(engine, "calm lunch"))
    took = time.monotonic() - began

    state = engine.state()
    assert after == here
    assert took < 1.0
    assert "does not serve" in state.problems[0]
    assert "index of this machine answers" in state.problems[0]
    assert state.generation == "gen-000001"


def test_a_server_that_hangs_is_given_up_within_a_second(engine, server):
    wait_for(engine, remotely=True)

    os.kill(server.pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        after = found(search(engine, "calm lunch"))
        took = time.monotonic() - began
        again = time.monotonic()
        search(engine, "calm lunch")
        quick = time.monotonic() - again
    finally:
        os.kill(server.pid, signal.SIGCONT)

    assert after[0] == "calm-after-lunch"
    assert took < 2.5  # 0.8 of them waiting; a machine with other work adds its own
    assert quick < 0.8  # the server is not waited for again
    wait_for(engine, remotely=True)


def test_a_server_that_comes_back_serves_again_by_itself(engine, server):
    wait_for(engine, remotely=True)
    server.kill()
    search(engine, "calm lunch")
    assert not serves_remotely(engine)

    server.start()
    wait_for(engine, remotely=True)

    assert found(search(engine, "calm lunch"))[0] == "calm-after-lunch"


def test_under_load_no_answer_is_wrong_while_the_server_is_killed_and_started(engine, server):
    wait_for(engine, remotely=True)
    right = found(search(engine, "calm lunch"))
    wrong: list[object] = []
    slow: list[float] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            began = time.monotonic()
            try:
                answer = found(search(engine, "calm lunch"))
            except IndexerError as error:
                wrong.append(error)
            else:
                slow.append(time.monotonic() - began)
                if answer != right:
                    wrong.append(answer)

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    time.sleep(0.5)
    server.kill()
    time.sleep(1.5)
    server.start()
    wait_for(engine, remotely=True)
    time.sleep(0.5)
    over.set()
    for asker in askers:
        asker.join()

    assert wrong == []
    assert len(slow) > 20


def test_without_a_server_from_the_beginning_the_folder_answers(root):
    engine = GuardedEngine("milvus://127.0.0.1:1", root)

    assert found(search(engine, "calm lunch"))[0] == "calm-after-lunch"
    assert "127.0.0.1:1 does not serve" in engine.state().problems[0]
    engine.close()


def test_with_neither_server_nor_folder_the_question_says_so(tmp_path):
    engine = GuardedEngine("milvus://127.0.0.1:1", tmp_path / "nowhere")

    with pytest.raises(IndexMissing):
        search(engine, "calm")
    assert engine.state().generation is None
    engine.close()


def test_a_withdrawn_document_is_hidden_although_the_server_still_holds_it(engine, root):
    wait_for(engine, remotely=True)

    withdrawn.withdraw(root, ["calm-after-lunch"])

    assert "calm-after-lunch" not in found(search(engine, "calm lunch"))
    assert "calm-after-lunch" not in found(search(engine, "", limit=50))
    assert serves_remotely(engine)


def test_without_a_query_encoder_words_are_searched_and_the_state_says_so(engine, root, encoder_folder):
    wait_for(engine, remotely=True)
    bare = GuardedEngine(engine.address, root.parent / "bare")

    answer = search(bare, "calm lunch")

    assert found(answer)[0] == "calm-after-lunch"
    assert answer.meaning_missing
    assert "no query encoder" in bare.state().problems[0]
    bare.close()


def test_an_address_that_names_no_engine_is_refused(tmp_path):
    with pytest.raises(EngineUnavailable, match=r"‘solr’\. Set KB_SEARCH"):
        open_serving("solr", tmp_path)
    assert isinstance(open_serving("embedded", tmp_path), ServingEngine)
    assert make_document().id == "calm-starts"
