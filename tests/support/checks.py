"""A test program in Python: named checks, one line each, closing with 'N passed, N failed'.

Exit status 0 where all passed, 1 where one failed, 77 where the program was skipped (ctest shows it as skipped).
"""
import os
import subprocess
import sys
import tempfile
import traceback


class Checks:
    def __init__(self):
        self.passed, self.failed = 0, 0

    def check(self, name, ok, detail=""):
        self.passed, self.failed = self.passed + bool(ok), self.failed + (not ok)
        print(f"{'pass' if ok else 'FAIL'}  {name}{'  ' + detail if detail else ''}", flush=True)

    def guarded(self, name, step, *arguments):
        """Runs one step; an exception is a failure with its traceback."""
        try:
            step(*arguments)
        except Exception:  # a test program goes on after a broken check
            traceback.print_exc()
            self.check(name, False, "raised")

    def close(self):
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed or not self.passed else 0)


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def run(*command, timeout=600, **more):
    """Runs a program; gives its CompletedProcess with text streams."""
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=timeout, **more)


def work_folder():
    return tempfile.TemporaryDirectory(prefix="diolkos-test-")


def peer_python():
    """The interpreter that has onnxruntime, onnx and OpenCV, or None."""
    path = os.environ.get("ORT_PYTHON", "")
    return path if path and os.path.exists(path) else None
