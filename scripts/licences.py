#!/usr/bin/env python3
"""Writes LICENSE-THIRD-PARTY, the licences of the crates in the wheel.

With --check, tells whether it agrees with Cargo.lock.

    python3 scripts/licences.py [--check]

The file has the crates that are linked into the extension module on any platform: name, version, licence expression,
and the licence texts in the crate's package, each text once. A crate that names no licence is an error.
"""

import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT = ROOT / "LICENSE-THIRD-PARTY"
HEAD = """Crates that are part of the r1rewards wheel, and their licences. Written by scripts/licences.py from Cargo.lock.
Where an expression says OR, either licence may be chosen. The licences of the Python guest are in LICENSE-CPYTHON and LICENSE-PARTS.
"""


def linked(metadata):
    """Returns the packages that are reached by normal dependencies, without those of this workspace."""
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    packages = {package["id"]: package for package in metadata["packages"]}
    root = metadata["resolve"]["root"]
    seen, todo = {root}, [root]
    while todo:
        for dep in nodes[todo.pop()]["deps"]:
            target = packages[dep["pkg"]]
            macro = any("proc-macro" in kind["kind"] for kind in target["targets"])
            if dep["pkg"] not in seen and not macro and any(kind["kind"] is None for kind in dep["dep_kinds"]):
                seen.add(dep["pkg"])
                todo.append(dep["pkg"])
    return sorted((packages[one] for one in seen - set(metadata["workspace_members"])), key=lambda package: (package["name"], package["version"]))


def texts(package):
    """Returns the texts of a package's licence files, in the order of their names."""
    folder = pathlib.Path(package["manifest_path"]).parent
    names = ("LICEN", "COPYING", "NOTICE", "UNLICENSE")
    found = [path for path in folder.iterdir() if path.is_file() and path.name.upper().startswith(names)]
    for path in sorted(found):
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
        yield "\n".join(line.rstrip() for line in lines).strip()


def main():
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--manifest-path", "python/Cargo.toml"]
    metadata = json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)
    parts, numbers = [HEAD], {}
    for package in linked(metadata):
        if not package["license"] and not package["license_file"]:
            sys.exit(f"{package['name']} {package['version']} names no licence: say here what it is under, or leave the crate out")
        places = [numbers.setdefault(text, len(numbers) + 1) for text in texts(package)]
        where = "text " + ", ".join(map(str, places)) if places else "no text in the crate: the licence's own"
        parts.append(f"{package['name']} {package['version']}: {package['license'] or package['license_file']} ({where})\n")
    for text, number in numbers.items():
        parts.append(f"\n==== text {number} ====\n\n{text}\n")
    written = "".join(parts)
    if "--check" not in sys.argv[1:]:
        OUT.write_text(written, encoding="utf-8")
    elif not OUT.exists() or OUT.read_text(encoding="utf-8") != written:
        sys.exit("LICENSE-THIRD-PARTY is out of step with Cargo.lock: run python3 scripts/licences.py")


main()
