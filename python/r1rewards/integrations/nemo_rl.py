"""NeMo-RL: the function that the worker of an environment calls.

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
"""The policy for each value of the environment's `math_verify_impl`, used without a spec."""


def verify(
    pred_responses: Sequence[str],
    ground_truths: Sequence[Any],
    return_extracted_answer: bool = False,
    math_verify_impl: str | None = None,
    spec: Spec | Scorer | None = None,
    **kwargs: Any,
) -> list[float] | tuple[list[float], list[str | None]]:
    """Returns the rewards of the responses, and the extracted answers if they are asked for.

    A response that could not be judged has reward 0, with one warning for each reason.

    Args:
        pred_responses: The responses.
        ground_truths: The reference of each response.
        return_extracted_answer: Whether the extracted answers are returned, too.
        math_verify_impl: As in the environment's configuration; chooses the policy (`POLICIES`) if neither `spec` nor
            `R1REWARDS_SPEC` is given.
        spec: The rewards; default: `R1REWARDS_SPEC`.

    Raises:
        SpecError: `math_verify_impl` is unknown, or a reward of the spec compares the samples of a prompt or counts
            tokens.
    """
    if math_verify_impl is not None and math_verify_impl not in POLICIES:
        raise SpecError(f"`math_verify_impl` is {math_verify_impl!r}: use one of {', '.join(POLICIES)}")
    if spec is None and math_verify_impl is not None and SPEC_VARIABLE not in os.environ:
        spec = f'{{"kind": "math", "policy": "{POLICIES[math_verify_impl]}"}}'
    scorer = require(
        scorer_for(spec), "NeMo-RL", group="use a reward of one sample: responses are passed in parts, without their prompts", tokens=OTHER_UNIT
    )
    outcomes = Batch(scorer, [response(text) for text in pred_responses], ground_truths).score()
    tell("nemo_rl", outcomes, "The reference is the row's `ground_truth`.", becomes="0")
    rewards = [value(outcome.reward, 0.0) for outcome in outcomes]
    return (rewards, [outcome.extracted for outcome in outcomes]) if return_extracted_answer else rewards
