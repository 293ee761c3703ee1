"""Functions that the adapters share: scorers from specs, checks of what a spec needs, and outcomes as numbers."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from .._r1rewards import Outcome, SpecError
from ..scorer import Scorer
from ..spec import Spec

SPEC_VARIABLE = "R1REWARDS_SPEC"
"""The environment variable with a spec (a path, a kind, or JSON or TOML text), for frameworks whose configuration
cannot pass one."""

TOKENS = ("completion_tokens", "completion_ids")
"""The columns with the number of tokens of a completion, and with its token ids."""


def scorer_for(spec: Spec | Scorer | None) -> Scorer:
    """Returns the scorer of a spec; without a spec, of `R1REWARDS_SPEC`; without both, of the reward `auto`.

    Scorers of specs given as text are cached.
    """
    if isinstance(spec, Scorer):
        return spec
    if spec is None:
        spec = os.environ.get(SPEC_VARIABLE, "auto")
    return _by_text(spec) if isinstance(spec, str) else Scorer(spec)


@lru_cache(maxsize=32)
def _by_text(spec: str) -> Scorer:
    return Scorer(spec)


def entries(config: object) -> Iterator[Mapping[str, object]]:
    """Yields every reward of a configuration, at any depth, as a mapping."""
    if isinstance(config, Mapping):
        if isinstance(config.get("kind"), str):
            yield config
        for value in config.values():
            yield from entries(value)
    elif isinstance(config, (list, tuple)):
        for value in config:
            yield from entries(value)


def token_fields(scorer: Scorer) -> set[str]:
    """Returns the columns from which the rewards of a scorer count tokens."""
    fields = set()
    for entry in entries(scorer.config):
        unit = entry.get("unit", "tokens" if entry["kind"] == "soft_overlong" else None)
        if unit == "tokens":
            default = TOKENS[1] if entry["kind"] == "repetition" else TOKENS[0]
            fields.add(str(entry.get("token_field") or default))
    return fields


def require(scorer: Scorer, adapter: str, *, group: str | None = None, tokens: str | None = None) -> Scorer:
    """Returns the scorer if the adapter can supply what its rewards need.

    Args:
        scorer: The scorer.
        adapter: The adapter's name for the message.
        group: What to use instead of rewards that compare the samples of a prompt; None if the adapter supplies whole
            groups.
        tokens: What to use instead of rewards that count tokens; None if the adapter supplies tokens.

    Raises:
        SpecError: the adapter cannot supply what a reward needs; the message says what, and what to use instead.
    """
    if group is not None and scorer.needs_whole_group:
        kinds = ", ".join(sorted({f"`{entry['kind']}`" for entry in entries(scorer.config)}))
        raise SpecError(
            f"{adapter} passes one sample at a time, and a reward of the spec ({kinds}) compares the samples of a prompt: {group}"
        )
    if tokens is not None:
        lacking = token_fields(scorer).intersection(TOKENS)
        if lacking:
            raise SpecError(f"{adapter} passes no token ids, and a reward of the spec counts tokens: {tokens}")
    return scorer


OTHER_UNIT = 'give the reward `unit = "chars"` or `"words"`, or `token_field` with the name of a column that has the count'
"""The advice of an adapter that has no tokens."""


def listed(gold: Any) -> Any:
    """Returns the acceptable answers that a text lists as JSON (`'["1/2", "0.5"]'`), and anything else as it is.

    It is for data sets whose form says so. A list of numbers may be an interval or a list of values, and stays text.
    """
    if not isinstance(gold, str) or not gold.lstrip().startswith("["):
        return gold
    try:
        items = json.loads(gold)
    except (ValueError, RecursionError):
        return gold
    return items if items and all(isinstance(item, str) for item in items) else gold


def value(reward: float | None, missing: float) -> float:
    """Returns the reward, or `missing` if it is None, for a trainer without missing rewards."""
    return missing if reward is None else reward


def components(scorer: Scorer, outcome: Outcome, taken: frozenset[str] = frozenset(), missing: float = 0.0) -> dict[str, float]:
    """Returns the value of each reward of a sum by name, for every outcome with the same names; empty for a single
    reward.

    A name in `taken` has the prefix `reward_`. An unscored reward has the value `missing`.
    """
    names = scorer.names
    if len(names) < 2:
        return {}
    found = outcome.components
    return {
        f"reward_{name}" if name in taken else name: value(found[name].reward if name in found else None, missing) for name in names
    }
