#!/usr/bin/env python3
"""TFLite files on their way through the commands, quantized ones included: random weights, small sizes.

No assets needed.

    quantized_files.py DIOLKOS
"""
import hashlib
import json
import os
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from checks import Checks, run, work_folder

NETWORK = ("lraspp_mobilenet_v3_large:random", "--size", "64")


class QuantizedFiles(Checks):
    def __init__(self, diolkos, folder):
        super().__init__()
        self.diolkos, self.folder = diolkos, folder

    def done(self, *command):
        """The standard output of a command that must succeed."""
        p = run(self.diolkos, *command)
        if p.returncode != 0:
            raise RuntimeError(f"{' '.join(map(str, command))}: {p.stderr.strip()}")
        return p.stdout


def picture(path, shade, width=96, height=72):
    path.write_bytes(b"P6 %d %d 255\n" % (width, height) + bytes((shade + 3 * x + y * c) % 256 for y in range(height)
                                                                 for x in range(width) for c in range(3)))


def convert(t):
    (t.folder / "photos").mkdir()
    for i in range(3):
        picture(t.folder / "photos" / f"{i}.ppm", 60 * i)
    out = t.done("convert", NETWORK[0], "--tflite", t.folder / "out", "--calibrate", t.folder / "photos", "--threshold",
                 "0.5", *NETWORK[1:])
    t.check("all seven", out.count(".tflite: ") == 7, out)
    t.done("convert", NETWORK[0], "-o", t.folder / "float.onnx", *NETWORK[1:])


def variant(t, suffix):
    return next((t.folder / "out").glob(f"*large_{suffix}.tflite"))


def infer(t):
    x = np.random.default_rng(1).standard_normal((1, 3, 64, 64)).astype(np.float32)
    np.save(t.folder / "x.npy", x)
    np.save(t.folder / "x_nhwc.npy", x.transpose(0, 2, 3, 1))
    t.done("infer", t.folder / "float.onnx", "-i", t.folder / "x.npy", "-o", t.folder / "float.npy")
    exact = np.load(t.folder / "float.npy")
    for suffix, precision in (("float32", "fp32"), ("integer_quant", "int8"), ("full_integer_quant", "int8"),
                              ("full_integer_quant_with_int16_act", "int16")):
        y = t.folder / f"{suffix}.npy"
        text = t.done("infer", variant(t, suffix), "-i", t.folder / "x.npy", "-o", y)
        given = np.load(y)
        t.check(f"{suffix}: its output's name", "'out'" in text, text)
        t.check(f"{suffix}: float, NCHW", given.dtype == np.float32 and given.shape == exact.shape, str(given.shape))
        t.check(f"{suffix}: says what it computes in", f"native {precision} " in text, text)
        t.check(f"{suffix}: near the float network", np.abs(given - exact).max() < 0.6 * np.ptp(exact))
    y = t.folder / "nhwc.npy"
    t.done("infer", variant(t, "full_integer_quant"), "-i", t.folder / "x_nhwc.npy", "-o", y, "--layout", "nhwc")
    t.check("--layout nhwc",
            np.array_equal(np.load(y).transpose(0, 3, 1, 2), np.load(t.folder / "full_integer_quant.npy")))
    np.save(t.folder / "stored.npy", np.zeros((1, 3, 64, 64), np.int8))
    t.done("infer", variant(t, "full_integer_quant"), "-i", t.folder / "stored.npy", "-o", y, "--stored")
    t.check("--stored", np.load(y).dtype == np.int8)


def other_runtimes(t):
    """Runtimes that read ONNX get the same integers: what they answer is nearer to ours than the float network is."""
    exact, ours = np.load(t.folder / "float.npy"), np.load(t.folder / "integer_quant.npy")
    for runtime in ("onnxruntime", "openvino"):
        y = t.folder / f"{runtime}.npy"
        p = run(t.diolkos, "infer", variant(t, "integer_quant"), "-i", t.folder / "x.npy", "-o", y,
                "--runtime", runtime)
        if "--install" in p.stderr:
            print(f"{runtime} is absent: {p.stderr.strip()}")
            continue
        if p.returncode != 0:
            t.check(f"int8 in {runtime}", False, p.stderr.strip())
            continue
        off = np.abs(np.load(y) - ours).mean()
        t.check(f"int8 in {runtime}", off < 0.75 * np.abs(exact - ours).mean() and "int8" in p.stdout,
                f"{off:.3g} away, the float network {np.abs(exact - ours).mean():.3g}")
        p = run(t.diolkos, "infer", variant(t, "integer_quant_with_int16_act"), "-i", t.folder / "x.npy", "-o", y,
                "--runtime", runtime)
        t.check(f"int16 is refused by {runtime}", p.returncode in (1, 5), p.stderr.strip())


