#!/usr/bin/env python3
"""Runs a long test that needs little of the machine beside the others.

    beside.py start FOLDER COMMAND...     starts it and returns
    beside.py join FOLDER                 waits for its end: prints what it said, ends as it ended
"""
import pathlib
import subprocess
import sys
import time

LONGEST_S = 1500


def start(folder, command):
    folder.mkdir(parents=True, exist_ok=True)
    for old in (folder / "status", folder / "said"):
        old.unlink(missing_ok=True)
    subprocess.Popen([sys.executable, __file__, "run", str(folder), *command], start_new_session=True,
                     stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def run(folder, command):
    with open(folder / "said", "w") as said:
        status = subprocess.call(command, stdout=said, stderr=subprocess.STDOUT)
    (folder / "status.part").write_text(str(status))
    (folder / "status.part").rename(folder / "status")


def join(folder):
    end = time.monotonic() + LONGEST_S
    while not (folder / "status").exists():
        if time.monotonic() > end:
            sys.exit(f"{folder}: no end after {LONGEST_S} s")
        time.sleep(0.2)
    print((folder / "said").read_text())
    sys.exit(int((folder / "status").read_text()))


def main():
    what, folder, command = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
    if what == "join":
        join(folder)
    {"start": start, "run": run}[what](folder, command)


if __name__ == "__main__":
    main()
