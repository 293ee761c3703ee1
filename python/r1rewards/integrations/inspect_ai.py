"""inspect_ai: a scorer.

    @task
    def gsm8k():
        return Task(dataset=..., solver=generate(), scorer=r1rewards.integrations.inspect_ai.r1rewards(policy="lenient"))
"""

from __future__ import annotations

from typing import Any

from inspect_ai.scorer import Score, Target, accuracy, scorer, stderr
from inspect_ai.solver import TaskState

from ..rewards import Math
from ..rewards.math import Policy
from ..scorer import Scorer
from ._rows import one


@scorer(metrics=[accuracy(), stderr()])  # type: ignore[untyped-decorator, unused-ignore]
def r1rewards(policy: Policy = "lenient") -> Any:
    """Judges math answers under a policy. Samples that could not be judged are left out of the metrics."""
    judge = Scorer(Math(policy))

    async def score(state: TaskState, target: Target) -> Score | None:
        outcome = (await one(judge, state.output.completion, list(target)).score_async())[0]
        metadata = {"verdict": outcome.verdict, "reason": outcome.reason}
        if outcome.reward is None:
            # Older releases have no `Score.unscored`. A sample without a score is left out of the metrics, too.
            return Score.unscored(explanation=outcome.why, metadata=metadata) if hasattr(Score, "unscored") else None
        return Score(value=outcome.reward, answer=outcome.extracted, explanation=outcome.why, metadata=metadata)

    return score
