#!/usr/bin/env python3
"""The commands as a user types them, on random weights: no assets needed.

    command_line.py DIOLKOS
"""
import json
import os
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from checks import Checks, run, work_folder

SMALL = "lraspp_mobilenet_v3_large:random"
COMMANDS = ("info", "convert", "run", "infer", "bench", "fetch")


def help_texts(t, diolkos):
    p = run(diolkos, "--help")
    t.check("--help lists every command", p.returncode == 0 and all(c in p.stdout for c in COMMANDS))
    for command in COMMANDS:
        p = run(diolkos, command, "--help")
        t.check(f"{command} --help has examples",
                p.returncode == 0 and f"diolkos {command} " in p.stdout and "Example" in p.stdout)
    t.check("--version", run(diolkos, "--version").stdout.startswith("diolkos "))


def two_programs(t, diolkos, folder):
    """The first program is quick since it loads little; the whole one beside it does the rest."""
    loaded = run(diolkos, env={**os.environ, "LD_TRACE_LOADED_OBJECTS": "1"}).stdout  # what the loader would load
    t.check("diolkos starts without OpenCV", "libc.so" in loaded and "opencv" not in loaded)
    shutil.copy(diolkos, folder / "diolkos")
    p = run(folder / "diolkos", "info", SMALL, "--json", "-")
    t.check("alone it has its own commands", p.returncode == 0, p.stderr.strip())
    p = run(folder / "diolkos", "run", SMALL, "x.png")
    t.check("alone it names the program that has the others", p.returncode == 2 and "diolkos-whole" in p.stderr,
            p.stderr.strip())


def bench(t, diolkos):
    p = run(diolkos, "bench", SMALL, "--size", "64", "--threads", "2", "--iterations", "5", "--json", "-")
    document = json.loads(p.stdout)
    t.check("bench --json - prints one document", document["schema"] == "diolkos.bench/2" and document["threads"] == 2)
    t.check("--iterations alone is exact", len(document["samples_ms"]) == 5)
    t.check("a figure names its model", len(document["model"]["sha256"]) == 64)
    again = json.loads(run(diolkos, "bench", SMALL, "--size", "64", "--iterations", "1", "--json", "-").stdout)
    t.check("random weights are seeded", again["model"]["sha256"] == document["model"]["sha256"])
    p = run(diolkos, "bench", SMALL, "--size", "64", "--iterations", "2", "--explain")
    t.check("bench prints figures and layers",
            "median" in p.stdout and "GFLOP/s" in p.stdout and "backbone" in p.stdout)


def porting(t, diolkos, folder):
    p = run(diolkos, "convert", SMALL, "-o", folder / "a.onnx", "--size", "64x96")
    t.check("convert", p.returncode == 0 and (folder / "a.onnx").stat().st_size > 1_000_000, p.stderr.strip())
    run(diolkos, "convert", SMALL, "-o", folder / "b.onnx", "--size", "64x96")
    t.check("convert writes the same bytes again", (folder / "a.onnx").read_bytes() == (folder / "b.onnx").read_bytes())
    document = json.loads(run(diolkos, "info", folder / "a.onnx", "--json", "-").stdout)
    t.check("info tells input and output", document["inputs"][0]["shape"] == [1, 3, 64, 96] and
            document["outputs"][0]["shape"] == [1, 21, 64, 96])
    document = json.loads(run(diolkos, "info", "fcn_resnet50:random", "--json", "-").stdout)
    t.check("fcn_resnet50 at 288 has 43.8 G multiply-adds", abs(document["multiply_adds"] / 1e9 - 43.8) < 0.05,
            str(document["multiply_adds"]))
    p = run(diolkos, "info", SMALL, "--graph", "--size", "64")
    t.check("info --graph prints the graph", "Conv(" in p.stdout and "backbone" in p.stdout)


def main():
    diolkos = sys.argv[1]
    with work_folder() as name:
        t = Checks()
        t.guarded("help", help_texts, t, diolkos)
        t.guarded("two programs", two_programs, t, diolkos, pathlib.Path(name))
        t.guarded("bench", bench, t, diolkos)
        t.guarded("porting", porting, t, diolkos, pathlib.Path(name))
        t.close()


if __name__ == "__main__":
    main()
