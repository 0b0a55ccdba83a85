"""Texts → vectors with an ONNX graph of the same model: no torch in a web process, and about ten times faster.

The graph is made and checked by ``indexer.exporter``; here it is only run.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from indexer.errors import ModelUnusable
from indexer.prompts import Prompts

GRAPH = "encoder.onnx"
TOKENIZER = "tokenizer.json"
WINDOW = "window.json"
SLOWER = ["SkipLayerNormFusion"]
"""What the runtime would put together although it takes longer so."""

LONGEST_QUESTION = 60  # words that are read of a question beside each text


def _loaded(folder: Path, *, threads: int, keeps_memory: bool) -> tuple[Any, Tokenizer]:
    """The graph in a folder and its tokenizer. Raises ModelUnusable."""
    import onnxruntime  # starts a thread at once, so not before a web server has forked: its workers never end

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads  # one query is too small to share; requests run side by side
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = keeps_memory
    try:
        session = onnxruntime.InferenceSession(
            str(folder / GRAPH), options, providers=["CPUExecutionProvider"], disabled_optimizers=SLOWER
        )
        return session, Tokenizer.from_file(str(folder / TOKENIZER))
    except Exception as error:  # onnxruntime and tokenizers raise their own, undocumented kinds
        raise ModelUnusable(
            f"The query encoder cannot be loaded ({type(error).__name__}). Run ‘kb index --rebuild’."
        ) from error


def _prompts(folder: Path) -> Prompts:
    try:
        return Prompts.beside(folder)
    except (OSError, ValueError, TypeError) as error:
        raise ModelUnusable("The query encoder cannot be read. Run ‘kb index --rebuild’.") from error


class OnnxEncoder:
    """Runs the graph that lies in a folder. Safe to use from many threads."""

    def __init__(
        self, folder: Path, *, window: int = 256, threads: int = 1, keeps_memory: bool = False
    ) -> None:
        """``keeps_memory`` for many texts one after the other: memory stays that of the longest."""
        self._session, self._tokenizer = _loaded(folder, threads=threads, keeps_memory=keeps_memory)
        self._prompts = _prompts(folder)
        self._tokenizer.enable_truncation(window)
        self._tokenizer.no_padding()
        self._inputs = {item.name for item in self._session.get_inputs()}
        said = self._session.get_outputs()[0].shape[-1]  # some graphs give it a name instead of a number
        self.dimension = said if isinstance(said, int) else len(self.embed_query("a"))

    def count(self, text: str) -> int:
        """Tokens of a text without the two the model adds, at most the window."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The vector of one query: shape (dimension,), float32, length 1."""
        return self._embedded(self._prompts.query + text)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimension), float32, length 1.

        One text after the other: together they would be rounded by the largest number in any of them, and a text's
        vector would depend on its company.
        """
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._embedded(self._prompts.passage + text)
        return vectors

    def _embedded(self, text: str) -> NDArray[np.float32]:
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        vector = self._session.run(None, {name: feed[name] for name in feed if name in self._inputs})[0][0]
        unit: NDArray[np.float32] = np.asarray(
            vector / max(1e-12, float(np.linalg.norm(vector))), dtype=np.float32
        )
        return unit


class OnnxPairs:
    """A cross-encoder's graph: reads question and text together. Safe to use from many threads."""

    def __init__(self, folder: Path) -> None:
        self._session, self._tokenizer = _loaded(folder, threads=1, keeps_memory=False)
        window = json.loads((folder / WINDOW).read_text(encoding="utf-8"))
        self._tokenizer.enable_truncation(window, strategy="only_second")
        self._tokenizer.enable_padding()
        self._inputs = {item.name for item in self._session.get_inputs()}

    def stop(self) -> Any:
        """What stops a reading that goes on, by setting its ``terminate``."""
        import onnxruntime

        return onnxruntime.RunOptions()

    def scores(self, question: str, texts: Sequence[str], stop: Any = None) -> NDArray[np.float32]:
        """How well each text answers the question: shape (len(texts),), higher is better."""
        question = " ".join(question.split()[:LONGEST_QUESTION])
        encodings = self._tokenizer.encode_batch([(question, text) for text in texts])
        feed = {
            "input_ids": np.array([each.ids for each in encodings], dtype=np.int64),
            "attention_mask": np.array([each.attention_mask for each in encodings], dtype=np.int64),
            "token_type_ids": np.array([each.type_ids for each in encodings], dtype=np.int64),
        }
        known = {name: array for name, array in feed.items() if name in self._inputs}
        scores: NDArray[np.float32] = self._session.run(None, known, stop)[0].reshape(len(texts), -1)[:, 0]
        return scores
