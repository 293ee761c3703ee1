#!/usr/bin/env python3
"""Compares Math-Verify and r1rewards on the same pairs, in one run.

    python3 benches/compare/math_verify.py                       # every corpus of the data folder
    python3 benches/compare/math_verify.py pairs.jsonl           # some of them
    python3 benches/compare/math_verify.py tests/cases/math/*.toml

The first run creates a virtual environment with Math-Verify, which needs the network. The data folder is
$R1REWARDS_DATA, or ../shared/data next to the repository. Without it the script prints that there is nothing to compare
and exits with 0.

A corpus is a JSONL file whose rows have `gold`, `pred` (an answer alone) or `response` (a completion) and `expected`
(true, false, or null: measured but not compared with a label), or a case file of this project. Both engines get the
same rows in the same order. The times of Math-Verify are CPU times of `verify(parse(gold), parse(answer))`, one pair at
a time, with its own timeouts enabled; those of r1rewards come from `benches/measure/corpus.rs`. The script itself needs only
the Python standard library, version 3.11 or later.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
MATH_VERIFY = "0.9.0"
# Corpora are labelled by different conventions. Each is judged with the policy of its convention, as in
# tests/data/corpora.rs.
POLICIES = {
    "near_miss": "strict",
    "gold_self": "strict",
    "mathcoder": "strict",
    "known_failures": "strict",
    "reward_hacks": "strict",
    "gsm8k_solutions": "strict",
    "attacks_dev": "strict",
    "math_verify_tests": "math_verify",
    "lighteval_tests": "math_verify",
}
DEFAULT_POLICY = "lenient"
# Corpora whose `pred` is an answer alone, so that no extraction from a text is needed.
BARE_CORPORA = {"mix", "mathcoder", "near_miss", "gold_self"}
# Test suites of other projects, which have whole completions under the key `pred`.
RESPONSE_CORPORA = {"math_verify_tests", "lighteval_tests"}
WARM_UP_PAIRS = [(r"\boxed{\frac{1}{2}}", r"\boxed{0.5}"), (r"\boxed{x^2}", r"\boxed{x \cdot x}"), (r"\boxed{(1,2]}", r"\boxed{[1,2]}")]


def main():
    arguments = parse_arguments()
    if arguments.worker:
        return math_verify_worker(arguments.timeout)
    corpora = [Path(name) for name in arguments.corpus] or default_corpora()
    if not corpora:
        print("no corpora: set R1REWARDS_DATA to a folder with math/*.jsonl, or name files; nothing compared")
        return 0
    missing = [str(path) for path in corpora if not path.is_file()]
    if missing:
        print(f"no such file: {', '.join(missing)}", file=sys.stderr)
        return 2

    python = None if arguments.skip_math_verify else math_verify_python(Path(arguments.venv))
    engine = None if arguments.skip_engine else engine_command()
    print(f"{platform.platform()}, {cpu_model()}, Python {platform.python_version()}, one thread each")
    if python:
        print(f"Math-Verify {MATH_VERIFY}, timeouts {arguments.timeout} s")
    header()
    report = []
    for path in corpora:
        rows = read_corpus(path, arguments.limit)
        if not rows:
            print(f"{path.stem}: no rows with gold and pred or response; left out")
            continue
        policy = arguments.policy or policy_of(path)
        results = {}
        if python:
            results["Math-Verify"] = run_math_verify(python, rows, arguments.timeout)
        if engine:
            results["r1rewards"] = run_engine(engine, rows, policy, path.stem in BARE_CORPORA)
        for name, result in results.items():
            summary = summarise(rows, result)
            report.append({"corpus": path.stem, "engine": name, "policy": policy if name == "r1rewards" else None, **summary})
            line(path.stem, name, policy if name == "r1rewards" else "-", summary)
            if arguments.show:
                show_disagreements(rows, result, arguments.show)
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    # Rows without an answer count as not accepted, so these figures are not those of a whole comparison.
    return 1 if any(entry["unanswered"] for entry in report) else 0


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="*", help="JSONL corpora or TOML case files (default: math/*.jsonl of the data folder)")
    parser.add_argument("--policy", help="judge every corpus under this policy of r1rewards")
    parser.add_argument("--limit", type=int, help="the first N rows of a corpus only")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print the first N disagreements with the labels")
    parser.add_argument("--json", metavar="FILE", help="write the figures to a file as well")
    parser.add_argument("--timeout", type=int, default=5, help="seconds Math-Verify gives a parse or a comparison (its default, 5)")
    parser.add_argument("--venv", default=str(REPOSITORY / ".venv-math-verify"), help="where Math-Verify is installed")
    parser.add_argument("--skip-math-verify", action="store_true", help="measure r1rewards only")
    parser.add_argument("--skip-engine", action="store_true", help="measure Math-Verify only")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


# Corpora


def default_corpora():
    folder = Path(os.environ.get("R1REWARDS_DATA") or REPOSITORY.parent / "shared" / "data")
    return sorted((folder / "math").glob("*.jsonl"))


def policy_of(path):
    return "strict" if path.suffix == ".toml" else POLICIES.get(path.stem, DEFAULT_POLICY)


def read_corpus(path, limit):
    """Reads rows of any known form as {id, gold, pred | response, expected}."""
    if path.suffix == ".toml":
        cases = tomllib.loads(path.read_text(encoding="utf-8")).get("case", [])
        # Math-Verify has no policies, so a pair that is listed for several policies is compared once, with strict.
        raw = [case for case in cases if case.get("policy", "strict") == "strict"]
    else:
        raw = [json.loads(text) for text in path.read_text(encoding="utf-8").split("\n") if text.strip()]
    rows = []
    for number, row in enumerate(raw, 1):
        if row.get("family", "math") != "math" or row.get("language", "ENGLISH") != "ENGLISH":
            continue
        gold = row.get("gold")
        response = row.get("response", row.get("completion"))
        pred = row.get("pred", row.get("answer"))
        if pred is None and ("pred" in row or "answer" in row):
            pred = ""  # the extractor of the data set found nothing
        if row.get("kind") == "response" or path.stem in RESPONSE_CORPORA:
            response, pred = (pred if response is None else response), None
        if not isinstance(gold, str) or not isinstance(pred if response is None else response, str):
            continue
        text = {"pred": pred} if response is None else {"response": response}
        rows.append({"id": f"{number}", "gold": gold, **text, "expected": label(row), "config": row.get("config")})
    return rows[:limit]


def label(row):
    for key in ("expected", "equal"):
        if isinstance(row.get(key), bool):
            return row[key]
    return {"accept": True, "reject": False, "correct": True, "incorrect": False}.get(row.get("expected_verdict", row.get("verdict")))


# Math-Verify, in its own environment and process


def math_verify_python(venv):
    """Returns the interpreter of an environment with Math-Verify; creates the environment if necessary."""
    python = venv / ("Scripts" if os.name == "nt" else "bin") / "python"
    probe = [str(python), "-c", "import antlr4, math_verify, importlib.metadata as m; print(m.version('math-verify'))"]
    if python.exists():
        found = subprocess.run(probe, capture_output=True, text=True)
        if found.returncode == 0 and found.stdout.strip() == MATH_VERIFY:
            return python
    print(f"installing Math-Verify {MATH_VERIFY} into {venv}", file=sys.stderr)
    try:
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        subprocess.run(
            [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"math-verify[antlr4-13-2]=={MATH_VERIFY}"],
            check=True,
        )
        subprocess.run(probe, check=True, stdout=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"Math-Verify not measured: it could not be installed ({error})", file=sys.stderr)
        return None
    return python


def run_math_verify(python, rows, timeout):
    # -P: this file has the name of the package, and would be imported in its place.
    command = [str(python), "-P", str(Path(__file__).resolve()), "--worker", "--timeout", str(timeout)]
    payload = "".join(json.dumps(row) + "\n" for row in rows)
    done = subprocess.run(command, input=payload, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    results = {}
    for text in done.stdout.split("\n"):
        if text:
            row = json.loads(text)
            results[row["id"]] = row
    if done.returncode != 0:
        print(f"Math-Verify ended with {done.returncode} after {len(results)} of {len(rows)} rows", file=sys.stderr)
    seconds = sum(row["seconds"] for row in results.values())
    return {"rows": results, "pairs_per_cpu_second": len(results) / seconds if seconds else None}


def math_verify_worker(timeout):
    """Reads rows from stdin and writes one line for each: the verdict of Math-Verify and its CPU time."""
    import logging

    logging.disable(logging.CRITICAL)
    import math_verify
    from math_verify import parse, verify

    def judge(gold, answer, gold_targets, answer_targets, switches):
        gold_parsed = parse(gold, gold_targets, parsing_timeout=timeout)
        answer_parsed = parse(answer, answer_targets, parsing_timeout=timeout)
        return bool(verify(gold_parsed, answer_parsed, timeout_seconds=timeout, **switches))

    defaults = [math_verify.LatexExtractionConfig(), math_verify.ExprExtractionConfig()]

    def targets(names):
        """Builds the configurations that a row of its own suite names, such as
        `LatexExtractionConfig(boxed_match_priority=0)`."""
        if not isinstance(names, list):
            return defaults
        chosen = []
        for name in names:
            class_name, options = re.fullmatch(r"(\w+)(?:\((.*)\))?", name).groups()
            keywords = dict(option.split("=") for option in options.replace(" ", "").split(",")) if options else {}
            chosen.append(getattr(math_verify, class_name)(**{key: int(value) for key, value in keywords.items()}))
        return chosen

    for gold, answer in WARM_UP_PAIRS:
        judge(gold, answer, defaults, defaults, {})
    for text in sys.stdin:
        row = json.loads(text)
        config = row.get("config") or {}
        switches = config["verify"] if isinstance(config.get("verify"), dict) else {}
        gold, answer = row["gold"], row.get("response")
        if answer is None:
            gold, answer = as_math(gold), as_math(row["pred"])
        elif not config:
            gold = as_math(gold)
        error = None
        start = time.process_time()
        try:
            equal = judge(gold, answer, targets(config.get("gold")), targets(config.get("pred")), switches)
        except Exception as fault:  # an exception counts as its result for this row
            equal, error = False, type(fault).__name__
        seconds = time.process_time() - start
        print(json.dumps({"id": row["id"], "equal": equal, "seconds": seconds, "error": error}), flush=True)
    return 0


def as_math(text):
    """Marks an answer as math, as models write it: Math-Verify reads little unmarked text."""
    return text if "\\boxed" in text else f"\\boxed{{{text}}}"


# r1rewards


def engine_command():
    """Builds the example that judges a corpus and returns its command; None if it cannot be built."""
    build = ["cargo", "build", "--release", "--quiet", "--example", "corpus"]
    try:
        subprocess.run(build, cwd=REPOSITORY, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"r1rewards not measured: `{' '.join(build)}` failed ({error})", file=sys.stderr)
        return None
    return ["cargo", "run", "--release", "--quiet", "--example", "corpus", "--"]


def run_engine(command, rows, policy, bare):
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus.jsonl"
        plain = ({key: value for key, value in row.items() if key != "config"} for row in rows)
        corpus.write_text("".join(json.dumps(row, ensure_ascii=True) + "\n" for row in plain), encoding="utf-8")
        done = subprocess.run(
            [*command, "--jsonl", str(corpus), "--policy", policy, *(["--extract", "none"] if bare else [])], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
    if done.returncode != 0:
        print(f"r1rewards ended with {done.returncode} under policy {policy}", file=sys.stderr)
    results, rate = {}, None
    for text in done.stdout.split("\n"):
        try:
            row = json.loads(text)
        except json.JSONDecodeError:
            continue
        if "verdict" in row:
            identifier = str(row.get("id"))
            seconds = row["ns"] / 1e9 if row.get("ns") is not None else None
            results[identifier] = {"equal": row["verdict"] == "correct", "seconds": seconds, "error": None, "why": row.get("reason")}
        else:
            rate = row.get("pairs_per_cpu_second", rate)
    return {"rows": results, "pairs_per_cpu_second": rate}


# Figures


def summarise(rows, result):
    judged = agree = wrong_accepts = wrong_rejects = unanswered = 0
    for row in rows:
        answer = result["rows"].get(row["id"])
        if answer is None:
            unanswered += 1
        # A row without a result, for example after a crash, counts as not accepted.
        equal = bool(answer and answer["equal"])
        if row["expected"] is None:
            continue
        judged += 1
        agree += equal == row["expected"]
        wrong_accepts += equal and not row["expected"]
        wrong_rejects += row["expected"] and not equal
    times = sorted(answer["seconds"] for answer in result["rows"].values() if answer["seconds"] is not None)
    return {
        "rows": len(rows),
        "judged": judged,
        "agreement": agree / judged if judged else None,
        "wrong_accepts": wrong_accepts,
        "wrong_rejects": wrong_rejects,
        "unanswered": unanswered,
        "errors": sum(1 for answer in result["rows"].values() if answer["error"]),
        "pairs_per_cpu_second": result["pairs_per_cpu_second"],
        "p50_seconds": quantile(times, 0.50),
        "p99_seconds": quantile(times, 0.99),
        "max_seconds": times[-1] if times else None,
    }


def quantile(ordered, share):
    """Returns the nearest-rank quantile of a sorted list."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None


