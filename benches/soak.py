"""Judges rows for a given time and prints whether memory stays level: the Python package in one process, and the command on hostile rows.

    python benches/soak.py python --minutes 10                            # r1rewards installed, with the release profile
    python benches/soak.py command target/release/verify --minutes 10

(The sandbox alone is `cargo run --release --example soak`, the server `benches/server.py --only-soak`.) Each prints a line a minute and ends with code 1 if
an outcome differs from an earlier one of the same rows or a run ends otherwise than it should. The last line has the memory after the first minute, at the
middle and at the end, and the slope of a line through the second half (least squares). Memory is the resident set from /proc: Linux only.

- python: batches of 64 math rows, 64 rows with a form and 4 programs, new ones each time; every tenth batch is the first one again, whose outcomes must be the same.
- command: half of the time short runs of `verify score` one after the other, each on other hostile rows from a file (memory: the most of each run), then one run
  that reads such rows from a pipe for the other half (memory: while it runs). Hostile rows are long, deep, not UTF-8, cut off, of the wrong type, or have columns of 20 MB.
"""

import argparse
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TESTS = {"kind": "stdio", "tests": [{"input": "3\n", "output": "6"}]}


def resident(process="self"):
    """MiB of a process."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def report(name, samples):
    """Prints the summary of pairs of seconds and MiB."""
    half = samples[len(samples) // 2 :]
    mean_time, mean = (sum(column) / len(half) for column in zip(*half, strict=True))
    slope = sum((at - mean_time) * (memory - mean) for at, memory in half) / (sum((at - mean_time) ** 2 for at, _ in half) or 1.0)
    early = next((memory for at, memory in samples if at >= 60), samples[0][1])
    print(f"{name}: memory {early:.1f} -> {half[0][1]:.1f} -> {half[-1][1]:.1f} MiB, slope {3600 * slope:+.1f} MiB/h", flush=True)


def note(samples, passed, memory):
    """Keeps a sample a second: one for each batch is 3 MiB in ten minutes, which would be measured, too."""
    if not samples or passed - samples[-1][0] >= 1:
        samples.append((passed, memory))


def soak_python(minutes):
    import r1rewards

    def batch(number):
        draw = random.Random(number)
        sums = [(draw.randrange(10**6), draw.randrange(1, 10**6)) for _ in range(64)]
        math = [f"<think>{'step ' * draw.randrange(200)}</think><answer>\\frac{{{a}}}{{{b + (draw.random() < 0.3)}}}</answer>" for a, b in sums]
        programs = [f"```python\nprint(int(input()) * {draw.choice([2, 3])} + {number} * 0)\n```" for _ in range(4)]
        return [f"{a}/{b}" for a, b in sums], math, programs

    scorers = {name: r1rewards.Scorer(name) for name in ["math", "format", "code"]}

    def judged(number):
        answers, math, programs = batch(number)
        outcomes = [scorers["math"].score_batch(math, answers), scorers["format"].score_batch(math), scorers["code"].score_batch(programs, tests=[TESTS] * 4)]
        return [(outcome.verdict, outcome.reward, outcome.reason) for part in outcomes for outcome in part]

    first, start, shown, number, samples = judged(0), time.monotonic(), 0, 0, []
    if [verdict for verdict, *_ in first].count("unscored"):
        sys.exit(f"a row is unscored: {first}")
    while (passed := time.monotonic() - start) < 60 * minutes:
        number += 1
        if number % 10 == 0 and judged(0) != first:
            sys.exit(f"batch {number}: the first rows have other outcomes than at first")
        judged(number)
        note(samples, passed, resident())
        if passed >= 60 * shown:
            shown += 1
            print(f"{passed / 60:5.1f} min  {number * 132:>9,} rows  {resident():7.1f} MiB", flush=True)
    report(f"python, {minutes:g} min, {number * 132:,} rows", samples)


def hostile(seed):
    """Lines of bytes, about 30 MB; a third are rows that can be judged."""
    draw = random.Random(seed)
    deep, size = draw.randrange(1000, 20000), draw.randrange(100_000, 400_000)
    answers = ["\\boxed{" * deep, "\\frac{1}{" * deep + "2" + "}" * deep, "(" * deep + "1" + ")" * deep, "9" * size, "x+" * size + "1", "<answer>" * deep, "\\boxed{7}" * deep, "\u202e\\boxed{7}\x00", "^" * size]
    lines = [json.dumps({"completion": answer, "answer": draw.choice(["7", answer])}).encode() for answer in answers]
    lines += [b'{"completion": "\\ud800 \\boxed{7}", "answer": "7"}', b'{"completion": "\xff\xfe \\boxed{7}", "answer": "7"}', b'{"completion": "cut off', b"\x80\x81", b"[" * deep, b"null"]
    lines += [b'{"completion": ' + b"[" * deep + b"]" * deep + b', "answer": "7"}', b'{"completion": "7", "answer": ' + b"9" * size + b"}", b'{"completion": 7, "answer": {"a": 1}}']
    lines += [b'{"unread": "' + b"a" * 20_000_000 + b'", "completion": "\\\\boxed{7}", "answer": "7"}', b'{"completion": "' + b"b" * 5_000_000 + b' \\\\boxed{7}", "answer": "7"}']
    lines += [json.dumps({"completion": f"so \\boxed{{{draw.randrange(10)}}}", "answer": "7"}).encode() for _ in range(len(lines) // 2)]
    draw.shuffle(lines)
    return lines


def soak_runs(verify, minutes, folder):
    start, number, samples, shown, first = time.monotonic(), 0, [], 0, None
    while (passed := time.monotonic() - start) < 60 * minutes:
        seed = number % 10
        lines = hostile(seed)
        (folder / "rows.jsonl").write_bytes(b"\n".join(lines) + b"\n")
        process = subprocess.Popen([verify, "score", folder / "rows.jsonl", "-o", folder / "out.jsonl", "--reward", "math", "-q"])
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        results = (folder / "out.jsonl").read_bytes()
        if process.returncode or results.count(b"\n") != len(lines):
            sys.exit(f"run {number}: exit code {process.returncode}, {results.count(bytes([10]))} results of {len(lines)} rows")
        if seed == 0:
            first = first or results
            if results != first:
                sys.exit(f"run {number}: the same rows have other results than at first")
        number += 1
        samples.append((passed, usage.ru_maxrss / 1024))
        if passed >= 60 * shown:
            shown += 1
            print(f"{passed / 60:5.1f} min  {number:>6} runs  {samples[-1][1]:7.1f} MiB", flush=True)
    report(f"command, {minutes:g} min, {number} runs, the most of each", samples)


def soak_pipe(verify, minutes):
    blocks = [b"\n".join(hostile(seed)) + b"\n" for seed in range(4)]
    process = subprocess.Popen([verify, "score", "-", "-o", "/dev/null", "--reward", "math", "-q"], stdin=subprocess.PIPE)
    start, samples, sent, shown = time.monotonic(), [], 0, 0
    for number in itertools.count():
        if (passed := time.monotonic() - start) >= 60 * minutes:
            break
        process.stdin.write(blocks[number % len(blocks)])
        sent += len(blocks[number % len(blocks)])
        note(samples, passed, resident(process.pid))
        if passed >= 60 * shown:
            shown += 1
            print(f"{passed / 60:5.1f} min  {sent / 1e6:>9,.0f} MB read  {samples[-1][1]:7.1f} MiB", flush=True)
    process.stdin.close()
    if code := process.wait():
        sys.exit(f"the run from a pipe ended with exit code {code}")
    report(f"command, {minutes:g} min, one run of {sent / 1e6:,.0f} MB", samples)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("face", choices=["python", "command"])
    parser.add_argument("verify", nargs="?", help="the command to try; for `command`")
    parser.add_argument("--minutes", type=float, default=10)
    given = parser.parse_args()
    if given.face == "python":
        soak_python(given.minutes)
    elif given.verify is None:
        parser.error("name the command to try, say target/release/verify")
    else:
        with tempfile.TemporaryDirectory() as folder:
            soak_runs(given.verify, given.minutes / 2, Path(folder))
        soak_pipe(given.verify, given.minutes / 2)


if __name__ == "__main__":
    main()