def run_command(t):
    for suffix, precision in (("full_integer_quant", "int8"), ("integer_quant_with_int16_act", "int16")):
        report = json.loads(t.done("run", variant(t, suffix), t.folder / "photos", "-o", t.folder / "masked.mp4",
                                   "--json", "-"))
        t.check(f"run {suffix}", report["precision"] == precision and report["frames"] == 3, report["precision"])
        t.check(f"run {suffix}: the file's normalisation", report["settings"]["normalize"] == "imagenet")


def compile_command(t):
    """With a stand-in for ncc-tflite that checks its command line and its input."""
    stand_in = pathlib.Path(__file__).parent.parent / "support" / "ncc_tflite_stand_in.py"
    model, dla = variant(t, "full_integer_quant"), t.folder / "model.dla"
    command = (t.diolkos, "compile", model, "--target", "genio-700", "-o", dla, "--no-cache")
    text = t.done(*command[1:], "--ncc", stand_in)
    t.check("compile", dla.read_text() == f"stand-in DLA of {hashlib.sha256(model.read_bytes()).hexdigest()}\n", text)
    t.check("compile: the log", "compiled" in pathlib.Path(f"{dla}.log").read_text())
    sidecar, of_model = (json.loads(pathlib.Path(f"{p}.json").read_text()) for p in (dla, model))
    t.check("compile: the sidecar", sidecar["target"] == {"board": "genio-700", "arch": "mdla3.0"} and
            sidecar["source"]["sha256"] == of_model["sha256"] and
            all(sidecar[key] == of_model[key] for key in ("inputs", "outputs", "preprocessing", "thresholds")))
    shown = t.done(*command[1:], "--ncc", stand_in, "--print-command", "--option=--opt-size").split()
    t.check("--print-command", shown[1:] == ["--arch=mdla3.0", "-O3", "-d", str(dla), "--opt-size", str(model)],
            str(shown))
    dla.unlink()
    for name, variables, options, status, words in (
            ("a compiler that fails", {"STAND_IN_FAILS": "1"}, (), 1, "ended with status 1: ERROR: OP[7]"),
            ("a compiler that writes nothing", {"STAND_IN_SILENT": "1"}, (), 1, "wrote nothing"),
            ("an option that it does not know", {}, ("--option=--fast",), 1, "unknown option --fast"),
            ("no compiler", {"PATH": "/nowhere", "NCC_TFLITE": ""}, None, 1, "neuropilot.mediatek.com"),
            ("a compiler that is no program", {"NCC_TFLITE": str(model)}, None, 1, "cannot be started")):
        p = run(*command, *(("--ncc", stand_in, *options) if options is not None else ()),
                env={**os.environ, **variables})
        t.check(name, p.returncode == status and words in p.stderr and not dla.exists(), p.stderr.strip())
    p = run(t.diolkos, "compile", variant(t, "float32"), "--target", "genio-700", "-o", dla, "--ncc", stand_in)
    t.check("a refused file", p.returncode == 5 and "refused by mdla3.0" in p.stderr, p.stderr.strip())
    p = run(*command[:4], "genio-7000", *command[5:])
    t.check("a board that is not known", p.returncode == 2 and "did you mean 'genio-700'" in p.stderr, p.stderr.strip())


def compare(t):
    """A network against its files: the outputs, the layers, what to keep, the bound."""
    report = t.folder / "compare.json"
    float32 = t.done("compare", NETWORK[0], variant(t, "float32"), *NETWORK[1:], "--fail-above", "1e-4")
    t.check("compare: random inputs are told", "random inputs, standard normal, seed 0" in float32, float32)
    t.check("compare: a float file is near", "no layer under 20 dB" in float32)
    options = ("--calibrate", t.folder / "photos", "--json", report, "--svg", t.folder / "layers.svg")
    text = t.done("compare", t.folder / "float.onnx", variant(t, "full_integer_quant"), *options)
    found = json.loads(report.read_text())
    t.check("compare: JSON",
            found["schema"] == "diolkos.compare/1" and found["samples"] == 3 and len(found["layers"]) > 50)
    t.check("compare: integers", {layer["precision"] for layer in found["layers"]} == {"int8"})
    t.check("compare: classes", 0 < found["outputs"][0]["classes"]["argmax_agreement"] <= 1)
    t.check("compare: a picture", "</svg>" in (t.folder / "layers.svg").read_text())
    t.check("compare: proposals to paste", not found["proposals"] or "--mixed " + ",".join(found["proposals"]) in text,
            text)
    if found["proposals"]:
        out = t.folder / "mixed.tflite"
        t.done("convert", NETWORK[0], "-o", out, "--quantize", "full_integer", "--calibrate", t.folder / "photos",
               "--mixed", ",".join(found["proposals"]), *NETWORK[1:])
        t.done("compare", t.folder / "float.onnx", out, *options)
        t.check("compare: mixing in int16 helps", json.loads(report.read_text())["worst_share"] < found["worst_share"])
    p = run(t.diolkos, "compare", t.folder / "float.onnx", variant(t, "full_integer_quant"), "--samples", "1",
            "--fail-above", "1e-6")
    t.check("--fail-above", p.returncode == 3 and "more than --fail-above" in p.stderr, p.stderr.strip())
    p = run(t.diolkos, "compare", t.folder / "float.onnx", "lraspp_mobilenet_v3_large:random", "--samples", "1")
    t.check("compare: inputs of another size", p.returncode == 1 and "inputs differ" in p.stderr, p.stderr.strip())


