"""The ONNX graphs of a model, kept beside the generations: made once, by the model itself, and used without it.

Questions and passages go through one graph, as compact as its vectors allow. So only the first run of a model loads
torch; later ones, the worker that publishes among them, load it only where a graphics card makes the model quicker.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from filelock import FileLock

from indexer import manifest as manifests
from indexer.embedder import Embedder, SentenceEmbedder, Vectors
from indexer.encoder import GRAPH, OnnxEncoder
from indexer.errors import ModelUnusable
from indexer.model import Model, find_model
from indexer.tokens import token_count

MADE = "5"
"""Raised when graphs are made differently, so that those of an older version are made anew."""

MOST_THREADS = 8

_GPU = Path("/dev/nvidiactl")


class GraphEmbedder:
    """Passages → vectors with the graph that reads questions, one on each core at a time; no torch."""

    def __init__(self, folder: Path, model: Model) -> None:
        assert model.tokenizer  # noqa: S101 - a graph is made only of a model that has one
        self.count = token_count(model.tokenizer)
        self._encoder = OnnxEncoder(folder, window=model.window, keeps_memory=True)
        self.window, self.prompts = model.window, model.prompts
        self.dimension = self._encoder.dimension

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dimension), float32, length 1."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with ThreadPoolExecutor(min(MOST_THREADS, len(os.sched_getaffinity(0)), len(texts))) as pool:
            return np.concatenate(list(pool.map(self._encoder.embed_passages, ([text] for text in texts))))


def open_embedder(root: Path, model: Model) -> Embedder:
    """What turns passages into vectors in the quickest way that this machine has. Raises ModelUnusable.

    A graphics card is quicker with the model itself; a model that has no tokenizer of its own, or no graph, knows no
    other way.
    """
    if model.tokenizer is None or _GPU.exists():
        return SentenceEmbedder(model)
    folder = query_encoder(root, model)
    return GraphEmbedder(folder, model) if (folder / GRAPH).is_file() else SentenceEmbedder(model)


def query_encoder(root: Path, model: Model) -> Path:
    """The folder of the query encoder, made when it is missing or not as it was made. Raises ModelUnusable."""
    folder = graph_folder(root, model)
    if not _as_written(folder):
        _make(root, model)
    return folder


def pair_reader(root: Path, setting: str) -> Path:
    """The folder of the cross-encoder that a setting names. Raises ModelUnusable when it was not made, or is harmed."""
    folder = _pairs_folder(root, setting)
    if not _as_written(folder):
        raise ModelUnusable(f"The model {setting} is not ready for questions. Run ‘kb index’.")
    return folder


def make_pair_reader(root: Path, setting: str) -> None:
    """Make a cross-encoder ready for questions; one that is ready stays. Raises ModelUnusable."""
    try:
        model = find_model(setting)
    except ModelUnusable as error:
        raise ModelUnusable(str(error).replace("KB_MODEL", "KB_RERANKER")) from error
    folder = _pairs_folder(root, setting)
    made_from = folder.with_name(f"{folder.name}.of")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name("making.lock")):
        same = made_from.is_file() and made_from.read_text(encoding="utf-8") == model.sha256
        if same and _as_written(folder):
            return
        from indexer.exporter import export_pairs

        _put(folder, lambda building: export_pairs(model, building))
        made_from.write_text(model.sha256, encoding="utf-8")


def _pairs_folder(root: Path, setting: str) -> Path:
    return root / "encoders" / f"{hashlib.sha256(setting.encode()).hexdigest()[:16]}-pairs"


def graph_folder(root: Path, model: Model) -> Path:
    """Where the graph of a model lies."""
    return root / "encoders" / f"{model.sha256[:16]}-{MADE}"


def _make(root: Path, model: Model) -> None:
    from indexer.exporter import export_encoder

    folder = graph_folder(root, model)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name("making.lock")):  # the worker makes it while it warms up
        if not _as_written(folder):
            embedder = SentenceEmbedder(model)
            _put(folder, lambda building: export_encoder(model, embedder, building))
            sweep(root, model)


def sweep(root: Path, model: Model) -> None:
    """Take away what an older version made of a model; a generation keeps its own graph in its own folder."""
    folder = graph_folder(root, model)
    wanted = {folder, _written(folder)}
    for path in (root / "encoders").glob(f"{model.sha256[:16]}*"):
        if path in wanted:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _put(folder: Path, export: Callable[[Path], object]) -> None:
    """Let graphs be made in a folder aside, and put it in place with the hashes of its files."""
    building = folder.with_name(f".tmp-{folder.name}")
    shutil.rmtree(building, ignore_errors=True)
    export(building)
    shutil.rmtree(folder, ignore_errors=True)
    _written(folder).write_text(json.dumps(manifests.hashes(building)), encoding="utf-8")
    building.rename(folder)


def _written(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.json")


def _as_written(folder: Path) -> bool:
    """True when graphs are there and each of their files is the one that was made.

    Generations share the query encoder's bytes on disk: one that is damaged must never pass into another generation.
    """
    try:
        made = json.loads(_written(folder).read_text(encoding="utf-8"))
        return isinstance(made, dict) and manifests.hashes(folder) == made
    except (OSError, ValueError):
        return False
