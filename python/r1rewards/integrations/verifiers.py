"""verifiers (prime-rl): rewards for a `Rubric`, and for the tasks of `verifiers.v1`.

    rubric = vf.Rubric(funcs=[r1rewards.integrations.verifiers.reward(spec)], weights=[1.0])     # releases before 0.2

    task.rewards = {"math": {"fn": "r1rewards.integrations.verifiers:score"}}                   # v1, by configuration

    class Sums(vf.Task[SumsData]):                                                               # v1, in a task of your own
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
    """An async function with the signature of a rubric; 0 where a sample could not be judged, which is told of once.

    The reference is the row's `answer`, an answer or tests in a known form (`r1rewards.forms`), or `info["tests"]`; the rest of `info` are the row's other columns.

    Raises:
        SpecError: a reward that compares the samples of a prompt (`group_reward`), or that counts tokens.
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
    """As `reward`, for rewards that compare the samples of a prompt: names in the plural, by which a rubric knows that it takes a group."""
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
    """An async function of a task's data and a trace: judges the last reply against the data's field `answer`, or its `tests`.

    Gives `{name: reward}`, and an empty mapping where the sample could not be judged: verifiers then records no reward of this name.

    Raises:
        SpecError: a reward that compares the samples of a prompt, or that counts tokens; at the first call where the spec is `R1REWARDS_SPEC`.
    """
    if spec is not None:
        _alone(scorer_for(spec))

    async def judge(task: Any, trace: Any) -> dict[str, float]:
        # Asked for here: the environment variable may be set after this module was imported.
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
"""`trace_reward()` to be named in a configuration: `r1rewards.integrations.verifiers:score`. The spec is `R1REWARDS_SPEC`."""


def _alone(scorer: Scorer) -> Scorer:
    group = "use group_reward, which a rubric calls with whole groups"
    return require(scorer, "verifiers' function of one sample", group=group, tokens=OTHER_UNIT)


def _info(info: Any) -> dict[str, Any]:
    return dict(info) if isinstance(info, Mapping) else {}


def _messages(completion: Any) -> Any:
    """Messages as plain mappings: the framework has classes for them."""
    if isinstance(completion, (list, tuple)):
        return [message.model_dump() if hasattr(message, "model_dump") else message for message in completion]
    return response(completion)
