#!/usr/bin/env python3
"""`diolkos live` for a while, with faults: the camera is unplugged and plugged in every few seconds, viewers vanish, do
not read, or read one byte a second, settings change.

    live_soak.py DIOLKOS SECONDS

Holds: it never ends by itself, frames stay in order, it goes on when the camera returns, and its memory does not grow.
Runs of ten minutes and more: within 2 s, by less than 1 MB an hour over their second half (the median of the slopes
between all pairs of samples, so that one step is no trend); shorter ones, on machines that do other things as well:
within 10 s, by less than 8 MB after warm-up.
"""
import json
import pathlib
import random
import socket
import statistics
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from checks import Checks, work_folder
from live_run import LiveRun
from mjpeg_camera import MjpegCamera

NETWORK = ("lraspp_mobilenet_v3_large:random", "--size", "64", "--threads", "1")
LONG_S, WARM_UP_S = 600, 5


def make_pictures(diolkos, folder):
    """Small ones: a frame's buffers that are used for the first time late must not look like a leak."""
    for i in range(6):
        (folder / f"{i}.ppm").write_bytes(b"P6 160 120 255\n" + bytes((40 * i, 90, 200)) * (160 * 120))
    live = LiveRun(diolkos, NETWORK[0], f"{folder}?live=20&loop", "http://:0", *NETWORK[1:])
    try:
        live.set(view="original")
        return list(live.pictures(6))
    finally:
        live.stop()


def viewer(port, how, until):
    """One that vanishes, one that never reads, one that reads a byte a second."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as one:
            one.sendall(b"GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
            if how == "vanish":
                time.sleep(0.3)
            while how != "vanish" and time.monotonic() < until:
                if how == "one byte":
                    one.recv(1)
                time.sleep(1)
    except OSError:
        pass


class Soak(Checks):
    def __init__(self, live, camera, seconds):
        super().__init__()
        self.live, self.camera = live, camera
        self.end = time.monotonic() + seconds
        self.start = time.monotonic()
        self.warm_up = WARM_UP_S if seconds < LONG_S else seconds / 2
        self.memory, self.slowest, self.losses = [], 0.0, 0

    def left(self):
        return self.end - time.monotonic()

    def trouble(self):
        while self.left() > 5:
            how = random.choice(("vanish", "lazy", "one byte"))
            threading.Thread(target=viewer, args=(self.live.port, how, min(self.end, time.monotonic() + 8)),
                             daemon=True).start()
            time.sleep(1.5)

    def unplugged(self):
        before = self.live.status()["inferred"]
        self.camera.unplug()
        time.sleep(random.uniform(0.2, 2))
        self.camera.plug_in()
        returned = time.monotonic()
        while self.live.status()["inferred"] <= before + 2 and time.monotonic() - returned < 20:
            time.sleep(0.05)
        self.losses += 1
        self.slowest = max(self.slowest, time.monotonic() - returned)

    def go(self):
        threading.Thread(target=self.trouble, daemon=True).start()
        while self.left() > 0 and self.live.process.poll() is None:
            try:
                list(self.live.pictures(3))
            except EOFError:  # the others have taken every place
                pass
            self.live.set(threshold=round(random.random(), 2), view=random.choice(("overlay", "mask", "original")))
            if self.left() > 4:
                self.unplugged()
            if time.monotonic() - self.start > self.warm_up:
                self.memory.append((time.monotonic(), self.live.memory_mb()))
            time.sleep(random.uniform(0.5, 2))

    def slope_mb_an_hour(self):
        """Theil and Sen's."""
        pairs = [(s2 - s1) / (t2 - t1) for i, (t1, s1) in enumerate(self.memory) for t2, s2 in self.memory[i + 1:]]
        return 3600 * statistics.median(pairs) if pairs else 0.0


def main():
    diolkos, seconds = sys.argv[1], float(sys.argv[2])
    with work_folder() as name:
        folder = pathlib.Path(name)
        (folder / "pictures").mkdir()
        camera = MjpegCamera(make_pictures(diolkos, folder / "pictures"))
        lines = folder / "seen.ndjson"
        live = LiveRun(diolkos, NETWORK[0], camera.address, "http://:0", f"{lines}?masks=none", *NETWORK[1:])
        soak = Soak(live, camera, seconds)
        soak.guarded("soak", soak.go)
        soak.check("it ran to the end", live.process.poll() is None, str(live.said[-3:]))
        soak.check("and ended when asked", live.stop() == 0)
        camera.unplug()
        numbers = [json.loads(line)["frame"] for line in lines.read_text().splitlines()]
        soak.check("no frame out of order", numbers == sorted(set(numbers)) and len(numbers) > seconds,
                   f"{len(numbers)} frames")
        bound = 2 if seconds >= LONG_S else 10
        soak.check(f"back within {bound} s", soak.losses > 0 and soak.slowest < bound,
                   f"{soak.losses} losses, slowest {soak.slowest:.2f} s")
        grown = soak.memory[-1][1] - soak.memory[0][1]
        flat = soak.slope_mb_an_hour() < 1 if seconds >= LONG_S else grown < 8
        soak.check("memory is flat", flat,
                   f"{soak.memory[-1][1]:.1f} MB, {grown:+.2f} MB, {soak.slope_mb_an_hour():+.1f} MB/h")
        soak.close()


if __name__ == "__main__":
    main()
