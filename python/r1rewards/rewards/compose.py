# Written by `R1REWARDS_UPDATE=1 cargo test --test reward_pages` from the kinds in src/spec. Change those, not this file.
"""Rewards made of rewards: sum, all, any, min, product, gate, clip, map, route."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from ._base import Reward, Rewards

Unscored = Literal["sample", "leave_out"]
"""What happens where a component cannot be scored: the sample is unscored, or the component is left out."""


class Sum(Reward):
    r"""The weighted sum of rewards.

    Its entry in a spec has `kind = "sum"`. More examples and its limits: docs/rewards/sum.md.

    Args:
        rewards: The rewards that are combined, each with its weight and its name where it has them.
        unscored: What happens where a component cannot be scored: the sample is unscored, or the component is left out.
            One of sample, leave_out; default sample.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.Sum([r1rewards.Text(), (0.5, r1rewards.Format().named("shape"))]))
    >>> scorer.score("<think>6*7</think><answer>42</answer>", answer="42").reward
    1.5
    >>> scorer.score("42", answer="42").reward
    1.0
    """

    kind = "sum"

    def __init__(self, rewards: Rewards, *, unscored: Unscored | None = None) -> None:
        super().__init__(rewards=rewards, unscored=unscored)


class All(Reward):
    r"""1 where every reward is correct, else 0.

    Its entry in a spec has `kind = "all"`. More examples and its limits: docs/rewards/all.md.

    Args:
        rewards: The rewards that are combined, each with its weight and its name where it has them.
        unscored: What happens where a component cannot be scored: the sample is unscored, or the component is left out.
            One of sample, leave_out; default sample.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.All([r1rewards.Text(), r1rewards.Format()]))
    >>> scorer.score("<think>6*7</think><answer>42</answer>", answer="42").reward
    1.0
    >>> scorer.score("42", answer="42").reward
    0.0
    """

    kind = "all"

    def __init__(self, rewards: Rewards, *, unscored: Unscored | None = None) -> None:
        super().__init__(rewards=rewards, unscored=unscored)


class Any(Reward):
    r"""1 where one of the rewards is correct, else 0.

    Its entry in a spec has `kind = "any"`. More examples and its limits: docs/rewards/any.md.

    Args:
        rewards: The rewards that are combined, each with its weight and its name where it has them.
        unscored: What happens where a component cannot be scored: the sample is unscored, or the component is left out.
            One of sample, leave_out; default sample.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.Any([r1rewards.Text(), r1rewards.Format()]))
    >>> scorer.score("42", answer="42").reward
    1.0
    >>> scorer.score("41", answer="42").reward
    0.0
    """

    kind = "any"

    def __init__(self, rewards: Rewards, *, unscored: Unscored | None = None) -> None:
        super().__init__(rewards=rewards, unscored=unscored)


class Min(Reward):
    r"""The lowest of the rewards' values.

    Its entry in a spec has `kind = "min"`. More examples and its limits: docs/rewards/min.md.

    Args:
        rewards: The rewards that are combined, each with its weight and its name where it has them.
        unscored: What happens where a component cannot be scored: the sample is unscored, or the component is left out.
            One of sample, leave_out; default sample.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.Min([r1rewards.Distinct(), r1rewards.Repetition(ngram_size=1)]))
    >>> scorer.score("a b").reward
    0.0
    >>> scorer.score("a a").reward
    -0.5
    """

    kind = "min"

    def __init__(self, rewards: Rewards, *, unscored: Unscored | None = None) -> None:
        super().__init__(rewards=rewards, unscored=unscored)


class Product(Reward):
    r"""The product of the rewards' values.

    Its entry in a spec has `kind = "product"`. More examples and its limits: docs/rewards/product.md.

    Args:
        rewards: The rewards that are combined, each with its weight and its name where it has them.
        unscored: What happens where a component cannot be scored: the sample is unscored, or the component is left out.
            One of sample, leave_out; default sample.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.Product([r1rewards.Text(), r1rewards.Distinct()]))
    >>> scorer.score("a a", answer="a a").reward
    0.5
    >>> scorer.score("a b", answer="a a").reward
    0.0
    """

    kind = "product"

    def __init__(self, rewards: Rewards, *, unscored: Unscored | None = None) -> None:
        super().__init__(rewards=rewards, unscored=unscored)


class Gate(Reward):
    r"""A reward counts only where another is correct.

    Its entry in a spec has `kind = "gate"`. More examples and its limits: docs/rewards/gate.md.

    Args:
        condition: The reward that must be correct.
        reward: The reward that counts where the condition is correct.
        otherwise: The value where the condition is not correct. Default 0.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.Gate(r1rewards.Format(), r1rewards.Text()))
    >>> scorer.score("<think>6*7</think><answer>42</answer>", answer="42").reward
    1.0
    >>> scorer.score("42", answer="42").reward
    0.0
    """

    kind = "gate"

    def __init__(self, condition: Reward, reward: Reward, *, otherwise: float | None = None) -> None:
        super().__init__(condition=condition, reward=reward, otherwise=otherwise)


class Clip(Reward):
    r"""A reward's value, held within bounds.

    Its entry in a spec has `kind = "clip"`. More examples and its limits: docs/rewards/clip.md.

    Args:
        reward: The reward whose value is changed.
        min: The lowest value; without it there is no lower bound.
        max: The highest value; without it there is no upper bound.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.Clip(r1rewards.Repetition(ngram_size=1), min=-0.25))
    >>> scorer.score("a a a a").reward
    -0.25
    >>> scorer.score("a b").reward
    0.0
    """

    kind = "clip"

    def __init__(self, reward: Reward, *, min: float | None = None, max: float | None = None) -> None:
        super().__init__(reward=reward, min=min, max=max)


class Map(Reward):
    r"""A value for each verdict of a reward.

    Its entry in a spec has `kind = "map"`. More examples and its limits: docs/rewards/map.md.

    Args:
        reward: The reward whose value is changed.
        correct: The value where the reward is correct. Default 1.
        incorrect: The value where the reward is incorrect. Default 0.
        unscored: The value where the reward is unscored, which makes the verdict incorrect; without it the sample stays
            unscored.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.Map(r1rewards.Text(), correct=1.0, incorrect=-1.0))
    >>> scorer.score("42", answer="42").reward
    1.0
    >>> scorer.score("41", answer="42").reward
    -1.0
    """

    kind = "map"

    def __init__(
        self,
        reward: Reward,
        *,
        correct: float | None = None,
        incorrect: float | None = None,
        unscored: float | None = None,
    ) -> None:
        super().__init__(reward=reward, correct=correct, incorrect=incorrect, unscored=unscored)


class Route(Reward):
    r"""Each row is judged by the reward that the value of one of its fields selects.

    Its entry in a spec has `kind = "route"`. More examples and its limits: docs/rewards/route.md.

    Args:
        field: The row's field whose value selects the reward.
        cases: The reward for each value of the field.
        default: The reward for rows with another value or none; without it they are unscored.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.Route("task", {"chat": r1rewards.Format(), "quiz": r1rewards.Choice()}))
    >>> scorer.score("B", answer="B", task="quiz").reward
    1.0
    >>> scorer.score("B", answer="B", task="chat").reward
    0.0
    """

    kind = "route"

    def __init__(self, field: str, cases: Mapping[str, Reward], *, default: Reward | None = None) -> None:
        super().__init__(field=field, cases=cases, default=default)
