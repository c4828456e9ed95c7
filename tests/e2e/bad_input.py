#!/usr/bin/env python3
"""Bad input ends in one clear line, the right exit status, and nothing left behind.

    bad_input.py DIOLKOS ASSETS
"""
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from checks import Checks, run, work_folder

PICKLE_OF_OS_SYSTEM = b"\x80\x02cos\nsystem\nX\x04\x00\x00\x00trueq\x00\x85q\x01Rq\x02."


class BadInput(Checks):
    def __init__(self, diolkos, folder):
        super().__init__()
        self.diolkos, self.folder = diolkos, pathlib.Path(folder)

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def refused(self, name, status, words, *arguments):
        """One line on stderr that holds every one of `words`, and the exit status."""
        before = sorted(self.folder.rglob("*"))
        p = run(self.diolkos, *arguments, timeout=60)
        lines = [line for line in p.stderr.splitlines() if line and not line.startswith("Try '")]
        ok = p.returncode == status and len(lines) == 1 and all(word in lines[0] for word in words)
        self.check(name, ok, "" if ok else f"status {p.returncode}, said: {p.stderr.strip()!r}")
        after = sorted(self.folder.rglob("*"))
        if after != before:
            self.check(name + ": leaves nothing behind", False, str(set(after) - set(before)))


def model_files(t):
    f = t.folder
    out = f / "out.onnx"
    t.refused("missing file", 1, ["none.pth", "No such file"], "info", f / "none.pth")
    t.refused("folder for a file", 1, [str(f), "directory"], "info", f)
    t.refused("empty file", 1, ["empty.pth"], "info", t.file("empty.pth", b""))
    t.refused("text for a model", 1, ["text.pth"], "info", t.file("text.pth", b"hello, world\n" * 9))
    t.refused("picture for a model", 1, ["picture.bin"], "info",
              t.file("picture.bin", b"\x89PNG\r\n\x1a\n" + b"\0" * 99))
    t.refused("half a zip", 1, ["half.pth"], "info", t.file("half.pth", b"PK\x03\x04" + b"\0" * 400))
    t.refused("code in a pickle", 1, ["code.pth", "os.system"], "info", t.file("code.pth", PICKLE_OF_OS_SYSTEM))
    t.refused("noise for ONNX", 1, ["noise.onnx"], "info", t.file("noise.onnx", bytes(range(256)) * 8))
    t.refused("convert from nothing", 1, ["none.pth"], "convert", f / "none.pth", "-o", out)
    t.refused("a cache that is not there", 2, ["none", "No such file", "expected a folder"],
              "cache", "list", "--folder", f / "none")
    t.refused("a file for a cache", 2, ["text.pth", "is a file"], "cache", "list", "--folder", f / "text.pth")
    t.refused("files of no format for an accelerator", 1, ["holds no .tflite file"], "check", f)
    t.refused("unknown architecture:random", 1, ["fcn_resnet51", "fcn_resnet50"], "bench", "fcn_resnet51:random")


def usage(t):
    t.refused("no command", 2, ["subcommand"])
    t.refused("unknown command", 2, ["benhc", "did you mean 'bench'"], "benhc")
    t.refused("unknown option", 2, ["--thread", "did you mean '--threads'"], "bench", "x.onnx", "--thread", "2")
    t.refused("misspelt size", 2, ["--size", "288"], "info", "fcn_resnet50:random", "--size", "12by12")
    t.refused("no list of CPUs", 2, ["'0-'", "as in 0-3,6"], "bench", "fcn_resnet50:random", "--cpus", "0-")
    t.refused("CPUs for other threads", 2, ["--threads 3", "--cpus 0"], "bench", "fcn_resnet50:random", "--cpus", "0",
              "--threads", "3")
    t.refused("another runtime's CPUs", 2, ["--cpus", "native"], "infer", "fcn_resnet50:random", "--input", "x.npy",
              "-o", "y.npy", "--runtime", "onnxruntime", "--cpus", "0")
    t.refused("negative threads", 2, ["threads"], "bench", "fcn_resnet50:random", "--threads", "-1")
    t.refused("unknown runtime", 2, ["native"], "bench", "fcn_resnet50:random", "--runtime", "nativ")
    t.refused("unknown precision", 2, ["fp32"], "bench", "fcn_resnet50:random", "--precision", "fp23")
    t.refused("convert to what", 2, [".onnx"], "convert", "fcn_resnet50:random", "-o", t.folder / "x.tflight")


def outputs(t):
    model = "lraspp_mobilenet_v3_large:random"
    t.refused("output in a missing folder", 1, ["no/such"], "convert", model, "--size", "64",
              "-o", t.folder / "no/such/x.onnx")
    (t.folder / "taken.onnx").mkdir()
    t.refused("output is a folder", 1, ["taken.onnx", "directory"], "convert", model, "--size", "64",
              "-o", t.folder / "taken.onnx")
    t.refused("input of nothing", 1, ["none.npy"], "infer", model, "--size", "64", "--input", t.folder / "none.npy",
              "-o", t.folder / "y.npy")
    cut = t.file("cut.npy", b"\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3, 64")
    t.refused("half an array", 1, ["cut.npy"], "infer", model, "--size", "64", "--input", cut, "-o", t.folder / "y.npy")


def frames(t, assets):
    model = "lraspp_mobilenet_v3_large:random"
    small = ("--size", "64", "--fit", "stretch")
    picture = t.file("picture.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 64)
    t.refused("broken picture", 1, ["picture.jpg"], "run", model, picture, "-o", t.folder / "o.png", *small)
    t.refused("missing picture", 1, ["none.jpg"], "run", model, t.folder / "none.jpg", "-o", t.folder / "o.png", *small)
    t.refused("noise for a video", 1, ["noise.mp4"], "run", model, t.file("noise.mp4", b"\0" * 5000), "-o",
              t.folder / "o.mp4", *small)
    photo = assets / "images/dog.jpg"
    if not photo.exists():
        print("skipped: pictures and clips with real content, the assets are absent")
        return
    copy = t.folder / "dog.jpg"
    shutil.copy(photo, copy)
    t.refused("unknown class", 2, ["dgo", "did you mean 'dog'"], "run", model, copy, "-o", t.folder / "o.png",
              "--class", "dgo", *small)
    t.refused("picture into nowhere", 1, ["no/such"], "run", model, copy, "-o", t.folder / "no/such/o.png", *small)
    t.refused("unknown picture format", 2, ["o.xyz"], "run", model, copy, "-o", t.folder / "o.xyz", *small)
    clip = (assets / "video/davis_dog.mp4").read_bytes()
    t.refused("video without its end", 1, ["headless.mp4"], "run", model,
              t.file("headless.mp4", clip[: len(clip) // 2]),
              "-o", t.folder / "o.mp4", *small)


def main():
    diolkos, assets = sys.argv[1], pathlib.Path(sys.argv[2])
    with work_folder() as folder:
        t = BadInput(diolkos, folder)
        for part in (model_files, usage, outputs):
            t.guarded(part.__name__, part, t)
        t.guarded("frames", frames, t, assets)
        t.close()


if __name__ == "__main__":
    main()
