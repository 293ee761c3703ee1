"""How much longer nine workloads take in the sandbox than natively.

    cargo build --release
    python3 benches/guest_speed.py target/release/verify --python /usr/bin/python3.11

Natively a workload is run with `-I -S`; in the sandbox by `verify score --jobs 1`, as a program that prints its result, with a limit of time that
none reaches. Counted is processor time (user and system), the least of `--rounds` rounds in which both sides alternate, without the time of the same
command for a program that does nothing. Printed are a line for each workload and the geometric mean of the ratios. Both sides must print the same.
Give the interpreter itself, not a launcher that looks for it. Only the Python standard library is needed.
"""

import argparse
import json
import math
import resource
import subprocess
import tempfile
from pathlib import Path

WORKLOADS = {
    "integers": """
total = 0
for i in range(6_000_000):
    total = (total * 31 + i) % 1_000_003
print(total)
""",
    "floats": """
x, s = 0.5, 0.0
for i in range(5_000_000):
    x = 3.7 * x * (1.0 - x)
    s += x * x - 0.25
print(round(s, 3))
""",
    "calls": """
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)
print(fibonacci(30))
""",
    "lists": """
sieve = [True] * 4_000_001
for i in range(2, 2001):
    if sieve[i]:
        for j in range(i * i, 4_000_001, i):
            sieve[j] = False
print(sum(sieve) - 2)
""",
    "dictionaries": """
counts = {}
for i in range(2_000_000):
    key = i * 7919 % 50_021
    counts[key] = counts.get(key, 0) + 1
print(len(counts), max(counts.values()))
""",
    "objects": """
class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y
    def moved(self, x, y):
        return Point(self.x + x, self.y + y)
p = Point(0, 0)
for i in range(1_200_000):
    p = p.moved(i & 3, 1)
print(p.x, p.y)
""",
    "strings": """
words = [str(i * i) for i in range(200_000)]
total = 0
for _ in range(4):
    for word in words:
        total += len(word.replace("1", "22").upper().strip("0")) + word.count("3")
print(total, len(" ".join(words).split()))
""",
    "sorting": """
items, x = [], 12345
for _ in range(300_000):
    x = (x * 1103515245 + 12345) % 2147483648
    items.append((x % 1000, x))
items.sort()
items.sort(key=lambda item: -item[1])
print(items[0], items[-1])
""",
    "search": """
import heapq
n = 250
cost = [[(i * 37 + j * 91) % 17 + 1 for j in range(n)] for i in range(n)]
best, heap = {(0, 0): 0}, [(0, 0, 0)]
while heap:
    d, i, j = heapq.heappop(heap)
    if d > best[i, j]:
        continue
    for a, b in ((i + 1, j), (i - 1, j), (i, j + 1), (i, j - 1)):
        if 0 <= a < n and 0 <= b < n:
            t = d + cost[a][b]
            if t < best.get((a, b), 1 << 60):
                best[a, b] = t
                heapq.heappush(heap, (t, a, b))
print(best[n - 1, n - 1])
""",
}


def timed(command):
    """Seconds of processor time of a command, and what it wrote."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("verify")
    parser.add_argument("--python", required=True, help="the native interpreter")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)

        def native(name):
            return timed([arguments.python, "-I", "-S", str(folder / f"{name}.py")])

        def guest(name):
            out = folder / "out.jsonl"
            out.unlink(missing_ok=True)
            command = [arguments.verify, "score", str(folder / f"{name}.jsonl"), "-o", str(out), "--preset", "none", "--reward", "code", "--set", "seconds=60", "--no-meta", "-q", "--jobs", "1"]
            seconds, _ = timed(command)
            return seconds, json.loads(out.read_text(encoding="utf-8"))

        for name, text in {"nothing": "print()\n", **WORKLOADS}.items():
            (folder / f"{name}.py").write_text(text, encoding="utf-8")
            _, output = native(name)
            tests = {"kind": "stdio", "tests": [{"input": "", "output": output.decode()}]}
            (folder / f"{name}.jsonl").write_text(json.dumps({"completion": f"```python\n{text}```", "tests": tests}) + "\n", encoding="utf-8")
            _, result = guest(name)
            if result["verdict"] != "correct":
                raise SystemExit(f"{name}: the sandbox gives something else: {result}")
        least = {}
        for _ in range(arguments.rounds):
            for name in ("nothing", *WORKLOADS):
                for side in (native, guest):
                    least[side, name] = min(side(name)[0], least.get((side, name), math.inf))
    version = subprocess.run([arguments.python, "-V"], capture_output=True, text=True, check=True).stdout.strip()
    print(f"| workload | {version}, s | sandbox, s | ratio |\n|---|---|---|---|")
    logs = []
    for name in WORKLOADS:
        seconds = [least[side, name] - least[side, "nothing"] for side in (native, guest)]
        logs.append(math.log(seconds[1] / seconds[0]))
        print(f"| {name} | {seconds[0]:.2f} | {seconds[1]:.2f} | {seconds[1] / seconds[0]:.2f} |")
    print(f"\ngeometric mean of the ratios: {math.exp(sum(logs) / len(logs)):.3f}")


if __name__ == "__main__":
    main()
