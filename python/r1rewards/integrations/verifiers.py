"""verifiers (prime-rl): rewards for a `Rubric`, and for the tasks of `verifiers.v1`.

    rubric = vf.Rubric(funcs=[r1rewards.integrations.verifiers.reward(spec)], weights=[1.0])     # releases before 0.2

    task.rewards = {"math": {"fn": "r1rewards.integrations.verifiers:score"}}                   # v1, by configuration

    class Sums(vf.Task[SumsData]):                                                               # v1, in your own task
        @vf.reward(weight=0.5)
        async def math(self, task, trace):
            return await judge(task, trace)                                                      # judge = trace_reward(spec)
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from ..scorer import Scorer
from ..spec import Spec
from ._common import OTHER_UNIT, require, scorer_for, value
from ._rows import Batch, one, table
from ._text import response
from ._told import tell

_FIX = "The reference is the row's `answer`, or `info` with `tests`."


def reward(spec: Spec | Scorer | None = None, *, name: str = "r1rewards") -> Callable[..., Awaitable[float]]:
    """Returns an async function with the signature of a rubric's reward.

    A sample that could not be judged has reward 0, with one warning for each reason. The reference is `info["tests"]`,
    else the row's `answer`, an answer or tests in a known form (`r1rewards.forms`). Rewards may read the other entries
    of `info` as columns.

    Raises:
        SpecError: a reward of the spec compares the samples of a prompt (use `group_reward`) or counts tokens.
    """
    scorer = _alone(scorer_for(spec))

    async def judge(prompt: Any, completion: Any, answer: Any, state: Any = None, info: Any = None, **kwargs: Any) -> float:
        columns = _info(info)
        outcomes = await one(
            scorer, _messages(completion), None if columns.get("tests") else answer, prompt=prompt, columns=columns
        ).score_async()
        tell("verifiers", outcomes, _FIX, becomes="0")
        return value(outcomes[0].reward, 0.0)

    judge.__name__ = name
    return judge


def group_reward(spec: Spec | Scorer | None = None, *, name: str = "r1rewards") -> Callable[..., Awaitable[list[float]]]:
    """Does the same as `reward` for rewards that compare the samples of a prompt.

    Its parameters have plural names: by these a rubric recognises a function of a whole group.
    """
    scorer = require(scorer_for(spec), "verifiers", tokens=OTHER_UNIT)

    async def judge(
        prompts: Sequence[Any], completions: Sequence[Any], answers: Sequence[Any], states: Any = None, infos: Any = None, **kwargs: Any
    ) -> list[float]:
        columns = table([_info(info) for info in infos or ()])
        outcomes = await Batch(
            scorer, [_messages(completion) for completion in completions], answers, prompts=prompts, columns=columns, tests=columns.get("tests")
        ).score_async()
        tell("verifiers", outcomes, _FIX, becomes="0")
        return [value(outcome.reward, 0.0) for outcome in outcomes]

    judge.__name__ = name
    return judge


def trace_reward(
    spec: Spec | Scorer | None = None, *, answer: str = "answer", name: str = "r1rewards"
) -> Callable[..., Awaitable[dict[str, float]]]:
    """Returns an async function of a task's data and a trace, which judges the last reply against the data's field
    `tests`, else `answer`.

    The function returns `{name: reward}`. If the sample could not be judged it returns an empty mapping, and verifiers
    records no reward of this name.

    Raises:
        SpecError: a reward of the spec compares the samples of a prompt or counts tokens; raised by the first call if
            the spec is `R1REWARDS_SPEC`.
    """
    if spec is not None:
        _alone(scorer_for(spec))

    async def judge(task: Any, trace: Any) -> dict[str, float]:
        # Built here, because the environment variable may be set after this module was imported.
        scorer = _alone(scorer_for(spec))
        tests = getattr(task, "tests", None)
        columns = {**_info(getattr(task, "info", None)), **({"tests": tests} if tests else {})}
        gold = None if tests else getattr(task, answer, None)
        outcomes = await one(scorer, response(trace.last_reply), gold, columns=columns).score_async()
        tell("verifiers", outcomes, f"The reference is the task's field `{answer}`, or `tests`.")
        found = outcomes[0].reward
        return {} if found is None else {name: found}

    judge.__name__ = name
    return judge


score = trace_reward()
"""`trace_reward()` under a name for a configuration: `r1rewards.integrations.verifiers:score`.

The spec is `R1REWARDS_SPEC`.
"""


def _alone(scorer: Scorer) -> Scorer:
    group = "use group_reward, which a rubric calls with whole groups"
    return require(scorer, "verifiers' function of one sample", group=group, tokens=OTHER_UNIT)


def _info(info: Any) -> dict[str, Any]:
    return dict(info) if isinstance(info, Mapping) else {}


def _messages(completion: Any) -> Any:
    """Converts messages to mappings; in some releases of the framework they are objects."""
    if isinstance(completion, (list, tuple)):
        return [message.model_dump() if hasattr(message, "model_dump") else message for message in completion]
    return response(completion)
