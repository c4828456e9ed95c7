#!/usr/bin/env python3
"""Whether stages in threads cost nothing: frames a second of `live` on a file, by those of its slowest stage alone.

    live_throughput.py DIOLKOS MODEL CLIP [OPTION...]      # options that `bench` and `live` both take

    live_throughput.py build/bin/diolkos deeplabv3_mnv2_pascal_513.onnx davis_dog.mp4 --threads 2

Five turns, one after the other: the stages of a frame alone (`bench --input`), all of them at once (`live` to lines
without masks). Prints each stage's milliseconds both ways (medians of the turns' means), and the rates of every turn.
Exit status 1 where the median of their ratios is below 0.95. Wants a machine that does nothing else.
"""
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

TURNS, WANTED = 5, 0.95
STAGES = ("decode", "preprocess", "inference", "postprocess", "draw")


def document(*command):
    """What the command writes with --json."""
    with tempfile.NamedTemporaryFile("r", suffix=".json") as file:
        p = subprocess.run([*command, "--json", file.name], capture_output=True, text=True)
        if p.returncode:
            sys.exit(p.stderr.strip())
        return json.loads(pathlib.Path(file.name).read_text())


def alone(diolkos, model, clip, options):
    """Milliseconds by stage."""
    told = document(diolkos, "bench", model, "--input", clip, "--starts", "1", *options)
    return {stage: told["stages"][stage]["mean"] for stage in STAGES}


def together(diolkos, model, clip, options):
    """Milliseconds by stage, and frames a second from the start to the end."""
    told = document(diolkos, "live", model, clip, "stdout:?masks=none", *options)
    source = told["sources"][0]
    return {stage["name"]: stage["mean"] for stage in source["stages"]}, source["inferred"] / told["uptime_s"]


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    diolkos, model, clip, *options = sys.argv[1:]
    by_stage, ratios = {}, []
    for turn in range(1, TURNS + 1):
        one = alone(diolkos, model, clip, options)
        all_of_them, rate = together(diolkos, model, clip, options)
        for stage in one:
            by_stage.setdefault(stage, []).append((one[stage], all_of_them.get(stage, 0.0)))
        slowest = max(one, key=one.get)
        ratios.append(rate * one[slowest] / 1000)
        print(f"{turn}  {slowest} alone {1000 / one[slowest]:.2f} a second, all stages {rate:.2f}: {ratios[-1]:.3f}",
              flush=True)
    for stage, times in by_stage.items():
        apart, at_once = (statistics.median(column) for column in zip(*times))
        print(f"{stage:12} {apart:8.2f} ms alone {at_once:8.2f} ms in threads")
    ratio = statistics.median(ratios)
    print(f"{ratio:.3f} of the slowest stage's alone, expected {WANTED} at least")
    sys.exit(ratio < WANTED)


if __name__ == "__main__":
    main()
