"""The engine that keeps its index in a folder: the contract, and what only a folder can do."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from pathlib import Path

import pytest

from indexer.document import Document
from indexer.embedded import EmbeddedEngine
from indexer.encoder import OnnxEncoder
from indexer.engine import open_engine
from indexer.errors import EngineUnavailable, IndexBusy, IndexDamaged, IndexMissing, IndexNotWritten
from tests.indexer.engine_contract import EngineContract
from tests.indexer.shelves import build, found, make_document, open_small, search, stage
from tests.indexer.small_model import small_model


class TestEmbeddedEngine(EngineContract):
    """EmbeddedEngine keeps the contract."""

    @pytest.fixture(scope="class")
    @classmethod
    def engine_with(
        cls, tmp_path_factory: pytest.TempPathFactory, encoder_folder: Path, small_encoder: OnnxEncoder
    ) -> Iterator[Callable[[Iterable[Document]], EmbeddedEngine]]:
        folder, opened, numbers = tmp_path_factory.mktemp("embedded"), [], count()

        def make(documents: Iterable[Document]) -> EmbeddedEngine:
            engine = open_small(folder / str(next(numbers)), encoder_folder)
            opened.append(engine)
            stage(engine, documents, small_encoder)
            engine.commit()
            return engine

        yield make
        for engine in opened:
            engine.close()


@pytest.fixture
def engine(tmp_path: Path, encoder_folder: Path) -> Iterator[EmbeddedEngine]:
    engine = open_small(tmp_path / "index", encoder_folder)
    yield engine
    engine.close()


def test_an_engine_is_opened_by_its_name(tmp_path, encoder_folder):
    model = small_model(encoder_folder)

    engine = open_engine("embedded", root=tmp_path, model=model, encoder=lambda: encoder_folder)

    assert isinstance(engine, EmbeddedEngine)
    with pytest.raises(EngineUnavailable, match=r"‘solr’\. Set KB_SEARCH"):
        open_engine("solr", root=tmp_path, model=model, encoder=lambda: encoder_folder)


def test_without_an_index_a_question_says_how_to_build_one(engine):
    with pytest.raises(IndexMissing, match="kb index"):
        search(engine, "calm")
    assert engine.fingerprints() == {}


def test_another_process_finds_what_was_committed(engine, small_encoder, encoder_folder):
    stage(engine, [make_document()], small_encoder)
    engine.commit()

    other = EmbeddedEngine(engine.root)

    assert found(search(other, "calm")) == ["calm-starts"]
    assert other.fingerprints() == engine.fingerprints()
    other.close()


def test_closing_drops_what_was_not_committed(engine, small_encoder):
    stage(engine, [make_document()], small_encoder)
    engine.commit()
    stage(engine, [make_document("second")], small_encoder)

    engine.close()
    engine.commit()

    assert list(engine.fingerprints()) == ["calm-starts"]
    assert list(engine.root.glob(".tmp-*")) == []


def test_committing_without_a_change_writes_nothing(engine, small_encoder):
    stage(engine, [make_document()], small_encoder)
    engine.commit()
    before = engine.manifest

    engine.commit()

    assert engine.manifest == before
    assert len(list(engine.root.glob("gen-*"))) == 1


def test_committing_without_a_change_mends_a_damaged_index(engine, small_encoder):
    stage(engine, [make_document()], small_encoder)
    engine.commit()
    engine.remove("calm-starts")
    stage(engine, [make_document("second")], small_encoder)
    engine.commit()
    (engine.root / "gen-000002" / "spelling.tsv").write_text("changed")
    engine.close()

    engine.commit()

    assert found(search(engine)) == ["calm-starts"]  # what was sound; the pipeline puts the rest in again
    assert (engine.root / "current").readlink() == Path("gen-000003")


def test_a_failed_commit_drops_the_changes_and_lets_others_build(tmp_path, encoder_folder, small_encoder):
    root = tmp_path / "index"
    build(root, encoder_folder, [make_document()])
    broken = EmbeddedEngine(root, model=small_model(encoder_folder), encoder=lambda: tmp_path / "nowhere")
    stage(broken, [make_document("second")], small_encoder)

    with pytest.raises(Exception, match="could not be written"):
        broken.commit()

    assert list(broken.fingerprints()) == ["calm-starts"]
    build(root, encoder_folder, [make_document("third")])
    assert sorted(broken.fingerprints()) == ["calm-starts", "third"]
    broken.close()


def test_a_change_that_cannot_even_be_begun_lets_others_build(
    engine, small_encoder, encoder_folder, monkeypatch
):
    stage(engine, [make_document()], small_encoder)
    engine.commit()

    monkeypatch.setattr(shutil, "copyfile", _disk_full)
    with pytest.raises(IndexNotWritten, match=r"No space left.*old index serves"):
        engine.remove("calm-starts")
    monkeypatch.undo()

    build(engine.root, encoder_folder, [make_document("second")])
    assert sorted(engine.fingerprints()) == ["calm-starts", "second"]


def _disk_full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_while_one_engine_builds_another_is_refused(engine, small_encoder, encoder_folder):
    stage(engine, [make_document()], small_encoder)
    other = open_small(engine.root, encoder_folder)

    with pytest.raises(IndexBusy, match="Wait until it has finished"):
        other.remove("calm-starts")

    engine.commit()
    other.remove("calm-starts")
    other.commit()
    assert search(other).total == 0
    other.close()


def test_an_index_of_another_model_is_begun_anew(engine, small_encoder, encoder_folder, tmp_path):
    stage(engine, [make_document()], small_encoder)
    engine.commit()
    engine.close()
    model = small_model(encoder_folder)
    other = type(model)(name="other", place=model.place, sha256="0" * 64, window=64, tokenizer=None)
    newer = EmbeddedEngine(engine.root, model=other, encoder=lambda: encoder_folder)

    before = dict(newer.fingerprints())
    stage(newer, [make_document("second")], small_encoder)
    newer.commit()

    assert before == {}
    assert list(newer.fingerprints()) == ["second"]
    assert newer.manifest.model == "other"
    newer.close()


def test_a_damaged_generation_gives_way_to_the_one_before(engine, small_encoder, encoder_folder):
    stage(engine, [make_document()], small_encoder)
    engine.commit()
    stage(engine, [make_document("second")], small_encoder)
    engine.commit()
    (engine.root / "gen-000002" / "chunks.sqlite").write_bytes(b"")

    other = EmbeddedEngine(engine.root)

    assert found(search(other)) == ["calm-starts"]
    other.close()


def test_when_every_generation_is_damaged_the_question_says_so(engine, small_encoder):
    stage(engine, [make_document()], small_encoder)
    engine.commit()
    (engine.root / "gen-000001" / "chunks.sqlite").write_bytes(b"")

    other = EmbeddedEngine(engine.root)

    with pytest.raises(IndexDamaged, match=r"chunks\.sqlite is not what was written"):
        search(other)
    assert other.fingerprints() == {}


@pytest.mark.parametrize("name", ["a folder", "half#half", "50%25", "what?", "Größe"])
def test_the_index_may_lie_in_a_folder_of_any_name(tmp_path, encoder_folder, name):
    build(tmp_path / name, encoder_folder, [make_document()])

    engine = EmbeddedEngine(tmp_path / name)

    assert found(search(engine, "calm")) == ["calm-starts"]
    engine.close()
