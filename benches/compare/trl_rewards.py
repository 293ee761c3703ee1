#!/usr/bin/env python3
"""Compares the rewards of TRL and open-r1 with ours on the same rows: they must agree to 1e-6.

    python3 benches/compare/trl_rewards.py

The first run creates a virtual environment with TRL's reward functions and Math-Verify, without torch, which needs the
network. TRL's functions are called as its trainer calls them. open-r1 cannot be imported without its trainers, so its
rewards are written out below from their published patterns and formulas. Ours come from one `verify score` with every
reward as a component.

Rows are generated from a seed. Half of them consist of tags, step markers, line breaks and words in any order, for the
rewards on format. Half end in a boxed answer, for the rewards that depend on correctness. Left out are cases in which
our documented behaviour differs: a gold that cannot be read (open-r1 rewards it, ours is unscored), a box inside
thinking that never ends (theirs counts it), open-r1's Chinese word splitting (give the words in a column: `unit =
"tokens"`), and its code execution rewards.
"""

import argparse
import json
import math
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

# This folder has a math_verify.py of its own, which hides the library of that name.
sys.path[:] = [folder for folder in sys.path if Path(folder).resolve() != Path(__file__).resolve().parent]

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGES = [["--no-deps", "trl==1.16.0"], ["packaging", "math-verify==0.9.0"]]
TOLERANCE = 1e-6
GROUP = 8
MATH = {"kind": "math", "policy": "math_verify", "extract": "boxed"}
IDS = {"unit": "tokens", "token_field": "completion_ids"}
CLOSED = {"kind": "text", "match": "pattern", "pattern": "</think>", "whole": False, "scope": "completion"}
COSINE = {"kind": "cosine_length", "reward": MATH}

