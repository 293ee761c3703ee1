"""inspect_ai evaluates a task with our scorer and its own mock model."""

import math

import pytest

pytest.importorskip("inspect_ai")

from inspect_ai import Task, eval
from inspect_ai.dataset import Sample
from inspect_ai.model import ModelOutput, ModelUsage, get_model
from inspect_ai.solver import generate

from r1rewards.integrations.inspect_ai import r1rewards


def said(text):
    # Without a usage the mock model downloads a tokenizer to count tokens.
    output = ModelOutput.from_content("mockllm/model", text)
    output.usage = ModelUsage()
    return output


def test_an_evaluation_counts_what_was_judged_and_keeps_why(tmp_path):
    # The reference of the third sample cannot be read, which must not lower the accuracy.
    rows = [("42", r"so \boxed{42}"), ("1/2", r"so \boxed{0.51}"), ("", r"so \boxed{7}"), ("9", r"\boxed{9}")]
    outputs = [said(text) for _, text in rows]
    task = Task(dataset=[Sample(input="?", target=gold) for gold, _ in rows], solver=generate(), scorer=r1rewards(policy="strict"))
    # One sample at a time, because the mock model returns its outputs in the order of the calls.
    [log] = eval(task, model=get_model("mockllm/model", custom_outputs=outputs), log_dir=str(tmp_path), display="none", max_samples=1)
    assert log.status == "success", log.error
    scores = [sample.scores["r1rewards"] for sample in log.samples]
    assert [score.value for score in scores if not math.isnan(score.value)] == [1.0, 0.0, 1.0]
    assert math.isnan(scores[2].value) and scores[2].metadata["reason"] == "gold_unparsable"
    assert scores[0].answer == "42" and scores[1].metadata["reason"] == "different"
    assert log.results.scores[0].metrics["accuracy"].value == pytest.approx(2 / 3)


def test_several_targets_are_alternatives(tmp_path):
    task = Task(dataset=[Sample(input="?", target=["4", "3"])], solver=generate(), scorer=r1rewards())
    [log] = eval(task, model=get_model("mockllm/model", custom_outputs=[said(r"\boxed{x=3}")]), log_dir=str(tmp_path), display="none")
    assert log.samples[0].scores["r1rewards"].value == 1.0
