"""Compares the speed of the Python package with Math-Verify, with TRL's accuracy_reward, and with the engine without
Python.

    pip install math-verify trl && python benches/compare/python.py               # peers that are not installed are left out
    cargo build --release --example batch                                         # needed to measure the cost of the binding
    python benches/compare/python.py --batch target/release/examples/batch --only binding gil

Parts: peers (1024 completions by TRL's signature); binding (100,000 pairs from Python and from Rust in turn, the best
of each; one call; two threads); gil (the longest time that another Python thread waits during ten seconds of work);
startup. All parts use the same rows.
"""

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# This folder has a math_verify.py of its own, which hides the library of that name.
sys.path[:] = [folder for folder in sys.path if Path(folder).resolve() != Path(__file__).resolve().parent]
try:
    # Imported before the ticker starts, because the import holds Python's lock for a fifth of a second.
    import numpy
except ImportError:
    numpy = None

import r1rewards
from r1rewards.integrations.trl import reward

COMPLETIONS = 1024
PAIRS = 100_000
BATCH = 20_000
CALLS = 20_000
ROUNDS = 15
# Seconds of work in the batch during which the ticker is measured.
GIL_SECONDS = 10

# (gold, answers that a model may write): equal and different ones, simple and complex ones.
GOLDS = [
    ("42", ["42", "41", "42.0"]),
    (r"\frac{1}{2}", ["0.5", r"\frac{2}{4}", "0.51"]),
    (r"\sqrt{8}", [r"2\sqrt{2}", "2.83"]),
    ("x^2-1", ["(x-1)(x+1)", "(x-1)^2"]),
    (r"\{1,2\}", [r"\{2,1\}", r"\{1\}"]),
    ("(1,2)", ["(1, 2)", "(2,1)"]),
]


def rows(count):
    pairs = [(gold, answer) for gold, answers in GOLDS for answer in answers]
    picked = [pairs[number % len(pairs)] for number in range(count)]
    texts = [rf"Step {number}: we compute. The answer is $\boxed{{{answer}}}$." for number, (_, answer) in enumerate(picked)]
    return texts, [gold for gold, _ in picked]


def timed(name, function):
    gc.collect()
    start = time.perf_counter()
    result = function()
    seconds = time.perf_counter() - start
    print(f"{name:44} {seconds * 1e3:10.1f} ms")
    return seconds, result


def peer_functions(completions, golds):
    try:
        from trl.rewards import accuracy_reward

        yield "trl accuracy_reward", lambda: accuracy_reward(completions, [f"${gold}$" for gold in golds])
    except ImportError as error:
        print(f"left out: {error}")
    try:
        from math_verify import parse, verify

        texts = [completion[0]["content"] for completion in completions]
        yield "math-verify", lambda: [float(verify(parse(f"${gold}$"), parse(text))) for gold, text in zip(golds, texts)]
    except ImportError as error:
        print(f"left out: {error}")


def peers(arguments):
    texts, golds = rows(COMPLETIONS)
    completions = [[{"role": "assistant", "content": text}] for text in texts]
    judge = reward(r1rewards.Math(), answer="solution")
    print(f"{COMPLETIONS} completions, TRL's signature")
    own, ours = min((timed("r1rewards", lambda: judge(completions=completions, solution=golds)) for _ in range(ROUNDS)), key=lambda run: run[0])
    for name, function in peer_functions(completions, golds):
        theirs, found = timed(name, function)
        differ = sorted({(golds[at], texts[at].split("boxed")[1]) for at in range(COMPLETIONS) if ours[at] != found[at]})
        print(f"    {theirs / own:.0f} times as long; verdicts differ on {differ or 'nothing'}")


class Engine:
    """Runs the engine without Python: examples/batch.rs on the same rows."""

    def __init__(self, path, texts, golds):
        self.path = path
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl", delete=False, encoding="utf-8") as file:
            file.writelines(json.dumps({"completion": text, "answer": gold}) + "\n" for text, gold in zip(texts, golds))
        self.rows = file.name

    def run(self, jobs, runs):
        """Returns the smallest wall-clock time and CPU time of a run, and the time of one call; in seconds."""
        printed = subprocess.run([self.path, self.rows, str(jobs), str(runs)], capture_output=True, text=True, check=True).stdout.split("\n")
        times = [tuple(map(float, line.split())) for line in printed[:runs]]
        return min(clock for clock, _ in times), min(processors for _, processors in times), float(printed[runs]) * 1e-9


def both_clocks(function):
    gc.collect()
    clock, processors = time.perf_counter(), time.process_time()
    result = function()
    times = time.perf_counter() - clock, time.process_time() - processors
    del result
    return times


