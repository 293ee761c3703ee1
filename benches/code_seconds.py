"""Compares the seconds that programs are charged with the time that they take natively.

    cargo build --release
    python3 benches/code_seconds.py target/release/verify rows.jsonl                          # the interpreter that runs this is the native one
    python3 benches/code_seconds.py target/release/verify rows.jsonl --python /usr/bin/python3.11

Rows are programs with tests of the kind `stdio`, as `verify score` reads them (`id`, `completion` with one fence, `tests`). Natively a program is run
with `-I -S` on each input, and its processor time (user and system) counts, the least of `--rounds` runs. The same program is scored with a
limit of `--seconds` and once with the default limits; its charge is its fuel over the fuel of a second, summed over the inputs. Printed is one line a
program, in the order of the ratio, as a table for docs/fuel.md: native seconds, charged seconds, their ratio, seconds of `verify` itself, and
the verdict with the default limits. Below it the median and the extremes.
"""

import argparse
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

FUEL_PER_SECOND = int(
    re.search(r"FUEL_PER_SECOND: u64 = ([\d_]+)", (Path(__file__).parent.parent / "src/code/limits.rs").read_text(encoding="utf-8"))[1]
)


def processor_time(command, **options):
    """Seconds of user and system time of a command, and what it returned."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, **options)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done


def native(python, row, rounds):
    """Least seconds of the program over all its inputs, or None where it fails."""
    source = re.search(r"```python\n(.*?)```", row["completion"], re.DOTALL)[1]

    def stack():
        resource.setrlimit(resource.RLIMIT_STACK, (256 << 20, resource.getrlimit(resource.RLIMIT_STACK)[1]))

    total = 0.0
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "program.py"
        program.write_text(source, encoding="utf-8")
        for test in row["tests"]["tests"]:
            times = []
            for _ in range(rounds):
                time, done = processor_time([python, "-I", "-S", program], input=test["input"].encode(), preexec_fn=stack)
                if done.returncode:
                    return None
                times.append(time)
            total += min(times)
    return total


def scored(verify, row, options):
    """The result row, and the seconds of processor time of the command."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "row.jsonl", Path(folder) / "result.jsonl"
        source.write_text(json.dumps({key: row[key] for key in ("id", "completion", "tests")}) + "\n", encoding="utf-8")
        command = [verify, "score", source, "-o", target, "--preset", "none", "--jobs", "1", "--quiet", "--reward", "code"]
        for option in options:
            command += ["--set", option]
        time, done = processor_time(command)
        if not target.exists():
            sys.exit(f"{row['id']}: exit status {done.returncode}: {done.stderr.decode(errors='replace')}")
        return json.loads(target.read_text(encoding="utf-8")), time


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("verify", type=os.path.abspath)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--python", default=sys.executable, help="the native interpreter")
    parser.add_argument("--seconds", type=float, default=60, help="the limit for measuring")
    parser.add_argument("--rounds", type=int, default=3, help="native runs of each input")
    parser.add_argument("--only", default="", help="programs whose id contains this")
    arguments = parser.parse_args()
    if not arguments.rows.exists():
        print(f"{arguments.rows}: not run: there is no such file")
        return
    lines = []
    with arguments.rows.open(encoding="utf-8") as file:
        for row in map(json.loads, filter(str.strip, file)):
            if arguments.only not in row["id"]:
                continue
            time = native(arguments.python, row, arguments.rounds)
            if time is None:
                print(f"{row['id']}: fails natively, left out")
                continue
            long, of_verify = scored(arguments.verify, row, [f"seconds={arguments.seconds:g}"])
            short, _ = scored(arguments.verify, row, [])
            charged = long["cost"]["work"] / FUEL_PER_SECOND
            verdict = short["verdict"] if short["verdict"] == "correct" else f"{short['verdict']}, {short['reason']}"
            lines.append((charged / time, row["id"], time, charged, of_verify, verdict, long["verdict"]))
    lines.sort()
    print("| program | native, s | charged, s | ratio | `verify`, s | default limits |\n|---|---|---|---|---|---|")
    for ratio, name, time, charged, of_verify, verdict, long in lines:
        note = "" if long == "correct" else f" ({long} with {arguments.seconds:g} s)"
        print(f"| {name} | {time:.2f} | {charged:.2f} | {ratio:.2f} | {of_verify:.2f} | {verdict}{note} |")
    ratios = [line[0] for line in lines]
    refused = sum(line[5] != "correct" for line in lines)
    print(f"\n{len(lines)} programs: ratio {min(ratios):.2f} to {max(ratios):.2f}, median {statistics.median(ratios):.2f}; {refused} refused with the default limits")


if __name__ == "__main__":
    main()
