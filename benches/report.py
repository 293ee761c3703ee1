"""Measures the report of many rows: the time to write it, the size of the file, and the time until Chromium shows its rows.

    cargo build --release
    python benches/report.py target/release/verify            # needs Playwright and Chromium
    python benches/report.py target/release/verify 100000 2000

Arguments: the command, the number of rows, and the characters of a completion. The rows are generated from a seed: numbers and words from the
Zipf distribution of a vocabulary of 4,000 made-up words, eight samples for a prompt, judged by `verify score`. R1REWARDS_CHROMIUM is the path of
the browser. Printed are seconds of wall-clock time unless it says otherwise, and the most memory of `verify report`; the page is opened three times from disk.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

SAMPLES = 8


def write_rows(path, rows, characters):
    draw = random.Random(0)
    letters = "etaoinshrdlucmfwypvbgk"
    vocabulary = ["".join(draw.choices(letters, k=draw.randint(2, 10))) for _ in range(4000)]
    weights = [1 / (rank + 3) for rank in range(len(vocabulary))]
    with path.open("w") as file:
        for number in range(rows):
            if number % SAMPLES == 0:
                prompt = " ".join(draw.choices(vocabulary, weights, k=40))
                answer = str(draw.randint(2, 999))
            length = max(40, int(draw.lognormvariate(0, 0.6) * characters))
            words = draw.choices(vocabulary, weights, k=length // 6)
            for _ in range(len(words) // 12):
                words[draw.randrange(len(words))] = str(draw.randint(0, 9999))
            given = draw.choice([answer, answer, str(draw.randint(2, 999)), rf"\frac{{{answer}}}{{1}}", rf"{answer} \text{{ cm}}", "?"])
            completion = " ".join(words) + f" so the answer is \\boxed{{{given}}}."
            row = {"id": f"q{number // SAMPLES}/{number % SAMPLES}", "prompt": prompt, "completion": completion, "answer": answer, "source": f"set {number % 5}"}
            if number % 100 == 99:
                del row["answer"]
            file.write(json.dumps(row) + "\n")


def measured(command):
    """Runs a command: seconds, seconds of its processor time, its most memory in MiB, and what it says on standard error."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command} ended with {process.returncode}: {said}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said


def open_page(browser, page):
    tab = browser.new_page()
    start = time.perf_counter()
    tab.goto(page.as_uri(), wait_until="commit")
    tab.wait_for_selector("html[data-ready]", timeout=120_000)
    tab.wait_for_selector("#list tbody tr")
    opened = time.perf_counter() - start
    start = time.perf_counter()
    tab.fill("#search", "\\frac")
    tab.wait_for_function("() => document.getElementById('progress').hidden && state.text && state.found", timeout=120_000)
    searched = time.perf_counter() - start
    start = time.perf_counter()
    tab.evaluate("() => { clearFilters(); state.found = null; state.sort = 'length'; state.down = true; refresh(); }")
    sorted_in = time.perf_counter() - start
    tab.close()
    return opened, searched, sorted_in


def main():
    verify = Path(sys.argv[1]).resolve()
    rows, characters = (int(argument) for argument in [*sys.argv[2:], "100000", "2000"][:2])
    with tempfile.TemporaryDirectory() as folder:
        source, results, page = (Path(folder) / name for name in ["rows.jsonl", "results.jsonl", "report.html"])
        write_rows(source, rows, characters)
        subprocess.run([verify, "score", source, "-o", results, "--quiet"], check=True)
        seconds, processor, memory, said = measured([verify, "report", source, "--results", results, "-o", page])
        sizes = [file.stat().st_size / 1e6 for file in [source, page]]
        print(f"{rows:,} rows, {sizes[0]:.1f} MB: written in {seconds:.1f} s ({processor:.1f} s of processor time), at most {memory:.0f} MiB, {sizes[1]:.1f} MB")
        print("".join(line for line in said.splitlines(keepends=True) if "listed" in line), end="")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=os.environ.get("R1REWARDS_CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"])
            for _ in range(3):
                opened, searched, ordered = open_page(browser, page)
                print(f"opened in {opened:.2f} s, searched in {searched:.2f} s, filtered and sorted in {ordered:.2f} s")
            browser.close()


if __name__ == "__main__":
    main()
