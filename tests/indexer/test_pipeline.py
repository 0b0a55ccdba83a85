"""Bringing an index up to date: only what changed is embedded, and nothing is embedded twice."""

from __future__ import annotations

import dataclasses
import json
import shutil
import time
from pathlib import Path

import pytest

from indexer import crash, generation, knobs, pipeline
from indexer.document import Document
from indexer.errors import IndexBusy, ModelUnusable
from indexer.model import Model, file_sha256
from indexer.opened import LIVE
from indexer.pipeline import Indexer, fingerprint
from indexer.serving import ServingEngine
from indexer.vectorcache import NAME as CACHE
from tests.indexer.processes import run
from tests.indexer.shelves import found, make_document, search


def _counts(report: pipeline.Report) -> tuple[int, int, int, int, int]:
    return report.added, report.changed, report.removed, report.unchanged, report.embedded


def _files(root: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in root.rglob("*") if path.name != "lock"}


def _lend_encoder(root: Path, real_root: Path, model: Model, other: Model) -> None:
    """Let another model use the real one's query encoder, which takes long to make."""
    (root / "encoders").unlink()
    (root / "encoders").mkdir()
    for path in (real_root / "encoders").iterdir():
        lent = root / "encoders" / path.name.replace(model.sha256[:16], other.sha256[:16])
        (shutil.copytree if path.is_dir() else shutil.copy)(path, lent)


def test_a_first_run_embeds_everything(new_indexer, documents):
    indexer, seen = new_indexer(), []

    report = indexer.bring_up_to_date(documents, progress=lambda done, of: seen.append((done, of)))

    assert _counts(report) == (3, 0, 0, 0, 4)
    assert report.passages == 4
    assert seen == [(4, 4)]
    assert found(search(indexer.engine, "breathing at the door"))[0] == "a"
    assert found(search(indexer.engine, "a letter home"))[0] == "c"


def test_documents_cut_a_few_at_a_time_are_all_indexed_and_the_work_left_is_foreseen(
    monkeypatch, new_indexer, documents
):
    monkeypatch.setattr(pipeline, "TOGETHER", 2)
    monkeypatch.setattr(pipeline, "BATCH", 1)
    indexer, seen = new_indexer(), []

    report = indexer.bring_up_to_date(documents, progress=lambda done, of: seen.append((done, of)))

    assert (report.passages, report.embedded) == (4, 4)
    assert [done for done, _ in seen] == [1, 2, 3, 4]
    assert all(of > done for done, of in seen[:-1])
    assert seen[-1] == (4, 4)
    assert sorted(indexer.engine.fingerprints()) == sorted(document.id for document in documents)
    assert found(search(indexer.engine, "breathing at the door"))[0] == "a"
    assert found(search(indexer.engine, "a letter home"))[0] == "c"


def test_without_a_change_nothing_is_written_within_two_seconds(new_indexer, documents):
    indexer = new_indexer()
    indexer.bring_up_to_date(documents)
    before = _files(indexer.engine.root)

    fresh = new_indexer()
    report = fresh.bring_up_to_date(documents)

    assert report.nothing_to_do
    assert _counts(report) == (0, 0, 0, 3, 0)
    assert report.seconds < 2
    assert _files(indexer.engine.root) == before


def test_only_what_changed_is_embedded(new_indexer, documents):
    first, second, third = documents
    indexer = new_indexer()
    indexer.bring_up_to_date(documents)
    longer = dataclasses.replace(second, body=second.body + "\n\n## Later\n\nIt grew.")
    fourth = Document(id="d", title="Fourth", body="New.")

    report = indexer.bring_up_to_date([first, longer, third, fourth])

    assert _counts(report) == (1, 1, 0, 2, 2)  # one new passage of the second, one of the fourth
    assert sorted(found(search(indexer.engine))) == ["a", "b", "c", "d"]


