"""DAPO's dynamic sampling: selects the groups that are trained on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from . import _grpo


class Round(NamedTuple):
    """The result of a round of sampling."""

    state: str
    """`"full"`: train on the kept groups.

    `"sample"`: sample more prompts. `"exhausted"`: this was the last round; train on the kept groups (a smaller step),
    or stop and inspect the data."""
    kept: list[int]
    """The indices, in this round, of the groups that belong to the step."""
    missing: int
    """The number of groups that are still missing."""


class DynamicSampling:
    """Collects groups until a step is full.

    A group is kept if at least one of its samples is correct and at least one is not. In other groups all advantages
    are 0. Source: DAPO (2503.14476) eq. 11, which uses 10 rounds.

    Args:
        groups: The number of groups in a step.
        rounds: The largest number of rounds of sampling for a step.

    Raises:
        ValueError: `groups` or `rounds` is 0.

    >>> sampling = DynamicSampling(2)
    >>> sampling.round([[True, True], [True, False]])
    Round(state='sample', kept=[1], missing=1)
    >>> sampling.round([[False, True], [True, False]])
    Round(state='full', kept=[0], missing=0)
    """

    def __init__(self, groups: int, rounds: int = 10) -> None:
        self._groups, self._rounds = groups, rounds
        self._sampling = _grpo.DynamicSampling(groups, rounds)

    def round(self, groups: Iterable[Iterable[object]]) -> Round:
        """Takes the correctness of every sample of the groups of a round.

        After a full or exhausted step the next round belongs to the next step.

        Args:
            groups: For each group its samples: True or False, 1 or 0, or an `Outcome` of `r1rewards`; by the reward
                before any shaping.

        Raises:
            ValueError: a sample is anything else, such as a shaped reward of 0.1, which does not show whether the
                sample is correct.
        """
        return Round(*self._sampling.round([[_is_correct(sample) for sample in group] for group in groups]))

    def __repr__(self) -> str:
        return f"DynamicSampling({self._groups}, rounds={self._rounds})"


def _is_correct(sample: object) -> bool:
    found = getattr(sample, "is_correct", sample)
    if hasattr(found, "item"):
        found = found.item()
    if isinstance(found, (bool, int, float)) and found in (0, 1):
        return bool(found)
    raise ValueError(f"DynamicSampling takes correctness (True, False, 1, 0 or an Outcome), got {sample!r}: give outcome.is_correct, not the reward")
