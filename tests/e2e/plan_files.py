#!/usr/bin/env python3
"""Plan files, streams and 16-bit precisions as a user meets them, on random weights. No assets needed.

    plan_files.py DIOLKOS
"""
import json
import os
import pathlib
import subprocess
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from checks import Checks, run, work_folder

NETWORK = "lraspp_mobilenet_v3_large:random"


def infer(t, *options, **environment):
    out = t.folder / "y.npy"
    p = run(t.diolkos, "infer", t.model, "--input", t.folder / "x.npy", "-o", out, "--threads", "1", *options,
            env={**os.environ, **environment})
    if p.returncode != 0:
        raise RuntimeError(p.stderr.strip())
    return np.load(out), p


def plans(t):
    plan = t.folder / "a.dplan"
    expected, _ = infer(t)
    first, p = infer(t, "--plan", plan)
    t.check("a plan is written without a word", plan.exists() and p.stderr == "" and np.array_equal(first, expected),
            p.stderr)
    before = plan.stat().st_ino
    second, p = infer(t, "--plan", plan)
    t.check("and loaded", plan.stat().st_ino == before and p.stderr == "" and np.array_equal(second, expected),
            p.stderr)
    _, p = infer(t, "--plan", plan, "--exact")
    t.check("what differs is told", "'convolutions: winograd', wanted is 'convolutions: exact'" in p.stderr, p.stderr)
    whole = plan.read_bytes()
    half = len(whole) // 2  # weights; why the plan was made stands before them
    for at in (0, 100, len(whole) // 3, len(whole) - 1):
        plan.write_bytes(whole[:at])
        again, p = infer(t, "--plan", plan, "--exact")
        t.check(f"cut at byte {at}: made anew", "made anew" in p.stderr and plan.read_bytes()[-half:] == whole[-half:],
                p.stderr)
    broken = bytearray(whole)
    broken[len(whole) // 2] ^= 1
    plan.write_bytes(broken)
    again, p = infer(t, "--plan", plan, "--exact")
    t.check("one bit: made anew",
            "checksum" in p.stderr and np.abs(again - expected).max() < 1e-4 * np.abs(expected).max(), p.stderr)


def tuned(t):
    plan = t.folder / "tuned.dplan"
    expected, _ = infer(t)
    first, p = infer(t, "--plan", plan, "--tune")
    near = np.abs(first - expected).max() < 1e-4 * np.abs(expected).max()
    t.check("a tuned plan computes the same", near and p.stderr == "", p.stderr)
    before = plan.stat().st_ino
    second, p = infer(t, "--plan", plan, "--tune")
    t.check("and is found again, its choices with it", plan.stat().st_ino == before and np.array_equal(first, second),
            p.stderr)
    p = run(t.diolkos, "bench", "fcn_resnet50:random", "--size", "64", "--tune", "--explain", "--iterations", "1",
            "--starts", "1")
    t.check("bench --explain gives measured times", p.returncode == 0 and " ms)" in p.stdout and "tuned" in p.stdout,
            p.stdout[-500:] + p.stderr)


def folders(t):
    for name, options, environment in (("--plan FOLDER", ("--plan", t.folder / "plans"), {}),
                                       ("--cache", ("--cache",), {"XDG_CACHE_HOME": str(t.folder / "cache")})):
        (t.folder / "plans").mkdir(exist_ok=True)
        infer(t, *options, **environment)
        infer(t, *options, "--exact", **environment)
        found = list((t.folder / ("plans" if "FOLDER" in name else "cache")).rglob("*.dplan"))
        t.check(f"{name} keeps one for each set of options", len(found) == 2, str(found))


def two_at_once(t):
    plan = t.folder / "both.dplan"
    command = [str(t.diolkos), "bench", NETWORK, "--size", "64", "--iterations", "1", "--warm-up", "0",
               "--plan", str(plan)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    errors = [process.communicate()[1] for process in both]
    p = run(*command)
    t.check("two processes build one plan", [process.returncode for process in both] == [0, 0] and p.returncode == 0 and
            p.stderr == "" and list(t.folder.glob("both*")) == [plan], str(errors) + p.stderr)


def cache(t):
    folder = t.folder / "plans"
    command = lambda *words: run(t.diolkos, "cache", *words, "--folder", folder)
    kept = lambda: json.loads(command("list", "--json", "-").stdout)["files"]
    problems = lambda: [file["problem"] for file in kept()]
    t.check("cache list", [file["kind"] for file in kept()] == ["plan", "plan"] and problems() == ["", ""] and
            "2 files" in command("list").stdout, str(kept()))
    p = command("explain", "model")
    t.check("cache explain", p.stdout.count("made because: there was none") == 2 and "convolutions: exact" in p.stdout,
            p.stdout)
    p = command("explain", "no such name")
    t.check("cache explain of nothing", p.returncode == 1 and "2 files" in p.stderr, p.stderr)
    os.utime(t.model)
    t.check("a model that was only touched is the same", problems() == ["", ""], str(problems()))
    t.model.write_bytes(t.model.read_bytes() + b" ")
    t.check("a changed model is told", all("has changed" in problem for problem in problems()), str(problems()))
    t.check("cache prune --unused", "removed 0 files" in command("prune", "--unused", "1").stdout)
    t.check("cache prune --dry-run",
            "would remove 2 files" in command("prune", "--dry-run").stdout and len(kept()) == 2)
    t.check("cache prune", "removed 2 files" in command("prune").stdout and kept() == [] and
            "nothing is kept" in command("list").stdout)
    p = run(t.diolkos, "cache", "list", "--folder", t.folder / "nowhere")
    t.check("cache of no folder", p.returncode == 2 and "expected a folder" in p.stderr, p.stderr)


def streams_and_precisions(t):
    p = run(t.diolkos, "bench", NETWORK, "--size", "64", "--iterations", "4", "--threads", "2", "--streams", "4",
            "--json", "-")
    streams = json.loads(p.stdout)["streams"]
    t.check("--streams", streams["count"] == 4 and streams["threads"] == 1 and streams["fps"] > 0, str(streams))
    expected, _ = infer(t)
    for precision in ("bf16", "fp16"):
        for isa in ((), ("--isa", "generic")):
            got, p = infer(t, "--precision", precision, *isa)
            error = np.abs(got - expected).max() / np.abs(expected).max()
            t.check(f"--precision {precision} {' '.join(isa)}", 0 < error < 0.05 and f"native {precision}" in p.stdout,
                    f"{error:.2g} {p.stdout.splitlines()[-1]}")
    _, p = infer(t, "--precision", "bf16", "--isa", "generic")
    t.check("what could not be done is told", "bf16-weights" in p.stdout, p.stdout)


with work_folder() as folder:
    test = Checks()
    test.diolkos, test.folder = sys.argv[1], pathlib.Path(folder)
    test.model = test.folder / "model.onnx"
    if run(test.diolkos, "convert", NETWORK, "-o", test.model, "--size", "64").returncode != 0:
        sys.exit("cannot make the model")
    np.save(test.folder / "x.npy", np.random.default_rng(0).standard_normal((1, 3, 64, 64)).astype(np.float32))
    for step in (plans, tuned, folders, two_at_once, streams_and_precisions, cache):
        test.guarded(step.__name__, step, test)
    test.close()
