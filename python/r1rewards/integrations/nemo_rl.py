"""NeMo-RL: what the worker of an environment calls.

    class HFVerifyWorker:
        def verify(self, pred_responses, ground_truths, return_extracted_answer=False, **kwargs):
            return nemo_rl.verify(pred_responses, ground_truths, return_extracted_answer)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ._common import scorer_for, value


def verify(
    pred_responses: Sequence[str], ground_truths: Sequence[Any], return_extracted_answer: bool = False, **kwargs: Any
) -> list[float] | tuple[list[float], list[str | None]]:
    """Rewards of the responses (0 where one could not be judged), and what was extracted where it is asked for."""
    outcomes = scorer_for(None).score_batch(pred_responses, ground_truths)
    rewards = [value(reward, 0.0) for reward in outcomes.rewards]
    return (rewards, outcomes.extracted) if return_extracted_answer else rewards
