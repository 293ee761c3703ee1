"""TRL's GRPOTrainer, and what takes the same functions (Axolotl, Unsloth).

    from r1rewards.integrations.trl import reward
    trainer = GRPOTrainer(reward_funcs=[reward([r1rewards.Math(), (0.1, r1rewards.Format("think_answer"))])], ...)

Axolotl: `trl: {reward_funcs: ["my_rewards.accuracy"]}` with `accuracy = reward(...)` in `my_rewards.py`.

None masks a sample from TRL 1.10 on; releases before it, Unsloth's among them, count None as 0 where it is the only reward.
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
    """A reward function with TRL's signature; None for samples that are to be masked. It pickles through its spec.

    Golds may be answers or tests in a known form (`r1rewards.forms`). A row that cannot be used is None and costs the others nothing.

    Args:
        spec: The rewards, as for `r1rewards.Scorer`.
        name: The name in the trainer's logs; unless given, the names of the rewards (`math`, `tag_count+math`): two functions of one name would share one metric.
        answer: The data set's column with the reference.
    """

    def __init__(self, spec: Spec | Scorer | None = None, *, name: str | None = None, answer: str = "answer") -> None:
        self.scorer = scorer_for(spec)
        self.__name__ = "+".join(self.scorer.names) if name is None else name
        self._answer = answer
        # Token ids are long and few rewards read them.
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
        """One reward a completion; with `log_extra` the reasons go to the trainer's table of completions, with `log_metric` each reward of a sum to its logs."""
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
        return f'The data set has no column `{self._answer}` (it has {names}): name the one with the reference, reward(..., answer="...").'


def reward(spec: Spec | Scorer | None = None, *, name: str | None = None, answer: str = "answer") -> TrlReward:
    """A reward function for `reward_funcs`; see `TrlReward`."""
    return TrlReward(spec, name=name, answer=answer)
