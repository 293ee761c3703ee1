"""EasyR1's reward function.

    worker.reward.reward_function=/path/to/r1rewards/integrations/easyr1.py:compute_score
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from r1rewards import SpecError
from r1rewards.integrations._common import TOKENS, components, scorer_for, value
from r1rewards.integrations._rows import Batch, spare, table
from r1rewards.integrations._told import tell

REWARD_NAME = "r1rewards"
REWARD_TYPE = "batch"

_KEYS = frozenset({"overall", "accuracy", "scored"})
_PROMPTS = ("uid", "prompt", "problem", "question", "index")


def compute_score(reward_inputs: Sequence[dict[str, Any]], spec: str | None = None, **kwargs: Any) -> list[dict[str, float]]:
    """Returns for each sample `overall`, `accuracy`, `scored`, and each reward of a sum by name, always with the same
    keys.

    A sample that could not be judged has `scored` 0 and `overall` 0.

    Args:
        reward_inputs: Mappings with `response`, `response_length`, `ground_truth`, and other columns that rewards may
            read.
        spec: A path, a kind, or text; default: `R1REWARDS_SPEC`.

    Raises:
        SpecError: a reward of the spec compares the samples of a prompt, and no column identifies the prompt.
    """
    del kwargs
    scorer = scorer_for(spec)
    rows = [
        {TOKENS[0]: given.get("response_length"), **{name: found for name, found in given.items() if name not in ("response", "ground_truth")}}
        for given in reward_inputs
    ]
    prompts = [next((str(row[name]) for name in _PROMPTS if row.get(name) is not None), None) for row in rows]
    if scorer.needs_whole_group and None in prompts:
        raise SpecError(
            f"EasyR1 passes no prompts, and a reward of the spec compares the samples of a prompt: add one of the columns {', '.join(_PROMPTS)}"
        )
    columns, golds = table(rows), [given.get("ground_truth") for given in reward_inputs]
    outcomes = Batch(
        scorer,
        [given.get("response") for given in reward_inputs],
        golds,
        prompts=prompts,
        columns=columns,
        tests=spare(golds, columns),
    ).score()
    tell("easyr1", outcomes, "Name the data set's column with the reference: data.answer_key.")
    return [
        {
            "overall": value(found.reward, 0.0),
            "accuracy": float(found.is_correct),
            "scored": float(found.is_scored),
            **components(scorer, found, _KEYS),
        }
        for found in outcomes
    ]
