"""Reward functions for TRL's GRPOTrainer, and for trainers that take the same functions (Axolotl, Unsloth).

    from r1rewards.integrations.trl import reward
    trainer = GRPOTrainer(reward_funcs=[reward([r1rewards.Math(), (0.1, r1rewards.Format("think_answer"))])], ...)

Axolotl: `trl: {reward_funcs: ["my_rewards.accuracy"]}` with `accuracy = reward(...)` in `my_rewards.py`.

A reward of None masks a sample in TRL 1.10 and later. Earlier releases, including those that Unsloth uses, count None
as 0 if it is the only reward.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..scorer import Scorer
from ..spec import Spec
from ._common import scorer_for, token_fields
from ._rows import Batch
from ._told import tell


class TrlReward:
    """A reward function with TRL's signature. The object is pickled as its spec.

    References are answers or tests in a known form (`r1rewards.forms`). A sample that could not be judged has the
    reward None, which masks it. The other samples are scored.

    Args:
        spec: The rewards, as for `r1rewards.Scorer`; default: `R1REWARDS_SPEC`.
        name: The name in the trainer's logs; default: the names of the rewards (`math`, `tag_count+math`). Functions
            with equal names share one metric.
        answer: The data set's column with the reference.
    """

    def __init__(self, spec: Spec | Scorer | None = None, *, name: str | None = None, answer: str = "answer") -> None:
        self.scorer = scorer_for(spec)
        self.__name__ = "+".join(self.scorer.names) if name is None else name
        self._answer = answer
        # Token ids are passed on only if a reward reads them, because the lists are long.
        self._tokens = bool(token_fields(self.scorer))

    def __call__(
        self,
        prompts: Sequence[Any] | None = None,
        completions: Sequence[Any] = (),
        completion_ids: Sequence[Sequence[int]] | None = None,
        trainer_state: object = None,
        log_extra: Callable[[str, list[Any]], object] | None = None,
        log_metric: Callable[[str, float], object] | None = None,
        environments: object = None,
        **columns: Any,
    ) -> list[float | None]:
        """Returns one reward for each completion.

        With `log_extra`, the reasons are added to the trainer's table of completions. With `log_metric`, the share of
        unscored samples and the mean of each reward of a sum are logged.
        """
        del trainer_state, environments
        if completion_ids is not None and self._tokens:
            columns.setdefault("completion_ids", completion_ids)
            columns.setdefault("completion_tokens", [len(ids) for ids in completion_ids])
        golds = columns.get(self._answer)
        batch = Batch(self.scorer, completions, golds, prompts=prompts, columns=columns, tests=columns.get("tests"))
        outcomes = batch.score()
        tell("trl", outcomes, self._fix(columns))
        if log_extra is not None:
            log_extra(f"{self.__name__}_reason", [outcome.reason for outcome in outcomes])
        if log_metric is not None and outcomes:
            log_metric(f"{self.__name__}/unscored", sum(not outcome.is_scored for outcome in outcomes) / len(outcomes))
            for name in self.scorer.names if len(self.scorer.names) > 1 else ():
                found = [outcome.components[name].reward for outcome in outcomes if name in outcome.components]
                scored = [reward for reward in found if reward is not None]
                if scored:
                    log_metric(f"{self.__name__}/{name}", sum(scored) / len(scored))
        return [outcome.reward for outcome in outcomes]

    def __repr__(self) -> str:
        return f"TrlReward({self.scorer!r}, name={self.__name__!r}, answer={self._answer!r})"

    def _fix(self, columns: dict[str, Any]) -> str:
        if self._answer in columns:
            return ""
        names = ", ".join(f"`{name}`" for name in columns) or "none"
        return f'The data set has no column `{self._answer}` (it has {names}): name the column with the reference by reward(..., answer="...").'


def reward(spec: Spec | Scorer | None = None, *, name: str | None = None, answer: str = "answer") -> TrlReward:
    """Returns a reward function for `reward_funcs`; see `TrlReward`."""
    return TrlReward(spec, name=name, answer=answer)
