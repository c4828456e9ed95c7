#!/usr/bin/env python3
"""`diolkos run` as a user types it: images, folders and videos in and out, on random weights. No assets needed.

    run_command.py DIOLKOS
"""
import json
import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from checks import Checks, run, work_folder

NETWORK = ("lraspp_mobilenet_v3_large:random", "--size", "64")


class RunCommand(Checks):
    def __init__(self, diolkos, folder):
        super().__init__()
        self.diolkos, self.folder = diolkos, folder

    def run(self, source, output, *options, network=NETWORK):
        """The report of a run that must succeed."""
        p = run(self.diolkos, "run", network[0], source, "-o", output, "--json", "-", *network[1:], *options)
        if p.returncode != 0:
            raise RuntimeError(p.stderr.strip())
        return json.loads(p.stdout)


def picture(path, shade, width=96, height=72):
    path.write_bytes(b"P6 %d %d 255\n" % (width, height) + bytes((shade, 255 - shade, x % 256)[c] for _ in range(height)
                                                                 for x in range(width) for c in range(3)))


def png_header(path):
    """Width, height, bit depth, colour type (2: RGB, 3: palette, 0: gray)."""
    head = path.read_bytes()[:26]
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big"), head[24], head[25]


def images(t):
    source = t.folder / "a.ppm"
    picture(source, 90)
    for drawing, colour_type in (("overlay", 2), ("mask", 0), ("labels", 3)):
        out = t.folder / f"{drawing}.png"
        report = t.run(source, out, "--draw", drawing)
        t.check(f"image, {drawing}", png_header(out) == (96, 72, 8, colour_type), str(png_header(out)))
        t.check(f"image, {drawing}: report", report["schema"] == "diolkos.run/1" and report["frames"] == 1 and
                (report["width"], report["height"]) == (96, 72))
    stages = set(report["stages_ms"])
    t.check("every stage is timed",
            stages == {"decode", "preprocess", "inference", "postprocess", "draw", "encode", "whole"},
            str(stages))
    shares = t.run(source, t.folder / "dog.png", "--class", "dog", "--threshold", "0")["classes"]
    t.check("at threshold 0 the class is all of the crop", [c["name"] for c in shares] == ["dog"] and
            abs(shares[0]["mean_pixel_share"] - 72 * 72 / (96 * 72)) < 1e-6, str(shares))
    p = run(t.diolkos, "run", NETWORK[0], source, "-o", t.folder / "text.png", *NETWORK[1:])
    t.check("a table for people", p.returncode == 0 and all(stage in p.stdout for stage in stages), p.stderr)


def folders_and_videos(t):
    frames = t.folder / "frames"
    frames.mkdir()
    for i in range(12):
        picture(frames / f"{i:02}.ppm", 20 * i)
    video, again, labels = t.folder / "v.mp4", t.folder / "again.mp4", t.folder / "labels"
    for options in ((), ("--sequential",)):
        report = t.run(frames, video, "--alpha", "0.3", *options)
        t.check(f"folder to video {options}", report["frames"] == 12 and "video at" in report["output_format"],
                report["output_format"])
    t.check("frames keep their order", [f["name"] for f in report["per_frame"]] == [f"{i:02}" for i in range(12)])
    t.check("video to video", t.run(video, again)["frames"] == 12 and again.stat().st_size > 1000)
    t.run(video, labels, "--draw", "labels", "--frames", "5")
    t.check("video to folder, five frames",
            sorted(p.name for p in labels.iterdir()) == [f"{i:06}.png" for i in range(5)])


def several_at_once(t):
    frames, answers = t.folder / "twelve", {}
    frames.mkdir()
    for i in range(12):
        picture(frames / f"{i:02}.ppm", 20 * i)
    for streams in (1, 2, 4):
        out = t.folder / f"labels{streams}"
        report = t.run(frames, out, "--draw", "labels", "--threads", "4", "--streams", str(streams))
        t.check(f"--streams {streams} is told", report["streams"] == streams, str(report["streams"]))
        answers[streams] = [path.read_bytes() for path in sorted(out.iterdir())]
    t.check("frames at once are the same, in order", answers[1] == answers[2] == answers[4] and len(answers[4]) == 12)
    by_itself = t.run(frames, t.folder / "two", "--threads", "2")["streams"]
    t.check("two by itself", by_itself == 2, str(by_itself))
    for name, words, *options in (("an image is one frame", "one frame", frames / "00.ppm"),
                                  ("--sequential is one at a time", "--sequential", frames, "--sequential"),
                                  ("no more streams than threads", "2 threads", frames, "--threads", "2")):
        p = run(t.diolkos, "run", NETWORK[0], *options, "-o", t.folder / "x", "--streams", "3", *NETWORK[1:])
        t.check(name, p.returncode == 2 and words in p.stderr, p.stderr.strip())


def metadata(t):
    model, names = t.folder / "m.onnx", t.folder / "names.txt"
    names.write_text("\n".join(["nothing", "cat fish", *(f"thing {i}" for i in range(19))]) + "\n")
    p = run(t.diolkos, "convert", NETWORK[0], "-o", model, *NETWORK[1:], "--normalize", "symmetric", "--classes", names)
    t.check("convert keeps normalisation and classes", p.returncode == 0, p.stderr)
    source = t.folder / "b.ppm"
    picture(source, 30)
    settings = t.run(source, t.folder / "b.png", "--class", "cat fish", network=(model,))["settings"]
    t.check("run finds them", settings["normalize"] == "symmetric" and settings["class"] == "cat fish", str(settings))
    settings = t.run(source, t.folder / "b.png", "--normalize", "unit", network=(model,))["settings"]
    t.check("the command line goes before", settings["normalize"] == "unit")


def interrupted(t):
    frames = t.folder / "many"
    frames.mkdir()
    for i in range(600):
        picture(frames / f"{i:03}.ppm", i % 256)
    out = t.folder / "cut.mp4"
    process = subprocess.Popen([t.diolkos, "run", NETWORK[0], frames, "-o", out, "--size", "256", "--threads", "1"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not any(p.stat().st_size > 0 for p in t.folder.glob(".cut*")) and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=60)
    t.check("Ctrl-C is told", process.returncode == 1 and "stopped after" in error,
            f"{process.returncode} {error.strip()}")
    report = t.run(out, t.folder / "whole.mp4")
    t.check("what was done plays", 0 < report["frames"] < 600, str(report["frames"]))
    t.check("no temporary file stays", not list(t.folder.glob(".*")))


def main():
    with work_folder() as name:
        t = RunCommand(sys.argv[1], pathlib.Path(name))
        for part in (images, folders_and_videos, several_at_once, metadata, interrupted):
            t.guarded(part.__name__, part, t)
        t.close()


if __name__ == "__main__":
    main()
