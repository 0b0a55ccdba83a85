"""The ONNX graphs of a model, kept beside the generations: made once, by the model itself, and used without it.

One is for questions, as compact as its vectors allow; one is for passages, unquantised, whose vectors are the model's
own. So only the first run of a model loads torch; later ones, the worker that publishes among them, do not. A run with
many passages loads it where a graphics card or the processor makes the model itself quicker.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from filelock import FileLock

from indexer import manifest as manifests
from indexer.embedder import Embedder, SentenceEmbedder, Vectors, multiplies_short_numbers
from indexer.encoder import GRAPH, OnnxEncoder
from indexer.errors import ModelUnusable
from indexer.model import Model, find_model
from indexer.tokens import token_count

BATCH = 4
"""Passages that go through the graph together: more wait for memory rather than for arithmetic."""

MADE = "3"
"""Raised when graphs are made differently, so that those of an older version are made anew."""

MOST_THREADS = 8

MANY = 1000
"""From so many passages on a processor that is quicker with the model itself (8 ms each) has made up for loading it
(4 s)."""

_GPU = Path("/dev/nvidiactl")


class GraphEmbedder:
    """Passages → vectors with the unquantised graph, a batch on each core; no torch."""

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
        batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
        with ThreadPoolExecutor(min(MOST_THREADS, len(os.sched_getaffinity(0)), len(batches))) as pool:
            return np.concatenate(list(pool.map(self._encoder.embed_passages, batches)))


def open_embedder(root: Path, model: Model, *, passages: int = 0) -> Embedder:
    """What turns so many passages into vectors in the quickest way that this machine has. Raises ModelUnusable.

    A graphics card is quicker with the model itself, and so are some processors once it is loaded; a model that has no
    tokenizer of its own knows no other way.
    """
    if model.tokenizer is None or _GPU.exists() or (passages >= MANY and multiplies_short_numbers()):
        return SentenceEmbedder(model)
    _, folder = graph_folders(root, model)
    if not _as_written(folder):
        _make(root, model)
    return GraphEmbedder(folder, model) if (folder / GRAPH).is_file() else SentenceEmbedder(model)


def query_encoder(root: Path, model: Model) -> Path:
    """The folder of the query encoder, made when it is missing or not as it was made. Raises ModelUnusable."""
    queries, _ = graph_folders(root, model)
    if not _as_written(queries):
        _make(root, model)
    return queries


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


def graph_folders(root: Path, model: Model) -> tuple[Path, Path]:
    """Where the graph for questions lies and the one for passages."""
    name = model.sha256[:16]
    return root / "encoders" / f"{name}-{MADE}", root / "encoders" / f"{name}-{MADE}-passages"


def _make(root: Path, model: Model) -> None:
    """Make what is missing while the model is loaded; loading it takes longer."""
    from indexer.exporter import export_encoder, export_passages

    queries, passages = graph_folders(root, model)
    queries.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(queries.with_name("making.lock")):  # the worker makes them while it warms up
        missing = [
            (folder, export)
            for folder, export in ((queries, export_encoder), (passages, export_passages))
            if not _as_written(folder)
        ]
        if not missing:
            return
        embedder = SentenceEmbedder(model, exact=True)
        for folder, export in missing:
            _put(folder, partial(export, model, embedder))
        sweep(root, model)


def sweep(root: Path, model: Model) -> None:
    """Take away what an older version made of a model; a generation keeps its own graph in its own folder."""
    wanted = {path for folder in graph_folders(root, model) for path in (folder, _written(folder))}
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
