#!/usr/bin/env python3
"""Holds the source to lines of 120 columns (.clang-format's ColumnLimit), which reviews and terminals show whole.

    scripts/check_lines.py [ROOT]

Exit status 1 with one line for each that is longer.
"""
import pathlib
import sys

FOLDERS = ("include", "src", "apps", "plugins", "rehearsal", "fuzz", "tests", "scripts", "bench", "training")
KINDS = (".h", ".cc", ".inc", ".py", ".sh", ".cmake")
LONGEST = 120


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    found = [f"{path.relative_to(root)}:{number}: {len(line)} columns, expected at most {LONGEST}"
             for folder in FOLDERS for path in sorted((root / folder).rglob("*")) if path.suffix in KINDS
             for number, line in enumerate(path.read_text().splitlines(), 1) if len(line) > LONGEST]
    print("\n".join(found) if found else "no line is too long")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
