#!/usr/bin/env python3
"""The rooms of the library and which of them depend on which: prints them, draws them, and fails where a dependency points the wrong way.

    python3 scripts/house.py            # the rooms from the bottom up, each with those that it depends on
    python3 scripts/house.py --svg      # writes docs/house.svg
    python3 scripts/house.py --check    # prints only what is wrong; exit code 1 if there is anything

A room is a folder or a file directly in src/. A file depends on another if its code names it, by `use` or by a full path; tests and comments do not count, and
what a `mod.rs` re-exports counts as the file that defines it. Wrong are: a room that depends on a room above it or to the right of it on its floor, a verifier that depends on another, a cycle
of files (in src/ and in the crates of the Python packages), a room without a floor, and a docs/house.svg that does not show the rooms as they are.

Method calls are not seen. One recursion of the library goes through a method: a kind of reward that holds rewards (src/spec/compose.rs) builds
them by `ComponentSpec::build`, which looks them up in the table of all kinds (src/spec/kinds.rs).
"""

import collections
import re
import sys
from html import escape
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
LIBRARY = HERE / "src"
CRATES = [LIBRARY, HERE / "python/src", HERE / "python/grpo/src"]
PICTURE = HERE / "docs/house.svg"
USE = r"^\s*(?:pub(?:\([^)]*\))?\s+)?use\s+([^;]+);"
EXPORT = r"\bpub(?:\([^)]*\))?\s+use\s+([^;]+);"

# From the bottom up; within a floor from left to right.
FLOORS = [
    ["core"],
    ["reading", "grpo"],
    ["text", "structure", "math", "code"],
    ["compose", "scorer", "metrics", "groups", "episode"],
    ["spec"],
    ["rows", "select"],
    ["report", "audit", "redteam", "train", "serve"],
    ["cli", "internal"],
    ["bin"],
]
# A verifier uses no other verifier.
VERIFIERS = {"text", "structure", "math", "code"}


def module_of(path, root):
    parts = list(path.relative_to(root).with_suffix("").parts)
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


class Crate:
    """The files of a crate by their modules."""

    def __init__(self, root):
        self.root = root
        self.files = {module_of(path, root): path for path in sorted(root.rglob("*.rs"))}
        self.exports = collections.defaultdict(dict)
        for module, path in self.files.items():
            for tree in re.findall(EXPORT, code_of(path)):
                self.exports[module].update(leaves(tree))

    def start(self, path, own):
        """The module where a path starts, and the rest of it; None for a path out of the crate."""
        names = [name for name in path.split("::") if name]
        if not names:
            return None
        if names[0] == "crate" or names[0] == "r1rewards" and self.root == LIBRARY:
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
        """The modules that each module depends on; the root of the crate is left out."""
        found = {own: set() for own in self.files if own}
        for own in found:
            for path in self.named(own):
                begin = self.start(path, own)
                target = self.module(*begin) if begin else ()
                if target and target != own:
                    found[own].add(target)
        return found

    def name(self, module):
        return self.files[module].relative_to(HERE).as_posix()


def rooms_of(crate, arrows):
    """Rooms by name, each with the rooms that it depends on and the files because of which it does."""
    found = {own[0]: collections.defaultdict(set) for own in arrows}
    for own, targets in arrows.items():
        for target in targets:
            if target[0] != own[0]:
                found[own[0]][target[0]].add(crate.name(own))
    return found


def reached(arrows, own):
    """Everything that something depends on, directly or through others."""
    seen, todo = set(), [own]
    while todo:
        new = set(arrows.get(todo.pop(), ())) - seen
        seen |= new
        todo += new
    return seen


def cycles_of(arrows):
    """Sets of modules that all depend on each other."""
    below = {own: reached(arrows, own) for own in arrows}
    return {frozenset(other for other in below[own] if own in below.get(other, ())) for own in below if own in below[own]}


def wrong_rooms(rooms):
    place = {room: (floor, number) for floor, names in enumerate(FLOORS) for number, room in enumerate(names)}
    yield from (f"the room `{room}` has no floor: name it in FLOORS" for room in rooms if room not in place)
    yield from (f"FLOORS names `{room}`, which does not exist" for room in place if room not in rooms)
    for room, targets in sorted(rooms.items()):
        for target, files in sorted(targets.items()):
            because = ", ".join(sorted(files))
            if {room, target} <= VERIFIERS:
                yield f"a verifier may not use another verifier: `{room}` depends on `{target}` ({because})"
            elif room in place and target in place and place[target] >= place[room]:
                where = "above it" if place[target][0] > place[room][0] else "to the right of it on its floor"
                yield f"`{room}` depends on `{target}`, which is {where} ({because})"


