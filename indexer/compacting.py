"""A graph in the most compact form that still gives the model's vectors: weights and what is multiplied as int8.

How much of a graph may be int8 is decided by measuring. What most of its products are fed has a few channels that are
much larger than the others, and one scale for all leaves the others few steps; so, before rounding, each channel is
divided by a factor and its row of weights multiplied by it, which changes nothing but the rounding (SmoothQuant, Xiao
et al. 2022, with the factor found from short texts). Vectors of the packaged model, all products int8: least cosine
with the model's own over 200 questions 0.989 without that and 0.995 with it. Where even this is not near enough,
weights get seven bits, and then the first layers stay as they are, as they lose most by rounding. Source: onnxruntime,
"Quantize ONNX models", dynamic quantisation.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.encoder import SLOWER

LEAST_AGREEMENT = 0.99
"""Cosine of vectors, or correlation of scores, with the model's own."""

STRENGTH = 0.65
"""How much of a channel's excess goes into its weights: 0.5 leaves the large channels of this model (0.985 on the same
questions), 0.8 makes the weights uneven instead (0.986)."""

Feed = Mapping[str, NDArray[np.int64]]
"""What a graph reads of one text, by the names of its inputs; each of shape (1, tokens)."""

_PRODUCTS = ("MatMul", "Attention")
_TABLES = ("EmbedLayerNormalization", "Gather")
"""Steps that look words up: their table is most of a small model."""

_TINY = 1e-5


def most_compact(
    graphs: Sequence[Path], target: Path, feeds: Sequence[Feed], agreement: Callable[[], float]
) -> float:
    """Put down the first form of the graphs that agrees with the model, and return how well the last one tried does.

    feeds      texts by which channels are weighed
    agreement  of the graph that lies at the target, at most 1
    """
    least = 0.0
    with TemporaryDirectory(dir=target.parent) as folder:
        for form in chain.from_iterable(_forms(graph, feeds, Path(folder)) for graph in graphs):
            _simplify(form, target)
            least = agreement()
            if least >= LEAST_AGREEMENT:
                break
    return least


def take_apart_sums(graph: Any) -> None:
    """Put sum and normalising in place of the step that does both: the runtime takes 80 µs for that, 34 for these."""
    from onnx import helper

    nodes = []
    for node in graph.node:
        if node.op_type != "SkipLayerNormalization":
            nodes.append(node)
            continue
        first, second, scale, shift, *bias = node.input
        (total,) = node.output
        if bias:
            nodes.append(helper.make_node("Add", [first, *bias], [f"{total}/biased"], name=f"{total}/bias"))
            first = f"{total}/biased"
        nodes.append(helper.make_node("Add", [first, second], [f"{total}/sum"], name=f"{total}/add"))
        told = {each.name: each.f for each in node.attribute}
        nodes.append(
            helper.make_node(
                "LayerNormalization",
                [f"{total}/sum", scale, shift],
                [total],
                name=f"{total}/normalise",
                axis=-1,
                **told,
            )
        )
    del graph.node[:]
    graph.node.extend(nodes)


