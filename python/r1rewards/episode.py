"""Episodes of several turns: SCoRe's shaped rewards, Satori's bonus and restarts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from . import _r1rewards


def shape(rewards: Iterable[float | None], alpha: float = 10.0) -> list[float | None]:
    """The first reward stays, each later one gains alpha times its progress. Source: SCoRe (2409.12917) section 5.2.

    Raises:
        SpecError: an alpha that is negative or not finite.

    >>> shape([0.0, 1.0])
    [0.0, 11.0]
    """
    return _r1rewards.shape(list(rewards), alpha)


class SatoriReward(NamedTuple):
    """The terms of Satori's reward; `total` is their sum."""

    rule: float
    outcome_model: float
    reflection_bonus: float

    @property
    def total(self) -> float:
        """The reward."""
        return self.rule + self.outcome_model + self.reflection_bonus


def satori_reward(
    correct: bool, outcome_score: float | None = None, origin: str = "fresh", beta: float = 0.5
) -> SatoriReward:
    """(1[correct] - 1) + sigmoid(outcome model) + bonus by origin. Source: Satori (2502.02508) section 4.2.

    Args:
        origin: Where the episode started: fresh, correct or incorrect.

    Raises:
        SpecError: an unknown origin, a beta that is negative or not finite.

    >>> satori_reward(True, origin="incorrect").total
    0.5
    """
    return SatoriReward(**_r1rewards.satori_reward(correct, outcome_score, origin, beta))


class Restart(NamedTuple):
    """A start for an episode: the question, what was already said (masked out of the loss), and where it comes from."""

    question: str
    prefix: str
    origin: str
    backtracked: int


def build_restarts(
    trajectories: Iterable[tuple[str, str, bool]],
    *,
    max_backtrack: int = 2,
    min_backtrack: int = 0,
    reflect: str = "<|reflect|>",
    balance: bool = True,
    fresh: bool = True,
    seed: int = 0,
) -> tuple[list[Restart], dict[str, int]]:
    """Satori's restart set from (question, text, correct), and what was counted on the way. Source: 2502.02508 section 4.2.

    Raises:
        SpecError: `min_backtrack` above `max_backtrack`, a blank token.

    >>> restarts, counts = build_restarts([("q", "a<|continue|>b", True), ("q", "c<|continue|>d", False)])
    >>> [restart.origin for restart in restarts]
    ['fresh', 'correct', 'incorrect']
    """
    built = _r1rewards.build_restarts(
        list(trajectories),
        max_backtrack=max_backtrack,
        min_backtrack=min_backtrack,
        reflect=reflect,
        balance=balance,
        fresh=fresh,
        seed=seed,
    )
    return [Restart(**restart) for restart in built["restarts"]], built["counts"]