# Name, our spec, and the rows it is compared on.
REWARDS = [
    ("trl.accuracy_reward", MATH, "answers"),
    ("trl.reasoning_accuracy_reward", {"kind": "gate", "condition": CLOSED, "reward": MATH}, "answers"),
    ("trl.get_cosine_scaled_reward", {**COSINE, **IDS, "max_len": 40}, "answers"),
    ("trl.think_format_reward", {"kind": "format", "template": "trl"}, "all"),
    ("trl.get_repetition_penalty_reward", {"kind": "repetition", **IDS, "ngram_size": 2, "max_penalty": -0.7}, "all"),
    ("trl.get_soft_overlong_punishment", {"kind": "soft_overlong", **IDS, "max": 50, "cache": 20}, "all"),
    ("trl.get_soft_overlong_punishment(cache 0)", {"kind": "soft_overlong", **IDS, "max": 50, "cache": 0}, "all"),
    ("open_r1.accuracy_reward", MATH, "answers"),
    ("open_r1.format_reward", {"kind": "format", "template": "open_r1"}, "all"),
    ("open_r1.tag_count_reward", {"kind": "tag_count", "profile": "open_r1"}, "all"),
    ("open_r1.reasoning_steps_reward", {"kind": "reasoning_steps"}, "all"),
    ("open_r1.len_reward", {"kind": "kimi_length", "reward": MATH, "unit": "raw_chars"}, "answers"),
    ("open_r1.get_cosine_scaled_reward", {**COSINE, "unit": "raw_chars", "max_len": 150, "clamp": False}, "answers"),
    ("open_r1.get_repetition_penalty_reward", {"kind": "repetition", "ngram_size": 3, "max_penalty": -1.0}, "all"),
    ("open_r1.get_code_format_reward", {"kind": "code_format", "profile": "open_r1"}, "all"),
    ("open_r1.get_soft_overlong_punishment", {"kind": "soft_overlong", **IDS, "max": 40, "cache": 30}, "all"),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=4096, help="rows to compare on (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="decides the rows (default: %(default)s)")
    parser.add_argument("--venv", default=str(REPOSITORY / "target" / "venv-trl"), help="where TRL is, or is installed to")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        return worker(Path(arguments.worker))
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        rows = make_rows(random.Random(arguments.seed), arguments.rows)
        (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        ours = score(folder)
        python = peer_python(Path(arguments.venv))
        peers = json.loads(subprocess.run([python, __file__, "--worker", folder / "rows.jsonl"], check=True, stdout=subprocess.PIPE).stdout)
    return report(rows, ours, peers)


def report(rows, ours, peers):
    failed = 0
    for name, _, which in REWARDS:
        places = [place for place, row in enumerate(rows) if which == "all" or row["family"] == which]
        pairs = [(place, ours[place][name], peers[name][place]) for place in places]
        wrong = [pair for pair in pairs if differ(*pair[1:])]
        values = len({round(theirs, 9) for _, _, theirs in pairs if theirs is not None})
        print(f"{name:<44} {len(pairs):>6} rows, {values:>4} different values, {len(wrong):>3} disagree")
        for place, mine, theirs in wrong[:3]:
            print(f"    ours {mine}, theirs {theirs}: {json.dumps(rows[place])[:400]}")
        failed += bool(wrong)
    print(f"{len(REWARDS) - failed} of {len(REWARDS)} rewards agree to {TOLERANCE}")
    return 1 if failed else 0


def differ(mine, theirs):
    if mine is None or theirs is None:
        return mine is not theirs
    return abs(mine - theirs) > TOLERANCE


# Rows.

PIECES = [
    "<think>", "<think>\n", "\n</think>\n", "</think>", "<answer>\n", "\n<answer>\n", "\n</answer>", "</answer>", "\n", "\n\n", " ", " ",
    "a", "b", "the", "The", "é", "Σ", "First,", "Second,", "Next,", "Finally,", "first,", "Step 1:", "Step 12:", "Step x:", "Step ٣:",
    "1.", "٣.", "\n- x", "\n* y", "\n1. z", "```python", "```python\n", "```", "```\n", "\u00a0", "\u200b", "\x1c", "<|reflect|>",
]  # fmt: skip
WHOLE = ["<think>\n", "", "\n</think>\n<answer>\n", "", "\n</answer>"]
NUMBERS = ["42", "-7", "1/2", r"\frac{3}{4}", "0.125", r"\sqrt{2}", "1000", r"2\pi", "x+1"]


def make_rows(rng, count):
    rows = []
    while len(rows) < count:
        group = len(rows) // GROUP
        answer = rng.choice(NUMBERS)
        for _ in range(GROUP):
            family = "shape" if group % 2 else "answers"
            completion = shape(rng) if family == "shape" else answered(rng, answer)
            ids = [rng.randrange(rng.choice([2, 5, 1000])) for _ in range(rng.randrange(70))]
            rows.append({
                "id": len(rows), "prompt": f"prompt {group}", "completion": completion, "answer": f"${answer}$",
                "completion_ids": ids, "family": family,
            })  # fmt: skip
    return rows


def shape(rng):
    """Returns pieces in any order, or the whole template with pieces between its parts."""

    def pieces(most):
        return "".join(rng.choice(PIECES) + rng.choice(["", " "]) for _ in range(rng.randrange(most)))

    if rng.random() < 0.5:
        return pieces(25)
    return "".join(part or pieces(6) for part in WHOLE) + rng.choice(["", "", "", "\n", "x", "\nx"])


def answered(rng, answer):
    words = " ".join(rng.choice(["we", "add", "both", "sides", "then", "check"]) for _ in range(rng.randrange(40)))
    said = answer if rng.random() < 0.6 else rng.choice(NUMBERS)
    think = rng.choice(["", f"<think>{words}</think>\n"])
    return f"{think}{words} The final answer is $\\boxed{{{said}}}$.{rng.choice(['', ' ', chr(10)])}"


# Ours.


def score(folder):
    spec = [{**spec, "name": name} for name, spec, _ in REWARDS]
    (folder / "spec.json").write_text(json.dumps(spec))
    command = ["cargo", "run", "--quiet", "--locked", "--bin", "verify", "--", "score", folder / "rows.jsonl", "--quiet", "--no-meta"]
    subprocess.run([*command, "--rewards", folder / "spec.json", "-o", folder / "out.jsonl"], cwd=REPOSITORY, check=True)
    results = [json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]
    return [{name: outcome["reward"] for name, outcome in result["components"].items()} for result in results]


# Theirs.


def peer_python(venv):
    python = venv / "bin" / "python"
    if not python.is_file():
        print(f"making {venv} with TRL's rewards ...", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        for packages in PACKAGES:
            subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True)
    return str(python)


def worker(path):
    from trl import rewards as trl

    rows = [json.loads(line) for line in path.read_text().splitlines()]
    texts = [row["completion"] for row in rows]
    completions = [[{"role": "assistant", "content": text}] for text in texts]
    ids = [row["completion_ids"] for row in rows]
    golds = [row["answer"] for row in rows]
    right = trl.accuracy_reward(completions, golds)
    values = {
        "trl.accuracy_reward": right,
        "trl.reasoning_accuracy_reward": trl.reasoning_accuracy_reward(completions, golds),
        "trl.get_cosine_scaled_reward": trl.get_cosine_scaled_reward(40)(completions, golds, ids),
        "trl.think_format_reward": trl.think_format_reward(completions),
        "trl.get_repetition_penalty_reward": trl.get_repetition_penalty_reward(2, -0.7)(ids),
        "trl.get_soft_overlong_punishment": trl.get_soft_overlong_punishment(50, 20)(ids),
        "trl.get_soft_overlong_punishment(cache 0)": trl.get_soft_overlong_punishment(50, 0)(ids),
        # TRL and open-r1 call Math-Verify in the same way.
        "open_r1.accuracy_reward": right,
        "open_r1.format_reward": [matches(FORMAT, text) for text in texts],
        "open_r1.tag_count_reward": [tag_count(text) for text in texts],
        "open_r1.reasoning_steps_reward": [min(1.0, len(re.findall(STEPS, text)) / 3) for text in texts],
        "open_r1.len_reward": kimi([row["prompt"] for row in rows], texts, right),
        "open_r1.get_cosine_scaled_reward": [cosine(len(text), correct, 150) for text, correct in zip(texts, right)],
        "open_r1.get_repetition_penalty_reward": [repetition(text, 3, -1.0) for text in texts],
        "open_r1.get_code_format_reward": [matches(CODE_FORMAT, text) for text in texts],
        "open_r1.get_soft_overlong_punishment": [soft_overlong(len(tokens), 40, 30) for tokens in ids],
    }
    print(json.dumps(values))
    return 0


# open-r1's patterns and formulas, as published in its repository (src/open_r1/rewards.py) and in the papers that it
# cites.

FORMAT = r"^<think>\n.*?\n</think>\n<answer>\n.*?\n</answer>$"
CODE_FORMAT = r"^<think>\n.*?\n</think>\n<answer>\n.*?```python.*?```.*?\n</answer>$"
STEPS = r"(Step \d+:|^\d+\.|\n-|\n\*|First,|Second,|Next,|Finally,)"


def matches(pattern, text):
    return 1.0 if re.match(pattern, text, re.DOTALL | re.MULTILINE) else 0.0


def tag_count(text):
    return sum(0.25 for tag in ("<think>\n", "\n</think>\n", "\n<answer>\n", "\n</answer>") if text.count(tag) == 1)


def kimi(prompts, texts, right):
    """Kimi k1.5 (2501.12599) section 2.3.3, over the samples of each prompt."""
    lengths = {}
    for prompt, text in zip(prompts, texts):
        lengths.setdefault(prompt, []).append(len(text))
    values = []
    for prompt, text, correct in zip(prompts, texts, right):
        shortest, longest = min(lengths[prompt]), max(lengths[prompt])
        value = 0.5 - (len(text) - shortest) / (longest - shortest) if longest > shortest else 0.0
        values.append(value if correct else min(0.0, value))
    return values


def cosine(length, correct, max_len):
    """Demystifying Long CoT (2502.03373) appendix C.1; open-r1 does not clamp lengths above max_len."""
    end, start = (0.5, 1.0) if correct else (-0.5, -1.0)
    return end + 0.5 * (start - end) * (1.0 + math.cos(length / max_len * math.pi))


def repetition(text, size, penalty):
    words = text.lower().split()
    grams = [tuple(words[at : at + size]) for at in range(len(words) - size + 1)]
    return (1 - len(set(grams)) / len(grams)) * penalty if grams else 0.0


def soft_overlong(length, longest, cache):
    """DAPO (2503.14476) eq. 13."""
    return min(0.0, max(-1.0, (longest - cache - length) / cache))


if __name__ == "__main__":
    sys.exit(main())
