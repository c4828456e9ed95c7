#!/usr/bin/env python3
"""`bench` of several rows, its verdicts, `report`, `history` and `bench --remote` as a user types them.

No assets needed.

    measuring.py DIOLKOS TEST_PLUGINS
"""
import getpass
import html.parser
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from checks import Checks, run, work_folder

NETWORK = ("lraspp_mobilenet_v3_large:random", "--size", "64")
FAST = ("--iterations", "8", "--warm-up", "20")


class Page(html.parser.HTMLParser):
    """Counts elements, and what would be fetched from somewhere."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.foreign, self.open = {}, [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags[tag] = self.tags.get(tag, 0) + 1
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)
        for name, value in attributes:
            if name in ("src", "href") and not (value or "").startswith("data:"):
                self.foreign.append((tag, name, value))

    def handle_startendtag(self, tag, attributes):
        self.tags[tag] = self.tags.get(tag, 0) + 1

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()


def bench(t, *options, starts=1, **more):
    return run(t.diolkos, "bench", *NETWORK, *FAST, "--starts", starts, *options, **more)


def rows(t):
    table = t.folder / "table.json"
    p = bench(t, "--runtime", "native,no_such_runtime", "--threads", "1,2", "--rounds", "2", "--json", table)
    document = json.loads(table.read_text())
    t.check("a table of four rows", document["schema"] == "diolkos.bench_table/2" and len(document["rows"]) == 4,
            p.stderr)
    measured = [row for row in document["rows"] if "missing" not in row]
    t.check("two of them measured, with every sample", [row["threads"] for row in measured] == [1, 2] and
            all(len(row["samples_ms"]) == 8 and row["protocol"]["rounds"] == 2 for row in measured))
    t.check("an interval around the median", all(row["median_interval_ms"][0] <= row["latency_ms"]["median"] <=
                                                 row["median_interval_ms"][1] for row in measured))
    t.check("the others say what is missing", all("no_such_runtime" in row["missing"] for row in document["rows"]
                                                  if "missing" in row) and "not measured" in p.stdout, p.stdout)
    p = bench(t, "--runtime", "native,no_such_runtime", "--rounds", "1", "--exact", "--isa", "generic", starts=2)
    t.check("and once what they would be measured without",
            p.stderr.count("row 'no_such_runtime fp32': runs without --isa, --exact") == 1 and
            p.stderr.count("runs without") == 1, p.stderr)
    return table


def starts(t):
    p = bench(t, "--json", "-", starts=3)
    document = json.loads(p.stdout)
    found = document["starts"]
    t.check("three starts share the samples", [start["samples"] for start in found] == [3, 3, 2] and
            document["protocol"]["starts"] == 3 and len(document["samples_ms"]) == 8, p.stderr)
    low, high = document["median_interval_ms"]
    t.check("the interval holds the starts' medians", all(low <= start["median_ms"] <= high for start in found),
            str(found))
    p = bench(t, "--threads", "1,2", "--rounds", "3", "--json", "-", starts=2)
    rows = json.loads(p.stdout)["rows"]
    t.check("so do rows",
            all([start["samples"] for start in row["starts"]] == [4, 4] and row["protocol"]["rounds"] == 3 and
                              len(row["samples_ms"]) == 8 for row in rows), p.stderr)
    p = run(t.diolkos, "bench", *NETWORK, "--iterations", "1", "--warm-up", "0", "--json", "-")
    t.check("no more starts than samples", len(json.loads(p.stdout)["starts"]) == 1, p.stderr)
    p = bench(t, "--isa", "no_such_isa", starts=2)
    t.check("what is wrong in every start is told once", p.returncode == 2 and p.stderr.count("no_such_isa") == 1,
            p.stderr)


def matrix(t):
    path = t.folder / "m.toml"
    path.write_text('rounds = 2\n[[row]]\nname = "here"\nruntime = "native"\nthreads = 1\n'
                    '[[row]]\nname = "a board"\nruntime = "native"\nmachine = "No Such Board"\n'
                    'brings = "a No Such Board"\n')
    p = bench(t, "--matrix", path, "--json", "-")
    here, board = json.loads(p.stdout)["rows"]
    t.check("a matrix's rows", here["label"] == "here" and "latency_ms" in here and "latency_ms" not in board and
            "a No Such Board" in board["missing"], p.stderr)
    path.write_text("[[row]]\nname = 3\n")
    p = bench(t, "--matrix", path)
    t.check("a bad matrix is told by line", p.returncode in (1, 2) and "m.toml:2" in p.stderr, p.stderr.strip())
    article = pathlib.Path(__file__).parent.parent.parent / "bench/article.toml"
    t.check("the article's file has eleven rows", article.read_text().count("[[row]]") == 11)


def asynchronous(t):
    """A plugin of the tests that answers 20 ms after a run was queued."""
    here = dict(os.environ, DIOLKOS_PLUGIN_PATH=str(t.plugins))
    p = bench(t, "--runtime", "native,asynchronous", "--rounds", "2", "--json", t.folder / "a.json", env=here)
    native, apart = json.loads((t.folder / "a.json").read_text())["rows"]
    times = apart.get("asynchronous", {"submit_median_ms": 99, "synchronized_median_ms": 0, "times_too_fast": 0})
    t.check("a runtime that works apart is measured both ways", "asynchronous" not in native and
            apart["latency_ms"]["median"] >= 20 and
            times["synchronized_median_ms"] >= 20 > times["submit_median_ms"] and
            times["times_too_fast"] > 1, str(apart.get("missing")) + p.stderr)
    t.check("the table shows what would have been claimed", "not synchronised" in p.stdout and
            "wrong: queueing alone" in p.stdout, p.stdout)
    p = bench(t, "--runtime", "asynchronous", env=here)
    t.check("so does a single row", "not synchronised one would have claimed" in p.stdout, p.stdout + p.stderr)
    p = bench(t, "--runtime", "asynchronous", "--device", "forgetful", env=here)
    t.check("a runtime that forgets to synchronise is refused",
            p.returncode == 1 and "does not synchronise" in p.stderr, p.stderr)


def stages(t):
    names = ("decode", "preprocess", "copy_in", "inference", "copy_out", "postprocess", "draw", "whole")
    picture = t.folder / "p.ppm"
    picture.write_bytes(b"P6 96 72 255\n" + bytes(range(256)) * 81)
    p = bench(t, "--input", picture, "--class", "dog", "--json", t.folder / "s.json")
    document = json.loads((t.folder / "s.json").read_text())
    found = document["stages"]
    t.check("the stages of a frame",
            p.returncode == 0 and found["frames"] == 8 and all(name in found for name in names) and
            all(found[name]["median"] > 0 for name in names if not name.startswith("copy")), p.stderr)
    t.check("make up the whole",
            abs(sum(found[name]["mean"] for name in names[:-1]) - found["whole"]["mean"]) < 1e-6 and
            "one after the other" in p.stdout, p.stdout)
    p = bench(t, "--threads", "1,2", "--input", picture, "--json", "-")
    t.check("of each row", all(row["stages"]["frames"] == 8 for row in json.loads(p.stdout)["rows"]), p.stderr)
    p = bench(t, "--input", t.folder / "absent.png")
    t.check("an input that is not there is told", p.returncode == 1 and "absent.png" in p.stderr, p.stderr)


def stability(t):
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)]
    try:
        p = bench(t, "--duration", "1", "--require-stable", "--json", "-")
    finally:
        for process in busy:
            process.kill()
            process.wait()
    document = json.loads(p.stdout)
    t.check("beside busy processes a measurement is noisy, exit status 4", p.returncode == 4 and
            document["verdict"]["stability"] == "noisy", str(document["verdict"]) + p.stderr)


def history(t):
    database = t.folder / "h.sqlite"
    for _ in range(2):
        p = bench(t, "--history", database)
        t.check("bench --history", p.returncode == 0, p.stderr)
    p = run(t.diolkos, "history", database, "--model", "lraspp")
    t.check("the history has both", p.returncode == 0 and p.stdout.count("lraspp") == 2, p.stdout + p.stderr)
    (t.folder / "text.sqlite").write_text("no database" * 500)
    p = run(t.diolkos, "history", t.folder / "text.sqlite")
    t.check("what is no database is told", p.returncode == 1 and "text.sqlite" in p.stderr, p.stderr.strip())


def report(t, table):
    hostile = json.loads(table.read_text())
    hostile["rows"][0]["label"] = "<script>alert('x')</script> \" | `"
    hostile["rows"][0]["layers"] = [{"name": "<img src=http://example.com/x>", "kernel": "k", "ms": 1}]
    table.write_text(json.dumps(hostile))
    page = t.folder / "report.html"
    p = run(t.diolkos, "report", table, "-o", page)
    t.check("a page is made", p.returncode == 0, p.stderr)
    parsed = Page(page.read_text())
    t.check("its elements are closed, nothing of a name is markup, nothing is fetched", not parsed.open and
            parsed.tags["script"] == 1 and "img" not in parsed.tags and not parsed.foreign, str(parsed.foreign))
    t.check("charts, and tables beside them", parsed.tags["svg"] >= 2 and parsed.tags["table"] >= 2, str(parsed.tags))
    p = run(t.diolkos, "report", table, "-o", "-")
    t.check("Markdown", p.returncode == 0 and "| environment |" in p.stdout and "<script>" not in p.stdout, p.stderr)
    (t.folder / "cut.json").write_text(table.read_text()[:300])
    p = run(t.diolkos, "report", table, t.folder / "cut.json", "-o", page)
    t.check("a cut file is told", p.returncode == 1 and "cut.json: no whole JSON" in p.stderr, p.stderr.strip())


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def remote(t):
    """Over a real sshd on the loopback, with keys of its own."""
    sshd = shutil.which("sshd", path="/usr/sbin:/usr/bin:/sbin")
    if sshd is None or shutil.which("ssh") is None or shutil.which("ssh-keygen") is None:
        print("skipped: no OpenSSH server here: bench --remote is left untried")
        return
    folder = t.folder / "ssh"
    folder.mkdir(mode=0o700)
    home = folder / "home"  # of the board: nothing is left in the user's own
    home.mkdir()
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    shutil.copy(folder / "user.pub", folder / "authorized")
    port = free_port()
    (folder / "config").write_text(f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nStrictModes no\n"
                                   f'ForceCommand cd {home} && sh -c "$SSH_ORIGINAL_COMMAND"\n'
                                   f"AuthorizedKeysFile {folder}/authorized\nPidFile none\nUsePAM no\n")
    if os.getuid() == 0:
        pathlib.Path("/run/sshd").mkdir(exist_ok=True)
    server = subprocess.Popen([sshd, "-D", "-e", "-f", folder / "config"], stderr=subprocess.DEVNULL)
    ssh = (f"ssh -p {port} -i {folder}/user -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "
           "-o LogLevel=ERROR")
    try:
        time.sleep(1)
        result = t.folder / "remote.json"
        p = bench(t, "--remote", f"{getpass.getuser()}@127.0.0.1", "--ssh", ssh, "--threads", "1", "--json", result)
        t.check("a measurement over sshd", p.returncode == 0, p.stderr.strip())
        document = json.loads(result.read_text())
        t.check("comes back with the model's name here", document["model"]["name"] == NETWORK[0] and
                document["threads"] == 1 and len(document["samples_ms"]) == 8 and "127.0.0.1" in document["board"])
    finally:
        server.terminate()
        server.wait()
    p = bench(t, "--remote", "nobody@127.0.0.1", "--ssh", ssh)
    t.check("a board that is not there is told", p.returncode == 1 and "cannot be reached" in p.stderr,
            p.stderr.strip())


def main():
    with work_folder() as name:
        t = Checks()
        t.diolkos, t.plugins, t.folder = sys.argv[1], sys.argv[2], pathlib.Path(name)
        table = rows(t)
        for step in (starts, matrix, asynchronous, stages, stability, history, remote):
            t.guarded(step.__name__, step, t)
        t.guarded("report", report, t, table)
        t.close()


if __name__ == "__main__":
    main()
