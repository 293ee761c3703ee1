"""Each trainer's adapter, called as the trainer calls it, on rows in the forms of real data sets.

No trainer needs to be installed.
"""

import importlib.util

import pytest
from real_forms import FORMS, fenced

from r1rewards.integrations import openrlhf, trl, verl


def by_verl(texts, gold):
    return [verl.compute_score("code", text, gold, {"index": 0})["acc"] for text in texts]


def by_verl_batch(texts, gold):
    count = len(texts)
    return [found["acc"] for found in verl.compute_score_batch(["code"] * count, texts, [gold] * count, [{}] * count)]


def by_openrlhf(texts, gold):
    spec = importlib.util.spec_from_file_location("reward_func", openrlhf.__file__)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = [module.reward_func([f"Write it.{text}<|im_end|>"], ["Write it."], [gold]) for text in texts]
    assert all(list(each["extra_logs"]["scored"]) == [1.0] for each in found)
    return [float(each["rewards"][0]) for each in found]


def by_trl(texts, gold):
    count = len(texts)
    return trl.reward("code", answer="gold")(prompts=["Write it."] * count, completions=texts, gold=[gold] * count)


@pytest.mark.parametrize("trainer", [by_verl, by_verl_batch, by_openrlhf, by_trl])
@pytest.mark.parametrize("form", FORMS)
def test_a_right_program_has_the_reward_and_a_wrong_one_has_not(trainer, form):
    gold, right, wrong = FORMS[form]
    assert trainer([fenced(right), fenced(wrong)], gold) == [1.0, 0.0]
