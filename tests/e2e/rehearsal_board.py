"""From a network to a DLA file and back to scores on the rehearsal board: convert, compile, infer by the plugin neuron.

    rehearsal_board.py DIOLKOS FOLDER_OF_THE_REHEARSAL_BOARD
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy

program, board = sys.argv[1], pathlib.Path(sys.argv[2])
failures = []
cache_home = None  # a folder of the test's


def environment_with(oddities="", first_interface=False):
    runtime = board / "first_interface" if first_interface else board
    return dict(os.environ, DIOLKOS_RUNTIME_PATH=str(runtime), DIOLKOS_REHEARSAL_ODDITIES=oddities,
                XDG_CACHE_HOME=str(cache_home))


def run(*arguments, **how):
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, env=environment_with(**how),
                          timeout=300)


def expect(condition, what, result):
    if not condition:
        failures.append(f"{what}\n  status {result.returncode}\n  {result.stdout[-600:]}\n  {result.stderr[-600:]}")


def make_dla(folder):
    numpy.save(folder / "x.npy", numpy.random.default_rng(0).standard_normal((1, 3, 64, 64)).astype(numpy.float32))
    tflite, dla = folder / "net.tflite", folder / "net.dla"
    made = run("convert", "lraspp_mobilenet_v3_large:random", "--size", "64", "-o", tflite,
               "--quantize", "full_integer",
               "--calibrate", folder / "x.npy")
    expect(made.returncode == 0, "convert", made)
    compiled = compile_to(tflite, dla)
    expect(compiled.returncode == 0 and dla.exists(), "compile", compiled)
    return tflite, dla


def compile_to(tflite, dla, *options):
    return run("compile", tflite, "--target", "genio-700", "--ncc", board / "ncc-tflite", "-o", dla, *options)


def kept_files():
    return json.loads(run("cache", "list", "--json", "-").stdout)["files"]


def compiled_files_are_kept(tflite, dla):
    again = dla.with_name("again.dla")
    second = compile_to(tflite, again)
    expect(second.returncode == 0 and "from the cache" in second.stdout and again.read_bytes() == dla.read_bytes() and
           again.with_name("again.dla.json").exists() and "rehearsal" in again.with_name("again.dla.log").read_text(),
           "a second compilation", second)
    other = compile_to(tflite, again, "-O", "2")
    expect(other.returncode == 0 and "from the cache" not in other.stdout, "other options", other)
    kept = kept_files()
    expect([k["kind"] for k in kept] == ["dla", "dla"] and {k["key"]["options"] for k in kept} ==
           {"--arch=mdla3.0 -O3", "--arch=mdla3.0 -O2"}, "cache list", run("cache", "list", "--json", "-"))
    explained = run("cache", "explain", "dla-net")
    expect("options was --arch=mdla3.0 -O3, is --arch=mdla3.0 -O2" in explained.stdout and
           "its builder says: rehearsal" in explained.stdout and explained.stdout.count("would be used again") == 2,
           "cache explain", explained)
    none = compile_to(tflite, again, "--no-cache")
    expect(none.returncode == 0 and "from the cache" not in none.stdout and len(kept_files()) == 2, "--no-cache", none)
    path = pathlib.Path(next(k["path"] for k in kept if k["key"]["options"].endswith("-O3")))
    damaged = bytearray(path.read_bytes())
    damaged[-1] ^= 1
    path.write_bytes(damaged)
    pruned = run("cache", "prune", "--dry-run")
    expect(str(path) in pruned.stdout and "would remove 1 file" in pruned.stdout, "cache prune", pruned)
    mended = compile_to(tflite, again)
    expect(mended.returncode == 0 and "damaged" in mended.stderr and again.read_bytes() == dla.read_bytes(),
           "a damaged file", mended)
    third = compile_to(tflite, again)
    expect("from the cache" in third.stdout and not third.stderr, "after a damaged file", third)


def two_compile_at_once(tflite):
    command = lambda name: [program, "compile", str(tflite), "--target", "genio-700",
                            "--ncc", str(board / "ncc-tflite"), "-o",
                            str(tflite.with_name(name)), "-O", "1"]
    both = [subprocess.Popen(command(name), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                             env=environment_with())
            for name in ("one.dla", "two.dla")]
    said = [process.communicate()[0] for process in both]
    if [process.returncode for process in both] != [0, 0] or sum("from the cache" in text for text in said) != 1:
        failures.append(f"two compilations at once: {said}")


def infer(model, output, *options, **how):
    folder = model.parent
    return run("infer", model, "--input", folder / "x.npy", "-o", folder / output, *options, **how)


def the_board_gives_what_the_native_runtime_gives(tflite, dla):
    native = infer(tflite, "native.npy")
    expect(native.returncode == 0, "infer by native", native)
    for first, oddities in ((False, ""), (False, "pad,latch"), (True, ""), (True, "pad")):
        result = infer(dla, "board.npy", "--runtime", "neuron", oddities=oddities, first_interface=first)
        expect(result.returncode == 0 and "neuron rehearsal 6.3.3 int8 on rehearsal" in result.stdout and
               "by the device's own clock" in result.stdout, f"infer on the board (first: {first}, {oddities})", result)
        if result.returncode == 0 and not numpy.array_equal(numpy.load(dla.parent / "native.npy"),
                                                            numpy.load(dla.parent / "board.npy")):
            failures.append(f"the board (first: {first}, {oddities}) gives other scores than the native runtime")


def the_device_tells_its_time(dla):
    result = run("bench", dla, "--runtime", "neuron", "--iterations", "3", "--starts", "1", "--warm-up", "1",
                 "--json", dla.parent / "bench.json")
    expect(result.returncode == 0 and "  device   one run took it" in result.stdout, "bench on the board", result)
    record = json.loads((dla.parent / "bench.json").read_text()) if result.returncode == 0 else {}
    if result.returncode == 0 and not 0 < record["device_ms"] < record["latency_ms"]["max"] * 3:
        failures.append(f"the device's time: {record['device_ms']}")


def what_latches_contents_is_refused(dla):
    latched = infer(dla, "y.npy", "--runtime", "neuron", oddities="latch", first_interface=True)
    expect(latched.returncode == 5 and "keeps the contents of the first" in latched.stderr, "a runtime that latches",
           latched)
    bench = run("bench", dla, "--runtime", "neuron", "--iterations", "3", "--starts", "1", oddities="latch",
                first_interface=True)
    expect(bench.returncode == 5 and not bench.stdout, "a figure of a runtime that latches", bench)


def what_is_wrong_is_told(dla):
    npu = infer(dla, "y.npy", "--runtime", "neuron", "--device", "npu")
    expect(npu.returncode == 5 and "rehearsal" in npu.stderr, "the rehearsal board taken for an APU", npu)
    major = infer(dla, "y.npy", "--runtime", "neuron", oddities="major8")
    expect(major.returncode == 1 and "BAD_DATA" in major.stderr and "major version" in major.stderr, "another major",
           major)
    short = infer(dla, "y.npy", "--runtime", "neuron", oddities="short")
    expect(short.returncode == 1 and "the sidecar says 12288" in short.stderr, "sizes that are too short", short)
    native = infer(dla, "y.npy")
    expect(native.returncode == 1 and "--runtime neuron" in native.stderr, "a DLA file by native", native)
    sidecar = pathlib.Path(f"{dla}.json")
    text = sidecar.read_text()
    dla.write_bytes(dla.read_bytes() + b"x")
    changed = infer(dla, "y.npy", "--runtime", "neuron")
    expect(changed.returncode == 1 and "of another file" in changed.stderr, "a sidecar of another file", changed)
    sidecar.write_text(text[: len(text) // 2])
    damaged = infer(dla, "y.npy", "--runtime", "neuron")
    expect(damaged.returncode == 1 and str(sidecar) in damaged.stderr, "half a sidecar", damaged)
    sidecar.unlink()
    alone = infer(dla, "y.npy", "--runtime", "neuron")
    expect(alone.returncode == 1 and "no sidecar" in alone.stderr, "no sidecar", alone)


def main():
    global cache_home
    with tempfile.TemporaryDirectory() as temporary:
        cache_home = pathlib.Path(temporary) / "cache"
        tflite, dla = make_dla(pathlib.Path(temporary))
        if not failures:
            if "\n  cache " in run("--help").stdout:
                compiled_files_are_kept(tflite, dla)
            else:
                print("rehearsal: no 'cache' command in this program, kept files are not looked at")
            two_compile_at_once(tflite)
            the_board_gives_what_the_native_runtime_gives(tflite, dla)
            the_device_tells_its_time(dla)
            what_latches_contents_is_refused(dla)
            what_is_wrong_is_told(dla)
    print("\n".join(failures) or "rehearsal: all as expected")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
