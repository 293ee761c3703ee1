"""Plants faults in generated rows and counts which of them `verify audit` finds, and how fast it is.

    python benches/audit.py --verify target/release/verify
    python benches/audit.py --verify target/release/verify --peer --rows 20000     # against pandas and Math-Verify
    python benches/audit.py --verify target/release/verify --memory

Of every kind of fault, 50 rows are planted (--each) in otherwise sound rows. Printed are, for each kind, how many were found, and
the findings of severity `error` in rows without a planted fault.
"""

import argparse
import collections
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WORDS = "number sum product train tank garden square circle apple river ladder marble coin clock farmer teacher ticket bridge candle wheel".split()


def problem(draw, number):
    """A sound row: a question of its own and its answer."""
    a, b, c = draw.randrange(2, 10_000), draw.randrange(2, 10_000), draw.randrange(2, 90)
    names = draw.sample(WORDS, 3)
    prompt = f"Problem {number}: a {names[0]} has {a} parts, a {names[1]} has {b}, and {c} of each {names[2]} are lost. Find {a} + {b} - {c}."
    return {"id": f"q{number}", "prompt": prompt, "answer": str(a + b - c)}


def code_problem(draw, number):
    """A sound row with tests and its own solution."""
    k = draw.randrange(2, 1000)
    tests = [{"args": [n], "expected": n * k} for n in draw.sample(range(1, 50), 3)]
    return {"id": f"c{number}", "prompt": f"Task {number}: write f(n), which returns {k} times n.", "solution": f"def f(n): return {k} * n",
            "tests": {"kind": "call", "entry": "f", "tests": tests}}


def with_samples(row, answers):
    text = "We add the parts of the first two and subtract what is lost, step by step: \\boxed{%s}"
    return row | {"completion": [f"Sample {place}. " + text % answer for place, answer in enumerate(answers)]}


def plants(draw, benchmark):
    """For each code, a function from a sound row to a list of rows of which the last has the fault."""
    def change(**columns):
        return lambda row: [row | columns]

    def again(**columns):
        return lambda row: [row, row | {"id": row["id"] + "-again"} | columns]

    def wrong(row):
        return str(int(row["answer"]) + 1)

    def near(row):
        long = row["prompt"] + " Explain in full sentences how the two amounts are added, and why what is lost is subtracted once."
        return [row | {"prompt": long}, row | {"id": row["id"] + "-near", "prompt": long.replace("Explain in full", "Explain with full")}]

    def bad_json(row):
        return ['{"id": "%s", "prompt": "broken' % row["id"]]

    return {
        "gold_missing": lambda row: [{name: value for name, value in row.items() if name != "answer"}],
        "gold_sentinel": lambda row: [row | {"answer": draw.choice(["N/A", "proof", "TBD", "see solution", "answer not found"])}],
        "gold_unreadable": lambda row: [row | {"answer": row["answer"] + draw.choice([" + * )", " \\frac{", " ^^ 2", "}"])}],
        "gold_unusable": lambda row: [row | {"answer": "\\frac{%s}{0}" % row["answer"]}],
        "gold_hedged": lambda row: [row | {"answer": "\\boxed{%s} or maybe \\boxed{%s}" % (row["answer"], wrong(row))}],
        "gold_prose": change(answer="the sum of the two numbers without what is lost"),
        "gold_several": lambda row: [row | {"answer": [row["answer"], wrong(row)]}],
        "gold_in_prompt": lambda row: [row | {"prompt": row["prompt"] + draw.choice([" Answer: ", " The answer is "]) + row["answer"]}],
        "gold_conflict": lambda row: again(answer=wrong(row), prompt=row["prompt"].upper())(row),
        "duplicate_row": lambda row: again(answer=row["answer"] + ".0")(row),
        "near_duplicate": near,
        "contaminated": lambda row: [row | {"prompt": "Solve this one. " + draw.choice(benchmark)["prompt"], "id": row["id"]}],
        "duplicate_id": lambda row: [row, problem(draw, draw.randrange(10**9, 10**10)) | {"id": row["id"]}],
        "prompt_empty": change(prompt="  "),
        "text_broken": lambda row: [row | {"prompt": row["prompt"].replace("Find", "Donâ€™t guess: find")}],
        "bad_row": bad_json,
        "tests_bad": lambda row: [code_problem(draw, row["id"]) | {"tests": {"kind": "call", "entry": "f", "tests": []}}],
        "tests_vacuous": lambda row: [dict(code_problem(draw, row["id"]), solution="def f(n): return 5", tests={
            "kind": "call", "entry": "f", "tests": [{"args": [n], "expected": 5} for n in range(3)]})],
        "tests_contradict": lambda row: [{name: value for name, value in code_problem(draw, row["id"]).items() if name != "solution"} | {
            "tests": {"kind": "call", "entry": "f", "tests": [{"args": [1], "expected": 5}, {"args": [1], "expected": 6}]}}],
        "reference_fails": lambda row: [code_problem(draw, row["id"]) | {"solution": "def f(n): return n"}],
        "gold_suspect": lambda row: [with_samples(row, [wrong(row)] * 4)],
        "prompt_all_correct": lambda row: [with_samples(row, [row["answer"]] * 4)],
    }


