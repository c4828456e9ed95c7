"""Programs of another processor as if they were of this one: each becomes a script that starts it under the emulator,
so that programs which start each other need to know nothing of it."""
import pathlib
import shlex


def emulate(folder, emulator):
    """Every program in the tree, in place. Nothing without an emulator."""
    if not emulator:
        return
    for path in [p for p in pathlib.Path(folder).rglob("*") if is_program(p)]:
        real = path.with_name(path.name + ".real")
        path.rename(real)
        path.write_text(f"#!/bin/sh\nexec {shlex.join(emulator)} {shlex.quote(str(real))} \"$@\"\n")
        path.chmod(0o755)


def is_elf(path):
    return path.is_file() and not path.is_symlink() and path.read_bytes()[:4] == b"\x7fELF"


def is_program(path):
    return is_elf(path) and ".so" not in path.suffixes and bool(path.stat().st_mode & 0o100)
