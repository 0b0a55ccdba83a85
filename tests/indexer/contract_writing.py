"""The writing half of the contract: changes gather, and take effect together."""

from __future__ import annotations

import numpy as np
import pytest

from indexer.document import Filters, Mode
from indexer.encoder import OnnxEncoder
from indexer.errors import WrongDimension
from indexer.pipeline import fingerprint
from tests.indexer.library import LIBRARY, EngineWith
from tests.indexer.shelves import EVERYBODY, found, make_document, search, stage
from tests.indexer.small_model import DIMENSION

OLD = make_document("old", title="Garden talk", body="The garden is open.", summary="")
NEW = make_document("new", title="Music trip", body="The music trip was long.", summary="")
MENDED = make_document("old", title="Maths homework", body="Maths every week.", summary="")


class WritingContract:
    """``replace``, ``remove`` and ``commit``."""

    def test_nothing_is_visible_before_it_is_committed(
        self, engine_with: EngineWith, small_encoder: OnnxEncoder
    ):
        engine = engine_with([OLD])

        stage(engine, [NEW, MENDED], small_encoder)

        assert found(search(engine)) == ["old"]
        assert found(search(engine, "garden")) == ["old"]
        assert found(search(engine, "music")) == []
        assert engine.fingerprints() == {"old": fingerprint(OLD)}
        assert engine.manifest.documents == 1

    def test_all_changes_take_effect_together(self, engine_with: EngineWith, small_encoder: OnnxEncoder):
        gone = make_document("gone", title="Science board", summary="", body="A board.")
        engine = engine_with([OLD, gone])

        stage(engine, [NEW, MENDED], small_encoder)
        engine.remove("gone")
        engine.commit()

        assert sorted(found(search(engine))) == ["new", "old"]
        assert engine.fingerprints() == {"old": fingerprint(MENDED), "new": fingerprint(NEW)}
        assert engine.manifest.documents == 2

    def test_a_replaced_document_is_found_by_its_new_words_and_meaning_only(
        self, engine_with: EngineWith, small_encoder: OnnxEncoder
    ):
        engine = engine_with([OLD, NEW])

        stage(engine, [MENDED], small_encoder)
        engine.commit()

        for mode in Mode:
            assert found(search(engine, "garden", mode=mode)) == []
            assert found(search(engine, "maths homework", mode=mode)) == ["old"]
        assert [hit.title for hit in search(engine, "homework").hits] == ["Maths homework"]

    def test_a_removed_document_is_neither_found_nor_similar_nor_known(
        self, engine_with: EngineWith, small_encoder: OnnxEncoder
    ):
        engine = engine_with([OLD, NEW])

        engine.remove("old")
        engine.commit()

        assert found(search(engine, "garden")) == []
        assert engine.similar_to("old", filters=Filters(visibilities=EVERYBODY), limit=5) == []
        assert engine.similar_to("new", filters=Filters(visibilities=EVERYBODY), limit=5) == []
        assert engine.fingerprints() == {"new": fingerprint(NEW)}

    def test_removing_what_is_not_there_is_no_error(self, engine_with: EngineWith):
        engine = engine_with([OLD])

        engine.remove("never-there")
        engine.commit()

        assert found(search(engine)) == ["old"]

    def test_the_last_change_to_a_document_counts(self, engine_with: EngineWith, small_encoder: OnnxEncoder):
        engine = engine_with([OLD])

        engine.remove("old")
        stage(engine, [NEW, MENDED], small_encoder)
        engine.remove("new")
        engine.commit()

        assert engine.fingerprints() == {"old": fingerprint(MENDED)}

    def test_a_vector_of_another_length_is_refused_and_harms_nothing(self, engine_with: EngineWith):
        engine = engine_with([OLD])
        vectors = np.ones((0, DIMENSION * 2), dtype=np.float32)

        with pytest.raises(WrongDimension, match=f"{DIMENSION}-dimensional vectors and got {DIMENSION * 2}"):
            engine.replace(NEW, [], vectors, fingerprint="x")
        engine.commit()

        assert engine.fingerprints() == {"old": fingerprint(OLD)}

    def test_passages_without_as_many_vectors_are_refused_and_harm_nothing(self, engine_with: EngineWith):
        engine = engine_with([OLD])

        with pytest.raises(ValueError, match="0 passages came with 1 vectors"):
            engine.replace(NEW, [], np.ones((1, DIMENSION), dtype=np.float32), fingerprint="x")
        engine.commit()

        assert engine.fingerprints() == {"old": fingerprint(OLD)}

    def test_an_index_begun_anew_holds_only_what_is_put_into_it_and_serves_from_its_commit(
        self, engine_with: EngineWith, small_encoder: OnnxEncoder
    ):
        engine = engine_with([OLD])

        begun = engine.start_anew()
        stage(engine, [NEW], small_encoder)

        assert begun == {}
        assert found(search(engine)) == ["old"]
        engine.commit()
        assert found(search(engine)) == ["new"]
        assert engine.fingerprints() == {"new": fingerprint(NEW)}
        assert engine.manifest.documents == 1

    def test_an_empty_index_answers(self, engine_with: EngineWith):
        engine = engine_with([])

        for text in ("", "reading", '"side room"', "reading -maths"):
            answer = search(engine, text)
            assert (answer.hits, answer.weak, answer.total, dict(answer.facets)) == ((), (), 0, {})
            assert answer.nothing_close
        assert engine.fingerprints() == {}
        assert engine.similar_to("old", filters=Filters(visibilities=EVERYBODY), limit=5) == []
        assert engine.manifest.documents == 0

    def test_an_index_can_be_emptied_and_filled_again(
        self, engine_with: EngineWith, small_encoder: OnnxEncoder
    ):
        engine = engine_with([OLD])

        engine.remove("old")
        engine.commit()
        emptied = search(engine).total
        stage(engine, LIBRARY[:3], small_encoder)
        engine.commit()

        assert emptied == 0
        assert search(engine).total == 3
