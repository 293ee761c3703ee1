"""A tiny language model learns to reason from verified rewards: the training of `examples/reasoner`, driven from Python.

    pip install . torch==2.11.0 transformers maturin
    LIBTORCH_USE_PYTORCH=1 pip install --no-build-isolation ./python/grpo
    python examples/reasoner.py            # the size of configs/r1_zero.toml
    python examples/reasoner.py --quick    # a smaller task and model, in less than a minute

The task and its reward are in `countdown.py`: a prompt `3,7,8=2:` asks for an expression that uses each of the numbers
3, 7 and 8 once and equals 2. The model is created from a configuration, so nothing is downloaded. A warm start teaches
it the form with traces whose answers are mostly wrong. Then GRPO samples a group of completions for each prompt, scores
them in the background while the next part of the batch is sampled, compares the rewards within each group, and makes a
fused update. The folder of the run has `metrics.jsonl`, an object a line with `kind`, `stage`, `step`, `seconds` and
numbers by name, as a run of `examples/reasoner` writes it, and `run.json`.
"""

import argparse
import dataclasses
import functools
import json
import random
import re
import statistics
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import NamedTuple

import torch
from countdown import Problem, answer_of, make_scorer, problems, trace
from transformers import LlamaConfig, LlamaForCausalLM

import r1rewards
from r1rewards.advantage import advantages
from r1rewards.grpo import GrpoLoss, GrpoOptimizer, fused_linear_loss
from r1rewards.metrics import cons_at_k, mean_pass_at_k, reflection, summarize_reflection


@dataclasses.dataclass(frozen=True)
class Size:
    """How large the task, the model and the batches are. The defaults are those of configs/r1_zero.toml."""

    numbers: int = 3
    largest: int = 9
    hidden: int = 96
    layers: int = 2
    sft_steps: int = 600
    sft_learning_rate: float = 1.5e-3
    traces: int = 128
    """Traces a step of the warm start."""
    steps: int = 150
    prompts: int = 32
    """Prompts a step of GRPO."""
    samples: int = 16
    """Completions a prompt."""
    learning_rate: float = 5e-4
    max_new_tokens: int = 96
    held_out: int = 200
    """Problems of an evaluation, with 8 completions each."""
    evaluate_every: int = 50


QUICK = Size(numbers=2, largest=12, hidden=64, sft_steps=200, traces=64, steps=50, samples=8, max_new_tokens=48, held_out=100)

# The tokenizer: characters, with some longer pieces that are one token.

PIECES = ["<end>", "<think>", "</think>", "<answer>", "</answer>", " wait ", " yes", " no", *"0123456789+-*=,:()"]
# A number below 100 is one token: sums are then a table.
PIECES += map(str, range(10, 100))
END = 0
IDS = {piece: token for token, piece in enumerate(PIECES)}
PATTERN = re.compile("|".join(re.escape(piece) for piece in sorted(PIECES, key=len, reverse=True)) + "|.", re.DOTALL)


def encode(text: str) -> list[int]:
    """The tokens of a text. Raises KeyError for a character that no piece has."""
    return [IDS[piece] for piece in PATTERN.findall(text)]


def decode(tokens: Sequence[int]) -> str:
    return "".join(PIECES[token] for token in tokens if token != END)


# Sampling and updates.


class Text(NamedTuple):
    """A prompt and a completion as tokens."""

    prompt: list[int]
    completion: list[int]
    """With the end token, unless it was cut off."""
    log_probs: list[float]
    """Of the completion's tokens when they were sampled; empty for a trace."""


class Judged(NamedTuple):
    problem: Problem
    text: Text
    outcome: r1rewards.Outcome


