"""What turns questions into vectors where questions are answered: the graph of a model, or else the model itself.

A model whose graph cannot be made, or gives other vectors than the model, answers all the same: it is loaded whole,
which takes more memory and time. Then ``problem`` says so, and with it ``kb index`` and /health/ready.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.embedder import SentenceEmbedder
from indexer.encoder import GRAPH, OnnxEncoder
from indexer.errors import ModelUnusable
from indexer.model import Model
from indexer.prompts import Prompts

ORIGINAL = "original.json"
"""In the folder of a query encoder that is no graph: where the model lies, and why it must answer itself."""

Vectors = NDArray[np.float32]


class QueryEncoder(Protocol):
    """Gives questions and short texts vectors. Safe to use from many threads."""

    @property
    def dimension(self) -> int: ...  # noqa: D102

    def embed_query(self, text: str) -> Vectors: ...  # noqa: D102

    def embed_passages(self, texts: Sequence[str]) -> Vectors: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A model that answers questions itself. ``reason``: why its graph does not."""

    name: str
    place: str
    window: int
    query: str
    passage: str
    reason: str

    @property
    def problem(self) -> str:
        """The sentence for whoever looks after the site."""
        return (
            f"Questions are turned into vectors by {self.name} itself, which takes more memory and time than its "
            f"graph would: {self.reason}. Another KB_MODEL may be quicker."
        )

    def write(self, folder: Path) -> None:
        """Put it where the graph would lie."""
        content = {name: getattr(self, name) for name in self.__slots__}
        (folder / ORIGINAL).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def original_in(folder: Path) -> Original | None:
    """The model that answers in place of a graph, None when there is a graph. Raises ModelUnusable."""
    if (folder / GRAPH).is_file() or not (folder / ORIGINAL).is_file():
        return None
    try:
        return Original(**json.loads((folder / ORIGINAL).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise ModelUnusable("The query encoder cannot be read. Run ‘kb index --rebuild’.") from error


def problems_in(folder: Path) -> tuple[str, ...]:
    """What is to be said of the query encoder in a folder: nothing when it is a graph."""
    try:
        original = original_in(folder)
    except ModelUnusable as error:
        return (str(error),)
    return (original.problem,) if original else ()


def open_encoder(folder: Path, *, window: int = 256) -> QueryEncoder:
    """The query encoder in a folder. Raises ModelUnusable."""
    original = original_in(folder)
    return WholeModel(original) if original else OnnxEncoder(folder, window=window)


class WholeModel:
    """A sentence-transformers model that answers questions itself; loaded with the first one."""

    def __init__(self, original: Original) -> None:
        self._original = original
        self._using = threading.Lock()

    @cached_property
    def _embedder(self) -> SentenceEmbedder:
        of = self._original
        prompts = Prompts(query=of.query, passage=of.passage)
        model = Model(
            name=of.name, place=of.place, sha256="", window=of.window, tokenizer=None, prompts=prompts
        )
        return SentenceEmbedder(model)

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        with self._using:
            return self._embedder.dimension

    def embed_query(self, text: str) -> Vectors:
        """The vector of one query: shape (dimension,), float32, length 1."""
        with self._using:  # its tokenizer is not made for several threads
            vector: Vectors = self._embedder.embed_queries([text])[0]
        return vector

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dimension), float32, length 1."""
        with self._using:
            return self._embedder.embed_passages(texts)
