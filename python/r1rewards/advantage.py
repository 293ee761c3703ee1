"""Computes advantages from rewards: the first half of group-relative policy optimisation (GRPO).

Rewards are lists (None or NaN where one is missing) or arrays. Group ids are anything hashable. A number such as
2501.12948 is an arXiv id.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

from . import _r1rewards
from ._r1rewards import SpecError
from .metrics import group_numbers


class Advantages(NamedTuple):
    """Advantages in the order of the samples, and the numbers that a trainer logs.

    `values` has exactly 0.0 for samples without a gradient: those of dead groups, of groups of one sample, and those
    without a reward. `groups` is the number of groups, `dead_groups` the number of those with at least two rewards, all
    equal, `single_groups` the number of those with one reward, `missing` the number of samples without a reward.
    `reward_mean` and `reward_std` are over the rewards that are not missing.
    """

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
    """Computes the advantage of each sample within its group.

    Args:
        groups: The group id of each sample.
        rewards: The reward of each sample.
        estimator: group_norm (GRPO, 2501.12948 eq. 3), group_mean (Dr. GRPO, 2503.20783), rloo (2402.14740), maxrl,
            batch_norm (2508.08221) or gpg (2504.02546: group_mean times the number of samples, divided by the number of
            samples in groups that are not dead).
        epsilon: Added to a standard deviation before the division by it.
        bessel: Whether standard deviations divide by n - 1 instead of n.
        tolerance: A group whose largest and smallest rewards differ by at most this is dead: its advantages are 0.

    Returns:
        The advantages in the order of the samples, with counts.

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
    """GDPO: normalises every component within its group, then their weighted sum over the batch.

    A group is dead if it is dead in every component. Its advantages are then exactly 0.

    Args:
        groups: The group id of each sample.
        components: For each component the rewards of all samples; a list, or a mapping by name as
            `Outcomes.component_rewards` is.
        weights: The weight of each component, in the order of `components`, or by name.
        epsilon: As for `advantages`.
        bessel: As for `advantages`.
        tolerance: As for `advantages`.

    Raises:
        SpecError: as for `advantages`; the weights are not as many as the components, or have other names.

    >>> found = component_advantages([0, 0], [[1.0, 0.0], [1.0, 1.0]], [1.0, 0.1])
    >>> found.values[0] > found.values[1]
    True
    """
    options = {"epsilon": epsilon, "bessel": bessel, "tolerance": tolerance}
    names = list(components) if isinstance(components, Mapping) else None
    if isinstance(weights, Mapping):
        if names is None or set(names) != set(weights):
            raise SpecError(f"`weights` has the names {sorted(weights)}, `components` has {sorted(names) if names else 'none'}: give the same names")
        weights = [weights[name] for name in names]
    columns = [list(component) for component in (components.values() if isinstance(components, Mapping) else components)]
    return Advantages(*_r1rewards.component_advantages(group_numbers(groups), columns, list(weights), options))


def token_advantages(
    groups: Iterable[Hashable], rewards: Iterable[float | None], lengths: Iterable[int], *, baseline: bool = False
) -> Advantages:
    """REINFORCE++: whitens the rewards over the tokens of the batch. Source: 2501.03262.

    Args:
        groups: The group id of each sample.
        rewards: The reward of each sample.
        lengths: The number of trainable tokens of each sample.
        baseline: Whether the mean of the group is subtracted first.

    Raises:
        SpecError: lists of different lengths, an infinite reward.

    >>> token_advantages("aa", [1.0, 0.0], [30, 10]).values[0] > 0
    True
    """
    return Advantages(*_r1rewards.token_advantages(group_numbers(groups), list(rewards), list(lengths), baseline))


def length_advantages(
    groups: Iterable[Hashable], rewards: Iterable[float | None], lengths: Iterable[int]
) -> Advantages:
    """OPO: subtracts the length-weighted mean reward of the group, which is the baseline of least variance.

    Source: 2505.23585.

    Args:
        groups: The group id of each sample.
        rewards: The reward of each sample.
        lengths: The number of trainable tokens of each sample.

    Raises:
        SpecError: lists of different lengths, an infinite reward.

    >>> length_advantages("aa", [1.0, 0.0], [30, 10]).values
    [0.25, -0.75]
    """
    return Advantages(*_r1rewards.length_advantages(group_numbers(groups), list(rewards), list(lengths)))


def greedy_advantages(rewards: Iterable[float | None], baselines: Iterable[float | None]) -> Advantages:
    """ReMax: subtracts the reward of the greedy sample of the same prompt. Source: 2310.10505.

    Args:
        rewards: The reward of each sample.
        baselines: The reward of the greedy sample, for each sample. A sample for which one of the two is missing has
            advantage 0 and counts as missing.

    Raises:
        SpecError: lists of different lengths, an infinite number.

    >>> greedy_advantages([1.0, 0.0, None], [0.5, 0.5, 0.5]).values
    [0.5, -0.5, 0.0]
    """
    return Advantages(*_r1rewards.greedy_advantages(list(rewards), list(baselines)))


def pass_at_k_advantages(groups: Iterable[Hashable], rewards: Iterable[float | None], k: int) -> Advantages:
    """Computes advantages for pass@k: k samples together have reward 1 if at least one of them is correct.

    The advantage of a sample is over all choices of k samples from its group. A sample is correct if its reward is
    above 0. Source: Pass@k training (2508.10751) section 2.4.

    Args:
        groups: The group id of each sample.
        rewards: The reward of each sample.
        k: The number of samples that are judged together.

    Raises:
        SpecError: lists of different lengths, an infinite reward, k of 0.

    >>> [round(value, 3) for value in pass_at_k_advantages("aaaa", [1.0, 0.0, 0.0, 0.0], 2).values]
    [1.0, -0.333, -0.333, -0.333]
    """
    return Advantages(*_r1rewards.pass_at_k_advantages(group_numbers(groups), list(rewards), k))
