"""rllm's reward functions.

    from r1rewards.integrations.rllm import reward
    workflow_args={"reward_function": reward("rewards.toml"), ...}            # or env_args={"reward_fn": reward(...)}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..scorer import Scorer
from ..spec import Spec
from ._common import OTHER_UNIT, components, require, scorer_for, value
from ._rows import one
from ._text import response
from ._told import tell

_GOLDS = ("ground_truth", "answer", "tests", "test_cases")
_KEYS = frozenset({"verdict", "reason", "scored"})


def reward(spec: Spec | Scorer | None = None, *, name: str = "r1rewards") -> Callable[[Mapping[str, Any], Any], Any]:
    """Returns a function of a task and an action that returns rllm's `RewardOutput`.

    A sample that could not be judged has reward 0, and `scored` 0 in the metadata. The reference is the task's
    `ground_truth`, `answer`, `tests` or `test_cases` (the first that it has), an answer or tests in a known form
    (`r1rewards.forms`). Rewards may read the task's other entries as columns.

    Raises:
        SpecError: a reward of the spec compares the samples of a prompt or counts tokens.
    """
    scorer = require(scorer_for(spec), "rllm", group="use a reward of one sample", tokens=OTHER_UNIT)

    def judge(task_info: Mapping[str, Any], action: Any) -> Any:
        from rllm.rewards.reward_types import RewardOutput

        row = dict(task_info)
        gold = next((row[key] for key in _GOLDS if row.get(key) is not None), None)
        # The text of rllm's `Action` is its attribute `action`.
        text = response(getattr(action, "action", action))
        outcomes = one(scorer, text, gold, prompt=row.get("question"), columns=row).score()
        tell("rllm", outcomes, f"The reference is one of the task's {', '.join(_GOLDS)}.")
        outcome = outcomes[0]
        why = {"verdict": outcome.verdict, "reason": outcome.reason, "scored": float(outcome.is_scored)}
        metadata = {**components(scorer, outcome, _KEYS), **why}
        return RewardOutput(reward=value(outcome.reward, 0.0), metadata=metadata, is_correct=outcome.is_correct)

    judge.__name__ = name
    return judge


def reward_fn(task_info: Mapping[str, Any], action: Any) -> Any:
    """Does the same as `reward()`, under a name for a configuration. The spec is `R1REWARDS_SPEC`."""
    return reward()(task_info, action)
