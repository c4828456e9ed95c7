#!/usr/bin/env python3
"""An RTSP server on the loopback for tests, by GStreamer: a camera at /camera, and at /screen a place to send pictures
to, which become JPEG files in FOLDER. Prints 'ready'; exit status 77 where GStreamer's server is absent.

    rtsp_camera.py PORT [FOLDER]
"""
import sys

try:
    import gi
    gi.require_version("Gst", "1.0")
    gi.require_version("GstRtspServer", "1.0")
    from gi.repository import GLib, Gst, GstRtspServer
except (ImportError, ValueError):
    sys.exit(77)

Gst.init(None)
PIPELINE = ("( videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width=320,height=240,framerate=15/1 ! "
            "jpegenc ! rtpjpegpay name=pay0 pt=26 )")
if any(Gst.ElementFactory.find(name) is None for name in ("videotestsrc", "jpegenc", "rtpjpegpay", "rtpbin")):
    sys.exit(77)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(sys.argv[1])
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch(PIPELINE)
factory.set_shared(True)
server.get_mount_points().add_factory("/camera", factory)
if len(sys.argv) > 2:
    screen = GstRtspServer.RTSPMediaFactory()
    screen.set_transport_mode(GstRtspServer.RTSPTransportMode.RECORD)
    screen.set_launch(f"( rtpjpegdepay name=depay0 ! multifilesink location={sys.argv[2]}/%05d.jpg )")
    server.get_mount_points().add_factory("/screen", screen)
if server.attach(None) == 0:
    sys.exit(1)
print("ready", flush=True)
GLib.MainLoop().run()
