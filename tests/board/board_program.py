#!/usr/bin/env python3
"""The program for boards: small, alone, and with the same answers on every instruction set. Random weights, no assets.

    board_program.py DIOLKOS DIOLKOS-STATIC [EMULATOR...]
"""
import json
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from checks import Checks, run, work_folder

NETWORK = ("lraspp_mobilenet_v3_large:random", "--size", "32")
MOST_BYTES = 15_000_000


class Board(Checks):
    def __init__(self, folder, program, emulator):
        super().__init__()
        self.folder, self.command = folder, [*emulator, program]

    def call(self, *words):
        return run(*self.command, *words)

    def done(self, *words):
        p = self.call(*words)
        if p.returncode != 0:
            raise RuntimeError(f"{' '.join(map(str, words))}: {p.stderr.strip()}")
        return p.stdout

    def answer(self, model, *options):
        self.done("infer", model, "-i", self.folder / "x.npy", "-o", self.folder / "y.npy", *options)
        return np.load(self.folder / "y.npy")


def alone(t, dynamic, static):
    for program in (dynamic, static):
        size = pathlib.Path(program).stat().st_size
        t.check(f"{pathlib.Path(program).name} is small", size <= MOST_BYTES, f"{size / 1e6:.1f} MB")
    headers = run("readelf", "-lW", static).stdout
    t.check("the static one needs nothing", "INTERP" not in headers and "LOAD" in headers)
    entries = run("readelf", "-dW", dynamic).stdout.splitlines()
    needed = {line.split("[")[1].rstrip("]") for line in entries if "(NEEDED)" in line}
    t.check("the other one the C library alone", all(n.startswith(("libc.", "libm.", "ld-linux")) for n in needed),
            str(needed))


def commands(t):
    t.check("--version", t.done("--version").startswith("diolkos "))
    help_text = t.done("--help")
    commands = ("info", "convert", "check", "compile", "infer", "bench")
    t.check("the help tells its commands", all(c in help_text for c in commands) and "\n  live" not in help_text)
    p = t.call("run", "model.onnx")
    t.check("others are refused", p.returncode == 2 and "run" in p.stderr, p.stderr)
    p = t.call("convert", *NETWORK, "-o", t.folder / "a.tflite", "--quantize", "full_integer", "--calibrate", t.folder)
    t.check("pictures are refused in words", p.returncode == 1 and "reads no pictures" in p.stderr, p.stderr)


def networks(t):
    np.save(t.folder / "x.npy", np.random.default_rng(1).standard_normal((1, 3, 32, 32)).astype(np.float32))
    t.done("convert", *NETWORK, "-o", t.folder / "float.onnx")
    t.done("convert", *NETWORK, "-o", t.folder / "integer.tflite", "--quantize", "full_integer",
           "--calibrate", t.folder / "x.npy")
    plain = t.answer(t.folder / "float.onnx", "--isa", "generic")
    best = t.answer(t.folder / "float.onnx")
    t.check("float32 agrees with plain C++", np.abs(best - plain).max() <= 1e-4 * np.abs(plain).max(),
            f"{np.abs(best - plain).max() / np.abs(plain).max():.1e}")
    for precision, bound in (("bf16", 3e-2), ("fp16", 1e-2)):
        short = t.answer(t.folder / "float.onnx", "--precision", precision, "--exact")
        off = np.abs(short - plain).max() / np.abs(plain).max()
        t.check(f"{precision} is near it", 0 < off <= bound, f"{off:.1e}")
    integers = t.answer(t.folder / "integer.tflite")
    t.check("integers are the same to the bit",
            np.array_equal(integers, t.answer(t.folder / "integer.tflite", "--isa", "generic")))
    t.check("and near the float network", np.corrcoef(integers.ravel(), plain.ravel())[0, 1] > 0.9)
    document = json.loads(t.done("bench", t.folder / "float.onnx", "--iterations", "1", "--threads", "1",
                                 "--json", "-"))
    t.check("bench tells the instruction set", document["isa"] in ("neon", "avx512", "avx2", "generic"),
            document["isa"])


def main():
    dynamic, static, *emulator = sys.argv[1:]
    with work_folder() as name:
        t = Board(pathlib.Path(name), static, emulator)
        t.guarded("alone", alone, t, dynamic, static)
        t.guarded("commands", commands, t)
        t.guarded("networks", networks, t)
        t.close()


if __name__ == "__main__":
    main()
