#!/usr/bin/env python3
"""An RTSP camera on the loopback for tests, by GStreamer: rtsp_camera.py PORT. Prints 'ready'; exit status 77 without it."""
import sys

try:
    import gi
    gi.require_version("Gst", "1.0")
    gi.require_version("GstRtspServer", "1.0")
    from gi.repository import GLib, Gst, GstRtspServer
except (ImportError, ValueError):
    sys.exit(77)

Gst.init(None)
PIPELINE = ("( videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width=320,height=240,framerate=15/1 ! jpegenc ! "
            "rtpjpegpay name=pay0 pt=26 )")
if any(Gst.ElementFactory.find(name) is None for name in ("videotestsrc", "jpegenc", "rtpjpegpay", "rtpbin")):
    sys.exit(77)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(sys.argv[1])
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch(PIPELINE)
factory.set_shared(True)
server.get_mount_points().add_factory("/camera", factory)
if server.attach(None) == 0:
    sys.exit(1)
print("ready", flush=True)
GLib.MainLoop().run()
