#!/usr/bin/env python3
"""`diolkos live` as a user types it: files, a simulated camera, a network camera that vanishes, raw frames; the page
and its controls, lines, masks, recordings. On random weights; and on the trained DeepLab a dog that is known.

    live_command.py DIOLKOS ASSETS
"""
import json
import pathlib
import re
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from checks import Checks, run, work_folder
from live_run import LiveRun
from mjpeg_camera import MjpegCamera

NETWORK = ("lraspp_mobilenet_v3_large:random", "--size", "64", "--threads", "1")


class LiveCommand(Checks):
    def __init__(self, diolkos, folder):
        super().__init__()
        self.diolkos, self.folder = diolkos, folder

    def live(self, source, *sinks, **more):
        return LiveRun(self.diolkos, NETWORK[0], source, *sinks, *NETWORK[1:], **more)

    def finished(self, source, *sinks, **more):
        return run(self.diolkos, "live", NETWORK[0], source, *sinks, *NETWORK[1:], **more)


def make_frames(folder, count=12, width=96, height=72):
    folder.mkdir()
    for i in range(count):
        row = b"".join(bytes((20 * i % 256, 255 - x, x)) for x in range(width))
        (folder / f"{i:02}.ppm").write_bytes(b"P6 %d %d 255\n" % (width, height) + row * height)


def decode_rle(rle):
    """Pixels inside."""
    return sum(rle["counts"][1::2])


def files(t, frames):
    video = t.folder / "out.mp4"
    p = t.finished(frames, "stdout:?masks=rle", t.folder / "masks", video, "--draw", "mask")
    lines = [json.loads(line) for line in p.stdout.splitlines()]
    t.check("a line for every frame, in order", [line["frame"] for line in lines] == list(range(12)), p.stderr[-300:])
    sizes = all(abs(decode_rle(one["rle"]) - one["share"] * 96 * 72) < 1 and sum(one["rle"]["counts"]) == 96 * 72
                for line in lines for one in line["seen"])
    t.check("run lengths hold what the shares say", sizes and any(line["seen"] for line in lines))
    t.check("a mask for every frame", len(list((t.folder / "masks").iterdir())) == 12)
    back = t.finished(video, "stdout:?masks=none")
    t.check("the video has every frame", len(back.stdout.splitlines()) == 12, back.stderr[-300:])
    few = t.finished(frames, t.folder / "few.ndjson", "--frames", "5", "--json", "-")
    t.check("as many as asked for", len((t.folder / "few.ndjson").read_text().splitlines()) == 5 and
            json.loads(few.stdout)["sources"][0]["sinks"][0]["frames"] == 5, few.stderr[-300:])


def mistakes(t, frames):
    for words, expected, status in (((frames, "http://localhost"), "expected http://HOST:PORT", 2),
                                    ((frames, "ftp://x"), "unknown scheme", 2),
                                    ((frames, t.folder / "x.txt"), "the ending tells", 2),
                                    (("clip.mp4?lop",), "did you mean 'loop'", 2),
                                    (("-",), "give their size", 2),
                                    ((t.folder / "none.mp4", "-"), "no such file", 1),
                                    (("http://127.0.0.1:1/x", "-"), "gives no video", 1),
                                    (("/dev/video77", "-"), "cannot be opened", 1)):
        p = t.finished(*words)
        t.check(f"{words[-1]}: {expected}", p.returncode == status and expected in p.stderr and
                p.stderr.count("\n") <= 3,
                f"{p.returncode} {p.stderr.strip()[-200:]}")


