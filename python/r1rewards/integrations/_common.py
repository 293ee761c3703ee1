"""What the adapters share: scorers by spec, what a spec needs, outcomes as trainers want them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from .._r1rewards import Outcome, SpecError
from ..scorer import Scorer
from ..spec import Spec

SPEC_VARIABLE = "R1REWARDS_SPEC"
"""The environment variable with a spec (a path, a kind, or JSON or TOML text) for frameworks whose configuration cannot pass one."""

TOKENS = ("completion_tokens", "completion_ids")
"""The columns with the number of tokens of a completion, and with its token ids."""


def scorer_for(spec: Spec | Scorer | None) -> Scorer:
    """The scorer of a spec: the one given, else that of `R1REWARDS_SPEC`, else the reward `auto`. Specs given as text are built once."""
    if isinstance(spec, Scorer):
        return spec
    if spec is None:
        spec = os.environ.get(SPEC_VARIABLE, "auto")
    return _by_text(spec) if isinstance(spec, str) else Scorer(spec)


@lru_cache(maxsize=32)
def _by_text(spec: str) -> Scorer:
    return Scorer(spec)


def entries(config: object) -> Iterator[Mapping[str, object]]:
    """Every reward of a configuration, at any depth, as its table."""
    if isinstance(config, Mapping):
        if isinstance(config.get("kind"), str):
            yield config
        for value in config.values():
            yield from entries(value)
    elif isinstance(config, (list, tuple)):
        for value in config:
            yield from entries(value)


def token_fields(scorer: Scorer) -> set[str]:
    """The columns from which a scorer's rewards count tokens."""
    fields = set()
    for entry in entries(scorer.config):
        unit = entry.get("unit", "tokens" if entry["kind"] == "soft_overlong" else None)
        if unit == "tokens":
            default = TOKENS[1] if entry["kind"] == "repetition" else TOKENS[0]
            fields.add(str(entry.get("token_field") or default))
    return fields


def require(scorer: Scorer, adapter: str, *, group: str | None = None, tokens: str | None = None) -> Scorer:
    """The scorer, where the adapter can give it what it needs.

    Args:
        group: What to do for rewards of a whole prompt, where the adapter hands over one sample at a time.
        tokens: What to do for rewards that count tokens, where the adapter has none.

    Raises:
        SpecError: says what the spec needs, what the adapter lacks, and what to use instead.
    """
    if group is not None and scorer.needs_whole_group:
        kinds = ", ".join(sorted({f"`{entry['kind']}`" for entry in entries(scorer.config)}))
        raise SpecError(
            f"{adapter} hands over one sample at a time, and a reward of the spec ({kinds}) compares the samples of a prompt: {group}"
        )
    if tokens is not None:
        lacking = token_fields(scorer).intersection(TOKENS)
        if lacking:
            raise SpecError(f"{adapter} hands over no token ids, and a reward of the spec counts tokens: {tokens}")
    return scorer


OTHER_UNIT = 'give the reward `unit = "chars"` or `"words"`, or `token_field` with a column of the row that has the count'
"""What to do where no tokens are at hand."""


def value(reward: float | None, missing: float) -> float:
    """A reward for a trainer that knows no missing ones."""
    return missing if reward is None else reward


def components(scorer: Scorer, outcome: Outcome, taken: frozenset[str] = frozenset(), missing: float = 0.0) -> dict[str, float]:
    """The values of the rewards of a sum, by name, always the same names; none where there is one reward.

    A name that is `taken` has `reward_` before it. A reward that could not be judged has the value `missing`.
    """
    names = scorer.names
    if len(names) < 2:
        return {}
    found = outcome.components
    return {
        f"reward_{name}" if name in taken else name: value(found[name].reward if name in found else None, missing) for name in names
    }
