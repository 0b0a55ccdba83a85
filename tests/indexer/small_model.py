"""A very small model of the same form as the real one: a query encoder that is made in a moment.

Words of one ring below mean nearly the same, all others have nothing to do with one another; words it does not know
weigh next to nothing. Passages are embedded with the encoder itself, so that questions and passages always agree.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from indexer.encoder import GRAPH, TOKENIZER
from indexer.model import Model

WINDOW = 64
DIMENSION = 96
RINGS = (
    "calm settle soothe quieten",
    "lunch midday dinner canteen",
    "reading literacy phonics decoding",
    "attendance absence truancy",
    "marking feedback grading",
    "autistic autism neurodivergent",
)
ALONE = (
    "pupil pupils class teacher school staff parents door breathing garden music maths science lesson homework trip "
    "transition workload assistant routine quiz recall talk board symbol visit coaching budget term week visible secret"
)


def small_model(folder: Path) -> Model:
    """A model whose encoder lies in ``folder``; it has no weights of its own."""
    return Model(
        name="small",
        place=str(folder),
        sha256=hashlib.sha256(b"small").hexdigest(),
        window=WINDOW,
        tokenizer=None,
    )


def write_encoder(folder: Path) -> Path:
    """Write the query encoder into a folder: the sum of its words' vectors."""
    folder.mkdir(parents=True, exist_ok=True)
    words, table = _vocabulary()
    tokenizer = Tokenizer(
        models.WordLevel({word: number for number, word in enumerate(words)}, unk_token="[UNK]")
    )
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / TOKENIZER))
    onnx.save(_graph(table), str(folder / GRAPH))
    return folder


def _vocabulary() -> tuple[list[str], NDArray[np.float32]]:
    dice = np.random.default_rng(20)
    words, rows = ["[UNK]"], [0.02 * dice.standard_normal(DIMENSION)]
    for ring in [*(line.split() for line in RINGS), *([word] for word in ALONE.split())]:
        middle = dice.standard_normal(DIMENSION)
        words += ring
        rows += [middle + 0.3 * dice.standard_normal(DIMENSION) for _ in ring]
    return words, np.array(rows, dtype=np.float32)


def _graph(table: NDArray[np.float32]) -> onnx.ModelProto:
    whole = ["batch", "length"]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, whole)
        for name in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["batch", DIMENSION])
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["looked_up"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["wide_mask"]),
        helper.make_node("Mul", ["looked_up", "wide_mask"], ["kept"]),
        helper.make_node("ReduceSum", ["kept", "middle"], ["vector"], keepdims=0),
    ]
    constants = [
        numpy_helper.from_array(table, "table"),
        numpy_helper.from_array(np.array([2], dtype=np.int64), "last"),
        numpy_helper.from_array(np.array([1], dtype=np.int64), "middle"),
    ]
    graph = helper.make_graph(nodes, "small", inputs, [output], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
