#!/usr/bin/env python3
"""Whether stages in threads cost nothing: frames a second of `live` on a file, by those of its slowest stage alone.

    live_throughput.py DIOLKOS MODEL CLIP [OPTION...]      # options that `bench` and `live` both take

    live_throughput.py build/bin/diolkos deeplabv3_mnv2_pascal_513.onnx davis_dog.mp4 --threads 2

Five turns, one after the other: the stages of a frame alone, one after the other (`bench --input`); all of them at
once (`live` to lines without masks), with one frame in the network at a time, and as `live` does by itself
(`--streams`). Rates of `live` are from the first frame inferred to the last: neither the decoder's opening nor the
first frame's way to the network counts. Prints each stage's milliseconds alone and beside the others, and the rates of
every turn; exit status 1 where the median of the ratios, as `live` does by itself, is below 0.95. Wants a machine that
does nothing else.
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
            sys.exit(f"{p.stderr.strip()} (exit status {p.returncode})")
        return json.loads(pathlib.Path(file.name).read_text())


def alone(diolkos, model, clip, options):
    """Milliseconds by stage."""
    told = document(diolkos, "bench", model, "--input", clip, "--starts", "1", *options)
    return {stage: told["stages"][stage]["mean"] for stage in STAGES}


def together(diolkos, model, clip, options):
    """Milliseconds by stage, and frames a second."""
    told = document(diolkos, "live", model, clip, "stdout:?masks=none", *options)
    source = told["sources"][0]
    return {stage["name"]: stage["mean"] for stage in source["stages"]}, source["mean_fps"]


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    diolkos, model, clip, *options = sys.argv[1:]
    by_stage, one_at_a_time, ratios = {}, [], []
    for turn in range(1, TURNS + 1):
        apart = alone(diolkos, model, clip, options)
        beside, rate_of_one = together(diolkos, model, clip, [*options, "--streams", "1"])
        _, rate = together(diolkos, model, clip, options)
        for stage in apart:
            by_stage.setdefault(stage, []).append((apart[stage], beside.get(stage, 0.0)))
        slowest = max(apart, key=apart.get)
        one_at_a_time.append(rate_of_one * apart[slowest] / 1000)
        ratios.append(rate * apart[slowest] / 1000)
        print(f"{turn}  {slowest} alone {1000 / apart[slowest]:.2f} a second; all stages, a frame at a time "
              f"{rate_of_one:.2f}: {one_at_a_time[-1]:.3f}; by itself {rate:.2f}: {ratios[-1]:.3f}", flush=True)
    for stage, times in by_stage.items():
        apart, beside = (statistics.median(column) for column in zip(*times))
        print(f"{stage:12} {apart:8.2f} ms alone {beside:8.2f} ms beside the others, a frame at a time")
    ratio = statistics.median(ratios)
    print(f"{statistics.median(one_at_a_time):.3f} of the slowest stage's alone, a frame at a time; "
          f"by itself {ratio:.3f}, expected {WANTED} at least")
    sys.exit(ratio < WANTED)


if __name__ == "__main__":
    main()
