"""AReaL's reward function: `RLVRWorkflow(reward_fn="r1rewards.integrations.areal.reward", ...)`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ._common import require, scorer_for, value
from ._rows import one, token_columns
from ._text import response
from ._told import tell


def reward(
    prompt: Any, completions: str, prompt_ids: Sequence[int], completion_ids: Sequence[int], answer: Any = None, **columns: Any
) -> float:
    """Returns the reward of one completion against the data set's `answer`; 0, with one warning for each reason, if it
    could not be judged.

    The special tokens at the end of the completion are removed. Rewards may read the row's other columns.

    Raises:
        SpecError: a reward of the spec compares the samples of a prompt.
    """
    scorer = require(scorer_for(None), "AReaL", group="use a reward of one sample")
    row = {**columns, **token_columns(completion_ids)}
    outcomes = one(scorer, response(completions), answer, prompt=prompt, columns=row).score()
    tell("areal", outcomes, "The reference is the data set's column `answer`.", becomes="0")
    return value(outcomes[0].reward, 0.0)