def test_what_is_gone_is_removed(new_indexer, documents):
    indexer = new_indexer()
    indexer.bring_up_to_date(documents)

    report = indexer.bring_up_to_date(documents[1:])

    assert _counts(report) == (0, 0, 1, 2, 0)
    assert found(search(indexer.engine, "breathe")) == []
    assert sorted(indexer.engine.fingerprints()) == ["b", "c"]


def test_an_index_may_become_empty_and_may_begin_so(new_indexer, documents):
    indexer = new_indexer()

    empty = indexer.bring_up_to_date([])
    filled = indexer.bring_up_to_date(documents)
    emptied = indexer.bring_up_to_date([])

    assert (_counts(empty), _counts(filled), _counts(emptied)) == ((0,) * 5, (3, 0, 0, 0, 4), (0, 0, 3, 0, 0))
    assert search(indexer.engine, "calm").total == 0


def test_rebuilding_puts_everything_in_again_without_embedding_it_again(new_indexer, documents):
    indexer = new_indexer()
    indexer.bring_up_to_date(documents)

    report = indexer.bring_up_to_date(documents[:2], rebuild=True)

    assert _counts(report) == (2, 0, 1, 0, 0)
    assert sorted(found(search(indexer.engine))) == ["a", "b"]


def test_rebuilding_leaves_nothing_of_the_index_before(monkeypatch, new_indexer, documents):
    monkeypatch.setattr(knobs, "LIVE_FROM", 0)  # what changes goes into a small part beside the rest
    indexer = new_indexer()
    indexer.bring_up_to_date(documents[:2])
    indexer.bring_up_to_date(documents)
    old = generation.current(indexer.engine.root)

    indexer.bring_up_to_date(documents, rebuild=True)

    new = generation.current(indexer.engine.root)
    assert (old / LIVE).is_dir()
    assert not (new / LIVE).exists()
    assert (new / "chunks.sqlite").stat().st_ino != (old / "chunks.sqlite").stat().st_ino
    assert sorted(found(search(indexer.engine))) == ["a", "b", "c"]


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Other"},
        {"body": "Other"},
        {"summary": "Other"},
        {"keywords": ("other",)},
        {"facets": {"stage": ("ks1",)}},
        {"visibility": "trust"},
        {"published": "2026-01-01"},
        {"reviewed": "2026-01-01"},
        {"id": "other"},
    ],
    ids=str,
)
def test_everything_the_index_holds_is_in_the_fingerprint(change):
    document = Document(id="a", title="Title", body="Body")

    assert fingerprint(dataclasses.replace(document, **change)) != fingerprint(document)
    assert fingerprint(dataclasses.replace(document)) == fingerprint(document)


def test_another_way_of_cutting_cuts_everything_anew(monkeypatch, new_indexer, documents):
    indexer = new_indexer()
    indexer.bring_up_to_date(documents)
    monkeypatch.setattr(pipeline, "CUT", "another")

    assert indexer.bring_up_to_date(documents).changed == 3


def test_another_model_rebuilds_everything(new_indexer, documents, model, real_root):
    indexer = new_indexer()
    indexer.bring_up_to_date(documents)
    indexer.engine.close()
    other = dataclasses.replace(model, name="other", sha256="0" * 64)
    _lend_encoder(indexer.engine.root, real_root, model, other)

    second = new_indexer(model=other)
    report = second.bring_up_to_date(documents)

    assert _counts(report) == (3, 0, 0, 0, 4)
    assert (second.engine.manifest.model, second.engine.manifest.model_sha256) == ("other", "0" * 64)


