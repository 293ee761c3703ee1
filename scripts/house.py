#!/usr/bin/env python3
"""The rooms of src/ and the arrows between them and between their files: prints them, and fails where an arrow climbs or files lean on each other.

    python3 scripts/house.py            # the rooms from the bottom up, each with those that it leans on; then the files that lean on each other
    python3 scripts/house.py --check    # only what is wrong; exit code 1 where an arrow climbs, a room has no floor, or a knot is not as KNOTS says

A room is a folder or a file directly in src/. An arrow is a path that the code of one file names in another (tests and comments aside), by `use` or in
full; what a `mod.rs` exports counts as named in the file that has it. Every room may lean on rooms of lower floors and on rooms of its own floor that
stand before it. A knot is a set of files of which each leans on every other, by one arrow or several: there must be none but those in KNOTS.
"""

import collections
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1] / "src"
USE = r"^\s*(?:pub(?:\([^)]*\))?\s+)?use\s+([^;]+);"
EXPORT = r"\bpub(?:\([^)]*\))?\s+use\s+([^;]+);"

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

# Files that lean on each other by nature: the folder, the files in it, and why they cannot be cut.
KNOTS = [
    # These three are to be cut: whoever cuts one takes its line out.
    (
        "grpo",
        "aggregation config correction kl objective policy_loss rows surrogate whole",
        "rows are read by the options of the parts, and the parts read the options of the whole",
    ),
    (
        "spec",
        "auto/mod code compose episode format group kinds math options shape text",
        "a reward in a spec may hold rewards: the table of kinds names the builders, which build what they hold by the table",
    ),
    ("python_grpo", "loss mod optimizer returns sampling", "the module names its functions, which raise the errors that stand beside it"),
]


def module_of(path):
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return tuple(parts[:-1] if parts[-1] == "mod" else [] if parts == ["lib"] else parts)


def code_of(path):
    """The text of a file without comments and without its tests."""
    text = re.sub(r"//[^\n]*", "", path.read_text())
    return re.split(r"#\[cfg\(test\)\]\nmod \w+ \{", text, maxsplit=1)[0]


def leaves(tree):
    """The paths of a `use`, each with the name that it has from there on: `a::{b, c::d as e}` is `a::b` as `b` and `a::c::d` as `e`."""
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

    def named(self, own):
        """The paths that a file's code names, without what a `mod.rs` exports of others."""
        text = code_of(self.files[own])
        if self.files[own].name == "mod.rs":
            text = re.sub(EXPORT, "", text)
        imported = [leaf for tree in re.findall(USE, text, re.M) for leaf in leaves(tree)]
        yield from (path for _, path in imported)
        paths = dict(imported)
        for first, rest in re.findall(r"(?<![\w:])([a-z]\w*)((?:::\w+)+)", text):
            yield paths.get(first, first) + rest

    def arrows(self):
        """Every file that leans on others, with those others, as modules."""
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
    """Rooms by name, each with the rooms that it leans on and the files that do."""
    found = {own[0]: collections.defaultdict(set) for own in arrows}
    for own, targets in arrows.items():
        for target in targets:
            if target[0] != own[0]:
                found[own[0]][target[0]].add(house.name(own))
    return found


def knots_of(house, arrows):
    """The sets of files that lean on each other, each as its arrows: a file and those of the set that it names."""

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
    yield from (f"the room `{room}` has no floor: name it in FLOORS" for room in rooms if room not in place)
    yield from (f"FLOORS names `{room}`, which is not there" for room in place if room not in rooms)
    for room, targets in sorted(rooms.items()):
        for target, files in sorted(targets.items()):
            if room in place and target in place and place[target] >= place[room]:
                yield f"`{room}` leans on `{target}`, which stands above it: {', '.join(sorted(files))}"


def wrong_knots(knots):
    known = [{f"{folder}/{name}.rs" for name in files.split()} for folder, files, _ in KNOTS]
    for knot in knots:
        if set(knot) not in known:
            yield "files lean on each other: move what they share to a lower file, or name them in KNOTS with the reason"
            yield from lines_of(knot)
    for files in known:
        if files not in [set(knot) for knot in knots]:
            yield f"KNOTS names files that are no knot of their own any more: name only those that still lean on each other, or none: {', '.join(sorted(files))}"


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
            print(f"{len(knot)} files lean on each other", *lines_of(knot), "", sep="\n")
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
