#!/usr/bin/env python3
"""`diolkos live` on an RTSP server of GStreamer's on the loopback, that is killed and comes back; GStreamer as a sink,
and RTSP by it.

    live_rtsp.py DIOLKOS
"""
import pathlib
import socket
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from checks import Checks, run, skip, work_folder
from live_run import LiveRun

NETWORK = ("lraspp_mobilenet_v3_large:random", "--size", "64", "--threads", "1")
CAMERA = pathlib.Path(__file__).parent.parent / "support/rtsp_camera.py"


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def start_camera(port, *screen):
    camera = subprocess.Popen(["/usr/bin/python3", str(CAMERA), str(port), *map(str, screen)], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL,
                              text=True)
    if camera.stdout.readline().strip() == "ready":
        return camera
    if camera.wait() == 77:
        skip("GStreamer's RTSP server or its Python bindings are absent")
    raise RuntimeError("the RTSP server does not start")


def lost_and_found(t, diolkos, port, camera):
    live = LiveRun(diolkos, NETWORK[0], f"rtsp://127.0.0.1:{port}/camera", "http://:0", *NETWORK[1:])
    try:
        t.check("RTSP", live.wait_for(lambda s: s["source"]["state"] == "running" and s["inferred"] > 10),
                str(live.said))
        camera.kill()
        camera.wait()
        t.check("killed: the state tells", live.wait_for(lambda s: s["source"]["state"] == "lost", 20))
        seen = live.status()["inferred"]
        camera = start_camera(port)
        t.check("back: it goes on",
                live.wait_for(lambda s: s["source"]["state"] == "running" and s["inferred"] > seen + 10))
    finally:
        t.check("and ends", live.stop() == 0)
        camera.kill()
        camera.wait()


def sink(t, diolkos, folder):
    p = run(diolkos, "live", NETWORK[0],
            "gst:videotestsrc is-live=true ! video/x-raw,width=160,height=120,framerate=30/1",
            f"gst:videoconvert ! jpegenc ! multifilesink location={folder}/%05d.jpg", *NETWORK[1:], "--frames", "10")
    t.check("a pipeline in, a pipeline out", p.returncode == 0 and len(list(folder.glob("*.jpg"))) > 3, p.stderr[-300:])


def rtsp_sink(t, diolkos, folder):
    """Pictures sent to an RTSP server, which records them, is killed and comes back."""
    screen, port = folder / "screen", free_port()
    screen.mkdir()
    server = start_camera(port, screen)
    source = "gst:videotestsrc is-live=true ! video/x-raw,width=160,height=120,framerate=30/1"
    sink = ("gst:videoconvert ! video/x-raw,format=I420 ! jpegenc ! "
            f"rtspclientsink protocols=tcp location=rtsp://127.0.0.1:{port}/screen")
    live = LiveRun(diolkos, NETWORK[0], source, sink, "http://:0", *NETWORK[1:])
    try:
        got = live.wait_for(lambda s: len(list(screen.glob("*.jpg"))) > 10)
        t.check("RTSP out: the server gets pictures", got, str(live.said))
        first = min(screen.glob("*.jpg"), default=None)
        t.check("as they were sent", first and first.read_bytes().startswith(b"\xff\xd8"))
        server.kill()
        server.wait()
        failing = live.wait_for(lambda s: s["sinks"][0]["failing"], 20)
        t.check("the server is killed: the sink tells", failing and "rtspclientsink" in failing["sinks"][0]["state"],
                str(failing and failing["sinks"]))
        for shot in screen.glob("*.jpg"):
            shot.unlink()
        server = start_camera(port, screen)
        t.check("back: it gets pictures again",
                live.wait_for(lambda s: len(list(screen.glob("*.jpg"))) > 10 and not s["sinks"][0]["failing"], 30),
                str(live.said))
        t.check("and it ends", live.stop(timeout=30) == 0, str(live.said))
    finally:
        server.kill()
        live.stop(timeout=30)


def main():
    port = free_port()
    camera = start_camera(port)
    with work_folder() as name:
        t = Checks()
        t.guarded("RTSP", lost_and_found, t, sys.argv[1], port, camera)
        t.guarded("sink", sink, t, sys.argv[1], pathlib.Path(name))
        t.guarded("RTSP out", rtsp_sink, t, sys.argv[1], pathlib.Path(name))
        t.close()


if __name__ == "__main__":
    main()
