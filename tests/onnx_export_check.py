#!/usr/bin/env python3
"""Files that `diolkos convert` writes: valid by onnx's checker, and equal in ONNX Runtime.

    onnx_export_check.py DIOLKOS ASSETS        (ORT_PYTHON: an interpreter with onnx and onnxruntime)
"""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "support"))
from checks import Checks, peer_python, run, skip, work_folder

TOLERANCE = 1e-4  # of the largest output
NETWORKS = "lraspp_mobilenet_v3_large", "deeplabv3_mobilenet_v3_large", "fcn_resnet50", "deeplabv3_resnet101"


def session_of(path):
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 2, 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def outputs_of(path, values):
    session = session_of(path)
    return session.run(None, {session.get_inputs()[0].name: values})


def compare(t, name, got, expected):
    import numpy as np
    worst = max(float(np.abs(a - b).max() / np.abs(b).max()) for a, b in zip(got, expected))
    t.check(name, len(got) == len(expected) and worst <= TOLERANCE, f"{worst:.2e} of the largest")


def convert(t, diolkos, model, path, *more):
    import onnx
    p = run(diolkos, "convert", model, "-o", path, *more)
    if p.returncode != 0:
        t.check(f"convert {pathlib.Path(model).name}", False, p.stderr.strip())
        return False
    onnx.checker.check_model(onnx.load(path), full_check=True)
    return True


def trained(t, diolkos, assets, folder):
    """The file read and written again says in ONNX Runtime what it said before."""
    import numpy as np
    model = assets / "models/deeplabv3_mnv2_pascal_513.onnx"
    if not model.exists():
        print(f"note: {model} is not there")
        return
    values = np.random.default_rng(1).uniform(-1, 1, (1, 3, 513, 513)).astype("f4")
    expected = outputs_of(model, values)
    for opset in 13, 17, 22:
        path = folder / f"deeplab{opset}.onnx"
        if convert(t, diolkos, model, path, "--opset", opset):
            compare(t, f"trained DeepLab, opset {opset}", outputs_of(path, values), expected)


def random_network(t, diolkos, name, folder):
    """ONNX Runtime says of the written file what our runtime says of the network."""
    import numpy as np
    import onnx
    path, values_file, ours = folder / f"{name}.onnx", folder / "input.npy", folder / "output.npy"
    if not convert(t, diolkos, f"{name}:random", path, "--size", "96x64"):
        return
    values = np.random.default_rng(2).standard_normal((1, 3, 96, 64)).astype("f4")
    np.save(values_file, values)
    p = run(diolkos, "infer", f"{name}:random", "--size", "96x64", "--input", values_file, "-o", ours)
    if p.returncode != 0:
        t.check(f"infer {name}", False, p.stderr.strip())
        return
    shape = [dim.dim_value for dim in onnx.load(path).graph.input[0].type.tensor_type.shape.dim]
    t.check(f"{name}: fixed input shape", shape == [1, 3, 96, 64], str(shape))
    compare(t, f"{name} in ONNX Runtime", outputs_of(path, values), [np.load(ours)])


def same_bytes(t, diolkos, folder):
    paths = [folder / "first.onnx", folder / "second.onnx"]
    for path in paths:
        run(diolkos, "convert", "lraspp_mobilenet_v3_large:random", "--size", "64", "-o", path)
    t.check("the same graph gives the same bytes", paths[0].read_bytes() == paths[1].read_bytes())


def main():
    diolkos, assets = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    try:
        import onnxruntime
    except ImportError:
        peer = peer_python()
        if not peer or "EXPORT_CHECK_RETRIED" in os.environ:
            skip("no interpreter with onnx and onnxruntime; set ORT_PYTHON")
        os.execve(peer, [peer, *sys.argv], {**os.environ, "EXPORT_CHECK_RETRIED": "1"})
    t = Checks()
    with work_folder() as name:
        folder = pathlib.Path(name)
        t.guarded("trained", trained, t, diolkos, assets, folder)
        for network in NETWORKS:
            t.guarded(network, random_network, t, diolkos, network, folder)
        t.guarded("same bytes", same_bytes, t, diolkos, folder)
    t.close()


main()