def test_an_interrupted_run_goes_on_where_it_stopped(monkeypatch, new_indexer, documents):
    monkeypatch.setattr(pipeline, "BATCH", 1)
    indexer = new_indexer()

    def stop(done: int, _: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        indexer.bring_up_to_date(documents, progress=stop)
    report = new_indexer().bring_up_to_date(documents)

    assert (report.added, report.embedded) == (3, 1)


def test_a_killed_run_goes_on_without_embedding_anything_twice(new_indexer):
    indexer = new_indexer()

    status, _, errors = run("index", indexer.engine.root, **{crash.VARIABLE: "generation-synced"})
    report = indexer.bring_up_to_date([make_document("one"), make_document("two", title="Another")])

    assert status == -9, errors
    assert (report.added, report.passages, report.embedded) == (2, 6, 0)


def test_only_the_first_run_of_a_model_loads_torch(new_indexer):
    root = new_indexer().engine.root

    status, said, errors = run("index-and-say", root, "A body that nobody embedded before.")

    assert status == 0, errors
    assert json.loads(said) == {"embedded": 2, "torch": False}


def test_a_run_that_fails_lets_others_build_and_changes_nothing(new_indexer, documents, model):
    indexer = new_indexer()
    indexer.bring_up_to_date(documents)
    broken = new_indexer(model=dataclasses.replace(model, place="/nowhere", name="broken", sha256="0" * 64))

    with pytest.raises(ModelUnusable, match="broken cannot be loaded"):
        broken.bring_up_to_date([*documents, Document(id="d", title="Fourth", body="New.")])

    assert sorted(indexer.engine.fingerprints()) == ["a", "b", "c"]
    assert indexer.bring_up_to_date(documents[:1]).removed == 2


def test_a_second_indexer_is_refused_before_it_embeds(new_indexer, documents):
    indexer, second = new_indexer(), new_indexer()
    indexer.engine.remove("nobody")

    began = time.monotonic()
    with pytest.raises(IndexBusy, match="Wait until it has finished"):
        second.bring_up_to_date(documents)

    assert time.monotonic() - began < 2
    assert not (indexer.engine.root / CACHE).exists()


def test_a_damaged_cache_is_made_anew(new_indexer, documents):
    indexer = new_indexer()
    indexer.bring_up_to_date(documents[:2])
    (indexer.engine.root / CACHE).write_bytes(b"no database" * 1000)

    report = indexer.bring_up_to_date(documents)

    assert (report.added, report.embedded) == (1, 1)
    assert new_indexer().bring_up_to_date(documents, rebuild=True).embedded == 3


def test_a_damaged_index_is_mended_although_nothing_changed(new_indexer, documents):
    indexer = new_indexer()
    indexer.bring_up_to_date(documents[:2])
    indexer.bring_up_to_date(documents)
    indexer.engine.close()
    (indexer.engine.root / "gen-000002" / "vectors.faiss").write_bytes(b"harm")

    report = new_indexer().bring_up_to_date(documents)

    serving = ServingEngine(indexer.engine.root)
    assert report.embedded == 0
    assert sorted(found(search(serving))) == ["a", "b", "c"]
    assert serving.state().problems == ()
    serving.close()


def test_a_damaged_encoder_never_passes_into_another_generation(new_indexer, documents, real_root):
    indexer = new_indexer()
    root = indexer.engine.root
    (root / "encoders").unlink()
    shutil.copytree(real_root / "encoders", root / "encoders")
    indexer.bring_up_to_date(documents)
    indexer.engine.close()
    with (root / "current" / "encoder" / "encoder.onnx").open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"harm")
    harmed = file_sha256(root / "current" / "encoder" / "encoder.onnx")

    report = new_indexer().bring_up_to_date(documents)

    serving = ServingEngine(root)
    assert (report.added, report.embedded) == (3, 0)
    assert file_sha256(root / "current" / "encoder" / "encoder.onnx") != harmed
    assert (serving.state().meaning, serving.state().problems) == (True, ())
    assert found(search(serving, "breathing at the door"))[0] == "a"
    serving.close()


def test_passages_fit_the_models_window(real_root, model):
    indexer = Indexer(real_root, model=model, size=4000)
    long = Document(id="long", title="Long", body="Every pupil reads aloud each day. " * 200)

    cut = indexer._cut([long])["long"]

    assert len(cut) > 3
    assert max(indexer._load().count(chunk.text) for chunk in cut) <= model.window - 2
    indexer.engine.close()