def wrong_files(crate, arrows):
    for cycle in sorted(cycles_of(arrows), key=min):
        yield "these files depend on each other: move what they share to a lower file"
        for own in sorted(cycle):
            yield f"    {crate.name(own)} -> {', '.join(sorted(crate.name(other) for other in arrows[own] & cycle))}"


def about(crate, room):
    """The first sentence of a room's page."""
    text = crate.files[(room,)].read_text() if (room,) in crate.files else ""
    page = " ".join(line[3:].strip() for line in text.splitlines() if line.startswith("//!")).split("```")[0]
    return re.split(r"(?<=[.:])\s", page, maxsplit=1)[0].rstrip(":").replace("`", "")


def svg(crate, rooms):
    """The rooms as boxes, the lowest floor at the bottom. An arrow that follows from others is not drawn."""
    wide, high, gap, floor_gap, margin = 150, 42, 28, 74, 20
    width = max(len(names) for names in FLOORS) * (wide + gap) - gap + 2 * margin
    height = len(FLOORS) * (high + floor_gap) - floor_gap + 2 * margin
    at = {}
    for floor, names in enumerate(FLOORS):
        left = (width - len(names) * (wide + gap) + gap) / 2
        for number, room in enumerate(names):
            at[room] = (left + number * (wide + gap), height - margin - high - floor * (high + floor_gap))
    lines = []
    for room, targets in sorted(rooms.items()):
        indirect = set().union(*(reached(rooms, target) for target in targets)) if targets else set()
        for target in sorted(set(targets) - indirect):
            (x, y), (to_x, to_y) = at[room], at[target]
            if y == to_y:
                sign = 1 if to_x > x else -1
                start, end = (x + (wide if sign > 0 else 0), y + high / 2), (to_x + (0 if sign > 0 else wide), to_y + high / 2)
                bend = f"{start[0]:.0f} {start[1]:.0f} {end[0]:.0f} {end[1]:.0f}"
                if abs(to_x - x) > wide + gap:
                    start, end = (x + wide / 2, y), (to_x + wide / 2, to_y)
                    bend = f"{start[0]:.0f} {y - 40:.0f} {end[0]:.0f} {y - 40:.0f}"
            else:
                start, end = (x + wide / 2, y + high), (to_x + wide / 2, to_y)
                bend = f"{start[0]:.0f} {start[1] + 40:.0f} {end[0]:.0f} {end[1] - 40:.0f}"
            path = f"M{start[0]:.0f} {start[1]:.0f} C{bend} {end[0]:.0f} {end[1]:.0f}"
            lines.append(f'<path d="{path}"><title>{room} depends on {target}</title></path>')
    boxes = []
    for room, (x, y) in sorted(at.items()):
        text = f'<text x="{x + wide / 2:.0f}" y="{y + high / 2 + 5:.0f}">{room}</text>'
        boxes.append(
            f'<g><title>{escape(about(crate, room))}</title><rect x="{x:.0f}" y="{y:.0f}" width="{wide}" height="{high}" rx="6"/>{text}</g>'
        )
    style = (
        "rect{fill:#fff;stroke:#334}text{font:15px sans-serif;text-anchor:middle;fill:#223}"
        "path{fill:none;stroke:#889;stroke-width:1.3;marker-end:url(#end)}"
    )
    end = (
        '<marker id="end" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<polygon points="0,0 8,4 0,8" fill="#889"/></marker>'
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
            "<title>The rooms of src/: each depends only on rooms below it or to the left of it. Written by scripts/house.py --svg.</title>",
            f"<style>{style}</style><defs>{end}</defs>",
            f'<rect width="{width}" height="{height}" style="fill:#f7f7f4;stroke:none"/>',
            *lines,
            *boxes,
            "</svg>",
            "",
        ]
    )


def main():
    unknown = [argument for argument in sys.argv[1:] if argument not in ("--check", "--svg")]
    if unknown:
        sys.exit(__doc__ if unknown[0] in ("-h", "--help") else f"unknown argument {unknown[0]}: give --check, --svg or nothing")
    crates = [Crate(root) for root in CRATES]
    arrows = [crate.arrows() for crate in crates]
    rooms = rooms_of(crates[0], arrows[0])
    wrong = [*wrong_rooms(rooms)]
    for crate, of_crate in zip(crates, arrows):
        wrong += wrong_files(crate, of_crate)
    if "--svg" in sys.argv[1:] and not wrong:
        PICTURE.write_text(svg(crates[0], rooms))
    elif not wrong and (not PICTURE.exists() or PICTURE.read_text() != svg(crates[0], rooms)):
        wrong.append("docs/house.svg does not show the rooms as they are: python3 scripts/house.py --svg")
    if not {"--check", "--svg"} & set(sys.argv[1:]):
        for names in FLOORS:
            for room in names:
                print(f"{room:12} {' '.join(sorted(rooms.get(room, ())))}")
            print()
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
