#!/usr/bin/env python3
"""Checks that a wheel contains the bills of materials and every licence, and no path of the machine that built it.

    python3 scripts/check_wheel.py WHEEL [--paths FOLDER...]

With --paths, no file may contain the path of a home folder or of a FOLDER. Folders that every machine has (/, /usr and
others) are ignored.
"""

import re
import sys
import zipfile

NEEDED = [
    r"\.dist-info/sboms/r1rewards-python\.cyclonedx\.json",
    r"\.dist-info/sboms/sbom\.cdx\.json",
    r"\.dist-info/licenses/(.*/)?LICENSE-MIT",
    r"\.dist-info/licenses/(.*/)?LICENSE-APACHE",
    r"\.dist-info/licenses/(.*/)?LICENSE-THIRD-PARTY",
    r"\.dist-info/licenses/(.*/)?LICENSE-CPYTHON",
    r"\.dist-info/licenses/(.*/)?LICENSE-PARTS",
]
# Paths in home folders of any user.
ANYBODY = [rb"/home/[^/\x00 ]+/[^\x00 ]*", rb"/Users/[^/\x00 ]+/[^\x00 ]*", rb"/root/[^\x00 ]*", rb"\.cargo/registry[^\x00 ]*"]
EVERYBODYS = {"/", "/usr", "/usr/local", "/home", "/opt", "/tmp"}


def main():
    wheel, rest = sys.argv[1], sys.argv[2:]
    folders = [folder.rstrip("/") for folder in rest[1:]]
    if rest and rest[0] != "--paths":
        sys.exit(f"unknown option {rest[0]}: write --paths before the folders")
    patterns = ANYBODY if rest else []
    # A folder's name must be followed by a slash or the end of the path: a/root_bound.rs does not contain /root.
    patterns += [re.escape(folder.encode()) + rb"(?![\w.-])[^\x00 ]*" for folder in folders if folder and folder not in EVERYBODYS]
    problems = []
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        problems += [f"no file matches {needed}" for needed in NEEDED if not any(re.search(needed + "$", name) for name in names)]
        for name in names:
            content = archive.read(name)
            for pattern in patterns:
                found = re.findall(pattern, content)
                if found:
                    problems.append(f"{name}: {len(found)} times {pattern.decode()}, say {found[0][:120]!r}")
    if problems:
        sys.exit("\n".join([f"{wheel} may not be shipped:", *problems]))
    print(f"{wheel}: {len(names)} files, bills of materials and licences inside" + (", no path of this machine" if rest else ""))


main()
