#!/usr/bin/env python3
"""The page of `diolkos live` in a headless Chromium: what it shows, and that its controls do what they say.

    live_page.py DIOLKOS
"""
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from browser import Page, find_chromium
from checks import Checks, skip, work_folder
from live_run import LiveRun

NETWORK = ("lraspp_mobilenet_v3_large:random", "--size", "64", "--threads", "1")


def until(condition, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


def drive(t, live, page):
    shown = "document.getElementById('{}').textContent".format
    t.check("the state", until(lambda: page.evaluate(shown("state")) == "running"), str(page.evaluate(shown("message"))))
    t.check("the age", until(lambda: str(page.evaluate(shown("p99"))).endswith(" ms")))
    t.check("the picture", until(lambda: page.evaluate("document.getElementById('picture').naturalWidth") == 96))
    settings = lambda: live.status()["settings"]
    page.evaluate("(e => { e.value = '12'; e.onchange(); })(document.getElementById('class'))")
    t.check("choosing a class", until(lambda: settings()["class"] == 12))
    t.check("shows its threshold", until(lambda: page.evaluate("!document.getElementById('threshold-row').hidden")))
    page.evaluate("(e => { e.value = 0.25; e.oninput(); })(document.getElementById('threshold'))")
    t.check("moving the threshold", until(lambda: settings()["threshold"] == 0.25))
    page.evaluate("document.querySelector('[name=view][value=mask]').click()")
    t.check("switching to the mask", until(lambda: settings()["view"] == "mask"))
    live.set(view="original")
    t.check("what another viewer changes is shown",
            until(lambda: page.evaluate("document.querySelector('[name=view]:checked').value") == "original"))
    t.check("nothing is wider than a phone", page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def main():
    if find_chromium() is None:
        skip("Chromium is absent")
    with work_folder() as name:
        folder, t = pathlib.Path(name), Checks()
        frames = folder / "frames"
        frames.mkdir()
        for i in range(5):
            (frames / f"{i}.ppm").write_bytes(b"P6 96 72 255\n" + bytes((50 * i, 90, 200)) * (96 * 72))
        live = LiveRun(sys.argv[1], NETWORK[0], f"{frames}?live=20&loop", "http://:0", *NETWORK[1:])
        page = Page(f"http://127.0.0.1:{live.port}/", folder / "browser", "390,844")
        try:
            t.guarded("page", drive, t, live, page)
        finally:
            page.close()
            live.stop()
        t.close()


if __name__ == "__main__":
    main()
