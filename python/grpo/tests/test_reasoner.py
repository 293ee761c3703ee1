"""`examples/reasoner.py` learns, and its reward pays for nothing but solutions."""

import doctest
import importlib.util
import json
import os
import random
import resource
import statistics
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

pytest.importorskip("transformers")
pytest.importorskip("r1rewards")

SCRIPT = Path(__file__).parents[3] / "examples" / "reasoner.py"


class Quick(NamedTuple):
    folder: Path
    processor_seconds: float
    printed: str

    def lines(self, kind: str, stage: str) -> list[dict[str, Any]]:
        found = map(json.loads, (self.folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines())
        return [line for line in found if (line["kind"], line["stage"]) == (kind, stage)]


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Quick:
    folder = tmp_path_factory.mktemp("reasoner") / "run"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, str(SCRIPT), "--quick", "--seed", "1", "--out", str(folder)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Quick(folder, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout)


@pytest.fixture(scope="module")
def reasoner() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reasoner", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    # Its dataclass looks its own module up.
    sys.modules["reasoner"] = module
    sys.path.insert(0, str(SCRIPT.parent))
    spec.loader.exec_module(module)
    return module


def test_the_reward_rises(quick: Quick) -> None:
    rewards = [line["reward"] for line in quick.lines("step", "grpo")]
    first, last = statistics.mean(rewards[:10]), statistics.mean(rewards[-10:])
    # Measured: 0.26 higher, with seeds 0 and 2 by 0.23 and 0.19; with all advantages at 0 by 0.01.
    assert last > first + 0.12, rewards


def test_held_out_problems_are_solved_more_often(quick: Quick) -> None:
    before, after = quick.lines("evaluation", "grpo")
    assert after["pass_at_1"] > before["pass_at_1"] + 0.1
    assert after["format"] > 0.9


def test_the_metrics_have_the_names_of_the_rust_run(quick: Quick) -> None:
    warm, steps = quick.lines("step", "warm start"), quick.lines("step", "grpo")
    assert [line["step"] for line in steps] == list(range(1, 51))
    assert warm[0].keys() == {"kind", "stage", "step", "seconds", "loss", "learning_rate", "gradient_norm"}
    names = "reward reward_std correct length finished missing groups dead_groups loss entropy kl clip_low clip_high ratio_min ratio_max"
    timing = "sampling_seconds scoring_wait_seconds update_seconds step_seconds tokens_per_second gradient_norm learning_rate skipped"
    assert {*names.split(), *timing.split()} <= steps[0].keys()
    assert all(line["missing"] == 0 and line["skipped"] == 0 for line in steps)


def test_the_quick_run_is_quick(quick: Quick) -> None:
    assert quick.processor_seconds < 60


def test_a_folder_that_holds_a_run_is_not_written_over(quick: Quick) -> None:
    command = [sys.executable, str(SCRIPT), "--quick", "--out", str(quick.folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode != 0 and "give another folder with --out" in done.stderr


SUMS = ["3+7=10-8=2 yes", "3+8=11-7=4 no wait 3+7=10-8=2 yes", "so be it", "3*7=21-8=13 no", "8-8=0+2=2"]
FALSE_SUMS = ["3+7=11-8=3 yes", "3+7=10-8=3", "3+7=", "=7", "3+=3", "3+7=10=11", "3+7=10=10+1=12", "3+7=2 yes"]


@pytest.mark.parametrize("thinking", SUMS)
def test_true_sums_are_allowed_in_the_thinking(reasoner: ModuleType, thinking: str) -> None:
    assert judged(reasoner, f"<think>{thinking}</think><answer>3+7-8</answer>").is_correct


@pytest.mark.parametrize("thinking", FALSE_SUMS)
def test_a_false_sum_in_the_thinking_makes_a_right_answer_incorrect(reasoner: ModuleType, thinking: str) -> None:
    outcome = judged(reasoner, f"<think>{thinking}</think><answer>3+7-8</answer>")
    assert (outcome.verdict, outcome.reward) == ("incorrect", 0.1)


@pytest.mark.parametrize("answer", ["3+7-8", "7+3-8", "(3+7)-8", "3-(8-7)"])
def test_an_expression_of_all_numbers_that_equals_the_target_is_correct(reasoner: ModuleType, answer: str) -> None:
    outcome = judged(reasoner, f"<think>3</think><answer>{answer}</answer>")
    assert (outcome.verdict, outcome.reward) == ("correct", 1.1)


WRONG = """2  8-3-3  3+7-8+0  3+7-8</answer><answer>2  3+7+8  37-8  3+7-8=2  (3+7-8  3+7-8)  3**7-8  3--7-8  03+7-8  3+7-8,2  3,7,8=2:
(3)(7)-8  3+7-8*1  ٣+7-8  3+7-8.0  0x3+7-8""".split()  # fmt: skip


@pytest.mark.parametrize("answer", [*WRONG, "", " ", "3+7-8 is 2", "1" * 300, "(" * 5000])
def test_anything_else_is_not(reasoner: ModuleType, answer: str) -> None:
    outcome = judged(reasoner, f"<think>3</think><answer>{answer}</answer>")
    assert outcome.verdict == "incorrect" and outcome.reward <= 0.1


@pytest.mark.parametrize(
    "completion",
    [
        "<think>3</think><answer>3+7-8</answer> or 4",
        "<think>3</think><answer>2</answer><answer>3+7-8</answer>",
        "<think>3</think>3+7-8",
        "<think>3+7-8",
        "<answer>3+7-8",
        "",
    ],
)
def test_one_closed_answer_ends_a_completion(reasoner: ModuleType, completion: str) -> None:
    outcome = judged(reasoner, completion)
    assert (outcome.verdict, outcome.reward) == ("incorrect", 0.0)


def test_traces_have_the_form_that_is_rewarded(reasoner: ModuleType) -> None:
    draw, scorer = random.Random(5), reasoner.make_scorer()
    source, correct = reasoner.problems(3, 9, draw), 0
    for _ in range(300):
        problem = next(source)
        text = reasoner.trace(problem, draw)
        assert reasoner.decode(reasoner.encode(text)) == text
        outcome = scorer.score(text, str(problem.target), numbers=problem.numbers)
        assert outcome.components["format"].is_correct and outcome.reason in ("equal", "different"), (text, outcome)
        correct += outcome.is_correct
    assert 30 < correct < 270


def test_a_character_without_a_token_is_refused(reasoner: ModuleType) -> None:
    with pytest.raises(KeyError, match="x"):
        reasoner.encode("3x")


def test_no_problem_is_in_both_splits(reasoner: ModuleType) -> None:
    def drawn(held_out: bool) -> set[tuple[int, ...]]:
        found = reasoner.problems(3, 9, random.Random(1), held_out)
        return {(*sorted(problem.numbers), problem.target) for problem in (next(found) for _ in range(2000))}

    assert not drawn(True) & drawn(False)


def test_the_loss_counts_the_tokens_that_were_sampled(reasoner: ModuleType, tmp_path: Path) -> None:
    """The ratio to the sampler's log-probabilities is 1 before the first update: no token is shifted or left out."""
    import torch

    size = reasoner.dataclasses.replace(reasoner.QUICK, held_out=1)
    run = reasoner.Run(size, 0, reasoner.Log(tmp_path / "run"))
    problems = [reasoner.Problem([3, 4], 7), reasoner.Problem([9, 8], 17)]
    texts = reasoner.sample(run.model, problems, 4, 20)
    assert len(texts) == 8 and all(len(text.completion) == len(text.log_probs) <= 20 for text in texts)
    loss = reasoner.GrpoLoss()
    optimizer = reasoner.GrpoOptimizer(run.model.named_parameters(), learning_rate=1e-3)
    numbers = reasoner.update(run.model, loss, optimizer, texts, [1.0] * 4 + [-1.0] * 4)
    assert numbers["ratio_min"] == pytest.approx(1, abs=1e-4) and numbers["ratio_max"] == pytest.approx(1, abs=1e-4)
    assert torch.isfinite(torch.tensor(numbers["gradient_norm"]))


def test_the_example_of_the_reward_is_right(reasoner: ModuleType) -> None:
    found = doctest.testmod(sys.modules[reasoner.make_scorer.__module__])
    assert found.attempted and not found.failed


def judged(reasoner: ModuleType, completion: str) -> Any:
    return reasoner.make_scorer().score(completion, "2", numbers=[8, 3, 7])
