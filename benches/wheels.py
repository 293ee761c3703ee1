"""Compares the speed of wheels: two builds of the same version, say with other settings of the compiler.

    python benches/wheels.py FIRST.whl SECOND.whl

A folder that has one wheel stands for this wheel.

Each workload is rows from a seed that `python -m r1rewards score --jobs 1` judges from the unpacked wheel, in turn for each wheel and in the other order in every second round. Printed is the processor time of the
whole command (user and system), the least of `--rounds`, and the speed compared with that of the first wheel. `first program` begins with an empty cache, so it compiles the guest. Nothing here is a test.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

CODE = {"kind": "stdio", "tests": [{"input": "3\n", "output": "6"}]}


def pairs(draw):
    """A reference and an answer, which is right twice of three times."""
    a, b = draw.randrange(2, 999), draw.randrange(2, 999)
    right = [
        (f"{a}/{b}", rf"\frac{{{2 * a}}}{{{2 * b}}}"),
        (rf"\sqrt{{{a * b * b}}}", rf"{b}\sqrt{{{a}}}"),
        (f"x^2+{a + b}x+{a * b}", f"(x+{a})(x+{b})"),
        (rf"\{{{a},{b}\}}", rf"\{{{b},{a}\}}"),
        (f"({a},{b}]", rf"\left( {a}, {b} \right]"),
        (f"{a}.5", rf"{2 * a + 1}/2"),
    ]
    gold, answer = draw.choice(right)
    return gold, answer if draw.random() < 2 / 3 else answer.replace(str(a), str(a + 1))


def rows(name, draw):
    """The rows of a workload."""
    if name == "programs":
        return [{"completion": f"```python\nprint(int(input()) * {draw.choice([2, 3])} + {number} * 0)\n```", "tests": CODE} for number in range(1_600)]
    if name == "first program":
        return [{"completion": "```python\nprint(6)\n```", "tests": CODE}]
    if name == "yaml":
        return [{"completion": "```yaml\n" + "".join(f"key{line}: [1, 2, {{a: 'x{line}'}}]\n" for line in range(3_000)) + "```"}] * 100
    if name == "schema":
        return [{"completion": "```json\n" + json.dumps([{"a": place, "b": "xy"} for place in range(3_000)]) + "\n```"}] * 200
    length = 3_000 if name == "long math" else 4
    made = []
    for _ in range(16_000 if name == "long math" else 40_000):
        gold, answer = pairs(draw)
        made.append({"completion": f"{'We compute the next step. ' * draw.randrange(length // 4)}So the answer is $\\boxed{{{answer}}}$.", "answer": gold})
    return made


# The reward of each workload, as TOML.
REWARDS = {
    "math": 'kind = "math"',
    "long math": 'kind = "math"',
    "yaml": 'kind = "data"\nformat = "yaml"',
    "schema": """kind = "schema"
schema = { type = "array", items = { type = "object", properties = { a = { type = "integer" }, b = { type = "string" } }, required = ["a"] } }""",
    "programs": 'kind = "code"',
    "first program": 'kind = "code"',
}


def seconds(site, folder, name, cache):
    """Processor time of one run."""
    command = [sys.executable, "-S", "-m", "r1rewards", "score", folder / f"{name}.jsonl", "-o", os.devnull, "--rewards", folder / f"{name}.toml", "--preset", "none", "--jobs", "1", "--quiet"]
    process = subprocess.Popen(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(site), "R1REWARDS_CACHE": str(cache)})
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{site}: {name}: exit status {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime


def wheel_at(place):
    """The wheel that an argument names."""
    found = sorted(place.glob("*.whl")) if place.is_dir() else [place] * place.is_file()
    if len(found) != 1:
        raise argparse.ArgumentTypeError(f"{place} has {len(found)} wheels: name one")
    return found[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheels", nargs="+", type=lambda text: wheel_at(Path(text)), metavar="WHEEL")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        sites = [folder / str(number) for number in range(len(options.wheels))]
        for site, wheel in zip(sites, options.wheels, strict=True):
            zipfile.ZipFile(wheel).extractall(site)
            print(f"{wheel}: {wheel.stat().st_size:,} bytes")
        for name, reward in REWARDS.items():
            with (folder / f"{name}.jsonl").open("w", encoding="utf-8") as file:
                file.writelines(json.dumps(row) + "\n" for row in rows(name, random.Random(0)))
            (folder / f"{name}.toml").write_text(f"[[reward]]\n{reward}\n", encoding="utf-8")
            measured = {site: [] for site in sites}
            for number in range(options.rounds + 1):
                for site in sites if number % 2 else sites[::-1]:
                    with tempfile.TemporaryDirectory() as fresh:
                        took = seconds(site, folder, name, fresh if name == "first program" else folder / f"cache{site.name}")
                    # The first round warms up.
                    measured[site] += [took] if number else []
            least = [min(measured[site]) for site in sites]
            print(f"{name:14}" + "".join(f"{time:8.2f} s ({least[0] / time:.2f})" for time in least), flush=True)


if __name__ == "__main__":
    main()
