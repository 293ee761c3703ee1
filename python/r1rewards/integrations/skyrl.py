"""SkyRL-gym: an environment of one turn.

    from skyrl_gym.envs import register
    register(id="r1rewards", entry_point="r1rewards.integrations.skyrl:R1RewardsEnv")
"""

from __future__ import annotations

from typing import Any

from skyrl_gym.envs.base_text_env import BaseTextEnv, BaseTextEnvStepOutput

from ._common import OTHER_UNIT, components, require, scorer_for, value
from ._rows import one
from ._text import response
from ._told import tell

_KEYS = frozenset({"correct", "scored"})


class R1RewardsEnv(BaseTextEnv):  # type: ignore[misc]
    """Judges the first action against `extras["reward_spec"]["ground_truth"]`, or `extras["answer"]` where there is none; 0 where it could not be judged, with `scored` 0 in the metrics.

    The environment's configuration may name a `spec` (a path, a kind, or text). The other extras, and what is in `extra_info`, are columns that rewards
    may read.

    Raises:
        SpecError: a reward that compares the samples of a prompt, or that counts tokens.
    """

    def __init__(self, env_config: Any, extras: dict[str, Any]) -> None:
        super().__init__()
        # SkyRL's own data sets have `reward_spec`; a row without one may have the columns of other trainers.
        self._ground_truth = (extras.get("reward_spec") or {}).get("ground_truth", extras.get("answer"))
        others = {name: found for name, found in extras.items() if name not in ("reward_spec", "extra_info")}
        self._columns = {**others, **(extras.get("extra_info") or {})}
        # A mapping by default, an object where the trainer has a class for it.
        spec = env_config.get("spec") if hasattr(env_config, "get") else getattr(env_config, "spec", None)
        self._scorer = require(scorer_for(spec), "SkyRL", group="use a reward of one sample", tokens=OTHER_UNIT)
        self._metrics: dict[str, Any] = {}

    def step(self, action: str) -> BaseTextEnvStepOutput:
        """One action ends the episode."""
        outcomes = one(self._scorer, response(action), self._ground_truth, columns=self._columns).score()
        tell("skyrl", outcomes, 'The reference is the row\'s reward_spec["ground_truth"], or its answer.')
        outcome = outcomes[0]
        own = {"correct": float(outcome.is_correct), "scored": float(outcome.is_scored)}
        self._metrics = {**components(self._scorer, outcome, _KEYS), **own}
        metadata = {"verdict": outcome.verdict, "reason": outcome.reason}
        return BaseTextEnvStepOutput(observations=[], reward=value(outcome.reward, 0.0), done=True, metadata=metadata)

    def get_metrics(self) -> dict[str, Any]:
        """What the trainer averages over episodes: the shares of correct and of scored ones, and each reward of a sum."""
        return self._metrics
