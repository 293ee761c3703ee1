"""Rewards of the spec, one class a kind: sum, all, any, min, product, gate, clip, map, route."""

from __future__ import annotations

from collections.abc import Mapping

from ._base import Reward, Rewards


class Sum(Reward):
    r"""The weighted sum of rewards.

    Spec: `kind = "sum"`; every option, examples and limits: docs/rewards/sum.md.

    Args:
        rewards: The components: a list of tables with a kind, and optionally a name and a weight.
        unscored: What a component that could not be scored does: sample (the default: the sample is unscored) or leave_out.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "sum"

    def __init__(self, rewards: Rewards, *, unscored: str | None = None) -> None:
        super().__init__(rewards=rewards, unscored=unscored)


class All(Reward):
    r"""1 where every reward is correct, else 0.

    Spec: `kind = "all"`; every option, examples and limits: docs/rewards/all.md.

    Args:
        rewards: The components: a list of tables with a kind, and optionally a name and a weight.
        unscored: What a component that could not be scored does: sample (the default: the sample is unscored) or leave_out.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "all"

    def __init__(self, rewards: Rewards, *, unscored: str | None = None) -> None:
        super().__init__(rewards=rewards, unscored=unscored)


class Any(Reward):
    r"""1 where one of the rewards is correct, else 0.

    Spec: `kind = "any"`; every option, examples and limits: docs/rewards/any.md.

    Args:
        rewards: The components: a list of tables with a kind, and optionally a name and a weight.
        unscored: What a component that could not be scored does: sample (the default: the sample is unscored) or leave_out.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "any"

    def __init__(self, rewards: Rewards, *, unscored: str | None = None) -> None:
        super().__init__(rewards=rewards, unscored=unscored)


class Min(Reward):
    r"""The lowest of the rewards' values.

    Spec: `kind = "min"`; every option, examples and limits: docs/rewards/min.md.

    Args:
        rewards: The components: a list of tables with a kind, and optionally a name and a weight.
        unscored: What a component that could not be scored does: sample (the default: the sample is unscored) or leave_out.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "min"

    def __init__(self, rewards: Rewards, *, unscored: str | None = None) -> None:
        super().__init__(rewards=rewards, unscored=unscored)


class Product(Reward):
    r"""The product of the rewards' values.

    Spec: `kind = "product"`; every option, examples and limits: docs/rewards/product.md.

    Args:
        rewards: The components: a list of tables with a kind, and optionally a name and a weight.
        unscored: What a component that could not be scored does: sample (the default: the sample is unscored) or leave_out.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "product"

    def __init__(self, rewards: Rewards, *, unscored: str | None = None) -> None:
        super().__init__(rewards=rewards, unscored=unscored)


class Gate(Reward):
    r"""A reward counts only where another is correct.

    Spec: `kind = "gate"`; every option, examples and limits: docs/rewards/gate.md.

    Args:
        condition: The reward that must be correct, as a table with a kind.
        reward: The reward that counts then, as a table with a kind.
        otherwise: The value elsewhere; 0 unless said.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "gate"

    def __init__(self, condition: Reward, reward: Reward, *, otherwise: float | None = None) -> None:
        super().__init__(condition=condition, reward=reward, otherwise=otherwise)


class Clip(Reward):
    r"""A reward's value, held within bounds.

    Spec: `kind = "clip"`; every option, examples and limits: docs/rewards/clip.md.

    Args:
        reward: The reward whose value is changed, as a table with a kind.
        min: The lowest value; none unless said.
        max: The highest value; none unless said.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "clip"

    def __init__(self, reward: Reward, *, min: float | None = None, max: float | None = None) -> None:
        super().__init__(reward=reward, min=min, max=max)


class Map(Reward):
    r"""A value for each verdict of a reward.

    Spec: `kind = "map"`; every option, examples and limits: docs/rewards/map.md.

    Args:
        reward: The reward whose value is changed, as a table with a kind.
        correct: The value of correct; 1 unless said.
        incorrect: The value of incorrect; 0 unless said.
        unscored: The value of unscored, which makes it incorrect; it stays unscored unless said.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
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
    r"""Each row is judged by the reward that one of its fields names.

    Spec: `kind = "route"`; every option, examples and limits: docs/rewards/route.md.

    Args:
        field: The row's field to route by.
        cases: A table from the field's values to rewards.
        default: The reward for other rows; they are unscored unless said.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "route"

    def __init__(self, field: str, cases: Mapping[str, Reward], *, default: Reward | None = None) -> None:
        super().__init__(field=field, cases=cases, default=default)
