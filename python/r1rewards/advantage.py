"""From rewards to advantages: the first half of group-relative policy optimisation.

Rewards come as lists (None or NaN where missing) or as arrays; group ids are anything hashable.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

from . import _r1rewards
from ._r1rewards import SpecError
from .metrics import group_numbers


class Advantages(NamedTuple):
    """Advantages in the order of the samples, exactly 0.0 for samples that teach nothing, with what a trainer logs."""

    values: list[float]
    groups: int
    dead_groups: int
    single_groups: int
    missing: int
    reward_mean: float
    reward_std: float


def advantages(
    groups: Iterable[Hashable],
    rewards: Iterable[float | None],
    estimator: str = "group_norm",
    *,
    epsilon: float = 1e-4,
    bessel: bool = True,
    tolerance: float = 1e-12,
) -> Advantages:
    """The advantage of each sample within its group.

    Args:
        groups: One id a sample.
        rewards: One a sample.
        estimator: group_norm (GRPO, 2501.12948 eq. 3), group_mean (Dr. GRPO, 2503.20783), rloo (2402.14740), maxrl, batch_norm
            (2508.08221) or gpg (2504.02546: group_mean times the samples over those of groups that teach).
        epsilon: Beside a standard deviation.
        bessel: Whether standard deviations divide by n - 1.
        tolerance: A group whose rewards lie no further apart is dead.

    Raises:
        SpecError: lists of different lengths, an infinite reward, an unknown estimator.

    >>> advantages("aaa", [1.0, 0.0, 0.0], "rloo").values
    [1.0, -0.5, -0.5]
    """
    options = {"estimator": estimator, "epsilon": epsilon, "bessel": bessel, "tolerance": tolerance}
    return Advantages(*_r1rewards.advantages(group_numbers(groups), list(rewards), options))


def component_advantages(
    groups: Iterable[Hashable],
    components: Sequence[Iterable[float | None]] | Mapping[str, Iterable[float | None]],
    weights: Iterable[float] | Mapping[str, float],
    *,
    epsilon: float = 1e-4,
    bessel: bool = True,
    tolerance: float = 1e-12,
) -> Advantages:
    """GDPO: every component normalised by its group, their weighted sum by the batch.

    A group counts as dead where it is dead in every component, and has exactly 0 then.

    Args:
        components: The rewards of each component, one a sample; by name as `Outcomes.component_rewards` has them.
        weights: One a component, in their order or by name.

    Raises:
        SpecError: as for `advantages`; another number of weights than components.

    >>> found = component_advantages([0, 0], [[1.0, 0.0], [1.0, 1.0]], [1.0, 0.1])
    >>> found.values[0] > found.values[1]
    True
    """
    options = {"epsilon": epsilon, "bessel": bessel, "tolerance": tolerance}
    names = list(components) if isinstance(components, Mapping) else None
    if isinstance(weights, Mapping):
        if names is None or set(names) != set(weights):
            raise SpecError(f"`weights` has the names {sorted(weights)}, `components` has {sorted(names) if names else 'none'}: give the same")
        weights = [weights[name] for name in names]
    columns = [list(component) for component in (components.values() if isinstance(components, Mapping) else components)]
    return Advantages(*_r1rewards.component_advantages(group_numbers(groups), columns, list(weights), options))


def token_advantages(
    groups: Iterable[Hashable], rewards: Iterable[float | None], lengths: Iterable[int], *, baseline: bool = False
) -> Advantages:
    """REINFORCE++: rewards whitened over the tokens of the batch. Source: 2501.03262.

    Args:
        lengths: The number of trainable tokens of each sample.
        baseline: Subtract the group's mean first.

    Raises:
        SpecError: lists of different lengths, an infinite reward.

    >>> token_advantages("aa", [1.0, 0.0], [30, 10]).values[0] > 0
    True
    """
    return Advantages(*_r1rewards.token_advantages(group_numbers(groups), list(rewards), list(lengths), baseline))


def length_advantages(
    groups: Iterable[Hashable], rewards: Iterable[float | None], lengths: Iterable[int]
) -> Advantages:
    """OPO: rewards less the mean of their group weighted by length, the baseline of least variance. Source: 2505.23585.

    Args:
        lengths: The number of trainable tokens of each sample.

    Raises:
        SpecError: lists of different lengths, an infinite reward.

    >>> length_advantages("aa", [1.0, 0.0], [30, 10]).values
    [0.25, -0.75]
    """
    return Advantages(*_r1rewards.length_advantages(group_numbers(groups), list(rewards), list(lengths)))


def greedy_advantages(rewards: Iterable[float | None], baselines: Iterable[float | None]) -> Advantages:
    """ReMax: rewards less the reward of their prompt's greedy sample. Source: 2310.10505.

    Args:
        baselines: One a sample; a sample that misses either has 0 and counts as missing.

    Raises:
        SpecError: lists of different lengths, an infinite number.

    >>> greedy_advantages([1.0, 0.0, None], [0.5, 0.5, 0.5]).values
    [0.5, -0.5, 0.0]
    """
    return Advantages(*_r1rewards.greedy_advantages(list(rewards), list(baselines)))


def pass_at_k_advantages(groups: Iterable[Hashable], rewards: Iterable[float | None], k: int) -> Advantages:
    """The advantage of each sample where the reward is that of k samples together, 1 if one is correct, over all choices of k from its group.

    A sample is correct where its reward is above 0. Source: Pass@k training (2508.10751) section 2.4.

    Raises:
        SpecError: lists of different lengths, an infinite reward, k of 0.

    >>> [round(value, 3) for value in pass_at_k_advantages("aaaa", [1.0, 0.0, 0.0, 0.0], 2).values]
    [1.0, -0.333, -0.333, -0.333]
    """
    return Advantages(*_r1rewards.pass_at_k_advantages(group_numbers(groups), list(rewards), k))
