"""verifiers (prime-rl): rewards for a `Rubric`, and for the tasks of `verifiers.v1`.

    rubric = vf.Rubric(funcs=[r1rewards.integrations.verifiers.reward(spec)], weights=[1.0])     # releases before 0.2

    task.rewards = {"math": {"fn": "r1rewards.integrations.verifiers:score"}}                   # v1, by configuration

    class Sums(vf.Task[SumsData]):                                                               # v1, in a task of your own
        @vf.reward(weight=0.5)
        async def math(self, task, trace):
            return await judge(task, trace)                                                      # judge = trace_reward(spec)
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ..scorer import Scorer
from ..spec import Spec
from ._common import reference, scorer_for, value


def reward(spec: Spec | Scorer | None = None, *, name: str = "r1rewards") -> Callable[..., Awaitable[float]]:
    """An async function with the signature of a rubric; 0 where a sample could not be judged.

    The reference is the row's `answer`; tests of programs are its `answer` in verl's form, or `info["tests"]`.
    """
    scorer = scorer_for(spec)

    async def judge(prompt: Any, completion: Any, answer: Any, state: Any = None, info: Any = None, **kwargs: Any) -> float:
        tests = info.get("tests") if isinstance(info, Mapping) else None
        outcome = await scorer.score_async(_messages(completion), **_reference(answer, tests))
        return value(outcome.reward, 0.0)

    judge.__name__ = name
    return judge


def trace_reward(
    spec: Spec | Scorer | None = None, *, answer: str = "answer", name: str = "r1rewards"
) -> Callable[..., Awaitable[dict[str, float]]]:
    """An async function of a task's data and a trace: judges the last reply against the data's field `answer`, or its `tests`.

    Gives `{name: reward}`, and an empty mapping where the sample could not be judged: verifiers then records no reward of this name.
    """

    async def judge(task: Any, trace: Any) -> dict[str, float]:
        # Asked for here: the environment variable may be set after this module was imported.
        given = _reference(getattr(task, answer, None), getattr(task, "tests", None))
        outcome = await scorer_for(spec).score_async(trace.last_reply, **given)
        return {} if outcome.reward is None else {name: outcome.reward}

    judge.__name__ = name
    return judge


score = trace_reward()
"""`trace_reward()` to be named in a configuration: `r1rewards.integrations.verifiers:score`. The spec is `R1REWARDS_SPEC`."""


def _reference(answer: Any, tests: Any) -> dict[str, object]:
    return {"answer": answer, "tests": tests} if tests else reference(answer)


def _messages(completion: Any) -> Any:
    """Messages as plain mappings: the framework has classes for them."""
    if isinstance(completion, str):
        return completion
    return [message if isinstance(message, dict) else message.model_dump() for message in completion]
