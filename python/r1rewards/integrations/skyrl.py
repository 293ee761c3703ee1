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
    """Judges the first action against `extras["reward_spec"]["ground_truth"]`, or `extras["answer"]` if there is no
    such entry.

    An action that could not be judged has reward 0, and `scored` 0 in the metrics. The environment's configuration may
    have a `spec` (a path, a kind, or text). Rewards may read the other extras and the entries of `extra_info` as
    columns.

    Raises:
        SpecError: a reward of the spec compares the samples of a prompt or counts tokens.
    """

    def __init__(self, env_config: Any, extras: dict[str, Any]) -> None:
        super().__init__()
        # SkyRL's own data sets have `reward_spec`; a row without one may have the columns of other trainers.
        self._ground_truth = (extras.get("reward_spec") or {}).get("ground_truth", extras.get("answer"))
        others = {name: found for name, found in extras.items() if name not in ("reward_spec", "extra_info")}
        self._columns = {**others, **(extras.get("extra_info") or {})}
        # The configuration is a mapping, or an object of the trainer's configuration class.
        spec = env_config.get("spec") if hasattr(env_config, "get") else getattr(env_config, "spec", None)
        self._scorer = require(scorer_for(spec), "SkyRL", group="use a reward of one sample", tokens=OTHER_UNIT)
        self._metrics: dict[str, Any] = {}

    def step(self, action: str) -> BaseTextEnvStepOutput:
        """Judges the action and ends the episode."""
        outcomes = one(self._scorer, response(action), self._ground_truth, columns=self._columns).score()
        tell("skyrl", outcomes, 'The reference is the row\'s reward_spec["ground_truth"], or its answer.')
        outcome = outcomes[0]
        own = {"correct": float(outcome.is_correct), "scored": float(outcome.is_scored)}
        self._metrics = {**components(self._scorer, outcome, _KEYS), **own}
        metadata = {"verdict": outcome.verdict, "reason": outcome.reason}
        return BaseTextEnvStepOutput(observations=[], reward=value(outcome.reward, 0.0), done=True, metadata=metadata)

    def get_metrics(self) -> dict[str, Any]:
        """Returns the numbers that the trainer averages over episodes: `correct`, `scored`, and each reward of a sum by
        name."""
        return self._metrics
