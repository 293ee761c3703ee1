"""verl's reward functions.

    reward.custom_reward_function.path=pkg://r1rewards.integrations.verl
    reward.custom_reward_function.name=compute_score          # or compute_score_batch with the batch manager
    +reward.custom_reward_function.reward_kwargs.spec=rewards.toml
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ._common import reference, scorer_for, value


def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: Any,
    extra_info: dict[str, Any] | None = None,
    spec: str | None = None,
    unscored: float = 0.0,
    **kwargs: Any,
) -> dict[str, float]:
    """One response: `score`, `correct` and `scored`, always these keys. Golds that hold verl's code tests go to `tests`.

    `spec` is a path, a kind, or text; `unscored` is the score of samples that could not be judged.
    """
    del extra_info, kwargs
    outcome = scorer_for(spec).score(solution_str, **reference(ground_truth), data_source=data_source)
    return _result(outcome.reward, outcome.is_correct, unscored)


def compute_score_batch(
    data_sources: Sequence[str],
    solution_strs: Sequence[str],
    ground_truths: Sequence[Any],
    extra_infos: Sequence[dict[str, Any]] | None = None,
    spec: str | None = None,
    unscored: float = 0.0,
    **kwargs: Any,
) -> list[dict[str, float]]:
    """A batch of responses, scored on every core; see `compute_score`."""
    del extra_infos, kwargs
    references = [reference(gold) for gold in ground_truths]
    outcomes = scorer_for(spec).score_batch(
        solution_strs,
        [found.get("answer") for found in references],
        tests=[found.get("tests") for found in references],
        data_source=data_sources,
    )
    return [_result(outcome.reward, outcome.is_correct, unscored) for outcome in outcomes]


def _result(reward: float | None, correct: bool, unscored: float) -> dict[str, float]:
    return {"score": value(reward, unscored), "correct": float(correct), "scored": float(reward is not None)}
