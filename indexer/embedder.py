"""Passages → vectors with sentence-transformers. Used while indexing only; no web process imports this.

Vectors have length 1, so that the inner product is the cosine.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.errors import ModelUnusable
from indexer.model import Model

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """What turns texts into vectors.

    embed_passages  texts → array of shape (n, dimension), float32, each row of length 1
    count           tokens of a text in the model's own counting
    """

    @property
    def dimension(self) -> int: ...  # noqa: D102
    def embed_passages(self, texts: Sequence[str]) -> Vectors: ...  # noqa: D102
    def count(self, text: str) -> int: ...  # noqa: D102


def load_transformer(model: Model) -> SentenceTransformer:
    """The model as sentence-transformers knows it, on CUDA when there is one. Nothing is fetched for a folder.

    Raises ModelUnusable with the reason in one sentence.
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    place, _, revision = model.place.partition("@")
    local = model.tokenizer is not None
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


class SentenceEmbedder:
    """sentence-transformers, in batches of like length so that little is padded."""

    def __init__(self, model: Model, *, batch: int = 32) -> None:
        self.transformer = load_transformer(model)
        self.transformer.eval()
        self._batch = batch
        self._window = model.window

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        return int(self.transformer.get_embedding_dimension() or 0)

    @property
    def device(self) -> str:
        """Where it computes: "cpu" or "cuda:0"."""
        return str(self.transformer.device)

    def count(self, text: str) -> int:
        """Tokens of a text, without the two the model adds at both ends."""
        return len(self.transformer.tokenizer.encode(text, add_special_tokens=False, verbose=False))

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dimension), float32, length 1."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors = self.transformer.encode(
            list(texts),
            batch_size=self._batch,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.ascontiguousarray(vectors, dtype=np.float32)
