"""A `diolkos live` in the background, and what a browser or a scraper asks of it."""
import http.client
import json
import re
import signal
import subprocess
import threading
import time
import urllib.parse


class LiveRun:
    """Runs until stop() or its own end; `address` is where its page is."""

    def __init__(self, diolkos, *words, stdin=None):
        self.process = subprocess.Popen([str(word) for word in (diolkos, "live", *words)], stdin=stdin,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.said, self.address, self._open = [], None, threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._open.wait(120)

    def _read(self):
        for line in self.process.stderr:
            self.said.append(line.rstrip("\n"))
            found = re.search(r"(?:^open |\"url\":\")(http://[^\s\"]+)", line)
            if found:
                self.address = urllib.parse.urlsplit(found[1])
                self._open.set()
        self._open.set()

    @property
    def port(self):
        return self.address.port

    def ask(self, path, method="GET", body=None, headers=None, timeout=20):
        """(status, bytes of the body)"""
        connection = http.client.HTTPConnection(self.address.hostname, self.port, timeout=timeout)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def status(self):
        """What /status says; the first source's figures are at hand by their own names too, all of it as "source"."""
        code, body = self.ask("/status")
        if code != 200:
            raise RuntimeError(f"/status answers {code}")
        status = json.loads(body)
        first = status["sources"][0]
        return {**first, **status, "source": first}

    def set(self, **settings):
        return self.ask("/settings", "POST", json.dumps(settings), {"Content-Type": "application/json"})

    def wait_for(self, condition, seconds=60):
        """The first status for which the condition holds, or None."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            status = self.status()
            if condition(status):
                return status
            time.sleep(0.1)
        return None

    def pictures(self, count, path="/stream"):
        """So many JPEG files of the stream."""
        connection = http.client.HTTPConnection(self.address.hostname, self.port, timeout=30)
        connection.request("GET", path)
        answer = connection.getresponse()
        for _ in range(count):
            length = None
            while True:
                line = answer.readline()
                if not line:
                    raise EOFError(f"the stream ended, status {answer.status}")
                line = line.strip()
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
                elif not line and length is not None:
                    break
            yield answer.read(length)
        connection.close()

    def stop(self, how=signal.SIGTERM, timeout=120):
        """Ends it; gives its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        self._reader.join(10)
        return self.process.returncode

    def memory_mb(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024
