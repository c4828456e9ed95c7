#!/usr/bin/env python3
"""Compares two builds of diolkos in pairs, interleaved: is the second slower than the first?

    bench/compare_builds.py OLD NEW MODEL... [--rounds 8] [--iterations 10] [--options '--threads 2'] [--limit 1.03]
                            [--json results.json]

OLD and NEW are programs, MODEL what `diolkos bench` takes. Each round times both, the order alternating, each in a
process of its own; a pair is the ratio of their fastest samples, because neighbours on a machine only ever take away.
Printed is the median ratio with the range in which three quarters of the pairs lie. Exit status 1 where for any model
the median and the whole range are above --limit.
"""
import argparse
import json
import shlex
import statistics
import subprocess
import sys


def bench(program, model, options):
    command = [program, "bench", *shlex.split(model), "--iterations", str(options.iterations), "--json", "-",
               *shlex.split(options.options)]
    p = subprocess.run(command, capture_output=True, text=True)
    if p.returncode not in (0, 4):  # 4: unstable, which pairs are there for
        sys.exit(f"{shlex.join(command)}: exit status {p.returncode}: {p.stderr.strip()}")
    return json.loads(p.stdout)


def compare(model, options):
    rows, machine = [], None
    for number in range(options.rounds):
        order = (options.old, options.new) if number % 2 == 0 else (options.new, options.old)
        documents = {program: bench(program, model, options) for program in order}
        machine = documents[options.old]["machine"]
        rows.append([documents[program]["latency_ms"]["min"] for program in (options.old, options.new)])
    ratios = sorted(new / old for old, new in rows)
    cut = len(ratios) // 8
    return {"model": model, "machine": machine, "pairs_ms": rows, "ratio": statistics.median(ratios),
            "range": [ratios[cut], ratios[-1 - cut]], "old_ms": min(old for old, _ in rows),
            "new_ms": min(new for _, new in rows)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("models", nargs="+")
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--iterations", type=int, default=10)
    parser.add_argument("--options", default="")
    parser.add_argument("--limit", type=float, default=1.03)
    parser.add_argument("--json", default="")
    options = parser.parse_args()
    results, slower = [], False
    for model in options.models:
        result = compare(model, options)
        results.append(result)
        worse = min(result["ratio"], result["range"][0]) > options.limit
        slower |= worse
        print(f"{result['ratio']:.3f}  [{result['range'][0]:.3f}, {result['range'][1]:.3f}]  {result['old_ms']:.2f} -> "
              f"{result['new_ms']:.2f} ms  {model}{'  SLOWER' if worse else ''}", flush=True)
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"schema": "diolkos.pairs/1", "command": shlex.join(sys.argv), "results": results}, file,
                      indent=2)
    sys.exit(1 if slower else 0)


if __name__ == "__main__":
    main()
