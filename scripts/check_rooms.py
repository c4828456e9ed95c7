#!/usr/bin/env python3
"""Holds the source to the rooms' one-way dependencies, as the root CMakeLists.txt lists them.

    scripts/check_rooms.py [ROOT]

A file of src/A may include "B/x.h" only where diolkos_room(A DEPENDS ...) reaches B. Also fails on a cycle, on a file
outside every room, and on an include that names no file. Exit status 1 with one line for each offence.
"""
import pathlib
import re
import sys

ROOM = re.compile(r"^diolkos_room\((\S+)(?:\s+DEPENDS\s+([^)]*))?\)", re.M)
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


def read_rooms(root):
    rooms = {}
    for name, depends in ROOM.findall((root / "CMakeLists.txt").read_text()):
        rooms[name] = [d for d in depends.split() if "::" not in d and not d.startswith("diolkos_")]
    return rooms


def reachable(rooms, name, trail=()):
    if name in trail:
        sys.exit("a cycle of rooms: " + " -> ".join((*trail, name)))
    reached = {name}
    for dependency in rooms[name]:
        if dependency not in rooms:
            sys.exit(f"CMakeLists.txt: room {name} depends on {dependency}, which is no room")
        reached |= reachable(rooms, dependency, (*trail, name))
    return reached


def room_of(path, rooms):
    return max((r for r in rooms if str(path).startswith(r + "/")), key=len, default=None)


def offences(root, rooms):
    allowed = {name: reachable(rooms, name) for name in rooms}
    source = root / "src"
    for file in sorted(p for p in source.rglob("*") if p.suffix in (".h", ".cc", ".inc")):
        name = file.relative_to(source)
        room = room_of(name, rooms)
        if room is None:
            yield f"src/{name}: lies in no room"
            continue
        for number, line in enumerate(file.read_text().splitlines(), 1):
            found = INCLUDE.match(line)
            if not found or found[1].startswith("diolkos/") or found[1].endswith("_generated.h"):
                continue
            if found[1].startswith("support/") and name.name.endswith(("_test.cc", "_bench.cc")):
                continue
            target = room_of(found[1], rooms)
            if target is None or not (source / found[1]).exists():
                yield f"src/{name}:{number}: includes \"{found[1]}\", which is no file of a room"
            elif target not in allowed[room]:
                yield f"src/{name}:{number}: room {room} must not include {target} (\"{found[1]}\")"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    rooms = read_rooms(root)
    found = list(offences(root, rooms))
    print("\n".join(found) if found else f"{len(rooms)} rooms, every include allowed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
