"""Episodes of several turns, SCoRe's shaped rewards, and Satori's bonus and restarts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from . import _r1rewards
from ._r1rewards import Outcome
from .scorer import Scorer

ALPHA = 10.0
"""The default weight of an attempt's progress; the value of SCoRe (2409.12917)."""


class Turn(NamedTuple):
    """One turn: its role (system, user, assistant or tool), its text, and the place of its tokens in the episode's
    sequence.

    `tokens` is (start, end), the end excluded. `trainable` is whether the tokens have a gradient; default: True for
    the assistant, False for other roles. Set it to False for an assistant turn that is a prefix from a buffer.
    """

    role: str
    text: str
    tokens: tuple[int, int] | None = None
    trainable: bool | None = None


class ShapedTurn(NamedTuple):
    """The judgement of an attempt.

    `turn` is its index among the turns, `outcome` its outcome, `bonus` is alpha times its progress over the attempt
    before it, and `value` is the sum of reward and bonus (None if the attempt is unscored).
    """

    turn: int
    outcome: Outcome
    bonus: float
    value: float | None


class Episode:
    """A checked sequence of turns, as `Turn` or as (role, text).

    Raises:
        SpecError: no turn, an unknown role, a trainable turn of a role other than assistant, or token ranges that
            overlap or whose end is before their start.

    >>> import r1rewards
    >>> episode = Episode([("user", "6 times 7?"), ("assistant", r"\\boxed{41}"), ("user", "Sure?"), ("assistant", r"\\boxed{42}")])
    >>> [turn.value for turn in episode.score(r1rewards.Scorer(r1rewards.Math()), answer="42")]
    [0.0, 11.0]
    >>> Episode([Turn("user", "?", (0, 2)), Turn("assistant", "!", (2, 3))]).trainable_mask(4)
    [False, False, True, False]
    """

    def __init__(self, turns: Iterable[Turn | tuple[str, str]]) -> None:
        self.turns = [turn if isinstance(turn, Turn) else Turn(*turn) for turn in turns]
        self._checked = _r1rewards.Episode([_plain(turn) for turn in self.turns])

    @property
    def attempts(self) -> list[Turn]:
        """The assistant's turns, in order."""
        return [_turn(**attempt) for attempt in self._checked.attempts()]

    def trainable_mask(self, length: int) -> list[bool]:
        """Returns, for each token of a sequence of `length` tokens, whether it has a gradient."""
        return self._checked.trainable_mask(length)

    def score(self, scorer: Scorer, answer: object = None, *, alpha: float = ALPHA, **columns: object) -> list[ShapedTurn]:
        """Judges every attempt and shapes the rewards.

        The first attempt keeps its reward. Each later one has alpha times its progress added (see `shape`).

        Args:
            scorer: The scorer that judges the attempts.
            answer: The reference of all attempts.
            alpha: The weight of the progress; default: 10.
            **columns: `tests` and other columns, as for `Scorer.score`.

        Raises:
            SpecError: `alpha` is negative or not finite.
            RowError: a column of the wrong type.
        """
        judged = self._checked.score(scorer._engine, {**columns, "answer": answer}, alpha)
        return [ShapedTurn(*attempt) for attempt in judged]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Episode) and self.turns == other.turns

    def __hash__(self) -> int:
        return hash(tuple(self.turns))

    def __repr__(self) -> str:
        return f"Episode({self.turns!r})"

    def __reduce__(self) -> tuple[type[Episode], tuple[list[Turn]]]:
        return Episode, (self.turns,)


def _plain(turn: Turn) -> dict[str, object]:
    tokens = None if turn.tokens is None else {"start": turn.tokens[0], "end": turn.tokens[1]}
    trainable = turn.role == "assistant" if turn.trainable is None else turn.trainable
    return {"role": turn.role, "text": turn.text, "tokens": tokens, "trainable": trainable}


def _turn(role: str, text: str, trainable: bool, tokens: dict[str, int] | None = None) -> Turn:
    return Turn(role, text, None if tokens is None else (tokens["start"], tokens["end"]), trainable)


def baseline_key(prompt: str, first_reward: float | None) -> tuple[str, int | None]:
    """Returns the baseline group of a second attempt: the prompt, and whether the first attempt was right.

    With groups by prompt alone, a second attempt that stays right after a right first one would have a negative
    advantage.

    >>> baseline_key("q", 1.0) == baseline_key("q", 0.0)
    False
    """
    return _r1rewards.baseline_key(prompt, first_reward)


def shape(rewards: Iterable[float | None], alpha: float = ALPHA) -> list[float | None]:
    """Keeps the first reward and adds to each later one alpha times its progress over the one before it.

    Source: SCoRe (2409.12917) section 5.2.

    Raises:
        SpecError: `alpha` is negative or not finite.

    >>> shape([0.0, 1.0])
    [0.0, 11.0]
    """
    return _r1rewards.shape(list(rewards), alpha)


class SatoriReward(NamedTuple):
    """The three terms of Satori's reward. `total` is their sum."""

    rule: float
    outcome_model: float
    reflection_bonus: float

    @property
    def total(self) -> float:
        """The reward: the sum of the three terms."""
        return self.rule + self.outcome_model + self.reflection_bonus


def satori_reward(
    correct: bool, outcome_score: float | None = None, origin: str = "fresh", beta: float = 0.5
) -> SatoriReward:
    """Computes (1[correct] - 1) + sigmoid(outcome_score) + bonus by origin. Source: Satori (2502.02508) section 4.2.

    Args:
        correct: Whether the answer is correct.
        outcome_score: The score of an outcome reward model, before the sigmoid; without it the term is 0.
        origin: Where the episode started: `fresh` (the question), or after a prefix of a `correct` or an `incorrect`
            trajectory.
        beta: The size of the bonus.

    Raises:
        SpecError: an unknown origin, or a `beta` that is negative or not finite.

    >>> satori_reward(True, origin="incorrect").total
    0.5
    """
    return SatoriReward(**_r1rewards.satori_reward(correct, outcome_score, origin, beta))


class Restart(NamedTuple):
    """A start of an episode.

    `question` is the prompt, `prefix` the text already written (to be masked out of the loss), `origin` is `fresh`,
    `correct` or `incorrect`, and `backtracked` the number of steps that were cut from the trajectory.
    """

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
    """Builds Satori's set of restarts from trajectories. Source: 2502.02508 section 4.2.

    Args:
        trajectories: (question, text, correct) for each trajectory.

    Returns:
        The restarts, and counts by name.

    Raises:
        SpecError: `min_backtrack` is above `max_backtrack`, or `reflect` is blank.

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
