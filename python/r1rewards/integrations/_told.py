"""Warnings of adapters: what could not be judged is said once, with the fix."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

from .._notices import UnscoredWarning
from .._r1rewards import Outcome

_told: set[tuple[str, str]] = set()


def tell(adapter: str, outcomes: Sequence[Outcome], fix: str = "", *, becomes: str | None = None) -> None:
    """Warns once for an adapter and a reason.

    Args:
        outcomes: Of one call of the adapter.
        fix: What to do where the reference is missing.
        becomes: What a sample that could not be judged becomes, where the trainer cannot tell it from one that was. Such a sample alone is told of;
            elsewhere only a call in which nothing could be judged.
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
        f"{first.reason}: {why}.{how} (This is said once for each reason; r1rewards.reasons() lists them.)",
        UnscoredWarning,
        stacklevel=4,
    )


_MISSING = frozenset({"gold_missing", "no_reward", "no_tests", "field_missing"})
"""Reasons that say that a column is not there."""


def forget() -> None:
    """Says everything again that was said: for tests."""
    _told.clear()
