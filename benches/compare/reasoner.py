"""Compares how fast the reasoner trains in Rust and in Python: tokens a second of sampling, scoring and updates.

    cargo build --release -p reasoner
    python benches/compare/reasoner.py --rust target/release/reasoner

Both programs run in turn, at the size of examples/reasoner/configs/r1_zero.toml: the same task, shape of the model,
prompts and samples a step, most tokens of a completion, and threads of torch. `examples/reasoner` samples with its own
decoding loop, `examples/reasoner.py` with the `generate` of transformers. Each run begins with a short warm start, so
that completions have their usual form and length. What is measured are the steps of GRPO after the first two, without
evaluations: tokens that the policy wrote, by wall time and by processor time of the whole process (scoring thread and
all). Processor time is read from /proc whenever a step is logged, so this needs Linux.

Not equal are random numbers, and with them the lengths of completions, and the vocabulary: that of the Rust program has
some more tokens, for other wordings of the traces. The table has the mean length. Nothing here is a test.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "examples" / "reasoner" / "configs" / "r1_zero.toml"
# Steps at the beginning of the stage that are not measured.
IDLE = 2


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rust", help="the program `reasoner`; without it, cargo builds and runs it")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each program (default: %(default)s)")
    parser.add_argument("--steps", type=int, default=20, help="measured steps of a run (default: %(default)s)")
    parser.add_argument("--sft-steps", type=int, default=100, help="steps of the warm start (default: %(default)s)")
    parser.add_argument("--hidden", type=int, default=96, help="width of the model, a multiple of 32 (default: %(default)s)")
    parser.add_argument("--layers", type=int, default=2, help="layers of the model (default: %(default)s)")
    parser.add_argument("--prompts", type=int, default=32, help="prompts a step (default: %(default)s)")
    parser.add_argument("--samples", type=int, default=16, help="completions a prompt (default: %(default)s)")
    parser.add_argument("--max-new-tokens", type=int, default=96, help="of a completion (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="threads of torch (default: %(default)s)")
    options = parser.parse_args()
    if options.rounds < 1 or options.steps < 1:
        parser.error("--rounds and --steps must be at least 1")
    found = {"rust": [], "python": []}
    with tempfile.TemporaryDirectory() as folder:
        for round_ in range(options.rounds):
            for name, measured in found.items():
                out = Path(folder) / f"{name}-{round_}"
                command = (rust if name == "rust" else python)(options, out, round_)
                measured.append(run(command, options, out))
                print(f"{name} {round_}: {measured[-1]['tokens_per_second']:.0f} tokens/s", file=sys.stderr)
    report(found, options)


def rust(options, out, seed):
    program = [options.rust] if options.rust else ["cargo", "run", "--quiet", "--release", "--locked", "-p", "reasoner", "--"]
    replaced = {
        "model.hidden_size": options.hidden,
        "model.intermediate_size": options.hidden * 8 // 3,
        "model.num_hidden_layers": options.layers,
        "model.num_attention_heads": options.hidden // 16,
        "model.num_key_value_heads": 2,
        "evaluation.every": 0,
        "stage.0.sft.options.steps": options.sft_steps,
        "stage.1.grpo.options.steps": options.steps + IDLE,
        "stage.1.grpo.options.prompts": options.prompts,
        "stage.1.grpo.options.samples": options.samples,
        "stage.1.grpo.options.max_new_tokens": options.max_new_tokens,
        "stage.1.grpo.options.minibatches": 1,
    }
    sets = [part for path, value in replaced.items() for part in ("--set", f"{path}={value}")]
    where = ["--out", out, "--device", "cpu", "--threads", options.threads, "--seed", seed, "--quiet"]
    return [*program, CONFIG, *where, *sets]


def python(options, out, seed):
    size = ["--sft-steps", options.sft_steps, "--steps", options.steps + IDLE, "--evaluate-every", options.steps + IDLE]
    size += ["--hidden", options.hidden, "--layers", options.layers]
    batch = ["--prompts", options.prompts, "--samples", options.samples, "--max-new-tokens", options.max_new_tokens]
    where = ["--out", out, "--threads", options.threads, "--seed", seed]
    return [sys.executable, ROOT / "examples" / "reasoner.py", *size, *batch, *where]


def run(command, options, out):
    """Runs a program and measures its steps of GRPO."""
    steps, metrics = [], out / "metrics.jsonl"
    environment = {**os.environ, "OMP_NUM_THREADS": str(options.threads)}
    process = subprocess.Popen(list(map(str, command)), cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        seen = 0
        while process.poll() is None and len(steps) < options.steps + IDLE:
            time.sleep(0.01)
            if metrics.exists() and metrics.stat().st_size > seen:
                processor, text = processor_seconds(process.pid), metrics.read_text(encoding="utf-8")
                seen = len(text.encode())
                steps += [(line, processor) for line in steps_of(text)[len(steps) :]]
        # The rest, an evaluation, is not measured.
        said, _ = process.communicate()
    finally:
        process.kill()
    if process.returncode != 0 or len(steps) < options.steps + IDLE:
        raise SystemExit(f"{' '.join(map(str, command))} ended with status {process.returncode}:\n{said.decode()[-2000:]}")
    (first, processor_before), (last, processor_after) = steps[IDLE - 1], steps[-1]
    measured = [line for line, _ in steps[IDLE:]]
    tokens = sum(line["length"] for line in measured) * options.prompts * options.samples
    return {
        "tokens_per_second": tokens / (last["seconds"] - first["seconds"]),
        "tokens_per_processor_second": tokens / (processor_after - processor_before),
        "length": statistics.mean(line["length"] for line in measured),
        **{name: statistics.mean(line[name] for line in measured) for name in ("sampling_seconds", "update_seconds", "step_seconds")},
    }


def steps_of(text):
    """The steps of GRPO in the lines that are complete."""
    found = map(json.loads, text.split("\n")[:-1])
    return [line for line in found if line["kind"] == "step" and line["stage"] == "grpo"]


def processor_seconds(process):
    # Fields 14 and 15 of proc_pid_stat(5); the name before them may contain spaces.
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def report(found, options):
    batch = f"{options.prompts} prompts x {options.samples} samples, at most {options.max_new_tokens} tokens"
    print(f"{options.layers} layers of width {options.hidden}, {batch}, threads of torch: {options.threads}")
    print(f"medians of {options.rounds} runs of {options.steps} steps")
    titles = ("tokens/s", "tokens/processor s", "length", "sampling s", "update s", "step s")
    print(f"{'':10}" + "".join(f"{title:>20}" for title in titles))
    medians = {}
    for name, measured in found.items():
        medians[name] = {key: statistics.median(one[key] for one in measured) for key in measured[0]}
        print(f"{name:10}" + "".join(f"{value:>20.4g}" for value in medians[name].values()))
    ratios = [medians["rust"][key] / medians["python"][key] for key in ("tokens_per_second", "tokens_per_processor_second")]
    print(f"rust / python: {ratios[0]:.2f} by wall time, {ratios[1]:.2f} by processor time")


if __name__ == "__main__":
    main()
