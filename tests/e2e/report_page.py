#!/usr/bin/env python3
"""The page of `diolkos report` in a headless Chromium: nothing to complain of, tables that sort, a phone's width.

    report_page.py DIOLKOS [FOLDER FOR SCREENSHOTS]
"""
import pathlib
import sys
import time

from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from browser import Page, find_chromium
from checks import Checks, run, skip, work_folder

NETWORK = ("lraspp_mobilenet_v3_large:random", "--size", "64")
FAST = ("--iterations", "5", "--warm-up", "0", "--threads", "1")
COLUMN = """(() => { const table = document.querySelectorAll('table')[%d];
  return [...table.tBodies[0].rows].map(row => row.cells[%d].textContent); })()"""
PRESS = "document.querySelectorAll('table')[%d].tHead.rows[0].cells[%d].querySelector('button').click()"


def results(t):
    """Files of every kind, as a user makes them."""
    f = t.folder
    picture = f / "i/a.png"
    for folder in ("i", "m"):
        (f / folder).mkdir()
    Image.new("L", (96, 72), 1).save(f / "m/a.png")
    Image.frombytes("RGB", (96, 72), bytes(range(256)) * 81).save(picture)
    commands = [("bench", *NETWORK, *FAST, "--runtime", "native,tensorrt", "--precision", "fp32,int8",
                 "--input", picture,
                 "--json", f / "table.json"),
                ("bench", *NETWORK, *FAST, "--explain", "--json", f / "layers.json"),
                ("convert", *NETWORK, "-o", f / "n.onnx"),
                ("convert", f / "n.onnx", "-o", f / "n.tflite", "--quantize", "integer", "--calibrate", picture),
                ("compare", f / "n.onnx", f / "n.tflite", "--samples", "1", "--json", f / "compare.json"),
                ("eval", f / "n.onnx", f / "n.tflite", "--precision", "fp32,int8", "--images", f / "i",
                 "--masks", f / "m",
                 "--json", f / "eval.json")]
    for command in commands:
        p = run(t.diolkos, *command)
        if p.returncode:
            raise RuntimeError(f"{command[0]}: {p.stderr}")
    page = f / "report.html"
    p = run(t.diolkos, "report", f / "table.json", f / "layers.json", f / "compare.json", f / "eval.json", "-o", page)
    if p.returncode:
        raise RuntimeError(p.stderr)
    return page


def tables_sort(t, page):
    count = page.evaluate("document.querySelectorAll('table').length")
    columns = page.evaluate("[...document.querySelectorAll('table')].map(t => t.tHead.rows[0].cells.length)")
    wrong = []
    for table in range(count):
        for column in range(columns[table]):
            page.evaluate(PRESS % (table, column))
            up = page.evaluate(COLUMN % (table, column))
            page.evaluate(PRESS % (table, column))
            down = page.evaluate(COLUMN % (table, column))
            text = page.evaluate(f"document.querySelectorAll('th')[0] && document.querySelectorAll('table')[{table}]"
                                 f".tHead.rows[0].cells[{column}].classList.contains('t')")
            if sorted(up) != sorted(down) or (not text and not ordered(up, 1)) or (not text and not ordered(down, -1)):
                wrong.append((table, column, up[:5], down[:5]))
    t.check(f"{count} tables sort by each of their columns, both ways", count >= 6 and not wrong, str(wrong[:3]))


def ordered(cells, sign):
    """As numbers; what is none stands behind."""
    values = []
    for cell in cells:
        try:
            values.append(sign * float(cell.split()[0]))
        except (ValueError, IndexError):
            values.append(float("inf"))
    return all(a <= b for a, b in zip(values, values[1:]))


def shapes(t, page, name, width, height, phone):
    page.resize(width, height, phone)
    time.sleep(0.3)
    t.check(f"nothing is wider than {width} pixels",
            page.evaluate(f"document.documentElement.scrollWidth <= {width}"),
            str(page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")))
    if t.pictures:
        (t.pictures / f"{name}.png").write_bytes(page.picture())


def drive(t, page):
    end = time.monotonic() + 30
    while page.evaluate("document.readyState") != "complete" and time.monotonic() < end:
        time.sleep(0.1)
    titles = page.evaluate("[...document.querySelectorAll('h2')].map(h => h.textContent)")
    for wanted in ("Frames a second", "Accuracy", "Agreement", "Where a frame", "Error by layer", "Slowest layers",
                   "Machines"):
        t.check(f"a section '{wanted}'", any(title.startswith(wanted) for title in titles), str(titles))
    t.check("every chart has a title and a size", page.evaluate(
        "[...document.querySelectorAll('svg')]"
        ".every(s => s.querySelector('title') && s.getBoundingClientRect().height > 50)"))
    t.check("no figure is none", page.evaluate("!/\\bnan\\b|undefined|infinity/i.test(document.body.innerText)"))
    tables_sort(t, page)
    shapes(t, page, "report", 1200, 900, False)
    shapes(t, page, "phone", 390, 844, True)
    t.check("no complaint on the console", not page.complaints, str(page.complaints))


def main():
    if find_chromium() is None:
        skip("Chromium is absent")
    with work_folder() as name:
        t = Checks()
        t.diolkos, t.folder = sys.argv[1], pathlib.Path(name)
        t.pictures = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
        address = results(t)
        page = Page(address.as_uri(), t.folder / "browser")
        try:
            t.guarded("page", drive, t, page)
        finally:
            page.close()
        t.close()


if __name__ == "__main__":
    main()