def page(t, frames):
    recording = t.folder / "camera.mp4"
    live = t.live(f"{frames}?live=25&loop", "http://:0", recording, "window:")
    try:
        t.check("no display is said, and the run goes on", any("no display" in line for line in live.said),
                str(live.said))
        code, html = live.ask("/")
        t.check("the page", code == 200 and b"</html>" in html)
        t.check("health", live.wait_for(lambda s: s["fps"] > 0) is not None and live.ask("/healthz")[0] == 200)
        shots = list(live.pictures(5))
        t.check("the stream", all(shot.startswith(b"\xff\xd8") and shot.endswith(b"\xff\xd9") for shot in shots))
        t.check("a snapshot", live.ask("/snapshot.jpg")[1].startswith(b"\xff\xd8"))
        code, metrics = live.ask("/metrics")
        t.check("metrics", b'sink="http://:0",quantile="0.99"}' in metrics and
                b'?live=25&loop",state="running"} 1' in metrics)
        t.check("what is set", live.set(**{"class": "dog", "threshold": 0.9, "view": "mask"})[0] == 200)
        settings = live.status()["settings"]
        t.check("is kept", (settings["class"], settings["threshold"], settings["view"]) == (12, 0.9, "mask"),
                str(settings))
        gray = list(live.pictures(2))[-1]
        t.check("the mask is gray", b"\xff\xc0\x00\x0b" in gray)  # a frame header of one component
        t.check("what is wrong is refused", live.set(**{"class": "dgo"})[0] == 400 and
                live.status()["settings"] == settings)
        t.check("a foreign host is refused", live.ask("/status", headers={"Host": "evil.example"})[0] == 403)
        t.check("a form is refused", live.ask("/settings", "POST", "{}")[0] == 415)
        t.check("and what is not there", live.ask("/etc/passwd")[0] == 404)
    finally:
        ended = live.stop()
    t.check("SIGTERM ends well", ended == 0, str(live.said[-3:]))
    back = t.finished(recording, "stdout:?masks=none")
    t.check("and the recording plays", len(back.stdout.splitlines()) > 10, back.stderr[-300:])


def pipelines_that_break(t, frames):
    """One for good, and one that ends by itself, as a window that is closed does."""
    live = t.live(f"{frames}?live=30&loop", "gst:videoconvert ! identity error-after=5 ! fakesink",
                  "gst:identity eos-after=5 ! fakesink", "http://:0")
    try:
        broken = live.wait_for(lambda s: s["sinks"][0]["failing"] and s["sinks"][1]["state"] != "running")
        t.check("a pipeline breaks, the page tells",
                broken and "Failed after iterations" in broken["sinks"][0]["state"], str(live.said))
        t.check("another ends", broken and "to its end by itself" in broken["sinks"][1]["state"] and
                not broken["sinks"][1]["failing"], str(broken and broken["sinks"]))
        t.check("the run goes on", live.wait_for(lambda s: s["inferred"] > 60), str(live.said))
        t.check("and the page", len(list(live.pictures(3))) == 3)
    finally:
        t.check("and ends when asked", live.stop(timeout=30) == 1)
    t.check("told once", sum("Failed after" in line for line in live.said) == 1, str(live.said))


def pipelines(t, frames):
    video = t.folder / "pipeline.avi"
    p = t.finished(frames, f"gst:videoconvert ! jpegenc ! avimux ! filesink location={video}")
    back = t.finished(video, "stdout:?masks=none")
    t.check("a pipeline's file has every frame", len(back.stdout.splitlines()) == 12, p.stderr + back.stderr[-300:])
    p = t.finished(frames, "gst:videoconvert ! nosuchsink")
    t.check("an element that is not there", p.returncode == 2 and 'no element "nosuchsink"' in p.stderr,
            p.stderr[-300:])
    sink = f"gst:filesink location={t.folder}/none/raw"
    p = t.finished(frames, sink, "-")
    t.check("a place that cannot be written", p.returncode == 1 and "none/raw" in p.stderr, p.stderr[-300:])


def tiles_and_smoothing(t, frames):
    p = t.finished(frames, "stdout:?masks=rle", "--tile", "2x1", "--smooth")
    lines = [json.loads(line) for line in p.stdout.splitlines()]
    t.check("tiles, smoothed: every frame", [line["frame"] for line in lines] == list(range(12)), p.stderr[-300:])
    whole = t.finished(frames, "stdout:?masks=rle")
    t.check("and other masks than without", whole.stdout.count('"counts"') and
            [line["seen"] for line in lines] != [json.loads(line)["seen"] for line in whole.stdout.splitlines()])
    p = t.finished(frames, "-", "--tile", "0x1")
    t.check("tiles that are none", p.returncode == 2 and "COLUMNSxROWS" in p.stderr, p.stderr[-300:])