def generate(path, benchmark_path, rows, each, seed):
    """Writes the files; the planted fault of each line by its number."""
    draw = random.Random(seed)
    benchmark = [problem(draw, 10**6 + number) for number in range(500)]
    benchmark_path.write_text("".join(json.dumps(row) + "\n" for row in benchmark))
    kinds = [code for code in plants(draw, benchmark) for _ in range(each)]
    places = dict(zip(draw.sample(range(rows), len(kinds)), kinds, strict=True))
    planted, line = {}, 0
    with path.open("w") as out:
        for number in range(rows):
            sound = problem(draw, number)
            if code := places.get(number):
                written = plants(draw, benchmark)[code](sound)
            elif number % 200 == 7:
                written = [code_problem(draw, number)]
            elif number % 10 == 3:
                written = [with_samples(sound, [sound["answer"], sound["answer"], str(int(sound["answer"]) + 7)])]
            else:
                written = [sound]
            for row in written:
                out.write(row if isinstance(row, str) else json.dumps(row))
                out.write("\n")
                line += 1
            if code:
                planted[line] = code
    return planted


def memory(verify):
    """Prints by how much the peak memory of an audit grows with each prompt, without and with the search for near copies."""
    draw = random.Random(0)
    for extra in ([], ["--near-duplicates", "0.8"]):
        peaks = []
        for rows in (20_000, 120_000):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder, "rows.jsonl")
                with path.open("w") as out:
                    for number in range(rows):
                        words = " ".join(f"{draw.choice(WORDS)}{draw.randrange(1000)}" for _ in range(40))
                        out.write(json.dumps({"id": number, "prompt": f"Problem {number}: {words}", "answer": str(number)}) + "\n")
                command = [verify, "audit", str(path), "-o", str(Path(folder, "audit")), "--quiet", *extra]
                # Waited for by its own number: RUSAGE_CHILDREN has the largest of all children.
                _, status, usage = os.wait4(subprocess.Popen(command).pid, 0)
                assert status == 0, status
                peaks.append(usage.ru_maxrss)
        print(f"{' '.join(extra) or 'plain'}: {peaks[0] / 1024:.0f} and {peaks[1] / 1024:.0f} MiB, {(peaks[1] - peaks[0]) * 1024 / 100_000:.0f} bytes a prompt")


def latex(draw):
    """A reference as competition data has it."""
    a, b, name = draw.randrange(2, 999), draw.randrange(2, 99), draw.choice("xyzn")
    return draw.choice([f"{a}", f"{a}", f"{a}", f"\\frac{{{a}}}{{{b}}}", f"{a}\\sqrt{{{b}}}", f"[{b}, {a + b})", f"({a}, {b})", f"{name}={a}",
                        f"{a}{name}^2 + {b}{name} - 1", f"{a}\\pi", f"{a}\\%", f"\\{{{a}, {b}\\}}", f"{a}.{b}", f"2^{{{b}}}", f"\\text{{({draw.choice('ABCDE')})}}"])


