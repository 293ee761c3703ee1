#!/usr/bin/env python3
"""The rooms of src/ and the arrows between them: prints them, and fails where an arrow climbs.

    python3 scripts/house.py            # the rooms from the bottom up, each with those that it leans on
    python3 scripts/house.py --check    # only what is wrong; exit code 1 where an arrow climbs or a room has no floor

A room is a folder or a file directly in src/. An arrow is a path that the code of one names in another (tests and comments aside), by `use` or in full.
Every room may lean on rooms of lower floors and on rooms of its own floor that stand before it.
"""

import collections
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1] / "src"

# From the bottom up; within a floor from left to right.
FLOORS = [
    ["core"],
    ["reading"],
    ["text", "structure", "math", "code"],
    ["compose", "metrics", "groups", "episode", "scorer"],
    ["spec"],
    ["rows", "select", "grpo"],
    ["cli", "internal", "bin"],
]


def module_of(path):
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return tuple(parts[:-1] if parts[-1] == "mod" else [] if parts == ["lib"] else parts)


def code_of(path):
    """The text of a file without comments and without its tests."""
    text = re.sub(r"//[^\n]*", "", path.read_text())
    return text.split("#[cfg(test)]\nmod ", 1)[0]


def leaves(tree):
    """The paths of a `use`: `a::{b, c::d}` is `a::b` and `a::c::d`."""
    tree = tree.strip()
    found = re.match(r"(.*?)\{(.*)\}$", tree, re.S)
    if not found:
        return [tree.split(" as ")[0].strip()]
    parts, depth, part = [], 0, ""
    for letter in found.group(2) + ",":
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += letter
    return [found.group(1) + leaf for part in parts if part.strip() for leaf in leaves(part)]


class House:
    def __init__(self):
        self.files = {module_of(path): path for path in sorted(ROOT.rglob("*.rs"))}
        self.exports = collections.defaultdict(dict)
        for module, path in self.files.items():
            for tree in re.findall(r"\bpub(?:\([^)]*\))?\s+use\s+([^;]+);", code_of(path)):
                for leaf in leaves(tree):
                    self.exports[module][leaf.split("::")[-1]] = leaf

    def start(self, path, own):
        """The module where a path starts, and the rest of it; None for a path out of the crate."""
        names = [name for name in path.split("::") if name]
        if not names:
            return None
        if names[0] == "crate":
            return (), names[1:]
        if names[0] == "self":
            return own, names[1:]
        if names[0] == "super":
            while names and names[0] == "super":
                own, names = own[:-1], names[1:]
            return own, names
        return (own, names) if own + (names[0],) in self.files else None

    def module(self, at, names, depth=0):
        """The module that has what a path names, through what modules export."""
        while names and at + (names[0],) in self.files:
            at, names = at + (names[0],), names[1:]
        exported = self.exports[at].get(names[0]) if names and depth < 8 else None
        found = self.start(exported, at) if exported else None
        return self.module(found[0], found[1] + names[1:], depth + 1) if found else at

    def arrows(self):
        """Rooms by name, each with the rooms that it leans on and the files that do."""
        found = collections.defaultdict(lambda: collections.defaultdict(set))
        for own, path in self.files.items():
            if not own:
                continue
            text = re.sub(r"\bpub(?:\([^)]*\))?\s+use\s+[^;]+;", "", code_of(path)) if path.name == "mod.rs" else code_of(path)
            paths = [leaf for tree in re.findall(r"\buse\s+([^;]+);", text) for leaf in leaves(tree)]
            paths += re.findall(r"\b(?:crate|super)(?:::\w+)+", text)
            for named in paths:
                begin = self.start(named, own)
                target = self.module(*begin) if begin else ()
                if target and target[0] != own[0]:
                    found[own[0]][target[0]].add(str(path.relative_to(ROOT)))
            found[own[0]]
        return found


def main():
    arrows = House().arrows()
    place = {room: (floor, number) for floor, rooms in enumerate(FLOORS) for number, room in enumerate(rooms)}
    wrong = [f"the room `{room}` has no floor: name it in FLOORS" for room in arrows if room not in place]
    wrong += [f"FLOORS names `{room}`, which is not there" for room in place if room not in arrows]
    for room, targets in sorted(arrows.items()):
        for target, files in sorted(targets.items()):
            if room in place and target in place and place[target] >= place[room]:
                wrong.append(f"`{room}` leans on `{target}`, which stands above it: {', '.join(sorted(files))}")
    if "--check" not in sys.argv[1:]:
        for rooms in FLOORS:
            for room in rooms:
                print(f"{room:12} {' '.join(sorted(arrows.get(room, ())))}")
            print()
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