def binding(arguments):
    texts, golds = rows(PAIRS)
    engine = Engine(arguments.batch, texts, golds) if arguments.batch else None
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(f"\n{PAIRS} pairs, the best of {ROUNDS} runs of each")
    for jobs in sorted({1, cores}):
        scorer = r1rewards.Scorer(r1rewards.Math(), jobs=jobs)
        python, rust, call = [], [], []
        for _ in range(ROUNDS):
            # In turn, so that other load of the machine affects both.
            python.append(both_clocks(lambda: scorer.score_batch(texts, golds)))
            if engine:
                *times, of_call = engine.run(jobs, 2)
                rust.append(times)
                call.append(of_call)
        # One thread is measured by CPU time, which other programs do not affect; several threads by wall-clock time.
        which, unit = (1, "processor") if jobs == 1 else (0, "clock")
        best = min(times[which] for times in python)
        print(f"score_batch, {jobs} threads ({unit}): {PAIRS / best:12,.0f} pairs/s from Python")
        if rust:
            alone = min(times[which] for times in rust)
            print(f"{'':37} {PAIRS / alone:12,.0f} from Rust; Python reaches {alone / best:.1%}")
    verify = r1rewards.math.verify

    def calls():
        for _ in range(CALLS):
            verify("42", "42")

    each = min(both_clocks(calls)[1] for _ in range(ROUNDS)) / CALLS
    print(f"math.verify('42', '42'): {each * 1e6:.2f} us a call" + (f", {(each - min(call)) * 1e6:.2f} us over Rust" if engine else ""))
    two_threads(texts, golds)
    if engine:
        os.unlink(engine.rows)


def two_threads(texts, golds):
    """Compares two batches on one thread with the same on a pool of two threads, as in a trainer; the scorer itself
    uses one thread."""
    single = r1rewards.Scorer(r1rewards.Math(), jobs=1)
    batches = [(texts[start : start + BATCH], golds[start : start + BATCH]) for start in (0, BATCH)]
    found = []
    with ThreadPoolExecutor(2) as pool:
        for _ in range(3 * ROUNDS):
            alone, _ = both_clocks(lambda: [single.score_batch(*batch) for batch in batches])
            both, _ = both_clocks(lambda: list(pool.map(lambda batch: single.score_batch(*batch), batches)))
            found.append(alone / both)
    middle = statistics.median(found)
    print(f"two Python threads do {middle:.2f} times the work of one (median of {len(found)} pairs of {BATCH} rows a thread; {min(found):.2f} to {max(found):.2f})")


class Ticker(threading.Thread):
    """Requests Python's lock repeatedly and records the longest wait."""

    def __init__(self):
        super().__init__(daemon=True)
        self.longest, self.ticks, self.done = 0.0, 0, threading.Event()

    def run(self):
        last = time.perf_counter()
        while not self.done.is_set():
            time.sleep(0.0005)
            now = time.perf_counter()
            self.longest = max(self.longest, now - last)
            self.ticks += 1
            last = now

    def beside(self, work):
        gc.collect()
        self.start()
        start = time.perf_counter()
        result = work()
        seconds = time.perf_counter() - start
        self.done.set()
        self.join()
        return seconds, result


def gil(arguments):
    """Measures the ticker during a long batch, including the conversion of all inputs and outputs, and as a control
    during another process."""
    texts, golds = rows(PAIRS)
    scorer = r1rewards.Scorer(r1rewards.Math(), jobs=1)
    start = time.perf_counter()
    scorer.score_batch(texts, golds)
    times = max(1, round(1.5 * GIL_SECONDS / (time.perf_counter() - start)))
    many = {"completions": texts * times, "answer": golds * times, "prompt": [[{"role": "user", "content": text}] for text in texts] * times}

    def work():
        outcomes = scorer.score_batch(**many)
        if numpy:
            outcomes.to_numpy()
        # Returned, so that the lists are freed after the ticker has stopped: freeing a million items holds the lock.
        return outcomes, outcomes.rewards, outcomes.reasons, outcomes.extracted

    print(f"\n{PAIRS * times:,} rows of text, answer and message list, one batch")
    ticker = Ticker()
    seconds, _ = ticker.beside(work)
    print(f"during {seconds:.1f} s in r1rewards: {ticker.ticks} ticks, the longest wait {ticker.longest * 1e3:.1f} ms")
    # The same load in another process, as a control: the waits that the machine itself causes.
    code = f"import time; end = time.time() + {GIL_SECONDS}\nwhile time.time() < end: pass"
    control = Ticker()
    control.beside(lambda: subprocess.run([sys.executable, "-c", code], check=True))
    print(f"during {GIL_SECONDS} s of another process: {control.ticks} ticks, the longest wait {control.longest * 1e3:.1f} ms")


def startup(arguments):
    code = (
        "import os, time; s, p = time.perf_counter(), time.process_time(); import r1rewards;"
        "print(time.perf_counter() - s, time.process_time() - p);"
        "print(len(os.listdir('/proc/self/task')) if os.path.isdir('/proc/self/task') else 1)"
    )
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split() for _ in range(20)]
    for place, unit in enumerate(["clock", "processor"]):
        times = sorted(float(run[place]) * 1e3 for run in runs)
        print(f"import r1rewards ({unit}): {times[0]:.0f} to {times[-1]:.0f} ms, median {times[10]:.0f} ms, in {len(runs)} fresh processes")
    print(f"threads after it: {max(int(run[2]) for run in runs)}")


PARTS = {"peers": peers, "binding": binding, "gil": gil, "startup": startup}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--batch", type=lambda path: str(Path(path).resolve()), help="the built example `batch`")
    given = parser.parse_args()
    for name in given.only:
        PARTS[name](given)
