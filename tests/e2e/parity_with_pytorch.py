#!/usr/bin/env python3
"""Every architecture that we rebuild gives PyTorch's own answer: from the state dict, from PyTorch's ONNX export, and
from our ONNX export in ONNX Runtime.

    parity_with_pytorch.py DIOLKOS [--work DIR] [--quick] [--architecture NAME] [--size HxW] [--seed N]

Needs torch and torchvision (exit status 77 without them); ORT_PYTHON: an interpreter with onnxruntime.
Weights are seeded and random, with batch-norm statistics that a wrong fold would show; so are inputs. The bound is
1e-4 of the largest |output|.
"""
import argparse
import contextlib
import io
import pathlib
import sys
import time
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from checks import Checks, peer_python, run, skip, work_folder

try:
    import numpy as np
    import torch
    import torchvision
except ImportError as missing:
    skip(f"PyTorch's own answer needs torch and torchvision ({missing}): apt-get install python3-torchvision")

ARCHITECTURES = ["fcn_resnet50", "fcn_resnet101", "deeplabv3_resnet50", "deeplabv3_resnet101",
                 "deeplabv3_mobilenet_v3_large", "lraspp_mobilenet_v3_large"]
SIZES = ["288", "224", "520x390"]
QUICK = [(architecture, SIZES[i % len(SIZES)]) for i, architecture in enumerate(ARCHITECTURES)]
BOUND = 1e-4

RUN_IN_ONNX_RUNTIME = r"""
import sys, numpy as np, onnx, onnxruntime as rt
model, x, y = sys.argv[1:]
onnx.checker.check_model(model, full_check=True)
options = rt.SessionOptions(); options.intra_op_num_threads = 2
session = rt.InferenceSession(model, options, providers=["CPUExecutionProvider"])
np.save(y, session.run(None, {session.get_inputs()[0].name: np.load(x)})[0])
"""


class OnlyScores(torch.nn.Module):
    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, x):
        return self.network(x)["out"]


def make_network(architecture, seed, auxiliary):
    torch.manual_seed(seed)
    more = {"aux_loss": True} if auxiliary and "lraspp" not in architecture else {}
    network = getattr(torchvision.models.segmentation, architecture)(weights=None, weights_backbone=None,
                                                                     num_classes=21, **more)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.uniform_(-0.1, 0.1)
            module.running_var.uniform_(0.5, 1.5)
            module.weight.data.uniform_(0.6, 1.0)
            module.bias.data.uniform_(-0.1, 0.1)
    return network.eval()


def make_reference(folder, architecture, height, width, seed, auxiliary):
    network = make_network(architecture, seed, auxiliary)
    torch.save(network.state_dict(), folder / "model.pth")
    scores = OnlyScores(network).eval()
    x = torch.randn(1, 3, height, width)
    with torch.inference_mode():
        y = scores(x)
    np.save(folder / "input.npy", x.numpy())
    modern = int(torch.__version__.split(".")[0]) >= 2
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        torch.onnx.export(scores, (x,), str(folder / "model.onnx"), input_names=["input"], output_names=["out"],
                          opset_version=17 if modern else 16, **({"dynamo": False} if modern else {}))
    return y.numpy()


def compare(t, name, process, path, expected):
    if process.returncode != 0:
        t.check(name, False, f"exit status {process.returncode}: {(process.stderr or process.stdout).strip()[-300:]}")
        return
    ours = np.load(path)
    if ours.shape != expected.shape:
        t.check(name, False, f"got shape {ours.shape}, expected {expected.shape}")
        return
    error = float(np.abs(ours - expected).max() / np.abs(expected).max())
    t.check(name, np.isfinite(error) and error <= BOUND, f"error {error:.2e} of the largest |output|")


def check_case(t, diolkos, folder, architecture, size, seed, auxiliary):
    height, width = (int(side) for side in (size.split("x") if "x" in size else (size, size)))
    expected = make_reference(folder, architecture, height, width, seed, auxiliary)
    case = f"{architecture} {height}x{width} seed {seed}{' with auxiliary head' if auxiliary else ''}"
    x, y = folder / "input.npy", folder / "output.npy"
    sized = ["--size", f"{height}x{width}"]
    compare(t, f"{case}: state dict", run(diolkos, "infer", folder / "model.pth", *sized, "--input", x, "-o", y), y,
            expected)
    compare(t, f"{case}: PyTorch's ONNX", run(diolkos, "infer", folder / "model.onnx", "--input", x, "-o", y), y,
            expected)
    exported = folder / "ours.onnx"
    process = run(diolkos, "convert", folder / "model.pth", "-o", exported, *sized)
    if peer_python() is not None and process.returncode == 0:
        process = run(peer_python(), "-c", RUN_IN_ONNX_RUNTIME, exported, x, y)
    if peer_python() is not None or process.returncode != 0:
        compare(t, f"{case}: our ONNX in ONNX Runtime", process, y, expected)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("diolkos")
    parser.add_argument("--work", type=pathlib.Path, help="keep the files of every case here")
    parser.add_argument("--quick", action="store_true",
                        help="every architecture at one size, in turn, instead of at all three")
    parser.add_argument("--architecture", choices=ARCHITECTURES)
    parser.add_argument("--size")
    parser.add_argument("--seed", type=int, default=0, help="of the first case; the others count on from it")
    a = parser.parse_args()
    cases = QUICK if a.quick else [(architecture, size) for architecture in ARCHITECTURES for size in SIZES]
    cases = [(architecture, a.size or size) for architecture, size in cases
             if a.architecture in (None, architecture)]
    if peer_python() is None:
        print("note: without ORT_PYTHON our ONNX export is not run in ONNX Runtime")
    t = Checks()
    for index, (architecture, size) in enumerate(dict.fromkeys(cases)):
        start = time.monotonic()
        with work_folder() as temporary:
            folder = a.work / f"{architecture}_{size}" if a.work else pathlib.Path(temporary)
            folder.mkdir(parents=True, exist_ok=True)
            t.guarded(f"{architecture} {size}", check_case, t, a.diolkos, folder, architecture, size, a.seed + index,
                      index % 2 == 1)
        print(f"      {time.monotonic() - start:.1f} s", flush=True)
    t.close()


if __name__ == "__main__":
    main()
