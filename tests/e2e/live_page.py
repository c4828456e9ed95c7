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
OTHER = "deeplabv3_mobilenet_v3_large:random"


def until(condition, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


def drive(t, live, page):
    shown = "document.getElementById('{}').textContent".format
    t.check("the state", until(lambda: page.evaluate(shown("state")) == "running"),
            str(page.evaluate(shown("message"))))
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


def drive_two(t, live, page):
    """Two networks: four pictures in one, how far they agree, the switch to where they differ."""
    shown = "document.getElementById('{}').textContent".format
    t.check("two networks: the picture",
            until(lambda: page.evaluate("document.getElementById('picture').naturalWidth") == 96))
    t.check("named", until(lambda: "B: " + OTHER in str(page.evaluate(shown("pictures")))),
            str(page.evaluate(shown("pictures"))))
    t.check("how far they agree", until(lambda: "IoU" in str(page.evaluate(shown("versus")))))
    page.evaluate("document.querySelector('[name=view][value=heat]').click()")
    t.check("switching to where they differ", until(lambda: live.status()["settings"]["view"] == "heat"))
    t.check("hides the names", until(lambda: page.evaluate("document.querySelector('.parts').hidden")))
    status = live.status()["sources"][0]["versus"]
    t.check("their figures", status["same"]["mean"] < 1 and 0 <= status["iou"]["min"] <= status["iou"]["mean"] < 1 and
            status["inference_ms"]["median"] > 0, str(status))
    t.check("and in the metrics", b'diolkos_versus_iou_ratio{source="' in live.ask("/metrics")[1])
    t.check("nothing is wider than a phone", page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def drive_four(t, live, page):
    """Four sources: three streams and one that is asked for, picture by picture."""
    widths = "[...document.querySelectorAll('figure img')].map(one => one.naturalWidth).join()"
    t.check("a picture of each", until(lambda: page.evaluate(widths) == "96,96,96,96"), str(page.evaluate(widths)))
    captions = "[...document.querySelectorAll('figcaption')].filter(one => one.textContent.includes('running')).length"
    t.check("the state of each", until(lambda: page.evaluate(captions) == 4))
    page.evaluate("document.getElementById('source').value = '3'")
    fourth = lambda: live.status()["sources"][3]["sinks"][0]["frames"]
    before = fourth()
    t.check("all go on", until(lambda: fourth() > before + 5) and
            all(one["fps"] > 0 for one in live.status()["sources"]))
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
        camera = f"{frames}?live=20&loop"
        for driver, words in ((drive, ()), (drive_two, ("--versus", OTHER)), (drive_four, (camera, camera, camera))):
            live = LiveRun(sys.argv[1], NETWORK[0], camera, "http://:0", *NETWORK[1:], *words)
            page = Page(f"http://127.0.0.1:{live.port}/", folder / driver.__name__, "390,844")
            try:
                t.guarded(driver.__name__, driver, t, live, page)
            finally:
                page.close()
                live.stop()
        t.close()


if __name__ == "__main__":
    main()
