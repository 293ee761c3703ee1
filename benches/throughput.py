"""Measures how many bytes of rows `verify score` and `verify audit` read in a second of processor time, by file format.

    cargo build --release
    python benches/throughput.py target/release/verify              # needs pyarrow
    python benches/throughput.py target/release/verify --characters 5000 --megabytes 1000

Each row has a short prompt, an integer as reference and one completion: thinking of words and formulas, of --characters on average
(lengths are uniform from a quarter to seven quarters of it), and a boxed answer, right in six of ten. Sizes are those of the rows as JSON
Lines, whatever the format, so that formats can be compared. `score` writes its results in the format of its input where it can
(Parquet), else as JSON Lines. The least processor time of three runs counts, and the largest memory.
"""

import argparse
import csv
import json
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

WORDS = "we have that so the number of parts is then because which gives a sum product therefore add subtract first second step case".split()


def rows(megabytes, characters):
    draw = random.Random(0)
    left = megabytes * 1e6
    number = 0
    while left > 0:
        a, b = draw.randrange(2, 9999), draw.randrange(2, 9999)
        parts, size, most = [], 0, draw.uniform(0.25, 1.75) * characters
        while size < most:
            part = f"${draw.randrange(99)}+{draw.randrange(99)}=x_{{{draw.randrange(9)}}}$." if draw.random() < 0.1 else draw.choice(WORDS)
            part += "\n" if draw.random() < 0.02 else ""
            parts.append(part)
            size += len(part) + 1
        completion = f"<think>{' '.join(parts)}</think>\nThe answer is \\boxed{{{a + b + (draw.random() < 0.4)}}}."
        yield {"id": f"q{number}", "prompt": f"Problem {number}: what is {a} + {b}?", "answer": str(a + b), "completion": completion}
        left -= len(completion)
        number += 1


FILES = {"JSON Lines": "rows.jsonl", "CSV": "rows.csv", "Parquet, plain": "plain.parquet", "Parquet, snappy": "snappy.parquet",
         "Parquet, zstd": "zstd.parquet", "Arrow": "rows.arrow"}


def write(folder, megabytes, characters):
    """Writes the files."""
    import pyarrow
    import pyarrow.feather
    import pyarrow.parquet

    everything = list(rows(megabytes, characters))
    with (folder / FILES["JSON Lines"]).open("w") as out:
        out.writelines(json.dumps(row) + "\n" for row in everything)
    with (folder / FILES["CSV"]).open("w", newline="") as out:
        writer = csv.DictWriter(out, list(everything[0]))
        writer.writeheader()
        writer.writerows(everything)
    table = pyarrow.Table.from_pylist(everything)
    for codec, name in (("none", "plain"), ("snappy", "snappy"), ("zstd", "zstd")):
        pyarrow.parquet.write_table(table, folder / FILES[f"Parquet, {name}"], compression=codec)
    pyarrow.feather.write_feather(table, folder / FILES["Arrow"], compression="uncompressed")


def used(command):
    """Seconds of processor time and MiB of memory."""
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{command}: exit {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verify")
    parser.add_argument("--megabytes", type=float, default=300)
    parser.add_argument("--characters", type=int, default=20_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        # In a process of its own: a command that this process starts is counted with the memory that it had at that time.
        writer = multiprocessing.get_context("spawn").Process(target=write, args=(folder, arguments.megabytes, arguments.characters))
        writer.start()
        writer.join()
        size = (folder / FILES["JSON Lines"]).stat().st_size
        print(f"{size / 1e6:.0f} MB as JSON Lines, completions of {arguments.characters} characters on average")
        for name, path in ((name, folder / file) for name, file in FILES.items()):
            parts = []
            for what in ("score", "audit"):
                output = folder / ("results" + (".parquet" if path.suffix == ".parquet" else ".jsonl") if what == "score" else "audit")
                runs = [used([arguments.verify, what, str(path), "-o", str(output), "--quiet", "--jobs", "1"]) for _ in range(3)]
                seconds, memory = min(run[0] for run in runs), max(run[1] for run in runs)
                parts.append(f"{what} {size / 1e6 / seconds:4.0f} MB/s, {memory:4.0f} MiB")
            print(f"{name:<16} {'   '.join(parts)}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
