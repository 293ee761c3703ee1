"""Which groups are worth a step: DAPO's dynamic sampling.

Accepts: the correctness of each sample of a group, before any shaping. Refuses: limits of 0, and what is neither correct nor
wrong, such as a reward of -1 (``ValueError``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from . import _grpo


class Round(NamedTuple):
    """What a round of sampling came to."""

    state: str
    """``"full"``: train on what was kept. ``"sample"``: sample more prompts. ``"exhausted"``: no more rounds; train on what there is, or stop and look."""
    kept: list[int]
    """Places, in this round, of the groups that belong to the step."""
    missing: int
    """Groups still missing."""


class DynamicSampling:
    """Collects groups until a step is full, keeping those with 0 < correct < G: others have no advantage.

    ``groups`` is the size of a step, ``rounds`` how often is sampled for it at most. Source: DAPO (2503.14476) eq. 11, which has 10 rounds. Raises ``ValueError``
    where either is 0.

    >>> sampling = DynamicSampling(2)
    >>> sampling.round([[True, True], [True, False]])
    Round(state='sample', kept=[1], missing=1)
    >>> sampling.round([[False, True], [True, False]])
    Round(state='full', kept=[0], missing=0)
    """

    def __init__(self, groups: int, rounds: int = 10) -> None:
        self._sampling = _grpo.DynamicSampling(groups, rounds)

    def round(self, groups: Iterable[Iterable[bool]]) -> Round:
        """Take the correctness of every sample of the groups of a round, on the *unshaped* reward; a full or exhausted step begins anew.

        A sample is bool or 0/1. Raises ``ValueError`` for others: rewards of 1 and -1 would all count as correct.
        """
        return Round(*self._sampling.round([[_correct(sample) for sample in group] for group in groups]))


def _correct(sample: bool) -> bool:
    if sample == 1 or sample == 0:
        return bool(sample)
    raise ValueError(f"a sample of a group is {sample!r}: give whether it is correct, True or False (for example reward > 0)")
