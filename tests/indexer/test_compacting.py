"""Graphs made compact: as near to the model as can be with small integers, and never farther than they may be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from indexer.compacting import LEAST_AGREEMENT, most_compact

WIDTH = 64
LOUD = 7
"""The channel that is a hundred times as large as the others."""

Floats = NDArray[np.float32]


def written(path: Path, *, shared: bool = False, loud: float = 100) -> Path:
    """A graph of two products over looked up rows, of which one channel is loud; ``shared``: by the same weights."""
    chance = np.random.default_rng(3)
    table = chance.normal(size=(500, WIDTH)).astype(np.float32)
    table[:, LOUD] *= loud
    weights = [chance.normal(size=(WIDTH, WIDTH)).astype(np.float32) / 8 for _ in range(2)]
    for each in weights:
        each[LOUD] /= loud
    tensors = {"table": table, "first": weights[0], "second": weights[1]}
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"], name="look-up"),
        helper.make_node("MatMul", ["rows", "first"], ["one"], name="product-1"),
        helper.make_node("Tanh", ["one"], ["bent"], name="bend"),
        helper.make_node("MatMul", ["bent", "first" if shared else "second"], ["two"], name="product-2"),
        helper.make_node("ReduceMean", ["two"], ["vector"], name="mean", axes=[1], keepdims=0),
    ]
    used = [
        numpy_helper.from_array(tensors[name], name) for name in tensors if name != "second" or not shared
    ]
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "length"])],
        [helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, WIDTH])],
        used,
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), str(path))
    return path


def answers(path: Path) -> Floats:
    """What a graph makes of forty texts, each of length 1."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    vectors = np.concatenate([session.run(None, dict(feed))[0] for feed in feeds(40)])
    unit: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def feeds(number: int, first: int = 0) -> list[dict[str, NDArray[np.int64]]]:
    """Texts of twelve numbers."""
    return [
        {"input_ids": np.random.default_rng(seed).integers(0, 500, size=(1, 12))}
        for seed in range(first, first + number)
    ]


def kinds(path: Path) -> list[str]:
    return [node.op_type for node in onnx.load(str(path)).graph.node]


@pytest.fixture
def compact(tmp_path):
    """(agreement, the graph that was put down) of a graph."""

    def made(graph: Path) -> tuple[float, Path]:
        wanted, target = answers(graph), tmp_path / "compact.onnx"

        def agreement() -> float:
            return float((wanted * answers(target)).sum(axis=1).min())

        return most_compact([graph], target, feeds(10, first=100), agreement), target

    return made


def test_a_loud_channel_does_not_cost_the_others_their_steps(compact, tmp_path, caplog):
    least, target = compact(written(tmp_path / "graph.onnx"))

    assert least >= LEAST_AGREEMENT
    assert "MatMul" not in kinds(target)  # every product in small integers
    assert sorted(path.name for path in tmp_path.iterdir()) == ["compact.onnx", "graph.onnx"]
    assert caplog.messages == []  # administrators read the log, and can do nothing about graphs


def test_weights_that_two_products_share_stay_right_for_both(compact, tmp_path):
    graph = written(tmp_path / "graph.onnx", shared=True, loud=1)

    least, target = compact(graph)

    assert least >= LEAST_AGREEMENT
    assert "MatMul" not in kinds(target)
    assert target.stat().st_size < graph.stat().st_size / 2  # what words are looked up in is small, too


def test_where_eight_bits_overflow_seven_are_taken_before_anything_stays_as_it_is(tmp_path):
    graph, target = written(tmp_path / "graph.onnx"), tmp_path / "compact.onnx"

    def widest() -> int:
        tensors = onnx.load(str(target)).graph.initializer
        return max(
            int(np.abs(numpy_helper.to_array(each).astype(int)).max())
            for each in tensors
            if each.data_type == TensorProto.INT8 and "table" not in each.name and len(each.dims) > 1
        )

    least = most_compact([graph], target, feeds(3), lambda: 0.5 if widest() > 64 else 1.0)

    assert least == 1
    assert widest() <= 64
    assert "MatMul" not in kinds(target)


def test_a_graph_that_no_small_integers_come_near_stays_as_it_is(tmp_path):
    graph, target = written(tmp_path / "graph.onnx"), tmp_path / "compact.onnx"
    before = graph.read_bytes()

    def agreement() -> float:
        return (
            0.5
            if {"MatMulInteger", "DynamicQuantizeMatMul", "MatMulIntegerToFloat"} & set(kinds(target))
            else 1.0
        )

    assert most_compact([graph], target, feeds(3), agreement) == 1
    assert kinds(target).count("MatMul") == 2
    assert graph.read_bytes() == before
