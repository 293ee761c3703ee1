"""Rewards of the spec, one class a kind: self_correction, satori."""

from __future__ import annotations

from ._base import Reward


class SelfCorrection(Reward):
    r"""SCoRe's shaped reward of the last attempt, r2 + alpha (r2 - r1), with every attempt's own reward beside it.

    Spec: `kind = "self_correction"`; every option, examples and limits: docs/rewards/self_correction.md.

    Args:
        reward: The reward that judges every attempt, as a table with a kind.
        attempts_field: The row's field with the attempts, as texts or messages; attempts unless said, which a completion of several assistant messages fills by itself.
        alpha: The weight of progress; 10 unless said.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "self_correction"

    def __init__(self, reward: Reward, *, attempts_field: str | None = None, alpha: float | None = None) -> None:
        super().__init__(reward=reward, attempts_field=attempts_field, alpha=alpha)


class Satori(Reward):
    r"""Satori's reward: correctness as 0 or -1, the outcome model's score, and a bonus by where the episode restarted.

    Spec: `kind = "satori"`; every option, examples and limits: docs/rewards/satori.md.

    Args:
        reward: The reward that says which answers are right, as a table with a kind.
        origin_field: The row's field that says where the episode started: fresh, correct or incorrect; origin unless said, and fresh in rows without it.
        score_field: The row's field with the outcome model's score; no such term unless said.
        beta: The bonus for mending a wrong start, and the penalty for spoiling a right one; 0.5 unless said.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "satori"

    def __init__(
        self,
        reward: Reward,
        *,
        origin_field: str | None = None,
        score_field: str | None = None,
        beta: float | None = None,
    ) -> None:
        super().__init__(reward=reward, origin_field=origin_field, score_field=score_field, beta=beta)
