"""diolkos runtimes, and --runtime with a plugin: what is here, what is refused, what a broken plugin costs.

    runtimes_command.py DIOLKOS TEST_PLUGINS
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy

program, test_plugins = sys.argv[1], pathlib.Path(sys.argv[2])
failures = []


def run(*arguments, plugins=None):
    environment = dict(os.environ)
    if plugins:
        environment["DIOLKOS_PLUGIN_PATH"] = str(plugins)
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, env=environment, timeout=300)


def expect(condition, what, result):
    if not condition:
        failures.append(f"{what}\n  status {result.returncode}\n  {result.stdout[-800:]}\n  {result.stderr[-800:]}")


def a_broken_plugin_costs_its_row(folder):
    document = folder / "runtimes.json"
    result = run("runtimes", "--json", document, plugins=test_plugins)
    expect(result.returncode == 0, "runtimes fails beside broken plugins", result)
    rows = {row["runtime"]: row for row in json.loads(document.read_text())["runtimes"]}
    expect(rows["native"]["present"], "native is not there", result)
    expect("crashed" in rows["crashes"]["problem"], "a crash is not told", result)
    expect("no answer" in rows["hangs"]["problem"], "a hang is not told", result)
    expect("version 42" in rows["other_version"]["problem"], "the other version is not told", result)
    expect(rows["minimal"]["present"] and rows["minimal"]["version"] == "1.2.3", "a plugin's version", result)
    expect("native" in result.stdout and "crashed" in result.stdout, "the table", result)
    return rows


def what_was_not_done_is_status_5(folder):
    network = ["fcn_resnet50:random", "--size", "32"]
    bench = ["--iterations", "1", "--warm-up", "0"]
    plugin = ["--plugin", test_plugins / "libdiolkos_minimal.so"]
    asked = run("bench", *network, *bench, *plugin, "--precision", "fp16")
    expect(asked.returncode == 5 and "asked for fp16, got fp32" in asked.stderr, "fp16 that became fp32", asked)
    unknown = run("bench", *network, *bench, *plugin, "--precision", "int4")
    expect(unknown.returncode == 5 and "does not compute in int4" in unknown.stderr, "a precision that is not there",
           unknown)
    device = run("bench", *network, *bench, "--device", "npu")
    expect(device.returncode == 5 and "npu" in device.stderr, "a device that native has not", device)
    crash = run("bench", *network, *bench, "--plugin", test_plugins / "libdiolkos_crashes.so")
    expect(crash.returncode == 1 and "crashed" in crash.stderr, "a plugin that crashes", crash)
    typo = run("bench", *network, *bench, "--runtime", "natve")
    expect(typo.returncode == 2 and "did you mean 'native'" in typo.stderr, "an unknown runtime", typo)
    isa = run("bench", *network, *bench, *plugin, "--isa", "generic")
    expect(isa.returncode == 2, "--isa of another runtime", isa)


def present_runtimes_agree(rows, folder):
    value = numpy.random.default_rng(0).standard_normal((1, 3, 64, 64)).astype(numpy.float32)
    numpy.save(folder / "x.npy", value)
    answers = {}
    for name in ("native", "onnxruntime", "openvino", "litert", "libtorch"):
        if not rows.get(name, {}).get("present"):
            print(f"{name} is absent: {rows.get(name, {}).get('problem')}")
            continue
        output = folder / f"{name}.npy"
        result = run("infer", "lraspp_mobilenet_v3_large:random", "--size", "64", "--runtime", name, "-t", "1",
                     "--input", folder / "x.npy", "-o", output)
        expect(result.returncode == 0 and name in result.stdout, f"infer by {name}", result)
        if result.returncode == 0:
            answers[name] = numpy.load(output)
    largest = numpy.abs(answers["native"]).max()
    for name, answer in answers.items():
        off = numpy.abs(answer - answers["native"]).max() / largest
        if not off < 1e-3:
            failures.append(f"{name} is {off:g} of the largest output away from native")


def main():
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        rows = a_broken_plugin_costs_its_row(folder)
        what_was_not_done_is_status_5(folder)
        present_runtimes_agree(rows, folder)
    print("\n".join(failures) or "runtimes: all as expected")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