COLUMNS = "{:<20} {:<12} {:<12} {:>6} {:>9} {:>8} {:>8} {:>12} {:>9} {:>9} {:>9}"


def header():
    print(COLUMNS.format("corpus", "engine", "policy", "rows", "agree", "w.accept", "w.reject", "pairs/CPU-s", "p50", "p99", "max"))


def line(corpus, engine, policy, summary):
    agreement = "-" if summary["agreement"] is None else f"{100 * summary['agreement']:.2f} %"
    rate = "-" if summary["pairs_per_cpu_second"] is None else f"{summary['pairs_per_cpu_second']:,.0f}"
    times = [duration(summary[key]) for key in ("p50_seconds", "p99_seconds", "max_seconds")]
    rows = summary["rows"]
    print(COLUMNS.format(corpus, engine, policy, rows, agreement, summary["wrong_accepts"], summary["wrong_rejects"], rate, *times))
    if summary["unanswered"]:
        print(f"  {summary['unanswered']} rows without an answer", file=sys.stderr)
    sys.stdout.flush()


def duration(seconds):
    if seconds is None:
        return "-"
    for unit, factor in (("s", 1), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 1:
            return f"{seconds * factor:.1f} {unit}"
    return f"{seconds * 1e9:.0f} ns"


def show_disagreements(rows, result, count):
    for row in rows:
        answer = result["rows"].get(row["id"]) or {"equal": False, "why": "no answer"}
        if row["expected"] is None or answer["equal"] == row["expected"]:
            continue
        if count == 0:
            return
        count -= 1
        text = row.get("pred", row.get("response"))
        kind = "accepted" if answer["equal"] else "rejected"
        print(f"    wrongly {kind}: {row['gold'][:60]!r} | {text[-80:]!r} {answer.get('why') or answer.get('error') or ''}")


def cpu_model():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as info:
            return next((text.split(":", 1)[1].strip() for text in info if text.startswith("model name")), "unknown CPU")
    except OSError:
        return platform.processor() or "unknown CPU"


if __name__ == "__main__":
    sys.exit(main())
