#!/usr/bin/env python3
"""Quantized ONNX files as other tools write them, and float16 ones: the native runtime against ONNX Runtime.

    quantized_onnx.py DIOLKOS        (ORT_PYTHON: an interpreter with onnx and onnxruntime)
"""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from checks import Checks, peer_python, run, skip, work_folder

SIZE = 48
CHANNELS = 16


def network(path):
    """Convolutions of every kind, a sum, a gate, pools, a concatenation and a resize, with random weights."""
    import numpy as np
    from onnx import TensorProto, helper, numpy_helper, save
    random = np.random.default_rng(2)
    nodes, constants = [], []

    def constant(name, array):
        constants.append(numpy_helper.from_array(array, name))
        return name

    def node(op, name, *inputs, **attributes):
        nodes.append(helper.make_node(op, list(inputs), [name], name=name, **attributes))
        return name

    def conv(name, x, inputs, outputs, kernel, group=1, **attributes):
        shape = outputs, inputs // group, kernel, kernel
        w = random.standard_normal(shape) / np.sqrt(np.prod(shape[1:]))
        return node("Conv", name, x, constant(name + ".w", w.astype("f4")),
                    constant(name + ".b", (0.1 * random.standard_normal(outputs)).astype("f4")), group=group,
                    pads=[kernel // 2] * 4, **attributes)

    c = CHANNELS
    stem = node("Relu", "stem_relu", conv("stem", "image", 3, c, 3, strides=[2, 2]))
    deep = node("Clip", "deep_clip", conv("deep", stem, c, c, 3, group=c), constant("low", np.float32(0)),
                constant("high", np.float32(6)))
    summed = node("Add", "sum", conv("point", deep, c, c, 1), stem)
    gate = node("Sigmoid", "gate", conv("squeeze", node("GlobalAveragePool", "mean", summed), c, c, 1))
    gated = node("Mul", "gated", summed, gate)
    pooled = node("MaxPool", "pooled", gated, kernel_shape=[3, 3], strides=[1, 1], pads=[1, 1, 1, 1])
    both = node("Concat", "both", gated, pooled, axis=1)
    swish = node("HardSwish", "swish", conv("mix", both, 2 * c, c, 3))
    scores = conv("scores", swish, c, 5, 1)
    node("Resize", "y", scores, "", "", constant("sizes", np.array([1, 5, SIZE, SIZE])), mode="linear",
         coordinate_transformation_mode="half_pixel")
    shaped = lambda name, channels: helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, channels, SIZE, SIZE])
    graph = helper.make_graph(nodes, "net", [shaped("image", 3)], [shaped("y", 5)], constants)
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)


def image(seed):
    import numpy as np
    pixels = np.random.default_rng(seed).integers(0, 256, (1, 3, SIZE, SIZE))
    return (pixels / 127.5 - 1).astype("f4")


def quantize(source, path, form, activations, weights, per_channel, **extra):
    from onnxruntime import quantization as q

    class Samples(q.CalibrationDataReader):
        left = iter([{"image": image(seed)} for seed in range(3)])

        def get_next(self):
            return next(self.left, None)

    reader = Samples()
    reader.left = iter([{"image": image(seed)} for seed in range(3)])
    q.quantize_static(str(source), str(path), reader, quant_format=form, activation_type=activations,
                      weight_type=weights, per_channel=per_channel, **extra)


def outputs_of(path, values):
    """By ONNX Runtime as the file says, and with its own integer kernels."""
    import onnxruntime
    found = []
    levels = onnxruntime.GraphOptimizationLevel
    for level in (levels.ORT_DISABLE_ALL, levels.ORT_ENABLE_ALL):
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level, options.intra_op_num_threads, options.log_severity_level = level, 2, 3
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        found.append(session.run(None, {session.get_inputs()[0].name: values})[0])
    return found


def compare(t, diolkos, folder, path, values, precision, most):
    """`most`: mean difference from ONNX Runtime as a share of the mean output."""
    import numpy as np
    np.save(folder / "x.npy", values)
    p = run(diolkos, "infer", path, "-i", folder / "x.npy", "-o", folder / "y.npy")
    if p.returncode != 0:
        return t.check(path.stem, False, p.stderr)
    got = np.load(folder / "y.npy")
    t.check(f"{path.stem}: computes in {precision}", f"native {precision} " in p.stdout, p.stdout)
    for how, expected in zip(("as written", "optimised"), outputs_of(path, values)):
        t.check(f"{path.stem}: its output's type", got.dtype == expected.dtype)
        off = np.abs(got.astype("f8") - expected).mean() / np.abs(expected.astype("f8")).mean()
        same = float((got.argmax(1) == expected.argmax(1)).mean())
        t.check(f"{path.stem}: ONNX Runtime's, {how}", off < most and same > 0.97,
                f"{off:.2e} off, {same:.4f} of pixels")


def quantized(t, diolkos, folder):
    from onnxruntime.quantization import QuantFormat, QuantType
    source = folder / "float.onnx"
    network(source)
    signed, unsigned = QuantType.QInt8, QuantType.QUInt8
    pairs, operators = QuantFormat.QDQ, QuantFormat.QOperator
    for name, arguments, extra in (
            ("pairs_uint8_channels", (pairs, unsigned, signed, True), {}),
            ("pairs_int8", (pairs, signed, signed, False), {}),
            ("pairs_uint8_uint8", (pairs, unsigned, unsigned, False), {}),
            ("pairs_symmetric", (pairs, signed, signed, True), {"extra_options": {"ActivationSymmetric": True}}),
            ("operators_uint8", (operators, unsigned, signed, True), {"op_types_to_quantize": ["Conv", "MaxPool"]})):
        path = folder / f"{name}.onnx"
        quantize(source, path, *arguments, **extra)
        precision = "int8" if name.startswith("pairs") else "int8+fp32"
        compare(t, diolkos, folder, path, image(9), precision, 0.03)


def half(t, diolkos, folder):
    import onnx
    from onnxruntime.transformers.float16 import convert_float_to_float16
    for name, keeps in (("half", False), ("half_between", True)):
        path = folder / f"{name}.onnx"
        onnx.save(convert_float_to_float16(onnx.load(folder / "float.onnx"), keep_io_types=keeps), path)
        compare(t, diolkos, folder, path, image(9) if keeps else image(9).astype("f2"), "fp32", 5e-3)


def main():
    diolkos = pathlib.Path(sys.argv[1])
    try:
        import onnxruntime
    except ImportError:
        peer = peer_python()
        if not peer or "QUANTIZED_RETRIED" in os.environ:
            skip("no interpreter with onnx and onnxruntime; set ORT_PYTHON")
        os.execve(peer, [peer, *sys.argv], {**os.environ, "QUANTIZED_RETRIED": "1"})
    t = Checks()
    with work_folder() as name:
        t.guarded("quantized", quantized, t, diolkos, pathlib.Path(name))
        t.guarded("float16", half, t, diolkos, pathlib.Path(name))
    t.close()


main()
