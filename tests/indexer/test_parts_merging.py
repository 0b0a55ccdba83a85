"""Merging the two parts goes on beside publishing: nobody waits for it, nothing is lost, whenever it is killed."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from indexer import builder, crash, generation, knobs, merging
from indexer.merging import due, merge
from indexer.serving import ServingEngine
from tests.indexer.processes import run
from tests.indexer.shelves import build, found, make_document, search

POINTS = ("merge-copied", "merge-built", "merge-caught-up", "generation-renamed", "generation-swapped")


@pytest.fixture
def root(tmp_path, encoder_folder, monkeypatch):
    """A large part and a live part that replaces one of its documents, takes one out and adds one."""
    monkeypatch.setattr(knobs, "LIVE_FROM", 0)
    monkeypatch.setattr(knobs, "MERGED_FROM", 2)
    folder = tmp_path / "index"
    build(folder, encoder_folder, [make_document(name) for name in ("old", "changed", "gone")])
    build(folder, encoder_folder, [_zebra("changed"), make_document("new")], gone=["gone"])
    return folder


def _zebra(name):
    return make_document(name, title="A zebra", body="A zebra stood there.")


def _served(root: Path, text: str = "calm lunch") -> list[str]:
    engine = ServingEngine(root)
    try:
        assert engine.state().problems == ()
        return sorted(found(search(engine, text)))
    finally:
        engine.close()


def _has_live_part(root: Path) -> bool:
    return (root / "current" / "live").is_dir()


def test_the_parts_become_one_that_answers_alike(root):
    assert due(root)
    before = _served(root), _served(root, "zebra")

    assert merge(root)

    assert not _has_live_part(root)
    assert (_served(root), _served(root, "zebra")) == before == (["new", "old"], ["changed"])
    assert not due(root)
    assert not merge(root)


def test_what_is_published_and_withdrawn_meanwhile_does_not_wait_and_is_kept(
    root, encoder_folder, monkeypatch
):
    reached, go_on = threading.Event(), threading.Event()

    def slowly(*values, **named):
        reached.set()
        assert go_on.wait(60)
        return builder.complete(*values, **named)

    monkeypatch.setattr(merging, "complete", slowly)
    merging_now = threading.Thread(target=merge, args=(root,))
    merging_now.start()
    assert reached.wait(60)

    began = time.monotonic()
    build(root, encoder_folder, [make_document("meanwhile"), _zebra("new")], gone=["old"])
    assert time.monotonic() - began < 20  # the merge waits for us, not we for it
    assert _served(root) == ["meanwhile"]
    go_on.set()
    merging_now.join(60)

    assert not merging_now.is_alive()
    assert _served(root) == ["meanwhile"]
    assert _served(root, "zebra") == ["changed", "new"]
    assert _has_live_part(root)
    assert not (root / merging.FOLDER).exists()
    merge(root)
    assert (_served(root), _served(root, "zebra")) == (["meanwhile"], ["changed", "new"])


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_point_nothing_is_lost_and_the_next_merge_finishes(root, encoder_folder, point):
    status, _, errors = run("merge-aside", root, **{crash.VARIABLE: point})

    assert status == -9, errors
    assert _served(root) == ["new", "old"]
    build(root, encoder_folder, [make_document("after")])
    assert _served(root) == ["after", "new", "old"]
    merge(root)
    assert not _has_live_part(root)
    assert _served(root) == ["after", "new", "old"]
    assert list(root.glob(".tmp-*")) == []


def test_an_index_that_is_built_anew_meanwhile_stays(root, encoder_folder, monkeypatch):
    def built_anew(*values, **named):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(knobs, "LIVE_MOST", 0)
            build(root, encoder_folder, [make_document("anew")])
        return builder.complete(*values, **named)

    monkeypatch.setattr(merging, "complete", built_anew)

    assert not merge(root)

    assert _served(root) == ["anew", "new", "old"]


def test_of_two_merges_at_once_one_does_the_work(root, monkeypatch):
    seen = []

    def while_another_tries(*values, **named):
        seen.append(merge(root))
        return builder.complete(*values, **named)

    monkeypatch.setattr(merging, "complete", while_another_tries)

    assert merge(root)

    assert seen == [False]


def test_an_index_of_one_part_or_none_is_left_alone(tmp_path, encoder_folder):
    assert not due(tmp_path)
    assert not merge(tmp_path)
    build(tmp_path, encoder_folder, [make_document("one")])

    assert not due(tmp_path)
    assert not merge(tmp_path)
    assert [folder.name for folder in generation.generations(tmp_path)] == ["gen-000001"]


def test_a_process_of_its_own_merges(root, monkeypatch):
    process = merging.start(root)

    assert process.wait(120) == 0

    assert not _has_live_part(root)
    assert _served(root) == ["new", "old"]