def _forms(graph: Path, feeds: Sequence[Feed], folder: Path) -> Iterator[Path]:
    """A graph from its most compact form to itself, each written into the folder."""
    even, form = folder / "even.onnx", folder / "form.onnx"
    _even_out(graph, even, feeds)
    products = _products(graph)
    for kept in (0, len(products) // 6, len(products) // 3):
        for source, kinds in product((even, graph), (_PRODUCTS + _TABLES, _PRODUCTS)):
            _round(source, form, kinds, products[:kept])
            yield form
            if kept == 0 and source == even:
                _round(source, form, kinds, [], seven_bits=True)
                yield form
    yield graph


def _products(path: Path) -> list[str]:
    """Names of the steps that multiply by weights, in their order."""
    import onnx

    graph = onnx.load(str(path)).graph
    weights = {tensor.name for tensor in graph.initializer}
    return [node.name for node in graph.node if node.op_type in _PRODUCTS and node.input[1] in weights]


def _round(
    source: Path, target: Path, kinds: Sequence[str], kept: Sequence[str], *, seven_bits: bool = False
) -> None:
    """The same graph with some kinds of steps in int8, but for those that are kept.

    seven_bits  of each weight: a processor without VNNI adds two products of eight in 16 bits, where they may not fit.
                Source: onnxruntime, "Quantize ONNX models", "reduce_range".
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with _without_advice():
        quantize_dynamic(
            str(source),
            str(target),
            per_channel=True,
            reduce_range=seven_bits,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=list(kinds),
            nodes_to_exclude=list(kept),
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
        )


@contextmanager
def _without_advice() -> Iterator[None]:
    """Keep what the rounding advises those who write programs out of an administrator's log."""

    def is_not_advice(record: logging.LogRecord) -> bool:
        return record.module != "quantize"

    root = logging.getLogger()
    root.addFilter(is_not_advice)
    try:
        yield
    finally:
        root.removeFilter(is_not_advice)


def _even_out(source: Path, target: Path, feeds: Sequence[Feed]) -> None:
    """The same graph with the channels of what each product is fed divided, and its weights multiplied."""
    import onnx
    from onnx import helper, numpy_helper

    model = onnx.load(str(source))
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    largest = _largest(model, _evened(model.graph, tensors), feeds)
    nodes = []
    for node in model.graph.node:
        if node.name in largest:
            weights = numpy_helper.to_array(tensors[node.input[1]])
            factors = _factors(largest[node.name], weights)
            name = node.input[1]
            tensors[name].CopyFrom(numpy_helper.from_array(weights * factors[:, None], name))
            model.graph.initializer.append(numpy_helper.from_array(1 / factors, f"{name}/even"))
            nodes.append(helper.make_node("Mul", [node.input[0], f"{name}/even"], [f"{name}/fed"]))
            node.input[0] = f"{name}/fed"
        nodes.append(node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.save(model, str(target))


def _evened(graph: Any, tensors: Mapping[str, Any]) -> list[Any]:
    """The products, by their names, whose weights nothing else reads."""
    read = [name for node in graph.node for name in node.input]
    return [
        node
        for node in graph.node
        if node.op_type in _PRODUCTS
        and node.name
        and node.input[1] in tensors
        and len(tensors[node.input[1]].dims) == 2  # noqa: PLR2004 - rows and columns
        and read.count(node.input[1]) == 1
    ]


def _largest(model: Any, nodes: Sequence[Any], feeds: Sequence[Feed]) -> dict[str, NDArray[np.float32]]:
    """Name of a product → the largest number that each of its channels was fed by the texts."""
    import onnxruntime
    from onnx import ModelProto, helper

    told = ModelProto()
    told.CopyFrom(model)
    fed = list(dict.fromkeys(node.input[0] for node in nodes))
    if not fed:
        return {}  # asked for nothing, the runtime answers everything
    told.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in fed)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        told.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    wanted = [item.name for item in session.get_inputs()]
    largest: dict[str, NDArray[np.float32]] = {}
    for feed in feeds:
        for name, found in zip(fed, session.run(fed, {name: feed[name] for name in wanted}), strict=True):
            channels = np.abs(found).reshape(-1, found.shape[-1]).max(axis=0)
            largest[name] = np.maximum(largest.get(name, channels), channels)
    return {node.name: largest[node.input[0]] for node in nodes}


def _factors(largest: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """What each channel is divided by; their geometric mean is 1."""
    of_rows = np.abs(weights).max(axis=1)
    factors = np.maximum(largest, _TINY) ** STRENGTH / np.maximum(of_rows, _TINY) ** (1 - STRENGTH)
    even: NDArray[np.float32] = (factors / np.exp(np.log(factors).mean())).astype(np.float32)
    return even


def _simplify(graph: Path, target: Path) -> None:
    """Put a graph down as the runtime would simplify it whenever it is loaded: that halves the time of loading.

    Only what does not depend on the machine. Source: onnxruntime, "Graph optimizations", offline mode.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(target)
    options.log_severity_level = 3
    onnxruntime.InferenceSession(
        str(graph), options, providers=["CPUExecutionProvider"], disabled_optimizers=SLOWER
    )
