"""Trains the small transformer of examples/reasoner again and prints the tables of docs/training.md.

    LIBTORCH_USE_PYTORCH=1 cargo build --release -p reasoner --features torch,code
    python benches/training.py                      # all of them, two runs at a time: about 70 minutes on two cores
    python benches/training.py satori distill       # some
    python benches/training.py r1_zero --jobs 1 --threads 2

A run is one configuration with one seed. It takes one thread of torch unless --threads says otherwise, and its scoring thread. What is printed is read from the `metrics.jsonl` of the runs: the mean over the
seeds, then each seed. A run that ends with an error is named, and the exit code is 1. Nothing here is a test.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

CONFIGS = Path(__file__).resolve().parents[1] / "examples/reasoner/configs"
# What is between -1 and 1 or near it; the rest is written with fewer digits.
SHARES = ("pass_at_1", "pass_at_8", "cons_at_8", "format", "helped", "hurt", "accuracy_t1", "accuracy_t2", "delta", "correct_from_wrong", "one_language", "reflection_markers")


@dataclass(frozen=True)
class Variant:
    """A configuration with changes."""

    config: str
    changes: tuple[str, ...] = ()
    without: str = ""
    seeds: tuple[int, ...] = (0, 1, 2)


@dataclass(frozen=True)
class Row:
    """A line of a table: what the held-out problems gave at a step (-1: the last) of a stage."""

    label: str
    variant: Variant
    stage: str
    step: int = -1


@dataclass(frozen=True)
class Table:
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    # Steps whose times are described, by stage.
    timed: str = ""


NARROW = ("model.hidden_size=64", "model.num_attention_heads=4", "model.intermediate_size=160")
R1_ZERO, SCORE, SATORI, R1, DISTILL, DISTILL_RL, CODE = (Variant(f"{name}.toml") for name in ("r1_zero", "score", "satori", "r1", "distill", "distill_rl", "code"))
ALPHA = Variant("score.toml", ("stage.2.grpo.options.credit.alpha=0.0",))
ONLY_TWO = Variant("score.toml", without="stage I")
NO_BONUS = Variant("satori.toml", ("stage.1.grpo.options.credit.beta=0.0",))
NO_LANGUAGE = Variant("r1.toml", ("stage.1.grpo.language_weight=0.0",))
SMALL = Variant("r1_zero.toml", NARROW)
SMALL_FAST = Variant("r1_zero.toml", (*NARROW, "stage.1.grpo.options.optimizer.learning_rate=1e-3"))
FAST_CODE = Variant("code.toml", ("stage.1.grpo.options.optimizer.learning_rate=1e-3",))

TABLES = {
    "r1_zero": Table(
        ("pass_at_1", "pass_at_8", "cons_at_8", "format", "length", "reflection_markers", "helped", "hurt"),
        (Row("before GRPO", R1_ZERO, "grpo", 0), Row("after 150 steps", R1_ZERO, "grpo")),
        timed="grpo",
    ),
    "narrow": Table(
        ("pass_at_1", "pass_at_8"),
        (Row("narrower, before GRPO", SMALL, "grpo", 0), Row("narrower, learning rate 5e-4", SMALL, "grpo"), Row("narrower, learning rate 1e-3", SMALL_FAST, "grpo")),
    ),
    "score": Table(
        ("accuracy_t1", "accuracy_t2", "delta"),
        (
            Row("after the warm start", SCORE, "stage I", 0),
            Row("after stage I", SCORE, "stage I"),
            Row("after stage II", SCORE, "stage II"),
            Row("stage II with α = 0", ALPHA, "stage II"),
            Row("stage II without stage I", ONLY_TWO, "stage II"),
        ),
    ),
    "satori": Table(
        ("correct_from_wrong", "pass_at_1"),
        (
            Row("before GRPO", SATORI, "restart and explore", 0),
            Row("after 120 steps", SATORI, "restart and explore"),
            Row("after 120 steps without the bonus", NO_BONUS, "restart and explore"),
        ),
    ),
    "r1": Table(
        ("one_language", "pass_at_1"),
        (Row("cold start", R1, "reasoning", 0), Row("with the reward for one language", R1, "reasoning"), Row("without it", NO_LANGUAGE, "reasoning")),
    ),
    "distill": Table(
        ("pass_at_1", "seconds"),
        (
            Row("the teacher after its GRPO", DISTILL, "the teacher's grpo"),
            Row("the student after its warm start", DISTILL, "warm start of the student"),
            Row("500 steps on verified traces", DISTILL, "distillation"),
            Row("the student of `distill_rl.toml` after its warm start", DISTILL_RL, "warm start of the student"),
            Row("100 steps of GRPO in its place", DISTILL_RL, "the student's grpo"),
        ),
    ),
    "code": Table(
        ("pass_at_1", "pass_at_8"),
        (
            Row("before GRPO", CODE, "grpo", 0),
            Row("after 20 steps", CODE, "grpo", 20),
            Row("after 60 steps", CODE, "grpo"),
            Row("after 60 steps, learning rate 1e-3", FAST_CODE, "grpo"),
        ),
        timed="grpo",
    ),
}
TEMPLATES = Variant("templates.toml")


def configuration(variant, out):
    """The file of a variant; one without a stage is written beside the folder of the run, whose name it has, because runs go on side by side."""
    path = CONFIGS / variant.config
    if not variant.without:
        return path
    head, *stages = path.read_text(encoding="utf-8").split("[[stage]]\n")
    kept = [stage for stage in stages if tomllib.loads(stage)["name"] != variant.without]
    if len(kept) != len(stages) - 1:
        sys.exit(f"{path} has no stage {variant.without!r}")
    changed = out.with_name(f"{out.name}.toml")
    changed.write_text("[[stage]]\n".join([head, *kept]), encoding="utf-8")
    return changed


def place(variant, seed):
    """The name of the folder of a run."""
    changes = [change.partition("=")[0].rpartition(".")[2] + "=" + change.partition("=")[2] for change in variant.changes] + ([f"without {variant.without}"] if variant.without else [])
    return "-".join([variant.config.removesuffix(".toml"), *changes, str(seed)]).replace(" ", "_")


def train(variant, seed, options):
    """Runs one seed of a variant and returns the lines of its metrics, or the error."""
    out = options.keep / place(variant, seed)
    settings = [argument for change in variant.changes for argument in ("--set", change)]
    out.parent.mkdir(parents=True, exist_ok=True)
    command = [options.reasoner, configuration(variant, out), "--out", out, "--seed", str(seed), "--threads", str(options.threads), "--quiet", *settings]
    if (out / "metrics.jsonl").exists():
        command += ["--resume"]
    ran = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": str(options.threads)})
    print(f"{out.name}: {'done' if ran.returncode == 0 else 'FAILED'}", file=sys.stderr, flush=True)
    if ran.returncode:
        return ran.stderr.strip() or f"exit code {ran.returncode}"
    return [json.loads(line) for line in (out / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]


def at(lines, row):
    """The evaluation that a row of a table shows."""
    found = [line for line in lines if line["kind"] == "evaluation" and line["stage"] == row.stage and row.step in (-1, line["step"])]
    if not found:
        raise LookupError(f"no evaluation of the stage {row.stage!r} at step {row.step}")
    stage = [line["seconds"] for line in lines if line["stage"] == row.stage]
    return {**found[-1], "seconds": max(stage) - min(stage)}


def share(value):
    """Three digits and no zero in front, as the page writes them."""
    return f"{value:.3f}".replace("0.", ".", 1).replace("-", "−")


def shown(column, value):
    if column in SHARES:
        return share(value)
    return f"{value:.1f}" if column == "length" else f"{value:.0f}"


def table(name, results):
    """The lines of a table: the mean over the seeds, then each seed."""
    made = TABLES[name]
    print(f"| {name} | {' | '.join(made.columns)} |\n|{'---|' * (len(made.columns) + 1)}")
    for row in made.rows:
        found = [at(lines, row) for lines in results[row.variant]]
        cells = []
        for column in made.columns:
            values = [evaluation[column] for evaluation in found]
            each = ", ".join(shown(column, value) for value in values)
            cells.append(f"{shown(column, statistics.mean(values))} ({each})")
        print(f"| {row.label} | {' | '.join(cells)} |")
    runs = [lines for variant in dict.fromkeys(row.variant for row in made.rows) for lines in results[variant]]
    print(f"{name}: {min(lines[-1]['seconds'] for lines in runs):.0f} to {max(lines[-1]['seconds'] for lines in runs):.0f} s a run")
    if made.timed:
        steps = [line for lines in results[made.rows[0].variant] for line in lines if line["kind"] == "step" and line["stage"] == made.timed]
        total = sum(step["step_seconds"] for step in steps)
        parts = {part: 100 * sum(step.get(f"{part}_seconds", 0) for step in steps) / total for part in ("sampling", "scoring", "scoring_wait", "update")}
        speeds = statistics.quantiles([step["tokens_per_second"] for step in steps], n=20)
        print(f"{name}: of a step {', '.join(f'{part} {share:.2f} %' for part, share in parts.items())}; tokens a second {speeds[0]:.0f} to {speeds[-1]:.0f}")
    print(flush=True)


def templates(folder):
    """Pass rates under the forms of the prompt after the training on one of them, as `verify templates` computes them."""
    found = [json.loads((folder / f"templates-{seed}" / "templates.json").read_text(encoding="utf-8")) for seed in TEMPLATES.seeds]
    print("| form, after GRPO | " + " | ".join(f"seed {seed}: pass rate, 95 % interval" for seed in TEMPLATES.seeds) + " | against the first (each seed) |")
    print("|" + "---|" * (len(found) + 2))
    for place, form in enumerate(rate["name"] for rate in found[0]["variants"]):
        rates = [seed["variants"][place] for seed in found]
        cells = [f"{share(rate['pass_rate'])} ({share(rate['interval'][0])} to {share(rate['interval'][1])})" for rate in rates]
        against = [share(pair["difference"]) for seed in found for pair in seed["comparisons"] if pair["variant"] == form]
        print(f"| {form} | {' | '.join(cells)} | {', '.join(against)} |")
    values = [pair["adjusted_p_value"] for seed in found for pair in seed["comparisons"]]
    print(f"templates: the largest adjusted p value of {len(values)} is {max(values):.1g}\n", flush=True)


def measure(names, options):
    """Runs what the tables need, prints them, and returns what went wrong."""
    variants = [variant for name in names for variant in ([TEMPLATES] if name == "templates" else dict.fromkeys(row.variant for row in TABLES[name].rows))]
    jobs = {(variant, seed): place(variant, seed) for variant in dict.fromkeys(variants) for seed in variant.seeds}
    with ThreadPoolExecutor(options.jobs) as pool:
        done = dict(zip(jobs, pool.map(lambda job: train(*job, options), jobs), strict=True))
    wrong = [f"{jobs[job]}: {lines}" for job, lines in done.items() if isinstance(lines, str)]
    failed = {variant for (variant, _), lines in done.items() if isinstance(lines, str)}
    for name in names:
        needed = {TEMPLATES} if name == "templates" else {row.variant for row in TABLES[name].rows}
        if needed & failed:
            wrong.append(f"{name}: no table, a run failed")
            continue
        try:
            if name == "templates":
                templates(options.keep)
            else:
                table(name, {variant: [done[variant, seed] for seed in variant.seeds] for variant in needed})
        except LookupError as error:
            # The other tables are printed: their runs took minutes each.
            wrong.append(f"{name}: {error}")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join([*TABLES, 'templates'])}; default: all")
    parser.add_argument("--reasoner", default="target/release/reasoner", help="the program (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=2, help="runs at a time (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="threads of torch for a run (default: %(default)s)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keeps the folders of the runs here; runs that are complete there are not run again")
    options = parser.parse_args()
    names = options.names or [*TABLES, "templates"]
    if unknown := set(names) - {*TABLES, "templates"}:
        parser.error(f"there is no table {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory() as folder:
        options.keep = options.keep or Path(folder)
        wrong = measure(names, options)
    for problem in wrong:
        print(problem, file=sys.stderr)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
