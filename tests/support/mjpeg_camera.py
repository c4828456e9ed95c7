"""A network camera for tests: Motion JPEG over HTTP on the loopback, that can be unplugged and plugged in again."""
import http.server
import socket
import threading
import time


class MjpegCamera:
    """`pictures`: JPEG files, sent in turn. `fps` a second."""

    def __init__(self, pictures, fps=15):
        self.pictures, self.fps, self.port, self.server = pictures, fps, 0, None
        self.streams = set()
        self.plug_in()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}/video.mjpg"

    def plug_in(self):
        camera = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                camera.streams.add(self.connection)
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                number, start = 0, time.monotonic()
                try:
                    while camera.server is not None:
                        picture = camera.pictures[number % len(camera.pictures)]
                        self.wfile.write(b"--frame\r\nContent-Type: image/jpeg\r\n"
                                         b"Content-Length: %d\r\n\r\n" % len(picture))
                        self.wfile.write(picture + b"\r\n")
                        number += 1
                        time.sleep(max(0, start + number / camera.fps - time.monotonic()))
                except OSError:
                    pass

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            allow_reuse_address = True

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", self.port), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def unplug(self):
        server, self.server = self.server, None
        server.shutdown()
        server.server_close()
        for stream in list(self.streams):
            try:
                stream.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.streams.clear()
