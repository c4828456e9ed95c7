#!/usr/bin/env python3
"""`diolkos convert --precision`: float16 and int8 in an ONNX file's types, held against float32 in ONNX Runtime.

    precision_in_types.py DIOLKOS        (ORT_PYTHON: an interpreter with onnx and onnxruntime)
"""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from checks import Checks, peer_python, run, skip, work_folder

NETWORKS = "fcn_resnet50", "lraspp_mobilenet_v3_large"
ROUNDED = "lraspp_mobilenet_v3_large"  # the one that is small enough for plain numpy
SIZE = 64


def output_of(path, values):
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 2, 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: values})[0]


def rounded_output_of(path, values):
    """Every value rounded to its type: ONNX Runtime rounds none to float16 on CPUs that do not compute in it."""
    import numpy as np
    from onnx.reference import ReferenceEvaluator
    evaluator = ReferenceEvaluator(str(path))
    with np.errstate(all="ignore"):
        return evaluator.run(None, {evaluator.input_names[0]: values})[0]


def off(got, expected):
    """The largest difference as a share of the largest output."""
    import numpy as np
    return float(np.abs(got.astype("f8") - expected).max() / np.abs(expected).max())


def done(*command):
    p = run(*command)
    if p.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: {p.stderr.strip()}")
    return p.stdout


def make_samples(folder):
    import numpy as np
    folder.mkdir()
    for i in range(4):
        np.save(folder / f"{i}.npy", np.random.default_rng(i).standard_normal((1, 3, SIZE, SIZE)).astype("f4"))


def types_of(model):
    """Element types of all values that nodes make, by the checker's own inference."""
    import onnx
    typed = onnx.shape_inference.infer_shapes(model, strict_mode=True)
    return {v.name: v.type.tensor_type.elem_type for v in (*typed.graph.value_info, *typed.graph.output)}


def network(t, diolkos, name, folder, samples):
    import numpy as np
    import onnx
    source = (f"{name}:random", "--size", SIZE)
    files = {p: folder / f"{name}.{p}.onnx" for p in ("fp32", "fp16", "int8")}
    for precision, file in files.items():
        text = done(diolkos, "convert", *source, "-o", file, "--precision", precision, "--calibrate", samples)
        t.check(f"{name} {precision}: says so", precision == "fp32" or "float16" in text or "on int8" in text, text)
        onnx.checker.check_model(onnx.load(file), full_check=True)
    values = np.random.default_rng(9).standard_normal((1, 3, SIZE, SIZE)).astype("f4")
    exact = output_of(files["fp32"], values)
    for precision, most in ("fp16", 5e-3), ("int8", 0.15):
        got = output_of(files[precision], values)
        t.check(f"{name} {precision}: float32 ends", got.dtype == np.float32 and got.shape == exact.shape)
        worst = off(got, exact)
        t.check(f"{name} {precision}: near float32, and not it", 1e-6 < worst < most, f"{worst:.2e} of the largest")
    if name == ROUNDED:
        worst = off(rounded_output_of(files["fp16"], values), exact)
        t.check(f"{name} fp16: every value rounded, by ONNX's reference", 1e-6 < worst < 1e-2,
                f"{worst:.2e} of the largest")
    half, integers = onnx.load(files["fp16"]), onnx.load(files["int8"])
    types = types_of(half)
    convolutions = [n for n in half.graph.node if n.op_type == "Conv"]
    t.check(f"{name} fp16: convolutions make float16",
            all(types[n.output[0]] == onnx.TensorProto.FLOAT16 for n in convolutions))
    zeros = {i.name: onnx.numpy_helper.to_array(i)
             for i in integers.graph.initializer if i.name.endswith("/zero_point")}
    t.check(f"{name} int8: every zero point is 0 and int8",
            all(z.dtype == np.int8 and not z.any() for z in zeros.values()))
    makers = {o: n.op_type for n in integers.graph.node for o in n.output}
    t.check(f"{name} int8: every convolution reads pairs",
            all(makers.get(n.input[i]) == "DequantizeLinear"
                for n in integers.graph.node if n.op_type == "Conv" for i in (0, 1)))
    p = run(diolkos, "convert", files["int8"], "-o", folder / "again.onnx", "--precision", "fp16")
    t.check(f"{name}: no second precision", p.returncode != 0 and "already" in p.stderr, p.stderr)


