"""A second reading puts the best few in another order and nothing else; it never makes a question wait or fail.

The cross-encoder is a real one of the real form, three small layers of random weights made on the spot: it shows that
order, failure and time-out work, and nothing of how well a trained one ranks.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexer import graphs
from indexer.document import Filters, Mode, Query, Sort
from indexer.encoder import OnnxPairs
from indexer.errors import ModelUnusable
from indexer.reranking import MOVED, Reranker, open_reranker, reranked
from tests.cross_encoders import small_cross_encoder
from tests.indexer.library import LIBRARY
from tests.indexer.shelves import EVERYBODY, open_small, stage

QUERY = Query(text="calm pupils in class", filters=Filters(visibilities=EVERYBODY), limit=5)


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory, model):
    """The folder of a small cross-encoder: BERT with one score, and the packaged model's words."""
    return small_cross_encoder(tmp_path_factory.mktemp("pairs") / "small", Path(model.place))


@pytest.fixture(scope="module")
def root(tmp_path_factory, encoder_folder, small_encoder, cross_encoder):
    root = tmp_path_factory.mktemp("read-again")
    engine = open_small(root, encoder_folder)
    stage(engine, LIBRARY, small_encoder)
    engine.commit()
    engine.close()
    graphs.make_pair_reader(root, str(cross_encoder))
    return root


@pytest.fixture
def engine(root, encoder_folder):
    engine = open_small(root, encoder_folder)
    yield engine
    engine.close()


@pytest.fixture
def reranker(root, cross_encoder):
    reranker = Reranker(root, str(cross_encoder), within=30)
    yield reranker
    reranker.close()


class Fixed(Reranker):
    """Scores that a test chooses, by a word of the text."""

    def __init__(self, worth: dict[str, float]) -> None:
        self.worth, self.asked = worth, 0

    def scores(self, question, texts):
        self.asked += 1
        return [next((worth for word, worth in self.worth.items() if word in text), 0.0) for text in texts]


def _ids(results):
    return [hit.document_id for hit in results.hits]


def test_the_graph_scores_pairs_as_the_model_itself_does(root, cross_encoder):
    from sentence_transformers import CrossEncoder

    texts = ["Calm after lunch", "A quiet garden calms pupils " * 40, ""]
    original = CrossEncoder(str(cross_encoder), device="cpu")
    original.max_seq_length = 256
    pairs = OnnxPairs(graphs.pair_reader(root, str(cross_encoder)))

    got = pairs.scores("calm pupils", texts)

    wanted = original.predict([("calm pupils", text) for text in texts], show_progress_bar=False)
    assert np.argsort(got).tolist() == np.argsort(wanted).tolist()
    assert 1 / (1 + np.exp(-got)) == pytest.approx(wanted, abs=0.01)


def test_the_best_few_come_in_order_of_both_readings_and_nothing_else_changes(engine, reranker):
    plain = engine.search(replace(QUERY, limit=20))

    read = reranked(engine.search, reranker, replace(QUERY, limit=20))

    texts = [". ".join(filter(None, (hit.title, hit.heading, hit.passage_text))) for hit in plain.hits]
    chances = 1 / (1 + np.exp(-np.array(reranker.scores(QUERY.text, texts))))
    worth = {
        hit.document_id: hit.score + 0.2 * chance for hit, chance in zip(plain.hits, chances, strict=True)
    }
    assert _ids(read) == sorted(worth, key=lambda name: -worth[name]) != _ids(plain)
    assert {hit.document_id: hit.score for hit in read.hits} == {
        hit.document_id: hit.score for hit in plain.hits
    }
    assert (read.total, read.facets, read.weak) == (plain.total, plain.facets, plain.weak)