def cut(t):
    """Without the last resize the file gives a small grid, and `run` the same picture."""
    photo = t.folder / "photos" / "1.ppm"
    for ending, suffix in (("whole", "onnx"), ("logits", "onnx"), ("logits", "tflite")):
        model = t.folder / f"{ending}.{suffix}"
        text = t.done("convert", NETWORK[0], "-o", model, "--output", ending, *NETWORK[1:])
        t.done("run", model, photo, "-o", t.folder / f"{model.name}.png", "--draw", "labels")
    grid = t.done("infer", t.folder / "logits.onnx", "-i", t.folder / "x.npy", "-o", t.folder / "grid.npy")
    t.check("logits are small", np.load(t.folder / "grid.npy").shape == (1, 21, 8, 8), grid)
    pictures = [(t.folder / f"{name}.png").read_bytes() for name in ("whole.onnx", "logits.onnx", "logits.tflite")]
    t.check("the TFLite file leads to the same picture", pictures[1] == pictures[2])
    # The same without a file of its own, and of a file that was cut before.
    for model, options in ((NETWORK[0], NETWORK[1:]), (t.folder / "logits.onnx", ())):
        out = t.folder / "ending.png"
        told = t.done("run", model, photo, "-o", out, "--draw", "labels", "--ending", "logits", "--json", "-", *options)
        t.check(f"--ending logits: {pathlib.Path(model).name}", out.read_bytes() == pictures[1] and
                json.loads(told)["model"].endswith(", cut at its logits"), told[:200])
    plan = t.folder / "ending.dplan"
    for ending, warns in (("whole", False), ("logits", True), ("logits", False)):
        p = run(t.diolkos, "run", NETWORK[0], photo, "-o", t.folder / "ending.png", "--ending", ending, "--plan", plan,
                *NETWORK[1:])
        t.check(f"a plan is of one ending: {ending}", p.returncode == 0 and
                ("wanted is 'ending: logits'" in p.stderr) == warns, p.stderr.strip())
    p = run(t.diolkos, "run", NETWORK[0], photo, "-o", t.folder / "x.png", "--ending", "middle", *NETWORK[1:])
    t.check("--ending middle", p.returncode == 2 and "expected whole, scores or logits" in p.stderr, p.stderr.strip())
    p = run(t.diolkos, "convert", NETWORK[0], "-o", t.folder / "x.onnx", "--output", "middle", *NETWORK[1:])
    t.check("--output middle", p.returncode == 2 and "expected whole, scores or logits" in p.stderr, p.stderr.strip())


def thresholds(t):
    """The sidecar tells the ends and the thresholds, and `run` takes these where the command line is silent."""
    path = variant(t, "full_integer_quant")
    sidecar = json.loads(pathlib.Path(f"{path}.json").read_text())
    end = sidecar["inputs"][0]
    t.check("sidecar: the input",
            (end["type"], end["shape"], end["layout"]) == ("int8", [1, 64, 64, 3], "NHWC") and end["scale"] > 0)
    t.check("sidecar: its file", sidecar["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest())
    t.check("sidecar: pre-processing", sidecar["preprocessing"]["normalize"] == "imagenet")
    found = sidecar["thresholds"]
    if not found:  # random weights may be sure of nothing
        return
    best = max((e for e in found if e["class"] == found[0]["class"]), key=lambda e: e["agreement"])
    raw = next(e for e in found if e["kind"] == "raw")
    for options, wanted in (((), best), (("--raw",), raw)):
        settings = json.loads(t.done("run", path, t.folder / "photos" / "0.ppm", "-o", t.folder / "m.png",
                                     "--json", "-",
                                     "--class", str(wanted["class"]), *options))["settings"]
        t.check(f"run takes the carried threshold {options}",
                abs(settings["threshold"] - wanted["threshold"]) < 1e-9 and
                settings["raw"] == (wanted["kind"] == "raw"), str(settings))
    settings = json.loads(t.done("run", path, t.folder / "photos" / "0.ppm", "-o", t.folder / "m.png", "--json", "-",
                                 "--class", str(best["class"]), "--threshold", "0.3"))["settings"]
    t.check("--threshold goes before", settings["threshold"] == 0.3 and not settings["raw"], str(settings))


def main():
    with work_folder() as name:
        t = QuantizedFiles(sys.argv[1], pathlib.Path(name))
        for part in (convert, infer, other_runtimes, run_command, thresholds, compile_command, compare, cut):
            t.guarded(part.__name__, part, t)
        t.close()


if __name__ == "__main__":
    main()
