"""TRL's GRPOTrainer, and what takes the same functions (Axolotl, Unsloth).

    from r1rewards.integrations.trl import reward
    trainer = GRPOTrainer(reward_funcs=[reward([r1rewards.Math(), (0.1, r1rewards.Format("think_answer"))])], ...)

Axolotl: `trl: {reward_funcs: ["my_rewards.accuracy"]}` with `accuracy = reward(...)` in `my_rewards.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..scorer import Scorer
from ..spec import Spec
from ._common import scorer_for


class TrlReward:
    """A reward function with TRL's signature; None for samples that are to be masked. It pickles through its spec.

    Args:
        spec: The rewards, as for `r1rewards.Scorer`.
        name: The metric's name in the trainer's logs.
        answer: The data set's column with the reference.
    """

    def __init__(self, spec: Spec | Scorer | None = None, *, name: str = "r1rewards", answer: str = "answer") -> None:
        self.scorer = scorer_for(spec)
        self.__name__ = name
        self._answer = answer
        # Token ids are long and few rewards read them.
        self._tokens = "completion_ids" in repr(self.scorer.config) or "'tokens'" in repr(self.scorer.config)

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
        """One reward a completion; with `log_extra` the reasons go to the trainer's table of completions."""
        del trainer_state, environments
        if self._answer != "answer" and self._answer in columns:
            columns["answer"] = columns.pop(self._answer)
        if completion_ids is not None and self._tokens:
            columns.setdefault("completion_ids", completion_ids)
            columns.setdefault("completion_tokens", [len(ids) for ids in completion_ids])
        columns.pop("prompt", None)
        outcomes = self.scorer.score_batch(completions, prompt=prompts, **columns)
        if log_extra is not None:
            log_extra(f"{self.__name__}_reason", outcomes.reasons)
        if log_metric is not None and len(outcomes):
            unscored = outcomes.verdicts.count("unscored") / len(outcomes)
            log_metric(f"{self.__name__}/unscored", unscored)
        return outcomes.rewards


def reward(spec: Spec | Scorer | None = None, *, name: str = "r1rewards", answer: str = "answer") -> TrlReward:
    """A reward function for `reward_funcs`; see `TrlReward`."""
    return TrlReward(spec, name=name, answer=answer)
