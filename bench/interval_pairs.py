#!/usr/bin/env python3
"""Whether confidence intervals are as wide as they say: the same thing measured twice, ten times.

    interval_pairs.py DIOLKOS [MODEL [OPTION...]]      # default: the demonstration network, 3 seconds each

Two intervals of the same median that do not overlap are a claim of a difference that is not there. Exit status 1 where
fewer than nine of ten pairs overlap. Wants a machine that does nothing else.
"""
import json
import pathlib
import subprocess
import sys

PAIRS, WANTED = 10, 9
DEMONSTRATION = pathlib.Path(__file__).parent.parent / "assets/demo/fcn_demo.pth"


def bench(command):
    p = subprocess.run([*command, "--json", "-"], capture_output=True, text=True)
    if p.returncode:
        sys.exit(p.stderr.strip())
    return json.loads(p.stdout)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    model = sys.argv[2:] or [str(DEMONSTRATION)]
    command = [sys.argv[1], "bench", *model]
    overlapping = 0
    for pair in range(1, PAIRS + 1):
        first, second = bench(command), bench(command)
        (a, b), (c, d) = first["median_interval_ms"], second["median_interval_ms"]
        meets = a <= d and c <= b
        overlapping += meets
        verdicts = ", ".join(sorted({run["verdict"]["stability"] for run in (first, second)}))
        print(f"{pair:2}  {a:.3f} - {b:.3f} ms   {c:.3f} - {d:.3f} ms   {'meet' if meets else 'APART'}   {verdicts}",
              flush=True)
    print(f"{overlapping} of {PAIRS} pairs overlap, expected {WANTED} at least")
    sys.exit(overlapping < WANTED)


if __name__ == "__main__":
    main()
