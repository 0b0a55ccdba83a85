"""Passages → vectors with sentence-transformers. A web process loads it only for a model whose graph cannot be made.

Vectors have length 1, so that the inner product is the cosine.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.errors import ModelUnusable
from indexer.model import Model
from indexer.prompts import Prompts, prompts_of

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]

UNLIMITED = 8192
"""Tokens that a model is said to read when it knows no end."""

MOST_COPIES = 8
"""Copies of the model that work side by side; each takes the memory of one."""

CORE_BATCH = 16
"""Passages that go through the model together on a processor's core."""

CARD_BATCH = 128
"""The same on a graphics card, which small batches leave idle: 869 passages a second against 594 by 16 (H200)."""


class Embedder(Protocol):
    """What turns texts into vectors.

    embed_passages  texts → array of shape (n, dimension), float32, each row of length 1
    count           tokens of a text in the model's own counting
    window          tokens that it reads at once
    prompts         what it puts before questions and texts
    """

    @property
    def dimension(self) -> int: ...  # noqa: D102
    def embed_passages(self, texts: Sequence[str]) -> Vectors: ...  # noqa: D102
    @property
    def window(self) -> int: ...  # noqa: D102
    @property
    def prompts(self) -> Prompts: ...  # noqa: D102
    def count(self, text: str) -> int: ...  # noqa: D102


def load_transformer(model: Model) -> SentenceTransformer:
    """The model as sentence-transformers knows it, on CUDA when there is one. Nothing is fetched for a folder.

    Raises ModelUnusable with the reason in one sentence.
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    place, _, revision = model.place.partition("@")
    local = Path(model.place).is_dir()
    if local:
        place, revision = model.place, ""
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of third parties, while they import
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            return SentenceTransformer(place, revision=revision or None, local_files_only=local)
        except Exception as error:  # every library below has errors of its own
            raise ModelUnusable(
                f"The model {model.name} cannot be loaded: {error}. Check KB_MODEL."
            ) from error


def load_pairs(model: Model) -> Any:
    """A cross-encoder as sentence-transformers knows it. Nothing is fetched for a folder. Raises ModelUnusable."""
    place, _, revision = model.place.partition("@")
    local = Path(model.place).is_dir()
    if local:
        place, revision = model.place, ""
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of third parties, while they import
        from sentence_transformers import CrossEncoder

        try:
            return CrossEncoder(place, revision=revision or None, local_files_only=local, device="cpu")
        except Exception as error:  # every library below has errors of its own
            raise ModelUnusable(
                f"The model {model.name} cannot be loaded: {error}. Check KB_RERANKER."
            ) from error


class SentenceEmbedder:
    """sentence-transformers, in batches of like length so that little is padded.

    On processors each core has a copy of the model and works alone: threads that share one product wait for one
    another, and on a busy machine they wait most of the time (measured: a third of the work done).
    """

    def __init__(self, model: Model, *, batch: int | None = None) -> None:
        self.transformer = load_transformer(model)
        self.transformer.eval()
        said, default = self.transformer.prompts, self.transformer.default_prompt_name
        local = Path(model.place).is_dir()  # what its folder says is known already
        self.prompts = model.prompts if local else prompts_of(model.name, said, default)
        self._batch = batch or (CORE_BATCH if self.device == "cpu" else CARD_BATCH)
        self._copies: list[SentenceTransformer] = [self.transformer]
        if self.device == "cpu":
            import torch

            torch.set_num_threads(1)

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        return int(self.transformer.get_embedding_dimension() or 0)

    @property
    def device(self) -> str:
        """Where it computes: "cpu" or "cuda:0"."""
        return str(self.transformer.device)

    @property
    def window(self) -> int:
        """Tokens that it reads at once."""
        return int(self.transformer.max_seq_length or UNLIMITED)

    def count(self, text: str) -> int:
        """Tokens of a text, without the two the model adds at both ends."""
        return len(self.transformer.tokenizer.encode(text, add_special_tokens=False, verbose=False))

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dimension), float32, length 1."""
        return self._all(texts, self._passages)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """The same for questions, which some models read in another way."""
        return self._all(texts, self._queries)

    def _all(self, texts: Sequence[str], way: Callable[[SentenceTransformer], Callable[..., Any]]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        batches = [list(texts[start : start + self._batch]) for start in range(0, len(texts), self._batch)]
        self._make_copies(len(batches))
        idle: SimpleQueue[SentenceTransformer] = SimpleQueue()
        for copy in self._copies:
            idle.put(copy)

        def embed(batch: list[str]) -> Vectors:
            transformer = idle.get()
            try:
                return self._embed(way(transformer), batch)
            finally:
                idle.put(transformer)

        with ThreadPoolExecutor(len(self._copies)) as pool:
            return np.concatenate(list(pool.map(embed, batches)))

    def _make_copies(self, batches: int) -> None:
        """One copy for each core, when there is work for it."""
        wanted = min(MOST_COPIES, len(os.sched_getaffinity(0)), batches) if self.device == "cpu" else 1
        while len(self._copies) < wanted:
            self._copies.append(deepcopy(self.transformer))

    def _passages(self, transformer: SentenceTransformer) -> Callable[..., Any]:
        return partial(transformer.encode_document, prompt=self.prompts.passage)

    def _queries(self, transformer: SentenceTransformer) -> Callable[..., Any]:
        return partial(transformer.encode_query, prompt=self.prompts.query)

    def _embed(self, encode: Callable[..., Any], texts: list[str]) -> Vectors:
        vectors = encode(
            texts,
            batch_size=self._batch,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        unit = np.ascontiguousarray(vectors, dtype=np.float32)
        unit /= np.maximum(np.linalg.norm(unit, axis=1, keepdims=True), 1e-12)
        return unit