def rows_for_the_peer(path, rows, seed):
    """Rows with a reference in LaTeX and one completion of about 1.5 KB, right or with the answer of another row; one prompt in 50 again."""
    draw = random.Random(seed)
    with path.open("w") as out:
        for number in range(rows):
            answer = latex(draw)
            steps = " ".join(draw.choice(WORDS) + (f" $x_{{{draw.randrange(9)}}} = {draw.randrange(99)}$." if draw.random() < 0.1 else "") for _ in range(200))
            said = answer if draw.random() < 0.6 else latex(draw)
            again = number % 50 == 49
            out.write(json.dumps({"id": number, "prompt": f"Problem {number - again}: find the value.", "answer": answer,
                                  "completion": f"{steps}\nThe answer is $\\boxed{{{said}}}$."}) + "\n")


def by_peer(path):
    """The same questions in pandas and Math-Verify: do references equal themselves, conflict, repeat; are completions right?"""
    import pandas
    from math_verify import parse, verify

    start = time.process_time()
    frame = pandas.read_json(path, lines=True, dtype=False)
    golds = [parse(f"${answer}$") for answer in frame["answer"]]
    unequal = sum(not (gold and verify(gold, gold)) for gold in golds)
    keys = frame["prompt"].str.lower().str.split().str.join(" ")
    conflicts = sum(1 for places in keys.groupby(keys).groups.values() if len(places) > 1
                    and any(not verify(golds[places[0]], golds[place]) for place in places[1:]))
    right = sum(verify(gold, parse(completion)) for gold, completion in zip(golds, frame["completion"], strict=True))
    return time.process_time() - start, {"unequal": unequal, "conflicts": conflicts, "right": right}


def against_peer(verify, rows, seed):
    """Prints the processor time of `verify audit` and of the peer on the same rows."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "rows.jsonl")
        rows_for_the_peer(path, rows, seed)
        command = [verify, "audit", str(path), "--jobs", "1", "-o", str(Path(folder, "audit")), "--quiet"]
        used = []
        for _ in range(3):
            _, status, usage = os.wait4(subprocess.Popen(command).pid, 0)
            assert status == 0, status
            used.append(usage.ru_utime + usage.ru_stime)
        ours = min(used)
        summary = json.loads(Path(folder, "audit/audit.json").read_text())
        counts = {finding["code"]: finding["count"] for finding in summary["findings"]}
        print(f"verify audit: {ours:.3f} s of processor time, {path.stat().st_size / 1e6:.0f} MB; findings {counts}, right {summary['score']['verdicts']}")
        peer, counts = by_peer(path)
        print(f"pandas and Math-Verify: {peer:.2f} s, {peer / ours:.0f} times as long; {counts}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--verify", default="target/release/verify")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--each", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--peer", action="store_true", help="measure the time against pandas and Math-Verify instead")
    parser.add_argument("--memory", action="store_true", help="measure the memory of an audit instead")
    arguments = parser.parse_args()
    if arguments.memory:
        memory(arguments.verify)
        return 0
    if arguments.peer:
        against_peer(arguments.verify, arguments.rows, arguments.seed)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        path, benchmark = folder / "rows.jsonl", folder / "benchmark.jsonl"
        planted = generate(path, benchmark, arguments.rows, arguments.each, arguments.seed)
        command = [arguments.verify, "audit", str(path), "--against", str(benchmark), "--near-duplicates", "0.7", "-o", str(folder / "audit"), "--quiet"]
        start = time.monotonic()
        subprocess.run(command, check=True)
        seconds = time.monotonic() - start
        found = collections.defaultdict(set)
        for finding in map(json.loads, (folder / "audit/findings.jsonl").open()):
            found[finding["line"]].add((finding["code"], finding["severity"]))
        missed = 0
        for code in sorted(set(planted.values())):
            lines = [line for line, planted_code in planted.items() if planted_code == code]
            hits = sum(code in {name for name, _ in found[line]} for line in lines)
            missed += len(lines) - hits
            print(f"{code:<20} {hits:>4} of {len(lines)}")
        errors = [(line, code) for line, codes in found.items() for code, severity in codes if severity == "error"]
        # Some plants need two rows, or are wrong in two ways; a row before a planted one is part of it.
        false = [(line, code) for line, code in errors if line not in planted and line + 1 not in planted]
        print(f"planted {len(planted)}, missed {missed}; errors {len(errors)}, of which false {len(false)}: {collections.Counter(code for _, code in false)}")
        print(f"{path.stat().st_size / 1e6:.1f} MB in {seconds:.2f} s of wall time")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
