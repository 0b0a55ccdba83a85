"""Any sentence-transformers model in a folder serves: here a tiny one of random weights, made on the spot."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from indexer.chunker import embedded_text
from indexer.document import Chunk, Document, Mode
from indexer.model import find_model
from indexer.pipeline import Indexer
from tests.indexer.shelves import found, search

DIMENSION, WINDOW = 32, 64


@pytest.fixture(scope="module")
def tiny(tmp_path_factory, model):
    import torch
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("tiny") / "tiny-model"
    torch.manual_seed(7)
    shape = {
        "hidden_size": DIMENSION,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 64,
    }
    BertModel(BertConfig(**shape)).save_pretrained(folder)
    for name in (
        "tokenizer.json",
        "tokenizer_config.json",
        "special_tokens_map.json",
        "vocab.txt",
        "modules.json",
    ):
        shutil.copy(Path(model.place) / name, folder)
    (folder / "sentence_bert_config.json").write_text(
        json.dumps({"max_seq_length": WINDOW, "do_lower_case": False})
    )
    shutil.copytree(Path(model.place) / "1_Pooling", folder / "1_Pooling")
    pooling = json.loads((folder / "1_Pooling/config.json").read_text())
    (folder / "1_Pooling/config.json").write_text(
        json.dumps({**pooling, "word_embedding_dimension": DIMENSION})
    )
    return find_model(str(folder))


def test_an_index_of_another_model_is_built_and_searched_by_words_and_by_meaning(tmp_path, tiny, documents):
    indexer = Indexer(tmp_path, model=tiny)
    report = indexer.bring_up_to_date(documents)
    letter = Chunk(document_id="c", ordinal=0, title="Attendance", heading_path=(), text=documents[2].body)

    manifest = indexer.engine.manifest
    assert (manifest.model, manifest.dimension, manifest.window) == ("tiny-model", DIMENSION, WINDOW)
    assert report.embedded == report.passages == 4
    assert found(search(indexer.engine, "phonics", mode=Mode.WORDS)) == ["b"]
    asked = search(indexer.engine, embedded_text(letter), mode=Mode.MEANING)
    assert found(asked)[0] == "c"
    assert asked.hits[0].reasons.meaning == pytest.approx(1, abs=0.02)
    indexer.engine.close()


def test_its_texts_are_cut_to_its_own_window(tmp_path, tiny):
    indexer = Indexer(tmp_path, model=tiny)

    report = indexer.bring_up_to_date([Document(id="long", title="Long", body="A letter home. " * 60)])

    assert report.passages >= 60 * 4 / WINDOW
    indexer.engine.close()
