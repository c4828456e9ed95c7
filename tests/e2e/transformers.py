#!/usr/bin/env python3
"""SegFormer, a transformer for segmentation, gives PyTorch's own answer: with its normalisations and activations spelt
out (opset 16), with LayerNormalization (17), with Gelu (20); and what we write of it does in ONNX Runtime.

    transformers.py DIOLKOS

Needs torch and onnx (exit status 77 without them); ORT_PYTHON: an interpreter with onnxruntime. Weights are random and
seeded. The bound is 1e-4 of the largest |output|.
"""
import contextlib
import io
import pathlib
import sys
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from checks import Checks, peer_python, run, skip, work_folder

try:
    import numpy as np
    import onnx
    import torch
    from segformer import make_segformer
except ImportError as missing:
    skip(f"PyTorch's own answer needs torch and onnx ({missing}): apt-get install python3-torch python3-onnx")

BOUND = 1e-4
RUN_IN_ONNX_RUNTIME = r"""
import sys, numpy as np, onnxruntime as rt
model, x, y = sys.argv[1:]
session = rt.InferenceSession(model, providers=["CPUExecutionProvider"])
np.save(y, session.run(None, {session.get_inputs()[0].name: np.load(x)})[0])
"""


def export(network, x, path, opset):
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        torch.onnx.export(network, (x,), str(path), input_names=["input"], output_names=["out"], opset_version=opset)


def with_gelu(before, after):
    """What torch spells out as five nodes behind an Erf's input is one Gelu of opset 20; how many there were."""
    model = onnx.load(str(before))
    graph, made, dropped = model.graph, [], set()
    producer = {name: node for node in graph.node for name in node.output}
    readers = lambda name: [node for node in graph.node if name in node.input]
    for erf in [node for node in graph.node if node.op_type == "Erf"]:
        chain = [producer[erf.input[0]], erf]
        while len(chain) < 5:
            chain.append(readers(chain[-1].output[0])[0])
        made.append((chain[-1], onnx.helper.make_node("Gelu", [chain[0].input[0]], list(chain[-1].output))))
        dropped.update(id(node) for node in chain)
    nodes = []
    for node in graph.node:
        nodes += [gelu for last, gelu in made if last is node]
        if id(node) not in dropped:
            nodes.append(node)
    del graph.node[:]
    graph.node.extend(nodes)
    model.opset_import[0].version = 20
    onnx.save(model, str(after))
    return len(made)


def compare(t, name, process, path, expected):
    if process.returncode != 0:
        t.check(name, False, f"exit status {process.returncode}: {(process.stderr or process.stdout).strip()[-300:]}")
        return
    error = float(np.abs(np.load(path) - expected).max() / np.abs(expected).max())
    t.check(name, np.isfinite(error) and error <= BOUND, f"error {error:.2e} of the largest |output|")


def check_answers(t, diolkos, folder, joint, size):
    network = make_segformer(joint=joint)
    x = torch.randn(1, 3, *size)
    with torch.inference_mode():
        expected = network(x).numpy()
    np.save(folder / "x.npy", x.numpy())
    way = "keys and values jointly" if joint else "keys and values apart"
    for opset in (16, 17):
        export(network, x, folder / f"{opset}.onnx", opset)
    t.check(f"{way}: eight GELUs become operators", with_gelu(folder / "17.onnx", folder / "20.onnx") == 8)
    for opset in (16, 17, 20):
        compare(t, f"{way}, opset {opset}",
                run(diolkos, "infer", folder / f"{opset}.onnx", "--input", folder / "x.npy", "-o", folder / "y.npy"),
                folder / "y.npy", expected)
    for isa in ("generic", "avx2"):
        compare(t, f"{way}, opset 17 by {isa} kernels",
                run(diolkos, "infer", folder / "17.onnx", "--isa", isa, "--input", folder / "x.npy",
                    "-o", folder / "y.npy"),
                folder / "y.npy", expected)


def check_writing(t, diolkos, folder):
    x, y = folder / "x.npy", folder / "y.npy"
    expected_from = run(diolkos, "infer", folder / "20.onnx", "--input", x, "-o", folder / "ours.npy")
    t.check("the model with Gelu runs", expected_from.returncode == 0, expected_from.stderr.strip()[-300:])
    expected = np.load(folder / "ours.npy")
    for opset in (13, 17, 20):
        written = folder / f"written_{opset}.onnx"
        made = run(diolkos, "convert", folder / "20.onnx", "-o", written, "--opset", str(opset))
        t.check(f"written at opset {opset}", made.returncode == 0, made.stderr.strip()[-300:])
        if peer_python() is not None and made.returncode == 0:
            compare(t, f"written at opset {opset}, in ONNX Runtime",
                    run(peer_python(), "-c", RUN_IN_ONNX_RUNTIME, written, x, y), y, expected)


def check_refusals(t, diolkos, folder):
    refused = run(diolkos, "convert", folder / "20.onnx", "-o", folder / "model.tflite")
    t.check("TFLite lacks an operator: an error that names it", refused.returncode != 0 and
            "LayerNormalization" in refused.stderr + refused.stdout, (refused.stderr or refused.stdout).strip()[-300:])
    t.check("and no file", not (folder / "model.tflite").exists())


def main():
    t = Checks()
    with work_folder() as temporary:
        folder = pathlib.Path(temporary)
        for joint, size in ((True, (96, 128)), (False, (128, 96))):
            t.guarded("answers", check_answers, t, sys.argv[1], folder, joint, size)
        t.guarded("writing", check_writing, t, sys.argv[1], folder)
        t.guarded("refusals", check_refusals, t, sys.argv[1], folder)
    t.close()


if __name__ == "__main__":
    main()