def write_overflowing(path):
    """Values up to some 4e5 between two convolutions, which float16 cannot hold, and of 1 around them."""
    import numpy as np
    from onnx import TensorProto, helper, numpy_helper, save
    random = np.random.default_rng(3)
    weights = {"w0": random.standard_normal((4, 3, 1, 1)), "w1": 2e4 * random.standard_normal((4, 4, 1, 1)),
               "w2": 1e-4 * random.standard_normal((2, 4, 1, 1))}
    nodes = [helper.make_node("Conv", ["x", "w0"], ["small"], "first"),
             helper.make_node("Conv", ["small", "w1"], ["large"], "second"),
             helper.make_node("Relu", ["large"], ["positive"], "relu"),
             helper.make_node("Conv", ["positive", "w2"], ["scores"], "third"),
             helper.make_node("Softmax", ["scores"], ["y"], "softmax", axis=1)]
    ports = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, SIZE, SIZE])], [
        helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 2, SIZE, SIZE])]
    graph = helper.make_graph(nodes, "overflow", *ports,
                              [numpy_helper.from_array(w.astype("f4"), n) for n, w in weights.items()])
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)


def overflow(t, diolkos, folder, samples):
    import numpy as np
    import onnx
    model, plain, calibrated = (folder / f"{n}.onnx" for n in ("large", "plain", "calibrated"))
    write_overflowing(model)
    values = np.random.default_rng(9).standard_normal((1, 3, SIZE, SIZE)).astype("f4")
    exact = output_of(model, values)
    done(diolkos, "convert", model, "-o", plain, "--precision", "fp16")
    t.check("what overflows does without calibration", not off(rounded_output_of(plain, values), exact) < 0.1)
    text = done(diolkos, "convert", model, "-o", calibrated, "--precision", "fp16", "--calibrate", samples)
    t.check("the values beyond float16 are named", "large, positive" in text, text)
    for runtime, answer in ("ONNX Runtime", output_of), ("ONNX's reference", rounded_output_of):
        worst = off(answer(calibrated, values), exact)
        t.check(f"calibrated, what overflows stays in float32, {runtime}", worst < 2e-2, f"{worst:.2e} of the largest")
    types = types_of(onnx.load(calibrated))
    t.check("the rest is in float16",
            types["small/half"] == onnx.TensorProto.FLOAT16 and types["large"] == onnx.TensorProto.FLOAT
            and types["scores"] == onnx.TensorProto.FLOAT, str(types))


def misuse(t, diolkos, folder):
    source = ("lraspp_mobilenet_v3_large:random", "--size", SIZE)
    for message, *command in (
            ("give --calibrate", *source, "-o", folder / "a.onnx", "--precision", "int8"),
            ("--quantize says it", *source, "-o", folder / "a.tflite", "--precision", "int8"),
            ("no convolution makes 'nobody'", *source, "-o", folder / "a.onnx", "--precision", "int8", "--calibrate",
             folder / "samples", "--keep-float", "nobody")):
        p = run(diolkos, "convert", *command)
        t.check(f"refused: {message}", p.returncode != 0 and message in p.stderr and not (folder / "a.onnx").exists(),
                p.stderr)


def main():
    diolkos = pathlib.Path(sys.argv[1])
    try:
        import onnxruntime
    except ImportError:
        peer = peer_python()
        if not peer or "PRECISION_RETRIED" in os.environ:
            skip("no interpreter with onnx and onnxruntime; set ORT_PYTHON")
        os.execve(peer, [peer, *sys.argv], {**os.environ, "PRECISION_RETRIED": "1"})
    t = Checks()
    with work_folder() as name:
        folder = pathlib.Path(name)
        make_samples(folder / "samples")
        for network_name in NETWORKS:
            t.guarded(network_name, network, t, diolkos, network_name, folder, folder / "samples")
        t.guarded("overflow", overflow, t, diolkos, folder, folder / "samples")
        t.guarded("misuse", misuse, t, diolkos, folder)
    t.close()


main()