@torch.no_grad()
def sample(model: LlamaForCausalLM, batch: Sequence[Problem], samples: int, max_new_tokens: int) -> list[Text]:
    """`samples` completions for each problem, in their order."""
    prompts = [encode(problem.prompt) for problem in batch]
    width = max(map(len, prompts))
    tokens = torch.tensor([[END] * (width - len(prompt)) + prompt for prompt in prompts])
    attention = torch.tensor([[0] * (width - len(prompt)) + [1] * len(prompt) for prompt in prompts])
    # The loss needs the probabilities that tokens were drawn with: so the whole distribution, at temperature 1.
    drawn = {"do_sample": True, "temperature": 1.0, "top_k": 0, "top_p": 1.0}
    found = model.generate(
        tokens,
        attention_mask=attention,
        **drawn,
        num_return_sequences=samples,
        max_new_tokens=max_new_tokens,
        eos_token_id=END,
        pad_token_id=END,
        return_dict_in_generate=True,
        output_logits=True,
    )
    written = found.sequences[:, width:]
    log_probs = torch.stack(found.logits, dim=1).log_softmax(-1).gather(-1, written.unsqueeze(-1)).squeeze(-1)
    lengths = ((written == END).cumsum(1) - (written == END).int() == 0).sum(1)
    rows = zip(written.tolist(), log_probs.tolist(), lengths.tolist())
    return [Text(prompts[row // samples], ids[:length], old[:length]) for row, (ids, old, length) in enumerate(rows)]


def sample_and_score(
    model: LlamaForCausalLM, scorer: r1rewards.Scorer, batch: Sequence[Problem], samples: int, max_new_tokens: int
) -> tuple[list[Judged], dict[str, float]]:
    """The completions with their outcomes, and where the time went."""
    begun = time.perf_counter()
    waiting: list[tuple[Problem, Text, Future[r1rewards.Outcome]]] = []
    half = (len(batch) + 1) // 2
    for part in (batch[:half], batch[half:]):
        # The first half is judged while the second one is sampled.
        for row, text in enumerate(sample(model, part, samples, max_new_tokens)):
            problem = part[row // samples]
            future = scorer.submit(decode(text.completion), str(problem.target), numbers=problem.numbers)
            waiting.append((problem, text, future))
    sampled = time.perf_counter()
    judged = [Judged(problem, text, future.result()) for problem, text, future in waiting]
    return judged, {"sampling_seconds": sampled - begun, "scoring_wait_seconds": time.perf_counter() - sampled}


def update(
    model: LlamaForCausalLM, loss: GrpoLoss, optimizer: GrpoOptimizer, texts: Sequence[Text], advantage: Sequence[float]
) -> dict[str, float]:
    """One step of the optimizer. Texts of similar length share a micro-batch, so that little is padding."""
    trained = sum(len(text.completion) for text in texts)
    order = sorted(range(len(texts)), key=lambda place: len(texts[place].prompt) + len(texts[place].completion))
    metrics: list[dict[str, float]] = []
    for places in (order[start : start + 64] for start in range(0, len(order), 64)):
        rows = [texts[place] for place in places]
        prompts = torch.tensor([[len(text.prompt)] for text in rows])
        ends = torch.tensor([[len(text.prompt) + len(text.completion)] for text in rows])
        width = int(ends.max())
        padded = [text.prompt + text.completion + [END] * width for text in rows]
        tokens = torch.tensor([row[:width] for row in padded])
        # Position t predicts token t + 1: entries of the loss are for the tokens from the second on.
        target = torch.arange(1, width)
        mask = (target >= prompts) & (target < ends)
        old = None
        if all(text.log_probs for text in rows):
            old = torch.zeros(mask.shape)
            old[mask] = torch.tensor([value for text in rows for value in text.log_probs])
        output = fused_linear_loss(
            loss,
            model.model(tokens[:, :-1]).last_hidden_state,
            model.lm_head.weight,
            tokens[:, 1:],
            mask=mask,
            advantages=torch.tensor([advantage[place] for place in places]),
            old_log_probs=old,
            normalizer=float(trained),
            entropy=True,
        )
        output.loss.backward()  # type: ignore[no-untyped-call]
        metrics.append(output.metrics)
    report = optimizer.step()
    optimizer.zero_grad()
    means = ("entropy", "kl", "clip_low", "clip_high")
    return {
        "loss": sum(one["loss"] for one in metrics),
        **{name: sum(one[name] * one["tokens"] for one in metrics) / trained for name in means},
        "ratio_min": min(one["ratio_min"] for one in metrics),
        "ratio_max": max(one["ratio_max"] for one in metrics),
        **{name: report[name] for name in ("gradient_norm", "learning_rate", "skipped")},
    }


# The stages.


class Log:
    """`metrics.jsonl` in the folder of a run."""

    def __init__(self, folder: Path) -> None:
        path = folder / "metrics.jsonl"
        if path.exists():
            raise SystemExit(f"{folder} holds a run: give another folder with --out")
        folder.mkdir(parents=True, exist_ok=True)
        self._file = path.open("w", encoding="utf-8")
        self._begun = time.perf_counter()

    def __call__(self, kind: str, stage: str, step: int, numbers: Mapping[str, float]) -> None:
        line = {"kind": kind, "stage": stage, "step": step, "seconds": time.perf_counter() - self._begun, **numbers}
        print(json.dumps(line), file=self._file, flush=True)


class Run:
    def __init__(self, size: Size, seed: int, log: Log) -> None:
        torch.manual_seed(seed)
        self.size, self.log = size, log
        self.draw = random.Random(seed)
        self.scorer = make_scorer()
        config = LlamaConfig(
            vocab_size=len(PIECES),
            hidden_size=size.hidden,
            intermediate_size=size.hidden * 8 // 3,
            num_hidden_layers=size.layers,
            num_attention_heads=size.hidden // 16,
            num_key_value_heads=2,
            max_position_embeddings=256,
            initializer_range=size.hidden**-0.5,
            tie_word_embeddings=True,
            bos_token_id=None,
            eos_token_id=END,
            pad_token_id=None,
        )
        self.model = LlamaForCausalLM(config)
        # The same held-out problems for every seed.
        found = problems(size.numbers, size.largest, random.Random(0), held_out=True)
        self.held_out = [next(found) for _ in range(size.held_out)]

    def warm_start(self) -> None:
        """Imitates traces: with advantage 1, the loss of REINFORCE is the negative log-likelihood."""
        steps = self.size.sft_steps
        loss = GrpoLoss(loss="reinforce")
        schedule = {"warmup_steps": 20, "decay": {"cosine": {"steps": steps, "floor": 0.1}}}
        optimizer = GrpoOptimizer(self.model.named_parameters(), learning_rate=self.size.sft_learning_rate, schedule=schedule)
        source = problems(self.size.numbers, self.size.largest, self.draw)
        for step in range(1, steps + 1):
            batch = [next(source) for _ in range(self.size.traces)]
            texts = [Text(encode(problem.prompt), [*encode(trace(problem, self.draw)), END], []) for problem in batch]
            numbers = update(self.model, loss, optimizer, texts, [1.0] * len(texts))
            self.log("step", "warm start", step, {name: numbers[name] for name in ("loss", "learning_rate", "gradient_norm")})

    def grpo(self) -> None:
        size = self.size
        loss = GrpoLoss(loss={"ppo_clip": {"epsilon_low": 0.2, "epsilon_high": 0.28}})
        optimizer = GrpoOptimizer(self.model.named_parameters(), learning_rate=size.learning_rate)
        source = problems(size.numbers, size.largest, self.draw)
        for step in range(1, size.steps + 1):
            begun = time.perf_counter()
            batch = [next(source) for _ in range(size.prompts)]
            judged, seconds = sample_and_score(self.model, self.scorer, batch, size.samples, size.max_new_tokens)
            rewards = [one.outcome.reward for one in judged]
            groups = [place // size.samples for place in range(len(judged))]
            found = advantages(groups, rewards)
            updating = time.perf_counter()
            # What could not be judged is not trained on.
            scored = [place for place, reward in enumerate(rewards) if reward is not None]
            texts = [judged[place].text for place in scored]
            updated = update(self.model, loss, optimizer, texts, [found.values[place] for place in scored])
            now = time.perf_counter()
            tokens = sum(len(one.text.completion) for one in judged)
            numbers = {
                "reward": found.reward_mean,
                "reward_std": found.reward_std,
                "correct": statistics.mean(one.outcome.is_correct for one in judged),
                "length": tokens / len(judged),
                "finished": statistics.mean(one.text.completion[-1] == END for one in judged),
                "missing": found.missing,
                "groups": found.groups,
                "dead_groups": found.dead_groups / found.groups,
                **updated,
                **seconds,
                "update_seconds": now - updating,
                "step_seconds": now - begun,
                "tokens_per_second": tokens / (now - begun),
            }
            self.log("step", "grpo", step, numbers)
            if step % size.evaluate_every == 0 and step < size.steps:
                self.evaluate("grpo", step)

    def evaluate(self, stage: str, step: int) -> dict[str, float]:
        """Measures the policy on the held-out problems with 8 completions each."""
        judged, _ = sample_and_score(self.model, self.scorer, self.held_out, 8, self.size.max_new_tokens)
        same = functools.partial(r1rewards.math.verify, extract="none")
        texts = [decode(one.text.completion) for one in judged]
        correct = [one.outcome.is_correct for one in judged]
        starts = range(0, len(judged), 8)
        counts = [(8, sum(correct[start : start + 8])) for start in starts]
        answers = [answer_of(text) for text in texts]
        votes = [cons_at_k(answers[start : start + 8], correct[start : start + 8], 8, same) for start in starts]
        summary = summarize_reflection([reflection(text) for text in texts])
        numbers = {
            "pass_at_1": mean_pass_at_k(counts, 1),
            "pass_at_8": mean_pass_at_k(counts, 8),
            "cons_at_8": statistics.mean(votes),
            **{name: statistics.mean(one.outcome.components[name].is_correct for one in judged) for name in self.scorer.names},
            "length": statistics.mean(len(one.text.completion) for one in judged),
            "unscored": statistics.mean(not one.outcome.is_scored for one in judged),
            "reflection_markers": summary.markers,
            "with_marker": summary.with_marker,
        }
        self.log("evaluation", stage, step, numbers)
        shown = ", ".join(f"{name} {number:.3f}" for name, number in numbers.items())
        print(f"{stage} {step}: {shown}\n    {self.held_out[0].prompt} {texts[0]}", flush=True)
        return numbers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0, help="everything random follows from it")
    parser.add_argument("--out", type=Path, help="the folder of the run; default: runs/reasoner_py-SEED")
    parser.add_argument("--quick", action="store_true", help="a smaller task, batch and number of steps")
    parser.add_argument("--threads", type=int, default=1, help="of torch; more than one help only with larger models")
    for field in dataclasses.fields(Size):
        # For example --steps and --sft-steps.
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=type(field.default), help=f"default: {field.default}")
    options = parser.parse_args()
    given = {name: value for name, value in vars(options).items() if name in vars(QUICK) and value is not None}
    size = dataclasses.replace(QUICK if options.quick else Size(), **given)
    folder = options.out or Path(f"runs/reasoner_py-{options.seed}")
    torch.set_num_threads(options.threads)
    run = Run(size, options.seed, Log(folder))
    print(f"{run.model.num_parameters()} parameters, {size}", flush=True)
    run.warm_start()
    before = run.evaluate("grpo", 0)
    run.grpo()
    after = run.evaluate("grpo", size.steps)
    for name in ("format", "cons_at_8", "pass_at_8", "pass_at_1"):
        print(f"{name} {before[name]:.3f} -> {after[name]:.3f}")
    facts = {"name": "countdown, from Python", "seed": options.seed, "parameters": run.model.num_parameters(), **vars(size)}
    (folder / "run.json").write_text(json.dumps({**facts, "engine_version": r1rewards.__version__}), encoding="utf-8")
    print(folder / "metrics.jsonl")


if __name__ == "__main__":
    main()
