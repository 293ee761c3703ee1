"""OpenRLHF's executor loads a reward file, calls it with the text that an engine generated, and uses the reward."""

import asyncio
from pathlib import Path
from types import SimpleNamespace

import pytest

# The executor needs aiohttp and torch. Training also needs vLLM and DeepSpeed, which this test does not use.
agent = pytest.importorskip("openrlhf.utils.agent", exc_type=ImportError)

import torch
from real_forms import FORMS, fenced
from served import server

import r1rewards.integrations.openrlhf

ADAPTER = r1rewards.integrations.openrlhf.__file__
EXAMPLE = Path(__file__).parents[3] / "examples" / "openrlhf_reward.py"
PROMPT = "6*7? "


class Letters:
    """A tokenizer in which each letter is a token."""

    def __call__(self, text, **kwargs):
        return {"input_ids": torch.tensor([[ord(letter) for letter in text]])}

    def decode(self, ids, skip_special_tokens):
        return "".join(map(chr, ids))


class Engine:
    """Generates the same text for every prompt."""

    def __init__(self, text):
        self.text = text

    async def generate(self, prompt_ids, params, multi_modal_data=None):
        output = SimpleNamespace(token_ids=[ord(letter) for letter in self.text], finish_reason="stop", logprobs=None)
        return SimpleNamespace(outputs=[output])


@pytest.mark.parametrize("path", [ADAPTER, str(EXAMPLE)])
@pytest.mark.parametrize(("text", "label", "reward", "scored"), [(r"\boxed{42}", "42", 1.0, 1.0), (r"\boxed{41}", "42", 0.0, 1.0)])
def test_the_executor_takes_rewards_from_a_file(path, text, label, reward, scored):
    executor = agent.SingleTurnAgentExecutor(path)
    params = SimpleNamespace(max_tokens=100, logprobs=None)
    found = asyncio.run(executor.execute(PROMPT, label, params, 1000, Letters(), Engine(text)))
    # The trainer accepts tensors of one element and floats.
    assert float(found["reward"]) == reward and float(found["scores"]) == reward
    assert float(found["extra_logs"]["scored"]) == scored


@pytest.mark.parametrize("form", FORMS)
def test_the_executor_judges_code_in_the_forms_of_real_data_sets(form):
    gold, right, wrong = FORMS[form]
    executor = agent.SingleTurnAgentExecutor(ADAPTER)
    params = SimpleNamespace(max_tokens=1000, logprobs=None)
    for program, reward in ((right, 1.0), (wrong, 0.0)):
        # The response that is decoded includes the engine's end token.
        engine = Engine(fenced(program) + "<|im_end|>")
        found = asyncio.run(executor.execute(PROMPT, gold, params, 10_000, Letters(), engine))
        assert float(found["reward"]) == reward and float(found["extra_logs"]["scored"]) == 1.0


def test_a_prompt_that_the_executor_cuts_is_never_judged():
    executor = agent.SingleTurnAgentExecutor(ADAPTER)
    prompt = r"Somebody said that it is \boxed{42}, which is wrong. Think, and say what 6*7-1 is. "
    for text, reward in ((r"\boxed{42}", 0.0), (r"\boxed{41}", 1.0), ("I do not know.", 0.0)):
        params = SimpleNamespace(max_tokens=30, logprobs=None)
        found = asyncio.run(executor.execute(prompt, "41", params, 70, Letters(), Engine(text)))
        assert float(found["reward"]) == reward


@pytest.mark.parametrize("path", ["/get_reward", "/openrlhf"])
def test_the_executor_takes_rewards_from_a_server(path):
    params = SimpleNamespace(max_tokens=100, logprobs=None)
    with server() as url:
        executor = agent.SingleTurnAgentExecutor(url + path)
        for text, reward in ((r"\boxed{42}", 1.0), (r"\boxed{41}", 0.0), ("", 0.0)):
            found = asyncio.run(executor.execute(PROMPT, "42", params, 1000, Letters(), Engine(text)))
            # Lists, as its own server (openrlhf.cli.serve_rm) gives them; the trainer makes tensors of them so.
            values = [torch.tensor([value]).flatten().tolist() for value in (found["reward"], found["scores"], found["extra_logs"]["scored"])]
            assert values == [[reward], [reward], [1.0]]
