"""AReaL's wrapper runs our reward function in its worker processes."""

import asyncio

import pytest

# AReaL's reward interface imports its schedulers and torch.
reward_api = pytest.importorskip("areal.api.reward_api", exc_type=ImportError)

from areal.utils.dynamic_import import import_from_string
from real_forms import FORMS, fenced


def test_the_wrapper_pickles_the_function_and_awaits_its_reward():
    judge = import_from_string("r1rewards.integrations.areal.reward")
    wrapped = reward_api.AsyncRewardWrapper(judge, max_workers=1, timeout_seconds=60)

    async def both():
        calls = [wrapped("6*7?", text, [1], [2, 3], answer="42") for text in (r"\boxed{42}", r"\boxed{41}")]
        return await asyncio.gather(*calls)

    assert asyncio.run(both()) == [1.0, 0.0]


def test_rows_in_the_forms_of_real_data_sets_are_judged_in_its_workers():
    judge = import_from_string("r1rewards.integrations.areal.reward")
    wrapped = reward_api.AsyncRewardWrapper(judge, max_workers=1, timeout_seconds=60)

    async def each():
        calls = [wrapped("Write it.", fenced(text), [1], [2, 3], answer=gold) for gold, *texts in FORMS.values() for text in texts]
        return await asyncio.gather(*calls)

    assert asyncio.run(each()) == [1.0, 0.0] * len(FORMS)
