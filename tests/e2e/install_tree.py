#!/usr/bin/env python3
"""What `cmake --install` lays out: the program, its plugins, the library and its headers, two programs built against
it, and the packages that cpack makes.

    install_tree.py DIOLKOS BUILD-FOLDER EXAMPLES CXX-COMPILER
"""
import pathlib
import shutil
import sys
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from checks import Checks, run, work_folder

WIDTH, HEIGHT = 61, 47
CLASS = "bottle"  # of which the random network sees some in the picture


def gray_png(path):
    """The rows of an 8-bit gray or palette PNG without a filter or with any of the five."""
    data, place, packed = path.read_bytes(), 8, b""
    while place < len(data):
        size, kind = int.from_bytes(data[place:place + 4], "big"), data[place + 4:place + 8]
        packed += data[place + 8:place + 8 + size] if kind == b"IDAT" else b""
        place += size + 12
    raw, above, rows = zlib.decompress(packed), bytes(WIDTH), b""
    for y in range(HEIGHT):
        kind, line = raw[y * (WIDTH + 1)], bytearray(raw[y * (WIDTH + 1) + 1:(y + 1) * (WIDTH + 1)])
        for x in range(WIDTH):
            a, b, c = (line[x - 1] if x else 0), above[x], (above[x - 1] if x else 0)
            paeth = min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c))[2]
            line[x] = (line[x] + (0, a, b, (a + b) // 2, paeth)[kind]) & 255
        above = bytes(line)
        rows += above
    return rows


class InstallTree(Checks):
    def __init__(self, folder, build, examples, compiler):
        super().__init__()
        self.folder, self.build, self.examples, self.compiler = folder, build, examples, compiler
        self.tree = folder / "tree"

    def done(self, name, *command, **more):
        p = run(*command, **more)
        self.check(name, p.returncode == 0, "" if p.returncode == 0 else (p.stdout + p.stderr)[-1500:])
        return p.stdout


def install(t):
    t.done("cmake --install", "cmake", "--install", t.build, "--prefix", t.folder / "first")
    # The tree may be moved.
    (t.folder / "first").rename(t.tree)
    t.check("the program runs", run(t.tree / "bin/diolkos", "--version").stdout.startswith("diolkos "))
    plugins = {p.name for p in (t.tree / "lib/diolkos/plugins").iterdir()}
    t.check("plugins are there", "libdiolkos_onnxruntime.so" in plugins, str(plugins))
    out = t.done("the program asks its plugins", t.tree / "bin/diolkos", "runtimes")
    t.check("and finds those of the tree",
            "onnxruntime" in out and "cannot be asked" not in out and "no such" not in out, out)


def library(t):
    found = list(t.tree.glob("lib*/**/libdiolkos.so"))
    t.check("libdiolkos.so", len(found) == 1, str(found))
    lines = run("nm", "-D", "--defined-only", found[0]).stdout.splitlines()
    symbols = {line.split()[-1].split("@")[0] for line in lines}
    t.check("it exports the C interface alone",
            "diolkos_segment" in symbols and all(s.startswith("diolkos_") for s in symbols),
            str(sorted(symbols))[:300])


def examples(t):
    out = t.folder / "examples"
    t.done("find_package(diolkos)", "cmake", "-G", "Ninja", "-S", t.examples, "-B", out,
           f"-DCMAKE_PREFIX_PATH={t.tree}", f"-DCMAKE_CXX_COMPILER={t.compiler}",
           "-DCMAKE_CXX_FLAGS=-Wall -Wextra", "-DCMAKE_C_FLAGS=-Wall -Wextra -pedantic")
    built = t.done("the examples build", "cmake", "--build", out)
    t.check("without a warning", "warning" not in built, built)
    picture = t.folder / "picture.ppm"
    picture.write_bytes(b"P6 %d %d 255\n" % (WIDTH, HEIGHT) +
                        bytes((5 * x + 3 * y + 80 * c) % 256
                              for y in range(HEIGHT) for x in range(WIDTH) for c in range(3)))
    model, expected = t.folder / "model.onnx", t.folder / "expected.png"
    t.done("a model", t.tree / "bin/diolkos", "convert", "lraspp_mobilenet_v3_large:random", "-o", model,
           "--size", "64")
    t.done("its mask by the program", t.tree / "bin/diolkos", "run", model, picture, "-o", expected, "--class", CLASS,
           "--threshold", "0.1", "--draw", "mask")
    t.check("which is in a part of the picture", 50 < gray_png(expected).count(255) < WIDTH * HEIGHT - 50)
    for name in ("mask_c", "mask_cc"):
        mask = t.folder / f"{name}.pgm"
        t.done(f"{name} runs", out / name, model, CLASS, "0.1", picture, mask)
        header, rows = mask.read_bytes()[:13], mask.read_bytes()[-WIDTH * HEIGHT:]
        t.check(f"{name} writes the program's mask",
                header == b"P5 %d %d 255\n" % (WIDTH, HEIGHT) and rows == gray_png(expected))
        p = run(out / name, t.folder / "missing.onnx", "dog", "0.5", picture, mask)
        t.check(f"{name} tells what is wrong", p.returncode == 1 and "missing.onnx" in p.stderr, p.stderr)
        p = run(out / name, model, "dogg", "0.5", picture, mask)
        t.check(f"{name} suggests a class", p.returncode == 1 and "dog" in p.stderr.replace("dogg", ""), p.stderr)


def packages(t):
    out = t.folder / "packages"
    generators = ["TGZ"] + (["DEB"] if shutil.which("dpkg-shlibdeps") else [])
    t.done(f"cpack {' '.join(generators)}", "cpack", "--config", t.build / "CPackConfig.cmake",
           "-G", ";".join(generators), "-B", out)
    archive = next(out.glob("diolkos-*.tar.gz"))
    t.done("the archive unpacks", "tar", "-xzf", archive, "-C", t.folder)
    t.check("its program runs",
            run(t.folder / archive.name[:-len(".tar.gz")] / "bin/diolkos", "--version").returncode == 0)
    if len(generators) == 1:
        print("no dpkg-shlibdeps: the Debian package was not made")
        return
    package = next(out.glob("diolkos_*.deb"))
    depends = run("dpkg-deb", "-f", package, "Depends").stdout
    t.check("the package knows what it needs", "libopencv-imgproc" in depends and "libc6" in depends, depends)
    t.check("and needs neither libtorch nor OpenCV's networks", "torch" not in depends and "dnn" not in depends,
            depends)
    plugin = lambda name: t.tree / f"lib/diolkos/plugins/libdiolkos_{name}.so"
    parts = [name for name in ("libtorch", "opencv_dnn") if plugin(name).exists()]
    found = sorted(p.name.split("_")[0] for p in out.glob("*.deb"))
    packages = {name: f"diolkos-{name.replace('_', '-')}" for name in parts}
    t.check("a package for each part", found == ["diolkos", *sorted(packages.values())], str(found))
    for name, package_name in packages.items():
        part = next(out.glob(f"{package_name}_*.deb"))
        depends = run("dpkg-deb", "-f", part, "Depends").stdout
        library = {"libtorch": "libtorch", "opencv_dnn": "libopencv-dnn"}[name]
        t.check(f"the plugin {name} is one, beside the program", "diolkos (= " in depends and library in depends,
                depends)
        files = [line for line in run("dpkg-deb", "-c", part).stdout.splitlines() if not line.endswith("/")]
        t.check("and holds the plugin alone", len(files) == 1 and f"libdiolkos_{name}.so" in files[0], str(files))
    t.done("the package unpacks", "dpkg-deb", "-x", package, t.folder / "deb")
    t.check("its program runs", run(t.folder / "deb/usr/bin/diolkos", "--version").returncode == 0)


def main():
    build, examples_folder, compiler = map(pathlib.Path, sys.argv[2:5])
    with work_folder() as name:
        t = InstallTree(pathlib.Path(name), build, examples_folder, compiler)
        for step in (install, library, examples, packages):
            t.guarded(step.__name__, step, t)
        t.close()


if __name__ == "__main__":
    main()
