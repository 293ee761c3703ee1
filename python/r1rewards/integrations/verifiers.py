"""verifiers (prime-rl): a reward function for `Rubric`.

    rubric = vf.Rubric(funcs=[r1rewards.integrations.verifiers.reward(spec)], weights=[1.0])
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from ..scorer import Scorer
from ..spec import Spec
from ._common import scorer_for, value


def reward(spec: Spec | Scorer | None = None, *, name: str = "r1rewards") -> Callable[..., Awaitable[float]]:
    """An async function with the signature of a rubric; 0 where a sample could not be judged."""
    scorer = scorer_for(spec)

    async def judge(prompt: Any, completion: Any, answer: Any, state: Any = None, info: Any = None, **kwargs: Any) -> float:
        outcome = await scorer.score_async(_messages(completion), answer)
        return value(outcome.reward, 0.0)

    judge.__name__ = name
    return judge


def _messages(completion: Any) -> Any:
    """Messages as plain mappings: the framework has classes for them."""
    if isinstance(completion, str):
        return completion
    return [message if isinstance(message, dict) else message.model_dump() for message in completion]
