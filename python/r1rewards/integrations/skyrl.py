"""SkyRL-gym: an environment of one turn.

    from skyrl_gym.envs import register
    register(id="r1rewards", entry_point="r1rewards.integrations.skyrl:R1RewardsEnv")
"""

from __future__ import annotations

from typing import Any

from skyrl_gym.envs.base_text_env import BaseTextEnv, BaseTextEnvStepOutput

from ._common import reference, scorer_for, value


class R1RewardsEnv(BaseTextEnv):  # type: ignore[misc]
    """Judges the first action against `extras["reward_spec"]["ground_truth"]`; 0 where it could not be judged.

    The environment's configuration may name a `spec` (a path, a kind, or text).
    """

    def __init__(self, env_config: Any, extras: dict[str, Any]) -> None:
        super().__init__()
        self._ground_truth = extras["reward_spec"]["ground_truth"]
        # A mapping by default, an object where the trainer has a class for it.
        spec = env_config.get("spec") if hasattr(env_config, "get") else getattr(env_config, "spec", None)
        self._scorer = scorer_for(spec)
        self._metrics: dict[str, Any] = {}

    def step(self, action: str) -> BaseTextEnvStepOutput:
        """One action ends the episode."""
        outcome = self._scorer.score(action, **reference(self._ground_truth))
        self._metrics = {"correct": float(outcome.is_correct), "scored": float(outcome.is_scored)}
        metadata = {"verdict": outcome.verdict, "reason": outcome.reason}
        return BaseTextEnvStepOutput(observations=[], reward=value(outcome.reward, 0.0), done=True, metadata=metadata)

    def get_metrics(self) -> dict[str, Any]:
        """What the trainer averages over episodes: the shares of correct and of scored ones."""
        return self._metrics
