"""ms-swift's outcome rewards (`orms`).

    # plugin.py, given by --external_plugins plugin.py --reward_funcs r1rewards
    from swift.rewards import orms
    from r1rewards.integrations.ms_swift import R1Rewards
    orms["r1rewards"] = R1Rewards
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ._common import scorer_for, value


class R1Rewards:
    """A reward with ms-swift's signature; the reference is the data set's `solution`, the spec is `R1REWARDS_SPEC`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._scorer = scorer_for(None)

    def __call__(self, completions: Sequence[Any], solution: Sequence[Any] | None = None, **kwargs: Any) -> list[float]:
        """One reward a completion; 0 where it could not be judged."""
        return [value(reward, 0.0) for reward in self._scorer.score_batch(completions, solution).rewards]
