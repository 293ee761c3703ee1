# Written by `R1REWARDS_UPDATE=1 cargo test --test reward_pages` from the kinds in src/spec. Change those, not this file.
"""Several attempts: self_correction, satori."""

from __future__ import annotations

from ._base import Reward


class SelfCorrection(Reward):
    r"""SCoRe's shaped reward of the last attempt, r2 + alpha (r2 - r1), and the reward of each attempt as a component.

    Its entry in a spec has `kind = "self_correction"`. More examples and its limits: docs/rewards/self_correction.md.

    Args:
        reward: The reward that judges every attempt.
        attempts_field: The row's field with the attempts, as texts or messages. A completion of several assistant
            messages fills the default field by itself. Default attempts.
        alpha: The weight of the progress from the attempt before. A number of at least 0; default 10.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.SelfCorrection(r1rewards.Text()))
    >>> scorer.score(
    ...     [{"role": "assistant", "content": "41"}, {"role": "user", "content": "Check that."}, {"role": "assistant", "content": "42"}],
    ...     answer="42",
    ... ).reward
    11.0
    >>> scorer.score("41", attempts=["42", "41"], answer="42").reward
    -10.0
    """

    kind = "self_correction"

    def __init__(self, reward: Reward, *, attempts_field: str | None = None, alpha: float | None = None) -> None:
        super().__init__(reward=reward, attempts_field=attempts_field, alpha=alpha)


class Satori(Reward):
    r"""Satori's reward: correctness as 0 or -1, the outcome model's score, and a bonus by where the episode restarted.

    Its entry in a spec has `kind = "satori"`. More examples and its limits: docs/rewards/satori.md.

    Args:
        reward: The reward that decides which answers are right.
        origin_field: The row's field that says where the episode started: fresh, correct or incorrect. A row without
            the field started fresh. Default origin.
        score_field: The row's field with the outcome model's score, which is added; without it there is no such term.
        beta: The bonus for mending a wrong start, and the penalty for spoiling a right one. A number of at least 0;
            default 0.5.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.Satori(r1rewards.Text()))
    >>> scorer.score("42", answer="42", origin="incorrect").reward
    0.5
    >>> scorer.score("41", answer="42", origin="correct").reward
    -1.5
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
