"""A withdrawn document vanishes with the next query in every process, until it is published again."""

from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path

import pytest

from indexer import crash, withdrawn
from indexer.document import Filters, Mode
from indexer.serving import ServingEngine
from tests.indexer.processes import run
from tests.indexer.shelves import EVERYBODY, build, found, make_document, search


@pytest.fixture(scope="module")
def two_documents(tmp_path_factory, encoder_folder):
    root = tmp_path_factory.mktemp("two") / "index"
    build(root, encoder_folder, [make_document("calm-starts"), make_document("other")])
    return root


@pytest.fixture
def root(two_documents, tmp_path):
    return shutil.copytree(two_documents, tmp_path / "index", symlinks=True)


@pytest.fixture
def engine(root):
    engine = ServingEngine(root)
    yield engine
    engine.close()


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("text", ["", "calm lunch"])
def test_it_is_gone_from_the_next_answer_its_counts_and_its_likes(engine, mode, text):
    assert search(engine, text, mode=mode).total == 2

    engine.hide(["calm-starts"])

    answer = search(engine, text, mode=mode)
    assert (found(answer), answer.total, answer.weak) == (["other"], 1, ())
    assert [item.count for item in answer.facets["stage"]] == [1]
    everybody = Filters(visibilities=EVERYBODY)
    assert engine.similar_to("other", filters=everybody, limit=5) == []
    assert engine.similar_to("calm-starts", filters=everybody, limit=5) == []


def test_a_process_that_serves_already_sees_it_too(root, engine):
    search(engine, "calm")
    status, _, errors = run("withdraw", root, "calm-starts")

    assert status == 0, errors
    assert found(search(engine, "calm")) == ["other"]


def test_it_stays_hidden_in_every_index_built_until_one_without_it_is_told(root, engine, encoder_folder):
    engine.hide(["calm-starts"])

    build(root, encoder_folder, [make_document("third")])
    engine.renew()

    assert sorted(found(search(engine, "calm"))) == ["other", "third"]


def test_published_again_it_is_found_again_while_older_indexes_still_hide_it(root, engine, encoder_folder):
    engine.hide(["calm-starts"])
    search(engine)
    engine.close()  # it serves on and looks for nothing new by itself
    build(root, encoder_folder, [make_document("calm-starts", title="Calm again")])

    withdrawn.settle(root, ["calm-starts"], "gen-000002")

    assert engine.state().generation == "gen-000001"
    assert found(search(engine, "calm")) == ["other"]
    engine.renew()
    assert sorted(found(search(engine, "calm"))) == ["calm-starts", "other"]


def test_new_synonyms_do_not_bring_it_back_and_undoing_does(root, engine):
    engine.hide(["calm-starts"])
    engine.use_synonyms([])
    hidden = found(search(engine, "calm"))

    withdrawn.settle(root, ["calm-starts"], "gen-000001")

    assert hidden == ["other"]
    assert sorted(found(search(engine, "calm"))) == ["calm-starts", "other"]


def test_what_concerns_no_kept_generation_is_forgotten(root):
    withdrawn.withdraw(root, ["a", "b"])
    withdrawn.settle(root, ["a"], "gen-000002")

    withdrawn.settle(root, [], "gen-000005", oldest="gen-000003")

    assert withdrawn.entries(root) == {"b": None}


def test_killed_after_it_was_written_the_withdrawal_holds(root, engine):
    status, _, errors = run("withdraw", root, "calm-starts", **{crash.VARIABLE: "withdrawal-written"})

    assert status == -9, errors
    assert found(search(engine, "calm")) == ["other"]


def test_many_at_once_lose_none(root):
    threads = [threading.Thread(target=withdrawn.withdraw, args=(root, [f"d{n}"])) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(withdrawn.entries(root)) == sorted(f"d{n}" for n in range(20))


def test_a_list_that_cannot_be_read_changes_nothing_that_is_known(root, engine, caplog):
    engine.hide(["calm-starts"])
    assert found(search(engine, "calm")) == ["other"]

    Path(root / withdrawn.NAME).write_text("{", encoding="utf-8")

    assert found(search(engine, "calm")) == ["other"]
    assert "cannot be read" in caplog.text


def test_the_list_is_plain_and_names_nobody(root):
    withdrawn.withdraw(root, ["calm-starts"])

    assert json.loads((root / withdrawn.NAME).read_text(encoding="utf-8")) == {"calm-starts": None}
