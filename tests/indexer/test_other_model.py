"""Any sentence-transformers model in a folder serves: here tiny ones of random weights, made on the spot."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexer.chunker import embedded_text
from indexer.document import Chunk, Document, Mode
from indexer.encoder import GRAPH
from indexer.graphs import graph_folder
from indexer.model import Model, find_model
from indexer.pipeline import Indexer
from indexer.prompts import NONE, Prompts, prompts_of
from indexer.query_encoder import WholeModel
from indexer.serving import ServingEngine
from tests.indexer.shelves import found, search

DIMENSION, WINDOW, POSITIONS = 32, 64, 96
ASKED = "Letter HOME on the first Day"
BOTH = {"prompts": {"query": "query: ", "passage": "passage: "}, "default_prompt_name": None}

Make = Callable[..., Path]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory, model: Model) -> Make:
    """Makes a tiny model of a form in a folder."""

    def made(
        *, parts: Sequence[Any] = (), pooling: str = "mean", lower: bool = True, **settings: object
    ) -> Path:
        folder = tmp_path_factory.mktemp("other") / "tiny-model"
        _network(folder / "network", Path(model.place), lower=lower)
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

        network = Transformer(str(folder / "network"), max_seq_length=WINDOW)
        whole = SentenceTransformer(modules=[network, Pooling(DIMENSION, pooling), *parts], device="cpu")
        whole.save(str(folder / "whole"), create_model_card=False)
        said = folder / "whole" / "config_sentence_transformers.json"
        said.write_text(json.dumps({**json.loads(said.read_text()), **settings}))
        return folder / "whole"

    return made


def _network(folder: Path, like: Path, *, lower: bool) -> None:
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(7)
    shape = {"hidden_size": DIMENSION, "num_hidden_layers": 1, "num_attention_heads": 2}
    BertModel(BertConfig(**shape, intermediate_size=64, max_position_embeddings=POSITIONS)).save_pretrained(
        folder
    )
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt"):
        shutil.copy(like / name, folder)
    if not lower:
        tokenizer = json.loads((folder / "tokenizer.json").read_text())
        tokenizer["normalizer"]["lowercase"] = False
        (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
        said = json.loads((folder / "tokenizer_config.json").read_text())
        (folder / "tokenizer_config.json").write_text(json.dumps({**said, "do_lower_case": False}))


def original_cosines(folder: Path, asked: str, texts: Sequence[str]) -> list[float]:
    """The cosine of a question with each text, as the library that the model is made for gives it."""
    from sentence_transformers import SentenceTransformer

    whole = SentenceTransformer(str(folder), device="cpu")
    vectors = np.asarray(whole.encode([asked, *texts], prompt="", normalize_embeddings=True))
    return [float(vectors[0] @ vector) for vector in vectors[1:]]


def letter_of(documents: Sequence[Document]) -> str:
    letter = Chunk(document_id="c", ordinal=0, title="Attendance", heading_path=(), text=documents[2].body)
    return embedded_text(letter)


def dense(width: int) -> Any:
    import torch
    from sentence_transformers.sentence_transformer.modules import Dense

    torch.manual_seed(3)
    return Dense(DIMENSION, width)


FORMS: dict[str, Callable[[], dict[str, Any]]] = {
    "mean of its tokens, not normalised": dict,
    "its first token": lambda: {"pooling": "cls"},
    "another dimension": lambda: {"parts": [dense(24)]},
    "capitals matter": lambda: {"lower": False},
    "prompts": lambda: BOTH,
    "a prompt for questions alone": lambda: {"prompts": {"query": "Represent: "}, "pooling": "cls"},
    "one prompt for everything": lambda: {
        "prompts": {"search": "find: "},
        "default_prompt_name": "search",
    },
}
WANTED = {
    "prompts": ("query: ", "passage: "),
    "a prompt for questions alone": ("Represent: ", ""),
    "one prompt for everything": ("find: ", "find: "),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_question_is_as_near_to_a_text_as_the_model_itself_says(tmp_path, make, documents, form):
    folder = make(**FORMS[form]())
    of_questions, of_texts = WANTED.get(form, ("", ""))

    indexer = Indexer(tmp_path, model=find_model(str(folder)))
    report = indexer.bring_up_to_date(documents)

    asked = search(indexer.engine, ASKED, mode=Mode.MEANING, limit=50)
    near = {hit.document_id: hit.reasons.meaning for hit in (*asked.hits, *asked.weak)}
    (wanted,) = original_cosines(folder, of_questions + ASKED, [of_texts + letter_of(documents)])
    assert near["c"] == pytest.approx(wanted, abs=0.02)
    assert (graph_folder(tmp_path, find_model(str(folder))) / GRAPH).is_file()
    assert report.note == ""
    assert indexer.engine.manifest.dimension == (24 if form == "another dimension" else DIMENSION)
    indexer.engine.close()


def test_words_are_found_with_another_model_too_and_its_texts_are_cut_to_its_window(
    tmp_path, make, documents
):
    indexer = Indexer(tmp_path, model=find_model(str(make(**BOTH))))

    indexer.bring_up_to_date([*documents, Document(id="long", title="Long", body="A letter home. " * 60)])

    assert found(search(indexer.engine, "phonics", mode=Mode.WORDS)) == ["b"]
    assert indexer.engine.manifest.passages >= 4 + 60 * 4 / WINDOW
    assert indexer.engine.manifest.window == WINDOW
    indexer.engine.close()


def test_a_model_whose_graph_cannot_be_made_answers_itself_and_says_so(tmp_path, make, documents):
    folder = make(**BOTH)
    pooling = next(folder.glob("*Pooling")) / "config.json"
    pooling.write_text(json.dumps({**json.loads(pooling.read_text()), "include_prompt": False}))

    indexer = Indexer(tmp_path, model=find_model(str(folder)))
    report = indexer.bring_up_to_date(documents)
    again = indexer.bring_up_to_date(documents)
    indexer.engine.close()
    serving = ServingEngine(tmp_path)

    asked = search(serving, letter_of(documents), mode=Mode.MEANING)
    state = serving.state()
    assert isinstance(serving._serving().opened.encoder, WholeModel)
    assert asked.hits[0].document_id == "c"
    assert not asked.meaning_missing
    assert state.meaning
    assert "by whole itself, which takes more memory and time" in report.note
    assert again.note == report.note
    assert state.problems == (report.note,)
    serving.close()


def test_two_models_that_differ_in_their_settings_alone_share_nothing(make):
    plain, prompted, first = (find_model(str(make(**form))) for form in ({}, BOTH, {"pooling": "cls"}))

    assert len({plain.sha256, prompted.sha256, first.sha256}) == 3
    assert find_model(plain.place).sha256 == plain.sha256
    assert (plain.prompts, prompted.prompts) == (NONE, Prompts(query="query: ", passage="passage: "))


def test_a_model_that_lies_in_a_folder_of_its_own_folder_is_found(make):
    folder = make()
    inner = folder / "0_Transformer"
    inner.mkdir()
    for path in [path for path in folder.iterdir() if path.is_file() and path.name != "modules.json"]:
        path.rename(inner / path.name)
    modules = json.loads((folder / "modules.json").read_text())
    modules[0]["path"] = "0_Transformer"
    (folder / "modules.json").write_text(json.dumps(modules))

    model = find_model(str(folder))

    assert model.tokenizer == inner / "tokenizer.json"
    assert model.window == WINDOW


def test_a_model_that_does_not_say_how_much_it_reads_reads_no_more_than_it_can(make):
    folder = make()
    (folder / "sentence_bert_config.json").unlink()
    said = json.loads((folder / "tokenizer_config.json").read_text())
    (folder / "tokenizer_config.json").write_text(json.dumps({**said, "model_max_length": 512}))

    assert find_model(str(folder)).window == POSITIONS


@pytest.mark.parametrize(
    ("name", "said", "default", "wanted"),
    [
        ("intfloat/e5-small-v2@1", {"query": "", "document": ""}, None, ("query: ", "passage: ")),
        ("multilingual-e5-base", {}, None, ("query: ", "passage: ")),
        (
            "BAAI/bge-small-en-v1.5@1",
            {},
            None,
            ("Represent this sentence for searching relevant passages: ", ""),
        ),
        ("e5-small-v2", {"query": "Q: "}, None, ("Q: ", "")),
        ("any", {"query": "Q: ", "document": ""}, "query", ("Q: ", "")),
        ("any", {"query": "Q: ", "corpus": "T: "}, "query", ("Q: ", "T: ")),
        ("any", {"document": "T: "}, "document", ("", "T: ")),
        ("any", {"query": "Q: ", "other": "O: "}, "other", ("Q: ", "O: ")),
        ("my-e5-large-instruct", {}, None, ("", "")),
    ],
)
def test_prompts_are_those_that_the_model_says_or_is_known_for(name, said, default, wanted):
    assert prompts_of(name, said, default) == Prompts(query=wanted[0], passage=wanted[1])
