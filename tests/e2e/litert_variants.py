#!/usr/bin/env python3
"""All seven TFLite variants of the six architectures load and run in LiteRT (XNNPACK on), and give what they should.

    litert_variants.py DIOLKOS [SIZE]        (ORT_PYTHON: an interpreter with ai-edge-litert)
"""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from checks import Checks, peer_python, run, skip, work_folder

ARCHITECTURES = ("fcn_resnet50", "fcn_resnet101", "deeplabv3_resnet50", "deeplabv3_resnet101",
                 "deeplabv3_mobilenet_v3_large", "lraspp_mobilenet_v3_large")

# Largest mean |error| against the float32 file, as a share of its mean |value|: random weights, random pixels.
BOUNDS = {"float32": 1e-4, "float16": 0.005, "dynamic_range_quant": 0.25, "integer_quant": 0.35,
          "full_integer_quant": 0.35,
          "integer_quant_with_int16_act": 0.2, "full_integer_quant_with_int16_act": 0.2}

LITERT = r"""
import json, pathlib, sys
import numpy as np
from ai_edge_litert.interpreter import Interpreter
x = np.load(sys.argv[1])
for path in sorted(pathlib.Path(sys.argv[2]).glob("*.tflite")):
    interpreter = Interpreter(str(path), num_threads=2)
    interpreter.allocate_tensors()
    given, taken = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    def quantized(values):
        scale, zero = given["quantization"]
        info = np.iinfo(given["dtype"])
        return np.clip(np.round(values / scale) + zero, info.min, info.max).astype(given["dtype"])
    interpreter.set_tensor(given["index"], x if given["dtype"] == np.float32 else quantized(x))
    interpreter.invoke()
    y = interpreter.get_tensor(taken["index"])
    if taken["dtype"] != np.float32:
        scale, zero = taken["quantization"]
        y = (y.astype(np.float32) - zero) * scale
    np.save(path.with_suffix(".npy"), y.astype(np.float32))
    operators = [d["op_name"] for d in interpreter._get_ops_details() if d["op_name"] != "DELEGATE"]
    print(json.dumps({"name": path.stem, "operators": operators}))
"""


def variants(t, diolkos, python, folder, architecture, size):
    import numpy as np
    out = folder / architecture
    out.mkdir()
    rng = np.random.default_rng(0)
    np.save(out / "calibration.npy", rng.standard_normal((2, 3, size, size)).astype(np.float32))
    x = rng.standard_normal((1, size, size, 3)).astype(np.float32)
    np.save(out / "x.npy", x)
    p = run(diolkos, "convert", f"{architecture}:random", "--size", size, "--tflite", out,
            "--calibrate", out / "calibration.npy",
            "--no-weight-search", "--threshold-samples", 0)  # the costly part, which this is not about
    if p.returncode != 0:
        return t.check(architecture, False, p.stderr.strip())
    p = run(python, "-c", LITERT, out / "x.npy", out)
    if p.returncode != 0:
        return t.check(f"{architecture} in LiteRT", False, p.stderr.strip()[-600:])
    inventory = {}
    for line in p.stdout.splitlines():
        entry = json.loads(line)
        inventory[entry["name"].removeprefix(architecture + "_")] = entry["operators"]
    exact = np.load(out / f"{architecture}_float32.npy")
    for suffix, bound in BOUNDS.items():
        if suffix not in inventory:
            t.check(f"{architecture} {suffix}", False, "did not run")
            continue
        error = np.abs(np.load(out / f"{architecture}_{suffix}.npy") - exact).mean() / np.abs(exact).mean()
        t.check(f"{architecture} {suffix}: LiteRT runs it", error <= bound, f"{error:.4f}")
        t.check(f"{architecture} {suffix}: no TRANSPOSE", "TRANSPOSE" not in inventory[suffix])
    if "float32" in inventory and "full_integer_quant" in inventory:
        t.check(f"{architecture}: the integer file has the float file's operators",
                sorted(inventory["float32"]) == sorted(inventory["full_integer_quant"]))


def main():
    python = peer_python()
    if python is None or run(python, "-c", "import ai_edge_litert, numpy").returncode != 0:
        skip("no interpreter with ai-edge-litert (ORT_PYTHON)")
    size = int(sys.argv[2]) if len(sys.argv) > 2 else 33
    with work_folder() as name:
        t = Checks()
        for architecture in ARCHITECTURES:
            t.guarded(architecture, variants, t, sys.argv[1], python, pathlib.Path(name), architecture, size)
        t.close()


if __name__ == "__main__":
    main()
