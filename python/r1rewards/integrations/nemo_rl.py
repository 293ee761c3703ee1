"""NeMo-RL: what the worker of an environment calls.

    class HFVerifyWorker:
        def verify(self, pred_responses, ground_truths, return_extracted_answer=False, **kwargs):
            return nemo_rl.verify(pred_responses, ground_truths, return_extracted_answer, **kwargs)
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from .._r1rewards import SpecError
from ..scorer import Scorer
from ..spec import Spec
from ._common import OTHER_UNIT, SPEC_VARIABLE, require, scorer_for, value
from ._rows import Batch
from ._text import response
from ._told import tell

POLICIES = {"hf_math_verify": "math_verify", "dapo_math_verify": "lenient"}
"""The policy for each of the environment's `math_verify_impl`, where no spec is chosen."""


def verify(
    pred_responses: Sequence[str],
    ground_truths: Sequence[Any],
    return_extracted_answer: bool = False,
    math_verify_impl: str | None = None,
    spec: Spec | Scorer | None = None,
    **kwargs: Any,
) -> list[float] | tuple[list[float], list[str | None]]:
    """Rewards of the responses, and what was extracted where it is asked for; 0 where one could not be judged, which is told of once.

    Args:
        math_verify_impl: As in the environment's configuration; chooses the policy (`POLICIES`) where there is neither a spec nor `R1REWARDS_SPEC`.

    Raises:
        SpecError: another `math_verify_impl`; a reward that compares the samples of a prompt, or that counts tokens.
    """
    if math_verify_impl is not None and math_verify_impl not in POLICIES:
        raise SpecError(f"`math_verify_impl` is {math_verify_impl!r}: use one of {', '.join(POLICIES)}")
    if spec is None and math_verify_impl is not None and SPEC_VARIABLE not in os.environ:
        spec = f'{{"kind": "math", "policy": "{POLICIES[math_verify_impl]}"}}'
    scorer = require(
        scorer_for(spec), "NeMo-RL", group="use a reward of one sample: responses come in pieces, without their prompts", tokens=OTHER_UNIT
    )
    outcomes = Batch(scorer, [response(text) for text in pred_responses], ground_truths).score()
    tell("nemo_rl", outcomes, "The reference is the row's `ground_truth`.", becomes="0")
    rewards = [value(outcome.reward, 0.0) for outcome in outcomes]
    return (rewards, [outcome.extracted for outcome in outcomes]) if return_extracted_answer else rewards
