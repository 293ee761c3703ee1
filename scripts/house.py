#!/usr/bin/env python3
"""Prints the dependencies between the modules of src/, and fails on a dependency against the layers or on a cycle of
files.

    python3 scripts/house.py            # all rooms from the bottom up, each with its dependencies; then the cycles of files
    python3 scripts/house.py --check    # only errors; exit code 1 if there is one

A room is a folder or a file directly in src/. An arrow is a dependency of one file on another: a path that its code
names by `use` or in full, outside of tests and comments. A path that a `mod.rs` exports counts as the file that defines
it. The floors are layers: a room may depend on rooms of lower floors, and on rooms of the same floor that are listed
before it. A knot is a set of files that depend on each other, directly or through others: a cycle. Only the knots in
KNOTS are allowed. The errors are: a dependency against this order, a room that FLOORS does not list or that does not
exist, and a knot that differs from KNOTS.
"""

import collections
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1] / "src"
USE = r"^\s*(?:pub(?:\([^)]*\))?\s+)?use\s+([^;]+);"
EXPORT = r"\bpub(?:\([^)]*\))?\s+use\s+([^;]+);"

# The floors from the bottom up. Within a floor, a room may depend on rooms to its left.
FLOORS = [
    ["core"],
    ["reading"],
    ["text", "structure", "math", "code"],
    ["compose", "metrics", "groups", "episode", "scorer"],
    ["spec"],
    ["rows", "select", "grpo"],
    ["cli", "internal", "bin"],
]

# The allowed cycles: the folder, the files in it, and the reason for the cycle.
KNOTS = [
    # These three are to be removed; when a cycle is removed, delete its entry.
    (
        "grpo",
        "aggregation config correction kl objective policy_loss rows surrogate whole",
        "rows are read by the options of the parts, and the parts read the options of the whole",
    ),
    (
        "spec",
        "auto/mod code compose episode format group kinds math options shape text",
        "a reward in a spec may contain rewards: the table of kinds names the builders, which use the table to build inner rewards",
    ),
    ("python_grpo", "loss mod optimizer returns sampling", "the module names its functions, which raise the errors that are defined in the module"),
]


def module_of(path):
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return tuple(parts[:-1] if parts[-1] == "mod" else [] if parts == ["lib"] else parts)


def code_of(path):
    """Returns the text of a file without comments and without its tests."""
    text = re.sub(r"//[^\n]*", "", path.read_text())
    return re.split(r"#\[cfg\(test\)\]\nmod \w+ \{", text, maxsplit=1)[0]


def leaves(tree):
    """Returns the (name, path) pairs of a `use`: for `a::{b, c::d as e}`, `a::b` with the name `b` and `a::c::d` with
    the name `e`."""
    tree = tree.strip()
    found = re.match(r"(.*?)\{(.*)\}$", tree, re.S)
    if not found:
        path, _, alias = tree.removesuffix("::self").partition(" as ")
        return [(alias or path.split("::")[-1], path.strip())]
    parts, depth, part = [], 0, ""
    for letter in found.group(2) + ",":
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += letter
    return [leaf for part in parts if part.strip() for leaf in leaves(found.group(1) + part.strip())]


class House:
    def __init__(self):
        self.files = {module_of(path): path for path in sorted(ROOT.rglob("*.rs"))}
        self.exports = collections.defaultdict(dict)
        for module, path in self.files.items():
            for tree in re.findall(EXPORT, code_of(path)):
                self.exports[module].update(leaves(tree))

    def start(self, path, own):
        """Returns the module where a path starts and the rest of the path; None for a path outside of the crate."""
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
        """Returns the module that defines the item of a path, following exports."""
        while names and at + (names[0],) in self.files:
            at, names = at + (names[0],), names[1:]
        exported = self.exports[at].get(names[0]) if names and depth < 8 else None
        found = self.start(exported, at) if exported else None
        return self.module(found[0], found[1] + names[1:], depth + 1) if found else at

    def named(self, own):
        """Yields the paths that a file's code names, without the exports of a `mod.rs`."""
        text = code_of(self.files[own])
        if self.files[own].name == "mod.rs":
            text = re.sub(EXPORT, "", text)
        imported = [leaf for tree in re.findall(USE, text, re.M) for leaf in leaves(tree)]
        yield from (path for _, path in imported)
        paths = dict(imported)
        for first, rest in re.findall(r"(?<![\w:])([a-z]\w*)((?:::\w+)+)", text):
            yield paths.get(first, first) + rest

    def arrows(self):
        """Returns for every file the files that it depends on, as modules."""
        found = {own: set() for own in self.files if own}
        for own in found:
            for path in self.named(own):
                begin = self.start(path, own)
                target = self.module(*begin) if begin else ()
                if target and target != own:
                    found[own].add(target)
        return found

    def name(self, module):
        return self.files[module].relative_to(ROOT).as_posix()


def rooms_of(house, arrows):
    """Returns for every room the rooms that it depends on, each with the files that do."""
    found = {own[0]: collections.defaultdict(set) for own in arrows}
    for own, targets in arrows.items():
        for target in targets:
            if target[0] != own[0]:
                found[own[0]][target[0]].add(house.name(own))
    return found


def knots_of(house, arrows):
    """Returns the cycles, each as a mapping from a file to the files of the cycle that it names."""

    def reached(own):
        seen, todo = set(), [own]
        while todo:
            new = arrows.get(todo.pop(), set()) - seen
            seen |= new
            todo += new
        return seen

    below = {own: reached(own) for own in arrows}
    found = {frozenset(other for other in below[own] if own in below[other]) for own in below if own in below[own]}
    named = ({house.name(own): sorted(house.name(other) for other in arrows[own] & knot) for own in knot} for knot in found)
    return sorted(named, key=min)


def wrong_rooms(rooms):
    place = {room: (floor, number) for floor, names in enumerate(FLOORS) for number, room in enumerate(names)}
    yield from (f"the room `{room}` is not in FLOORS: add it there" for room in rooms if room not in place)
    yield from (f"FLOORS lists the room `{room}`, which does not exist: remove it there" for room in place if room not in rooms)
    for room, targets in sorted(rooms.items()):
        for target, files in sorted(targets.items()):
            if room in place and target in place and place[target] >= place[room]:
                yield f"`{room}` depends on `{target}`, which FLOORS lists after it: {', '.join(sorted(files))}"


def wrong_knots(knots):
    known = [{f"{folder}/{name}.rs" for name in files.split()} for folder, files, _ in KNOTS]
    for knot in knots:
        if set(knot) not in known:
            yield "files depend on each other: move the shared code to a lower file, or add them to KNOTS with the reason"
            yield from lines_of(knot)
    for files in known:
        if files not in [set(knot) for knot in knots]:
            yield f"KNOTS lists files that are no longer a cycle: list only files that still depend on each other: {', '.join(sorted(files))}"


def lines_of(knot):
    return (f"    {file} -> {', '.join(others)}" for file, others in sorted(knot.items()))


def main():
    house = House()
    arrows = house.arrows()
    rooms, knots = rooms_of(house, arrows), knots_of(house, arrows)
    wrong = [*wrong_rooms(rooms), *wrong_knots(knots)]
    if "--check" not in sys.argv[1:]:
        for names in FLOORS:
            for room in names:
                print(f"{room:12} {' '.join(sorted(rooms.get(room, ())))}")
            print()
        for knot in knots:
            print(f"{len(knot)} files depend on each other", *lines_of(knot), "", sep="\n")
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
