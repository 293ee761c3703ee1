"""slime's custom reward: `--custom-rm-path r1rewards.integrations.slime.reward` (`group_reward` with `--group-rm`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ._common import reference, scorer_for, value


async def reward(args: Any, sample: Any, **kwargs: Any) -> float:
    """The reward of one sample (`sample.response` against `sample.label`); 0 where it could not be judged."""
    outcome = await scorer_for(None).score_async(sample.response, **reference(sample.label))
    return value(outcome.reward, 0.0)


async def group_reward(args: Any, samples: Sequence[Any], **kwargs: Any) -> list[float]:
    """The rewards of the samples of one prompt, judged together."""
    references = [reference(sample.label) for sample in samples]
    outcomes = await scorer_for(None).score_batch_async(
        [sample.response for sample in samples],
        [found.get("answer") for found in references],
        tests=[found.get("tests") for found in references],
        prompt=[sample.prompt for sample in samples],
    )
    return [value(found, 0.0) for found in outcomes.rewards]
