"""AReaL's reward function: `RLVRWorkflow(reward_fn="r1rewards.integrations.areal.reward", ...)`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ._common import reference, scorer_for, value


def reward(
    prompt: Any, completions: str, prompt_ids: Sequence[int], completion_ids: Sequence[int], answer: Any = None, **columns: Any
) -> float:
    """The reward of one completion against the data set's `answer`; 0 where it could not be judged."""
    tokens = {"completion_tokens": len(completion_ids)}
    outcome = scorer_for(None).score(completions, **{**columns, **reference(answer), **tokens})
    return value(outcome.reward, 0.0)
