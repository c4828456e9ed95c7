#!/usr/bin/python3
"""Stands in for MediaTek's ncc-tflite: checks its command line and its input as the original would, and writes a file.

    ncc_tflite_stand_in.py --arch=mdla3.0 -O3 -d OUT.dla [OPTION...] MODEL.tflite

STAND_IN_FAILS=1 makes it fail as a compiler does, STAND_IN_SILENT=1 end well without writing. The output is no DLA
file: a line of text with the input's digest.
"""
import hashlib
import os
import pathlib
import sys

KNOWN = {"--opt-accuracy", "--opt-aggressive", "--opt-bw", "--opt-footprint", "--opt-size", "--relax-fp32",
         "--int8-to-uint8", "--suppress-input", "--suppress-output", "--show-exec-plan", "--show-memory-summary",
         "--show-io-info", "--gen-debug-info", "--use-sw-dilated-conv", "--req-per-ch-conv", "--prefer-large-acc"}


def fail(message):
    print(f"ERROR: {message}", file=sys.stderr)
    sys.exit(1)


def main():
    words, arch, level, output, models = sys.argv[1:], None, None, None, []
    while words:
        word = words.pop(0)
        if word.startswith("--arch="):
            arch = word[7:]
        elif word in ("-d", "--dla-file"):
            output = words.pop(0) if words else fail("-d: no file")
        elif word.startswith("-O") and word[2:] in "0123":
            level = word
        elif word.startswith("-"):
            word in KNOWN or fail(f"unknown option {word}")
        else:
            models.append(word)
    arch == "mdla3.0" or fail(f"--arch: {arch}")
    level or fail("no -O")
    output or fail("no -d")
    len(models) == 1 or fail(f"{len(models)} models")
    data = pathlib.Path(models[0]).read_bytes()
    data[4:8] == b"TFL3" or fail(f"{models[0]}: no TFLite file")
    if os.environ.get("STAND_IN_FAILS"):
        fail("OP[7]: CONV_2D: unsupported dilation")
    print(f"compiled {models[0]} for {arch}")
    if not os.environ.get("STAND_IN_SILENT"):
        pathlib.Path(output).write_text(f"stand-in DLA of {hashlib.sha256(data).hexdigest()}\n")


if __name__ == "__main__":
    main()
