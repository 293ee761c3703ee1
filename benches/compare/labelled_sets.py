#!/usr/bin/env python3
"""Agreement of the verifier with labelled answers of public data sets.

    python3 benches/compare/labelled_sets.py target/release/verify                     # every set of the folder
    python3 benches/compare/labelled_sets.py target/release/verify --sets physics --show

The folder is $R1REWARDS_DATA/real, or ../shared/data/real next to the repository; without it the script prints that there
is nothing to measure and exits with 0. A set is a file of JSON lines with `gold`, `pred` (an answer alone) or `response`
(a completion) and `expected`; `golds` are references, each of which is judged against itself. Every set has the policy
of its convention. Printed for each: rows, agreement in %, agreement without the rows of `label_errors.tsv` (whose label
is wrong; the reason stands beside each), wrong accepts, wrong rejects, unscored rows. `--show` prints every disagreement.
Only the Python standard library is needed.
"""

import argparse
import collections
import csv
import gzip
import json
import os
import subprocess
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
# The file and the policy of a set; None: the policy is a column of its rows.
SETS = {
    "golds": ("golds.jsonl.gz", "strict"),
    "hardverify": ("hardverify.jsonl", "lenient"),
    "math_reports": ("math_reports.jsonl", None),
    "despace": ("despace.jsonl", "strict"),
    "matharena": ("matharena_manual.jsonl", "lenient"),
    "harp": ("harp_tests.jsonl", "lenient"),
    "mrgsm8k": ("mrgsm8k.jsonl.gz", "lenient"),
    "mathv": ("mathv.jsonl.gz", "lenient"),
    "physics": ("physics.jsonl", "science"),
    "odyssey": ("odyssey.jsonl", "lenient"),
    "latex2sympy": ("latex2sympy.jsonl", "lenient"),
    "small": ("small_tests.jsonl", "lenient"),
    "xverify": ("xverify_examples.jsonl", "lenient"),
    "white_box": ("attacks_white_box.jsonl", None),
}


def folder():
    data = os.environ.get("R1REWARDS_DATA")
    return Path(data) / "real" if data else REPOSITORY.parent / "shared" / "data" / "real"


def label_errors():
    with open(Path(__file__).with_name("label_errors.tsv"), newline="") as file:
        return {(row["set"], row["id"]) for row in csv.DictReader(file, delimiter="\t")}


def rows_of(name, path, policy, extract):
    """Yields the row, its label, the text to judge, its policy and where the answer is looked for."""
    opened = gzip.open if path.name.endswith(".gz") else open
    with opened(path, "rt") as file:
        for line in file:
            row = json.loads(line)
            if name == "golds":
                row = {"gold": row["answer"], "pred": row["answer"], "expected": True, "id": row["id"]}
            if name == "white_box" and (row.get("kind", "math") not in ("math", "answer", "response") or "spec" in row):
                continue
            label = row.get("expected")
            if label is None and "expected_verdict" in row:
                label = row["expected_verdict"] == "accept"
            text = row.get("pred", row.get("response"))
            if label is None or text is None or row.get("gold") is None or row.get("judged") or row.get("debatable"):
                continue
            whole = "pred" in row and row.get("kind") != "response"
            place = row.get("extract") or (extract if whole else "auto")
            yield row, label, text, policy or row.get("policy") or "strict", place


def judge(verify, jobs):
    """The verdicts of rows that share a policy and a place, in order."""
    (policy, place), rows = jobs
    with tempfile.TemporaryDirectory() as work:
        work = Path(work)
        (work / "spec.toml").write_text(f'[[reward]]\nkind = "math"\npolicy = "{policy}"\nextract = "{place}"\n')
        with open(work / "in.jsonl", "w") as file:
            for place, (row, _, text) in enumerate(rows):
                file.write(json.dumps({"id": place, "completion": text, "answer": row["gold"]}) + "\n")
        command = [verify, "score", "in.jsonl", "-o", "out.jsonl", "--rewards", "spec.toml", "--quiet"]
        subprocess.run(command, cwd=work, check=False, capture_output=True)
        return [json.loads(line) for line in open(work / "out.jsonl")]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verify", type=os.path.abspath, help="the command `verify`")
    parser.add_argument("--sets", help="some of them, separated by commas")
    parser.add_argument("--policy", help="one policy for all sets")
    parser.add_argument("--extract", default="none", help="where bare answers are looked for (none, auto)")
    parser.add_argument("--show", action="store_true", help="print every disagreement")
    args = parser.parse_args()
    if not folder().is_dir():
        print(f"not run: there is no folder {folder()}")
        return
    errors = label_errors()
    print(f"{'set':12} {'rows':>6} {'agreement':>10} {'corrected':>10} {'accepts':>8} {'rejects':>8} {'unscored':>9}")
    for name in args.sets.split(",") if args.sets else SETS:
        file, policy = SETS[name]
        jobs = collections.defaultdict(list)
        for row, label, text, own, place in rows_of(name, folder() / file, args.policy or policy, args.extract):
            jobs[own, place].append((row, label, text))
        counts, shown = collections.Counter(), []
        for job in jobs.items():
            for (row, label, text), result in zip(job[1], judge(args.verify, job), strict=True):
                correct = result["verdict"] == "correct"
                counts["rows"] += 1
                counts["agree"] += correct == label
                counts["accepts"] += correct and not label
                counts["rejects"] += label and not correct
                counts["unscored"] += result["verdict"] == "unscored"
                if (name, row.get("id")) not in errors:
                    counts["sound"] += 1
                    counts["sound agree"] += correct == label
                if correct != label:
                    kind = "accept" if correct else "reject"
                    shown.append((kind, result["reason"], row.get("id"), row["gold"], text, result.get("detail") or ""))
        share = lambda part, whole: f"{100 * counts[part] / max(counts[whole], 1):.2f} %"
        print(
            f"{name:12} {counts['rows']:6} {share('agree', 'rows'):>10} {share('sound agree', 'sound'):>10} "
            f"{counts['accepts']:8} {counts['rejects']:8} {counts['unscored']:9}"
        )
        for line in sorted(shown) if args.show else []:
            print("   ", *(repr(part)[:200] if place in (3, 4) else part for place, part in enumerate(line)), sep="  ")


if __name__ == "__main__":
    main()
