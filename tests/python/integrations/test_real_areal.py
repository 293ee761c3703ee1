"""AReaL's own wrapper sends our function to its worker processes."""

import asyncio

import pytest

# AReaL imports its schedulers and torch with the interface of rewards.
reward_api = pytest.importorskip("areal.api.reward_api", exc_type=ImportError)

from areal.utils.dynamic_import import import_from_string


def test_the_wrapper_pickles_the_function_and_awaits_its_reward():
    judge = import_from_string("r1rewards.integrations.areal.reward")
    wrapped = reward_api.AsyncRewardWrapper(judge, max_workers=1, timeout_seconds=60)

    async def both():
        calls = [wrapped("6*7?", text, [1], [2, 3], answer="42") for text in (r"\boxed{42}", r"\boxed{41}")]
        return await asyncio.gather(*calls)

    assert asyncio.run(both()) == [1.0, 0.0]