def streams(t, frames):
    def lines(*options):
        p = run(t.diolkos, "live", NETWORK[0], frames, "stdout:?masks=rle", *NETWORK[1:3], "--threads", "2", *options)
        return [(one["frame"], one["seen"]) for one in map(json.loads, p.stdout.splitlines())], p.stderr

    one, _ = lines("--streams", "1")
    several, told = lines()
    t.check("two frames at once: the same, in order", len(one) == 12 and one == several, told[-300:])
    t.check("which is said", "2 at once)" in told, told[-600:])
    tiled, _ = lines("--tile", "2x1", "--streams", "1")
    t.check("in tiles too", tiled == lines("--tile", "2x1", "--streams", "2")[0] != one)
    for words, expected in (((f"{frames}?live=25", "-"), "files and folders"),
                            ((frames, "-", "--versus-precision", "bf16"), "two networks"),
                            ((frames, "-", "--cpus", "0"), "--cpus"),
                            ((frames, "-"), "one for each of the 1 threads")):
        p = t.finished(*words, "--streams", "2")
        t.check(f"--streams: {expected}", p.returncode == 2 and expected in p.stderr, p.stderr[-300:])


def token(t, frames):
    live = t.live(f"{frames}?live=25&loop", "http://0.0.0.0:0")
    try:
        word = live.address.query
        t.check("for all machines there is a token", word.startswith("token=") and live.ask("/status")[0] == 401)
        t.check("that opens", live.ask("/status?" + word)[0] == 200 and live.ask("/healthz")[0] in (200, 503))
    finally:
        live.stop()


