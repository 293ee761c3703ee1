"""Compares the verdicts of `verify` on programs with the verdicts that their rows expect.

    cargo build
    python3 benches/code_reports.py target/debug/verify rows.jsonl            # also rows.jsonl.gz, and several files
    python3 benches/code_reports.py target/debug/verify rows.jsonl --show ID  # the row, its result and what `verify` says about it

Rows are in the form that `verify score` reads (`id`, `completion`, `tests`), with `expected`: `correct`, `incorrect`, `unscored`, or
`never_accept` (any verdict except `correct`). A row with `debatable` is counted separately: a convention decides it. Every row is judged in a process
of its own with a limit of time and memory, so that a program that stops the judge is a row of its own kind (`no_verdict`). Printed are the
agreement on the firm rows, the false accepts, and every disagreement with its reason and detail. A file that is absent is reported as `not run`.
The exit status is 1 if a firm row was accepted wrongly.
"""

import argparse
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def rows(path):
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def result(arguments, row):
    """The result row of `verify score`, or one with the verdict `no_verdict`."""
    given = {key: row[key] for key in ("id", "completion", "tests", "prompt", "answer", "entry_point") if key in row}

    def limit():
        resource.setrlimit(resource.RLIMIT_DATA, (arguments.memory << 20, arguments.memory << 20))

    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "row.jsonl", Path(folder) / "result.jsonl"
        source.write_text(json.dumps(given) + "\n", encoding="utf-8")
        command = [arguments.verify, "score", str(source), "-o", str(target), "--preset", "none", "--jobs", "1", "--quiet", "--reward", "code"]
        for option in arguments.set:
            command += ["--set", option]
        try:
            done = subprocess.run(command, capture_output=True, timeout=arguments.seconds, preexec_fn=limit)
        except subprocess.TimeoutExpired:
            return {"verdict": "no_verdict", "reason": "time", "detail": f"more than {arguments.seconds} s"}
        if not target.exists():
            return {"verdict": "no_verdict", "reason": f"status {done.returncode}", "detail": done.stderr.decode(errors="replace")[-300:]}
        found = json.loads(target.read_text(encoding="utf-8"))
        return found


def agrees(expected, verdict):
    return verdict in ("incorrect", "unscored") if expected == "never_accept" else verdict == expected


def accepted_wrongly(row, found):
    return row["expected"] != "correct" and found["verdict"] == "correct"


def report(path, judged):
    firm = [(row, found) for row, found in judged if not row.get("debatable")]
    wrong = [(row, found) for row, found in judged if not agrees(row["expected"], found["verdict"])]
    agreed = sum(agrees(row["expected"], found["verdict"]) for row, found in firm)
    print(f"{path.name}: {agreed} of {len(firm)} firm rows as expected; {sum(accepted_wrongly(*pair) for pair in firm)} false accepts")
    debatable = len(judged) - len(firm)
    if debatable:
        apart = sum(bool(row.get("debatable")) for row, _ in wrong)
        accepts = sum(accepted_wrongly(*pair) for pair in wrong if pair[0].get("debatable"))
        print(f"  debatable: {debatable - apart} of {debatable} as recommended; {accepts} accepted that should not be")
    for row, found in wrong:
        mark = "debatable" if row.get("debatable") else "ACCEPTED" if accepted_wrongly(row, found) else "firm"
        said = f"{found['verdict']}/{found.get('reason', '')}"
        detail = (found.get("detail") or "").replace("\n", " | ")
        print(f"  {mark:9} {row['id']} [{row.get('category', row.get('name', ''))}] expected {row['expected']}, was {said}: {detail[:300]}")


def show(row, found):
    print(f"==== {row['id']}: expected {row['expected']}{' (debatable)' if row.get('debatable') else ''}; {row.get('note', '')}")
    print(row["completion"])
    print("---- tests")
    tests = row["tests"]
    for key, value in tests.items() if isinstance(tests, dict) else [("tests", tests)]:
        print(f"{key}: {value if isinstance(value, str) and chr(10) not in value else chr(10) + value if isinstance(value, str) else json.dumps(value)[:2000]}")
    print("---- result")
    print(json.dumps({key: value for key, value in found.items() if key not in ("id", "completion")}, indent=1)[:3000])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("verify", type=os.path.abspath)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--show", action="append", default=[], metavar="ID", help="show these rows and their results only")
    parser.add_argument("--set", action="append", default=[], metavar="OPTION=VALUE", help="options of the reward, as for `verify score`")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=60, help="the limit of time for a row")
    parser.add_argument("--memory", type=int, default=6 << 10, help="the limit of memory for a row, in MiB")
    arguments = parser.parse_args()
    failed = False
    for path in arguments.files:
        if not path.exists():
            print(f"{path}: not run: there is no such file")
            continue
        chosen = [row for row in rows(path) if not arguments.show or row["id"] in arguments.show]
        with ThreadPoolExecutor(arguments.jobs) as pool:
            judged = list(zip(chosen, pool.map(lambda row: result(arguments, row), chosen)))
        if arguments.show:
            for pair in judged:
                show(*pair)
        else:
            report(path, judged)
        failed |= any(accepted_wrongly(row, found) and not row.get("debatable") for row, found in judged)
    sys.exit(failed)


if __name__ == "__main__":
    main()
