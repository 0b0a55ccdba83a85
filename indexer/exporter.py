"""The model as an int8 ONNX graph for queries and passages, made once per model and checked against the original.

Where the model is built like BERT, what belongs together (attention, a sum and its normalising) becomes one step of
the graph, which saves about a fifth of a short question's time. ``indexer.compacting`` makes it as compact as its
vectors allow: their cosine with the original's on a sample must be at least 0.99, and where no int8 form has that, the
unquantised graph is taken. Source: onnxruntime, "Transformers Model Optimization Tool".
"""

from __future__ import annotations

import json
import logging
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from indexer.compacting import LEAST_AGREEMENT, Feed, most_compact, take_apart_sums
from indexer.embedder import SentenceEmbedder, load_pairs
from indexer.encoder import GRAPH, TOKENIZER, WINDOW, OnnxEncoder, OnnxPairs
from indexer.errors import ModelUnusable
from indexer.model import Model
from indexer.prompts import NONE
from indexer.query_encoder import Original
from indexer.sample_texts import SAMPLE, WEIGHED

_log = logging.getLogger(__name__)
LONGEST_PAIR = 256
"""Tokens of question and passage together; a passage of ours seldom has more than 250."""

WEIGHED_TOKENS = 64
"""So many of each text by which channels are weighed are read, which every model can."""


def export_encoder(model: Model, embedder: SentenceEmbedder, folder: Path) -> float:
    """Write the query encoder of a model into a folder. Return its least cosine with the original, 0 to 1.

    Where no graph can be made that agrees with the model, the model itself is put down as what answers questions.
    """
    folder.mkdir(parents=True, exist_ok=True)
    reason, least = "it cannot be made into a graph", 0.0
    try:
        least = _written_encoder(model, embedder, folder)
        reason = f"it disagrees with the model (cosine {least:.3f})"
    except Exception as error:  # noqa: BLE001 - of strange models the exporter says everything
        _log.warning("no graph of %s: %s: %s", model.name, type(error).__name__, str(error)[:300])
    if least < LEAST_AGREEMENT:
        _emptied(folder)
        Original(
            name=model.name,
            place=model.place,
            window=model.window,
            query=embedder.prompts.query,
            passage=embedder.prompts.passage,
            reason=reason,
        ).write(folder)
        return 1.0
    return least


def _written_encoder(model: Model, embedder: SentenceEmbedder, folder: Path) -> float:
    full = folder / "full.onnx"
    _save_tokenizer(embedder, folder)
    embedder.prompts.write(folder)
    _refuse_strange(embedder)
    _export(embedder.transformer, full)
    fused = _fused(embedder.transformer, folder / "fused.onnx")
    feeds = [_read(embedder.transformer.tokenizer, text) for text in WEIGHED]
    graphs = [fused, full] if fused else [full]
    least = most_compact(graphs, folder / GRAPH, feeds, _agreement(model, embedder, folder))
    for graph in graphs:
        graph.unlink()
    return least


def _agreement(model: Model, embedder: SentenceEmbedder, folder: Path) -> Callable[[], float]:
    """The least cosine of the graph in a folder with the model, over questions and over texts."""
    texts, questions = embedder.embed_passages(SAMPLE), embedder.embed_queries(SAMPLE)

    def agreement() -> float:
        graph = OnnxEncoder(folder, window=model.window)
        asked = np.stack([graph.embed_query(text) for text in SAMPLE])
        cosines = np.concatenate(
            [(texts * graph.embed_passages(SAMPLE)).sum(axis=1), (questions * asked).sum(axis=1)]
        )
        return float(np.nan_to_num(cosines.min()))

    return agreement


def _refuse_strange(embedder: SentenceEmbedder) -> None:
    """A graph pools all tokens; one that is to leave out those of its prompt is another calculation."""
    leaves_out = any(getattr(part, "include_prompt", True) is False for part in embedder.transformer)
    if leaves_out and embedder.prompts != NONE:
        raise ModelUnusable("It leaves its prompt out of a text's vector.")