def slow_clients(t, frames):
    """One that never reads, one that vanishes, one that never ends its request."""
    live = t.live(f"{frames}?live=60&loop", "http://:0")
    try:
        idle = [socket.create_connection(("127.0.0.1", live.port)) for _ in range(3)]
        idle[0].sendall(b"GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        idle[1].sendall(b"GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        idle[1].close()
        idle[2].sendall(b"GET /st")
        t.check("others are served", len(list(live.pictures(40))) == 40 and live.ask("/")[0] == 200)
        for one in (idle[0], idle[2]):
            one.close()
    finally:
        t.check("and it ends", live.stop() == 0)


def full_disk(t, frames):
    lines = t.folder / "full.ndjson"
    lines.symlink_to("/dev/full")
    live = t.live(f"{frames}?live=25&loop", "http://:0", lines)
    try:
        failing = live.wait_for(lambda s: s["sinks"][1]["failing"] and s["inferred"] > 10)
        t.check("a full disk is told, and the rest goes on", failing and
                "No space left" in failing["sinks"][1]["state"])
        lines.unlink()
    finally:
        t.check("and tells in the exit status", live.stop() == 1)
    t.check("and once in the log", sum("No space left" in line for line in live.said) <= 2, str(live.said))


def network_camera(t, frames):
    shots = camera_pictures(t, frames)
    camera = MjpegCamera(shots)
    live = t.live(camera.address, "http://:0", t.folder / "camera.ndjson?masks=none")
    try:
        t.check("Motion JPEG over HTTP",
                live.wait_for(lambda s: s["source"]["state"] == "running" and s["inferred"] > 5))
        camera.unplug()
        lost = live.wait_for(lambda s: s["source"]["state"] == "lost", 20)
        t.check("unplugged: the state tells", lost and lost["source"]["message"] and live.ask("/healthz")[0] == 503)
        seen = lost["inferred"] if lost else 0
        time.sleep(1)
        camera.plug_in()
        back = live.wait_for(lambda s: s["source"]["state"] == "running" and s["inferred"] > seen + 5, 30)
        t.check("plugged in: it goes on", back and back["source"]["losses"] == 1, str(live.status()["source"]))
    finally:
        t.check("and ends", live.stop() == 0)
        camera.unplug()
    numbers = [json.loads(line)["frame"] for line in (t.folder / "camera.ndjson").read_text().splitlines()]
    t.check("no frame out of order", numbers == sorted(set(numbers)) and len(numbers) > 10)


def structured_log(t, frames):
    camera = MjpegCamera(camera_pictures(t, frames))
    live = t.live(camera.address, "http://:0", "--log", "json")
    try:
        live.wait_for(lambda s: s["inferred"] > 3)
        live.set(threshold=0.4)
        camera.unplug()
        live.wait_for(lambda s: s["source"]["state"] == "lost", 20)
        camera.plug_in()
        live.wait_for(lambda s: s["source"]["state"] == "running", 30)
    finally:
        live.stop()
        camera.unplug()
    told = [json.loads(line) for line in live.said]
    names = [one["event"] for one in told]
    wanted = ["page_open", "run_started", "source_running", "settings_changed", "source_lost", "source_back",
              "run_ended"]
    t.check("a log of JSON lines", [name for name in names if name in wanted] == wanted, str(live.said))
    lost = next((one for one in told if one["event"] == "source_lost"), {})
    t.check("with time, level, source", lost.get("level") == "warning" and lost.get("source") == camera.address and
            re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", lost.get("time", "")), str(lost))
    p = t.finished(t.folder / "none.mp4", "-", "--log", "json")
    t.check("errors too", json.loads(p.stderr.splitlines()[-1])["level"] == "error" and p.returncode == 1, p.stderr)
    p = t.finished(frames, "-", "--log", "xml")
    t.check("a form that is none", p.returncode == 2 and "xml" in p.stderr, p.stderr)


def camera_pictures(t, frames):
    """JPEG files of the frames, by the program itself."""
    live = t.live(f"{frames}?live=10&loop", "http://:0")
    try:
        live.set(view="original")
        return list(live.pictures(5))
    finally:
        live.stop()


def two_networks(t, frames):
    p = t.finished(frames, "stdout:?masks=none", "--versus-precision", "bf16", "--json", t.folder / "two.json")
    lines = [json.loads(line) for line in p.stdout.splitlines()]
    alike = [line["versus"]["same"] for line in lines]
    t.check("bfloat16 beside float32", len(alike) == 12 and min(alike) > 0.9, p.stderr[-300:])
    told = json.loads((t.folder / "two.json").read_text())
    worst = told["sources"][0]["versus"]["same"]["min"]
    t.check("what runs beside", told["versus"]["precision"].startswith("bf16") and abs(worst - min(alike)) < 1e-5,
            str(told))
    t.check("and how far they agree", "pixels alike" in p.stderr, p.stderr[-300:])
    p = t.finished(frames, "-", "--versus-precision", "fp31")
    t.check("a precision that is none", p.returncode == 2 and "fp31" in p.stderr, p.stderr[-300:])
    p = t.finished(frames, "-", "--versus", t.folder / "none.onnx")
    t.check("a model that is not there", p.returncode == 1 and "none.onnx" in p.stderr, p.stderr[-300:])


def several_sources(t, frames):
    """A file, the same again, and one of which every frame takes part in the others' order."""
    lines, masks = t.folder / "several.ndjson", t.folder / "several"
    p = t.finished(frames, lines, masks, t.folder / "several.mp4", "--add-source", frames, "--add-source", frames)
    seen = [json.loads(line) for line in lines.read_text().splitlines()]
    orders = [[line["frame"] for line in seen if line["source"] == source] for source in range(3)]
    t.check("every frame of each, in its order", orders == [list(range(12))] * 3, p.stderr[-300:])
    same = [[line["seen"] for line in seen if line["source"] == source] for source in range(3)]
    t.check("and seen alike", same[0] == same[1] == same[2])
    t.check("files of each",
            all(len(list((masks / str(i)).iterdir())) == 12 and (t.folder / f"several-{i}.mp4").exists()
                                 for i in range(3)))
    p = t.finished(frames, "gst:fakesink", "--add-source", frames)
    t.check("one pipeline is not for two", p.returncode == 2 and "{source}" in p.stderr, p.stderr[-300:])
    p = t.finished("stdin:?size=8x8", "stdin:?size=8x8", "-")
    t.check("standard input is one", p.returncode == 2 and "another source" in p.stderr, p.stderr[-300:])
    p = t.finished(frames, t.folder / "one.ndjson", "--add-source", t.folder / "none.mp4")
    t.check("one that is not there ends all", p.returncode == 1 and "no such file" in p.stderr, p.stderr[-300:])


def one_of_two_is_lost(t, frames):
    camera = MjpegCamera(camera_pictures(t, frames))
    live = t.live(f"{frames}?live=25&loop", camera.address, "http://:0")
    try:
        both = live.wait_for(lambda s: all(one["state"] == "running" and one["inferred"] > 5 for one in s["sources"]))
        t.check("a file and a camera at once", both)
        t.check("a stream of each", all(len(list(live.pictures(3, f"/stream?source={i}"))) == 3 for i in range(2)))
        t.check("a third is not there", live.ask("/stream?source=2")[0] == 404)
        camera.unplug()
        lost = live.wait_for(lambda s: s["sources"][1]["state"] == "lost", 20)
        code, health = live.ask("/healthz")
        t.check("one is lost", lost and code == 503 and b"lost" in health, str(health))
        before = lost["inferred"] if lost else 0
        t.check("the other goes on", live.wait_for(lambda s: s["inferred"] > before + 10))
        camera.plug_in()
        t.check("and it comes back", live.wait_for(lambda s: s["sources"][1]["state"] == "running", 30))
    finally:
        t.check("both end", live.stop() == 0)
        camera.unplug()


def raw_frames(t):
    frames = b"".join(bytes([value]) * (64 * 48 * 3) for value in (0, 80, 160))
    p = subprocess.run([str(t.diolkos), "live", NETWORK[0], "stdin:?size=64x48", "stdout:?masks=none", *NETWORK[1:]],
                       input=frames + b"cut",
                       capture_output=True)
    t.check("raw frames on standard input", len(p.stdout.splitlines()) == 3 and b"left out" in p.stderr,
            p.stderr.decode()[-300:])


def dog(t, assets):
    model, clip = assets / "models/deeplabv3_mnv2_pascal_513.onnx", assets / "video/davis_dog.mp4"
    if not (model.exists() and clip.exists()):
        print("skipped: the trained DeepLab or the clip is absent")
        return
    import numpy as np
    from PIL import Image
    masks = t.folder / "dog"
    count = 12
    p = run(t.diolkos, "live", model, clip, f"{masks}/", "--class", "dog", "--draw", "mask", "--fit", "letterbox",
            "--normalize",
            "symmetric", "--frames", count)
    if p.returncode != 0:
        t.check("dog", False, p.stderr[-300:])
        return
    both = either = 0
    truths = sorted((assets / "video/davis_dog_masks").iterdir())[:count]
    for path, truth in zip(sorted(masks.iterdir()), truths):
        ours, theirs = (np.asarray(Image.open(one).convert("L")) > 127 for one in (path, truth))
        both, either = both + (ours & theirs).sum(), either + (ours | theirs).sum()
    t.check("the dog of davis_dog", both / either >= 0.80, f"IoU {both / either:.3f} over {count} frames")


def main():
    diolkos, assets = sys.argv[1], pathlib.Path(sys.argv[2])
    with work_folder() as name:
        t = LiveCommand(diolkos, pathlib.Path(name))
        frames = t.folder / "frames"
        make_frames(frames)
        for step in (files, mistakes, page, pipelines, pipelines_that_break, tiles_and_smoothing, streams, token,
                     slow_clients, full_disk, network_camera, two_networks, several_sources, one_of_two_is_lost,
                     structured_log):
            t.guarded(step.__name__, step, t, frames)
        t.guarded("raw frames", raw_frames, t)
        t.guarded("dog", dog, t, assets)
        t.close()


if __name__ == "__main__":
    main()
