"""verl loads our functions by examples/verl.yaml and by name, and its reward managers call them on verl's batches."""

import asyncio
from pathlib import Path

import pytest

pytest.importorskip("verl")

import numpy
import torch
from real_forms import FORMS, fenced
from served import server
from omegaconf import OmegaConf
from verl import DataProto
from verl.trainer.ppo.reward import get_custom_reward_fn
from verl.utils.import_utils import load_extern_object
from verl.utils.reward_score import sandbox_fusion

ROOT = Path(__file__).parents[3]
PROMPT = "6*7?"


class Letters:
    """A tokenizer in which each letter is a token."""

    def decode(self, ids, skip_special_tokens=True):
        return "".join(chr(number) for number in ids if number or not skip_special_tokens)


def batch(responses, golds):
    width = max(len(text) for text in responses)
    padded = [[ord(letter) for letter in text] + [0] * (width - len(text)) for text in responses]
    prompts = [[ord(letter) for letter in PROMPT]] * len(responses)
    mask = [[1] * len(PROMPT) + [1] * len(text) + [0] * (width - len(text)) for text in responses]
    tensors = {"prompts": torch.tensor(prompts), "responses": torch.tensor(padded), "attention_mask": torch.tensor(mask)}
    others = {
        "data_source": numpy.array(["sums"] * len(responses), dtype=object),
        "reward_model": numpy.array([{"ground_truth": gold} for gold in golds], dtype=object),
        "extra_info": numpy.array([{} for _ in responses], dtype=object),
    }
    return DataProto.from_dict(tensors=tensors, non_tensors=others)


def test_the_reward_loop_calls_what_the_example_configures(monkeypatch):
    monkeypatch.chdir(ROOT)
    from verl.experimental.reward_loop.reward_manager import get_reward_manager_cls

    judge = get_custom_reward_fn(OmegaConf.load("examples/verl.yaml"))
    texts = [r"<think>easy</think><answer>\boxed{42}</answer>", r"\boxed{42}", r"\boxed{41}"]

    async def run():
        manager = get_reward_manager_cls("naive")(OmegaConf.create({}), Letters(), judge)
        data = batch(texts, ["42"] * 3)
        return [await manager.run_single(data[place : place + 1]) for place in range(3)]

    found = asyncio.run(run())
    # examples/rewards.toml: 1 for the answer, 0.1 for the format.
    assert [row["reward_score"] for row in found] == pytest.approx([1.1, 1.0, 0.0])
    assert [row["reward_extra_info"]["correct"] for row in found] == [1.0, 1.0, 0.0]


@pytest.mark.parametrize("form", FORMS)
def test_the_reward_loop_judges_code_in_the_forms_of_real_data_sets(form):
    from verl.experimental.reward_loop.reward_manager import get_reward_manager_cls

    judge = load_extern_object("pkg://r1rewards.integrations.verl", "compute_score")
    gold, right, wrong = FORMS[form]

    async def run():
        data = batch([fenced(right), fenced(wrong), fenced(right)], [gold, gold, '{"inputs": ["1"], "outputs": []}'])
        manager = get_reward_manager_cls("naive")(OmegaConf.create({}), Letters(), judge)
        return [await manager.run_single(data[place : place + 1]) for place in range(3)]

    found = asyncio.run(run())
    assert [(row["reward_score"], row["reward_extra_info"]["scored"]) for row in found] == [(1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]
    # DAPO's filter of groups reads `acc`, and every sample must have the same keys.
    assert [row["reward_extra_info"]["acc"] for row in found] == [1.0, 0.0, 0.0]
    assert len({frozenset(row["reward_extra_info"]) for row in found}) == 1


def test_the_batch_manager_calls_the_batch_form():
    from verl.workers.reward_manager import get_reward_manager_cls

    judge = load_extern_object("pkg://r1rewards.integrations.verl", "compute_score_batch")
    manager = get_reward_manager_cls("batch")(Letters(), 0, judge, spec="math")
    found = manager(batch([r"\boxed{42}", r"\boxed{4.1e1}", "?"], ["42", "42", "42"]), return_dict=True)
    assert found["reward_tensor"].sum(dim=1).tolist() == [1.0, 0.0, 0.0]
    # The reward is at the last token of the response.
    assert found["reward_tensor"][0].nonzero().tolist() == [[len(r"\boxed{42}") - 1]]
    assert found["reward_extra_info"]["scored"] == [1.0, 1.0, 1.0]


def test_its_client_of_a_sandbox_runs_programs_on_a_server():
    doubled = {"inputs": ["3\n", "10\n"], "outputs": ["6\n", "20\n"]}
    called = {"inputs": ["[1, 2]\n3", "[]\n1"], "outputs": ["[1, 2, 3]", "[1]"], "fn_name": "add"}
    asserted = {"assert_case": ["assert double(2) == 4", "assert double(0) == 0"]}
    cases = [
        ("print(2 * int(input()))", doubled, 1.0),
        ("print(6)", doubled, 0.5),
        ("print(", doubled, 0.0),
        ("while True: pass", doubled, 0.0),
        ("def add(numbers, one): return numbers + [one]", called, 1.0),
        ("class Solution:\n    def add(self, numbers, one): return numbers", called, 0.0),
        ("def double(x): return x + x", asserted, 1.0),
        ("def double(x): return 4", asserted, 0.5),
    ]
    with server() as url:
        for program, tests, expected in cases:
            score, told = sandbox_fusion.compute_score(f"{url}/run_code", None, 1024, fenced(program), tests, timeout=1)
            assert score == expected, (program, told)


def test_its_client_waits_for_a_server_that_has_too_much_to_do(tmp_path):
    config = tmp_path / "serve.toml"
    config.write_text("jobs = 1\n[limits]\nqueue = 1\n")
    from concurrent.futures import ThreadPoolExecutor

    tests = {"inputs": ["3\n"], "outputs": ["6\n"]}
    program = fenced("sum(range(10**6))\nprint(2 * int(input()))")
    with server("--config", str(config)) as url, ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: sandbox_fusion.compute_score(f"{url}/run_code", None, 1024, program, tests)[0], range(4)))
    assert found == [1.0] * 4