def _emptied(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def export_pairs(model: Model, folder: Path) -> float:
    """Write the graph of a cross-encoder into a folder. Return its least agreement with the original, 0 to 1.

    Raises ModelUnusable when it is none, or when even the unquantised graph does not agree with it.
    """
    import torch

    reader = load_pairs(model)
    made_for_pairs = any("SequenceClassification" in name for name in reader.config.architectures or ())
    if not made_for_pairs or reader.config.num_labels != 1:
        raise ModelUnusable(f"{model.name} is no cross-encoder with one score for a pair. Check KB_RERANKER.")
    folder.mkdir(parents=True, exist_ok=True)
    _backend(reader.tokenizer).save(str(folder / TOKENIZER))
    longest = min(LONGEST_PAIR, reader.max_seq_length or LONGEST_PAIR)
    (folder / WINDOW).write_text(json.dumps(longest), encoding="utf-8")
    full = folder / "full.onnx"
    network = reader.model
    _write_graph(network, lambda features: network(**features).logits, reader.tokenizer, full)
    pairs = [(SAMPLE[0], text) for text in SAMPLE]
    wanted = reader.predict(pairs, activation_fn=torch.nn.Identity(), show_progress_bar=False)

    def agreement() -> float:
        return float(np.corrcoef(wanted, OnnxPairs(folder).scores(SAMPLE[0], SAMPLE))[0, 1])

    feeds = [_read(reader.tokenizer, WEIGHED[2], text) for text in WEIGHED]
    least = most_compact([full], folder / GRAPH, feeds, agreement)
    full.unlink()
    if least < LEAST_AGREEMENT:
        raise ModelUnusable(f"The graph made from {model.name} disagrees with it (correlation {least:.3f}).")
    return least


def _save_tokenizer(embedder: SentenceEmbedder, folder: Path) -> None:
    _backend(embedder.transformer.tokenizer).save(str(folder / TOKENIZER))


def _read(tokenizer: Any, *text: str) -> Feed:
    """What a graph reads of a text, or of a question and a text."""
    read = tokenizer(*text, truncation=True, max_length=WEIGHED_TOKENS, return_tensors="np")
    ids = read["input_ids"].astype(np.int64)
    types = read.get("token_type_ids", np.zeros_like(ids)).astype(np.int64)
    return {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": types}


def _backend(tokenizer: Any) -> Any:
    """The tokenizer as the runtime reads it."""
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise ModelUnusable("This model has no fast tokenizer, which its graph needs. Choose another one.")
    return backend


def _export(transformer: Any, path: Path) -> None:
    """The whole sentence-transformers pipeline (transformer, pooling, normalising) as one graph."""
    _write_graph(
        transformer, lambda features: transformer(features)["sentence_embedding"], transformer.tokenizer, path
    )


def _write_graph(network: Any, answer: Callable[[dict[str, Any]], Any], tokenizer: Any, path: Path) -> None:
    """A network as a graph, from token numbers to what ``answer`` makes of them."""
    import torch

    class Pipeline(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network  # registered, so that its weights become part of the graph

        def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            if uses_types:
                features["token_type_ids"] = token_type_ids
            return answer(features)

    uses_types = "token_type_ids" in tokenizer.model_input_names
    names = ["input_ids", "attention_mask", "token_type_ids"]
    ones = torch.ones(2, 8, dtype=torch.long, device=network.device)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        # The newer exporter (dynamo=True) was tried: its graph of this model gave unrelated vectors.
        torch.onnx.export(
            Pipeline().eval(),
            (ones, ones, ones * 0),
            str(path),
            input_names=names,
            output_names=["vector"],
            dynamic_axes={name: {0: "batch", 1: "length"} for name in names},
            opset_version=17,
            dynamo=False,
        )


def _fused(transformer: Any, path: Path) -> Path | None:
    """The graph with the steps of attention put together, None for a model that is not built like BERT.

    It reads one text at a time, so nothing is masked, and takes GELU by tanh, which is at most 0.0005 off. Without a
    mask a question takes 6% less time and a passage 3%; GELU by tanh takes another 3% off a passage.
    """
    from onnxruntime.transformers import optimizer
    from onnxruntime.transformers.fusion_options import AttentionMaskFormat, FusionOptions

    inner: Any = next(
        (part for part in transformer.modules() if hasattr(part, "set_attn_implementation")), None
    )
    if inner is None or inner.config.model_type != "bert":
        return None
    config = inner.config
    usual, plain = config._attn_implementation, path.with_name("for-fusing.onnx")
    inner.set_attn_implementation("eager")  # the steps that the optimiser knows
    try:
        _export(transformer, plain)
    finally:
        inner.set_attn_implementation(usual)
    options = FusionOptions("bert")
    options.attention_mask_format = AttentionMaskFormat.NoMask
    options.enable_gelu_approximation = True
    graph = optimizer.optimize_model(
        str(plain),
        "bert",
        num_heads=config.num_attention_heads,
        hidden_size=config.hidden_size,
        opt_level=0,
        optimization_options=options,
    )
    take_apart_sums(graph.model.graph)
    graph.save_model_to_file(str(path))
    plain.unlink()
    return path
