#!/usr/bin/env python3
"""What the writer made of ONNX's node tests, by onnx's checker and in ONNX Runtime.

    exports_in_onnxruntime.py EXPORTED CASES        (ORT_PYTHON: an interpreter with onnx and onnxruntime)

EXPORTED holds CASE.opsetN.onnx, as diolkos_onnx_conformance leaves them; CASES is ONNX's onnx_node folder.
"""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from checks import Checks, peer_python, skip

# Where ONNX Runtime, or onnx's inference for an old opset, is known to differ from ONNX's expectation of the test.
RUNTIME_DIFFERS = {
    "test_convinteger_with_padding": "ONNX Runtime takes one zero point for all filters only",
    "test_resize_downsample_scales_cubic_align_corners": "ONNX Runtime takes the rounded size, ONNX the scaled one",
    "test_resize_downsample_scales_linear_align_corners": "ONNX Runtime takes the rounded size, ONNX the scaled one",
}
CHECKER_DIFFERS = {
    "test_averagepool_2d_ceil_last_window_starts_on_pad": "onnx infers a window too many before opset 22",
    "test_maxpool_2d_ceil_output_size_reduce_by_one": "onnx infers a window too many before opset 22",
}


def tensor(path):
    import onnx
    return onnx.numpy_helper.to_array(onnx.TensorProto.FromString(path.read_bytes()))


def run(path, model, case):
    """None where ONNX Runtime has no kernel for the types, else its outputs and ONNX's."""
    import onnx
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.log_severity_level, options.intra_op_num_threads = 4, 1
    source = onnx.load(case / "model.onnx")
    index = {port.name: i for i, port in enumerate(source.graph.input)}
    data = case / "test_data_set_0"
    feed = {port.name: tensor(data / f"input_{index[port.name]}.pb") for port in model.graph.input}
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except onnxruntime.capi.onnxruntime_pybind11_state.NotImplemented:
        return None
    got = session.run(None, feed)
    return list(zip(got, [tensor(data / f"output_{i}.pb") for i in range(len(got))]))


def same(a, b):
    import numpy as np
    return (a.shape == b.shape and a.dtype == b.dtype and
            np.allclose(a.astype("f8"), b.astype("f8"), rtol=1e-3, atol=1e-6, equal_nan=True))


def check_file(t, path, cases, tally):
    import onnx
    name = path.name.split(".opset")[0]
    model = onnx.load(path)
    if name not in CHECKER_DIFFERS:
        try:
            onnx.checker.check_model(model, full_check=True)
        except Exception as error:  # the checker's classes differ from version to version
            t.check(f"checker: {path.name}", False, str(error).splitlines()[0])
            return
    if name in RUNTIME_DIFFERS:
        tally["known"] += 1
        return
    pairs = run(path, model, cases / name)
    if pairs is None:
        tally["no kernel"] += 1
    elif all(same(a, b) for a, b in pairs):
        tally["equal"] += 1
    else:
        t.check(f"ONNX Runtime: {path.name}", False, "differs")


def main():
    exported, cases = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    if not cases.is_dir():
        skip(f"{cases} is not there")
    try:
        import onnxruntime
    except ImportError:
        peer = peer_python()
        if not peer or "EXPORTS_RETRIED" in os.environ:
            skip("no interpreter with onnx and onnxruntime; set ORT_PYTHON")
        os.execve(peer, [peer, *sys.argv], {**os.environ, "EXPORTS_RETRIED": "1"})
    t = Checks()
    tally = {"equal": 0, "no kernel": 0, "known": 0}
    for path in sorted(exported.glob("*.onnx")):
        t.guarded(path.name, check_file, t, path, cases, tally)
    t.check("exported models are valid and equal", tally["equal"] > 0 and not t.failed,
            f"{tally['equal']} equal, {tally['no kernel']} of types that ONNX Runtime has no kernel for, "
            f"{tally['known']} known to differ there")
    t.close()


main()
