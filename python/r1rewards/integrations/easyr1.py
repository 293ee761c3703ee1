"""EasyR1's reward function.

    worker.reward.reward_function=/path/to/r1rewards/integrations/easyr1.py:compute_score
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from r1rewards.integrations._common import scorer_for, value

REWARD_NAME = "r1rewards"
REWARD_TYPE = "batch"


def compute_score(reward_inputs: Sequence[dict[str, Any]], spec: str | None = None, **kwargs: Any) -> list[dict[str, float]]:
    """`overall`, `accuracy` and `scored` for each of `{"response", "response_length", "ground_truth"}`."""
    outcomes = scorer_for(spec).score_batch(
        [given["response"] for given in reward_inputs],
        [given["ground_truth"] for given in reward_inputs],
        completion_tokens=[given.get("response_length") for given in reward_inputs],
    )
    return [
        {"overall": value(found.reward, 0.0), "accuracy": float(found.is_correct), "scored": float(found.is_scored)} for found in outcomes
    ]