def test_a_hit_that_moved_up_says_so_and_pages_do_not_overlap(engine):
    plain = _ids(engine.search(replace(QUERY, limit=20)))
    last = next(hit for hit in engine.search(replace(QUERY, limit=20)).hits if hit.document_id == plain[-1])
    reranker = Fixed({last.title: 20.0})

    pages = [reranked(engine.search, reranker, replace(QUERY, limit=2, offset=at)) for at in range(0, 20, 2)]

    hits = [hit for page in pages for hit in page.hits]
    ids = [hit.document_id for hit in hits]
    assert ids.index(plain[-1]) < len(plain) - 1
    assert [name for name in ids if name != plain[-1]] == plain[:-1]
    assert [hit.document_id for hit in hits if MOVED in hit.reasons.boosts] == [plain[-1]]
    assert [bool(page.weak) for page in pages[1:]] == [False] * (len(pages) - 1)


def test_a_reader_that_is_sure_of_nothing_overrules_no_clear_order(engine):
    plain = engine.search(replace(QUERY, limit=20))
    first, last = plain.hits[0], plain.hits[-1]
    assert first.score - last.score > 0.2

    read = reranked(engine.search, Fixed({last.title: 90.0, first.title: -90.0}), replace(QUERY, limit=20))

    assert _ids(read).index(first.document_id) < _ids(read).index(last.document_id)


@pytest.mark.parametrize(
    "other",
    [
        {"mode": Mode.WORDS},
        {"mode": Mode.MEANING},
        {"sort": Sort.NEWEST},
        {"text": " "},
        {"offset": 20},
        {"text": "thermodynamics of neutron stars"},
    ],
)
def test_other_ways_to_search_are_left_alone(engine, other):
    reranker = Fixed({})
    query = replace(QUERY, **other)

    assert _ids(reranked(engine.search, reranker, query)) == _ids(engine.search(query))
    assert reranker.asked == 0


def test_one_that_takes_too_long_is_stopped_and_left_in_peace_for_a_while(root, engine, cross_encoder):
    slow = Reranker(root, str(cross_encoder), within=0.02)

    assert slow.problem is None
    assert slow.scores("calm", ["pupil " * 400] * 100) is None

    assert "took more than 0.02 s" in (slow.problem or "")
    assert slow.scores("calm", ["text"]) is None
    assert _ids(reranked(engine.search, slow, QUERY)) == _ids(engine.search(QUERY))
    slow.close()


def test_one_that_fails_leaves_the_answer_as_it_was(engine, reranker, monkeypatch, caplog):
    def broken(*_):
        raise RuntimeError

    monkeypatch.setattr(OnnxPairs, "scores", broken)

    assert _ids(reranked(engine.search, reranker, QUERY)) == _ids(engine.search(QUERY))
    assert "it failed (RuntimeError)" in (reranker.problem or "")
    assert "not read again" in caplog.text


def test_one_that_was_not_made_ready_says_what_to_do(tmp_path, engine):
    reranker = Reranker(tmp_path, "/no/such/model")

    assert "Run ‘kb index’" in (reranker.problem or "")
    assert _ids(reranked(engine.search, reranker, QUERY)) == _ids(engine.search(QUERY))
    assert open_reranker(tmp_path, "none") is None


def test_a_harmed_graph_is_not_read(root, cross_encoder, tmp_path):
    harmed = shutil.copytree(root / "encoders", tmp_path / "encoders").parent
    graph = next((harmed / "encoders").glob("*-pairs/encoder.onnx"))
    graph.write_bytes(graph.read_bytes() + b"harm")

    assert Reranker(harmed, str(cross_encoder)).problem

    graphs.make_pair_reader(harmed, str(cross_encoder))
    assert Reranker(harmed, str(cross_encoder)).problem is None


def test_what_is_no_cross_encoder_is_refused_with_the_setting_to_change(tmp_path, model):
    with pytest.raises(ModelUnusable, match="KB_RERANKER"):
        graphs.make_pair_reader(tmp_path, "/no/such/folder")
    with pytest.raises(ModelUnusable, match="no cross-encoder"):
        graphs.make_pair_reader(tmp_path, model.place)


def test_a_web_process_that_reads_again_has_no_torch(root, cross_encoder):
    import subprocess

    code = (
        "import sys; from pathlib import Path; from indexer.reranking import Reranker\n"
        f"r = Reranker(Path({str(root)!r}), {str(cross_encoder)!r}, within=30)\n"
        "print(r.scores('calm', ['a', 'b']) is not None, 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.stdout.split() == ["True", "False"], done.stderr
