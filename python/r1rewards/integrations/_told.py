"""Warnings of adapters: samples that could not be judged, each reason once, with the fix."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

from .._notices import UnscoredWarning
from .._r1rewards import Outcome

_told: set[tuple[str, str]] = set()


def tell(adapter: str, outcomes: Sequence[Outcome], fix: str = "", *, becomes: str | None = None) -> None:
    """Warns of unscored samples, once for each adapter and reason.

    Args:
        adapter: The name of the adapter's module.
        outcomes: The outcomes of one call of the adapter.
        fix: What to do if the reference is missing.
        becomes: The reward of an unscored sample if the trainer cannot distinguish it from a scored one. With it, one
            unscored sample causes the warning. Without it, a call causes the warning only if all its samples are
            unscored.
    """
    unscored = [outcome for outcome in outcomes if not outcome.is_scored]
    if not unscored or (becomes is None and len(unscored) < len(outcomes)):
        return
    for reason in dict.fromkeys(outcome.reason for outcome in unscored):
        if (adapter, reason) not in _told:
            _told.add((adapter, reason))
            _say(adapter, [outcome for outcome in unscored if outcome.reason == reason], len(outcomes), fix, becomes)


def _say(adapter: str, unscored: Sequence[Outcome], total: int, fix: str, becomes: str | None) -> None:
    first = unscored[0]
    what = f", which count as {becomes}" if becomes else ""
    why = (first.detail or first.why).rstrip(".")
    how = f" {fix}" if fix and first.reason in _MISSING else ""
    warnings.warn(
        f"r1rewards.integrations.{adapter}: {len(unscored)} of {total} samples could not be judged{what}: "
        f"{first.reason}: {why}.{how} (This warning is given once for each reason; r1rewards.reasons() lists the reasons.)",
        UnscoredWarning,
        stacklevel=4,
    )


_MISSING = frozenset({"gold_missing", "no_reward", "no_tests", "field_missing"})
"""The reasons of a missing column."""


def forget() -> None:
    """Makes every warning possible again. For tests."""
    _told.clear()
