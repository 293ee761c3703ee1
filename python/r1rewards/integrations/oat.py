"""Oat's oracles.

    class Actor(PPOActor):                                            # as in Oat's examples of verifiable rewards
        def init(self, actor_id, save_path):
            super().init(actor_id, save_path)
            self.oracle = r1rewards.integrations.oat.oracle("rewards.toml")
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..scorer import Scorer
from ..spec import Spec
from ._common import OTHER_UNIT, components, require, scorer_for, value
from ._rows import Batch
from ._text import response
from ._told import tell

_KEYS = frozenset({"correct", "scored", "formatted"})


def oracle(spec: Spec | Scorer | None = None) -> Any:
    """Returns an object that is an instance of Oat's `RewardOracleBase` and `PreferenceOracleBase`, with `get_reward`
    and `compare`.

    References are answers or tests in a known form (`r1rewards.forms`). The information about a response has `correct`,
    `scored` (0 if it could not be judged; its reward is then 0), `formatted` (whether a final answer or a program was
    found), and each reward of a sum by name.

    Raises:
        SpecError: a reward of the spec counts tokens.
    """
    from oat.oracles.base import PreferenceOracleBase, RewardOracleBase

    scorer = require(scorer_for(spec), "Oat", tokens=OTHER_UNIT)

    class R1RewardsOracle(RewardOracleBase, PreferenceOracleBase):  # type: ignore[misc]
        """Rewards of r1rewards.

        `compare` does not judge the second candidates, as in Oat's own oracles of verifiable rewards.
        """

        def get_reward(
            self, inputs: Sequence[str], responses: Sequence[str], references: Sequence[Any], batch_size: int = 4
        ) -> tuple[Any, list[dict[str, float]]]:
            import torch

            outcomes = Batch(scorer, [response(text) for text in responses], references, prompts=inputs).score()
            tell("oat", outcomes, "The reference is the data set's output_key.")
            told = [
                {
                    **components(scorer, outcome, _KEYS),
                    "correct": float(outcome.is_correct),
                    "scored": float(outcome.is_scored),
                    "formatted": float(outcome.extracted is not None),
                }
                for outcome in outcomes
            ]
            return torch.tensor([value(outcome.reward, 0.0) for outcome in outcomes]), told

        def compare(
            self,
            inputs: Sequence[str],
            candidates_A: Sequence[str],
            candidates_B: Sequence[Any],
            batch_size: int = 4,
            return_probs: bool = False,
            disable_tqdm: bool = False,
        ) -> tuple[Any, list[dict[str, float]]]:
            """Returns the rewards of the first candidates, with the second as references, as Oat's evaluation
            expects."""
            rewards, told = self.get_reward(inputs, candidates_A, candidates_B, batch_size)
            return rewards.numpy(), told

    return R1RewardsOracle()
