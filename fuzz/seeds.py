#!/usr/bin/env python3
"""Write seeds for the fuzz targets from the case files: python3 fuzz/seeds.py"""

import hashlib
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def write(target, text):
    folder = ROOT / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha256(text.encode()).hexdigest()[:16]).write_text(text)


def main():
    for path in sorted((ROOT.parent / "tests" / "cases" / "math").glob("*.toml")):
        for case in tomllib.loads(path.read_text())["case"]:
            if len(case["gold"]) + len(case["answer"]) < 400:
                write("parser", case["answer"])
                write("equality", case["gold"] + ";;" + case["answer"])
    for path in sorted((ROOT.parent / "tests" / "cases" / "extract").glob("*.toml")):
        for case in tomllib.loads(path.read_text())["case"]:
            write("extraction", case["completion"])


if __name__ == "__main__":
    main()
