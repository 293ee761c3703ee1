#!/usr/bin/env python3
"""Checks what COMPARE.md says of other libraries, against the versions that benches/compare/peers.toml names.

    python3 benches/compare/peers.py            # every fact, each in a process of its own; exit code 1 if one is not as it says
    python3 benches/compare/peers.py --write    # also writes the tables of COMPARE.md

The first run installs each peer into an environment of its own, which needs the network; PEERS is the folder for them (default: a temporary one).
What the tables say of r1rewards is checked by python/tests/test_compare_page.py. Python 3.11 or later.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "COMPARE.md"
# Seconds for a fact that sets no limit of its own. None of them takes more than a few.
LIMIT = 120


def peers():
    return tomllib.loads((ROOT / "benches/compare/peers.toml").read_text(encoding="utf-8"))["peer"]


def cell(text):
    return text.replace("|", "\\|").replace("\n", " ")


def code(text):
    """Inline code, also of text with backticks."""
    return f"`` {cell(text)} ``" if "`" in text else f"`{cell(text)}`"


def shown(fact):
    """How a reader sees the fact."""
    if "read" in fact:
        return f"{code(fact['read'])}: {code(fact['text'])}"
    limit = f" after {fact['limit']} s" if "limit" in fact else ""
    value = fact["prints"] if "limit" in fact else code(fact["prints"])
    return f"{code(fact['run'])} → {value}{limit}"


def ours(fact):
    parts = [fact["ours_says"]] if "ours_says" in fact else []
    if "ours" in fact:
        parts.append(f"{code(fact['ours'])} → {code(fact['ours_prints'])}")
    return ": ".join(parts) or "–"


def table(peer):
    rows = [f"| {cell(fact['says'])} | {shown(fact)} | {cell(fact['ours_says']) if 'ours' not in fact and 'ours_says' in fact else ours(fact)} |\n" for fact in peer["fact"]]
    return "| fact | shown by | r1rewards |\n|---|---|---|\n" + "".join(rows)


def page():
    """The text of COMPARE.md with the tables as they should be."""
    text = PAGE.read_text(encoding="utf-8")
    for name, peer in peers().items():
        marks = f"<!-- peer: {name} -->\n", "<!-- end -->"
        text, found = re.subn(f"{marks[0]}.*?{marks[1]}", lambda _: marks[0] + table(peer) + marks[1], text, flags=re.S)
        assert found == 1, f"COMPARE.md should have one part with the mark {marks[0]}"
    return text


def environment(folder, name, peer):
    python = folder / name / "bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder / name], check=True)
        for package in peer["install"]:
            subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-compile", *package.split()], check=True)
    return python


def value(python, prelude, fact):
    program = f"{prelude}\nprint(({fact['run']}))"
    try:
        ran = subprocess.run([python, "-c", program], capture_output=True, text=True, timeout=fact.get("limit", LIMIT))
    except subprocess.TimeoutExpired:
        return "still running"
    return ran.stdout.strip() if ran.returncode == 0 else ran.stderr.strip().splitlines()[-1]


def holds(python, peer, fact):
    """What is not as the fact says; None if it holds."""
    if "read" in fact:
        where = subprocess.run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], capture_output=True, text=True, check=True)
        path = Path(where.stdout.strip(), fact["read"])
        return None if path.exists() and fact["text"] in path.read_text(encoding="utf-8") else f"{path} does not contain {fact['text']!r}"
    found = value(python, peer["prelude"], fact)
    return None if found == fact["prints"] else f"{fact['run']}\n  printed {found}\n  and not {fact['prints']}"


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--write", action="store_true", help="write the tables of COMPARE.md")
    given = options.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(os.environ.get("PEERS", temporary))
        for name, peer in peers().items():
            python = environment(folder, name, peer)
            problems = [problem for fact in peer["fact"] if (problem := holds(python, peer, fact))]
            print(f"{peer['name']} ({', '.join(peer['install'])}): {len(peer['fact']) - len(problems)} of {len(peer['fact'])} facts hold")
            for problem in problems:
                print(f"  {problem}")
            wrong += len(problems)
    if given.write:
        PAGE.write_text(page(), encoding="utf-8")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
