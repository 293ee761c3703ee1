"""Measures `r1rewards.ray.score_dataset` beside `verify score` on the same Parquet files, and compares the verdicts.

    cargo build --release && pip install 'ray[data]' pyarrow      # and a wheel of r1rewards with the release profile
    python benches/ray_data.py target/release/verify --rows 1000000 --actors 2

The time of Ray is that of the whole data set operation, reading and results in the object store included, once without the start of the
cluster and the actors (they judge a small data set first), and that of `verify score` the best of three runs, also with its results written.
The rows are in several files, as those of a data set are.
"""

import argparse
import os
import random
import subprocess
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet

os.environ["RAY_AUTH_MODE"] = "disabled"


def write(folder, count, files):
    draw = random.Random(0)
    numbers = [(draw.randrange(2, 9999), draw.randrange(2, 9999), draw.random() < 0.4) for _ in range(count)]
    completions = [f"We add them. The answer is \\boxed{{{a + b + wrong}}}." for a, b, wrong in numbers]
    table = pa.table({"id": range(count), "completion": completions, "answer": [str(a + b) for a, b, _ in numbers]})
    folder.mkdir()
    size = -(-count // files)
    for part in range(files):
        parquet.write_table(table.slice(part * size, size), folder / f"{part:02}.parquet", row_group_size=65536)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verify")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--actors", type=int, default=2)
    parser.add_argument("--batch-size", type=int, default=65536)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "rows", given.rows, 4 * given.actors)
        command = [given.verify, "score", str(folder / "rows"), "-o", str(folder / "out.parquet"), "--reward", "math", "--jobs", str(given.actors), "-q"]
        seconds = []
        for _ in range(3):
            start = time.monotonic()
            subprocess.run(command, check=True)
            seconds.append(time.monotonic() - start)
        alone = given.rows / min(seconds)
        expected = parquet.read_table(folder / "out.parquet")

        import ray

        import r1rewards.ray

        ray.init(num_cpus=given.actors, include_dashboard=False, log_to_driver=False, object_store_memory=2 << 30)
        ray.data.DataContext.get_current().enable_progress_bars = False

        def judged(cut):
            """The rows with outcomes, and the rows a second in the best of three runs."""
            best = None
            for _ in range(3):
                start = time.monotonic()
                rows = ray.data.read_parquet(str(folder / "rows"), override_num_blocks=4 * given.actors)
                if cut:
                    rows = rows.repartition(target_num_rows_per_block=given.batch_size)
                scored = r1rewards.ray.score_dataset(rows, {"kind": "math"}, actors=given.actors, batch_size=given.batch_size).materialize()
                took = time.monotonic() - start
                best = took if best is None else min(best, took)
            return scored, given.rows / best

        cut_rate = judged(cut=True)[1]
        scored, ray_rate = judged(cut=False)
        table = pa.concat_tables([block for block in ray.get(scored.to_arrow_refs()) if block.num_rows]).sort_by("id")
        expected = expected.sort_by("id")
        same = all(table.column(one).to_pylist() == expected.column(one).to_pylist() for one in ("verdict", "reason", "reward", "extracted"))
        ray.shutdown()
        # One actor's work without Ray: from an Arrow table to a table with outcomes.
        rows = parquet.read_table(folder / "rows")
        scorer = r1rewards.Scorer({"kind": "math"}, jobs=1)
        start = time.monotonic()
        for batch in rows.to_batches(given.batch_size):
            r1rewards.score_table(scorer, batch)
        within = given.rows / (time.monotonic() - start)
        print(f"{given.rows} rows: verify score {alone:,.0f} rows/s with {given.actors} threads; Ray {ray_rate:,.0f} rows/s with {given.actors} actors, start of actors included: {ray_rate / alone:.2f}")
        print(f"with blocks of a batch each, repartition(target_num_rows_per_block={given.batch_size}): {cut_rate:,.0f} rows/s: {cut_rate / alone:.2f}")
        print(f"score_table in one thread: {within:,.0f} rows/s, times {given.actors}: {given.actors * within / alone:.2f}; verdicts {'equal' if same else 'DIFFER'}")


if __name__ == "__main__":
    main()
