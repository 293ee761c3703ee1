"""Reward specs: the same data in Python, in a file and on the command line."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Union

from ._r1rewards import reasons as _reasons
from ._r1rewards import spec_entries
from .rewards._base import Entry, Reward, plain

Spec = Union[
    Reward,
    tuple[float, Reward],
    Sequence[Union[Reward, tuple[float, Reward], Mapping[str, object]]],
    Mapping[str, object],
    str,
    "os.PathLike[str]",
]
"""A reward, (weight, reward), a list of these, or data: a mapping, a list of mappings, JSON or TOML text, or the path of such a file."""


def from_spec(spec: Spec) -> list[Reward]:
    """The rewards that a spec describes, ready for a `Scorer` or to be changed.

    Raises:
        SpecError: text that is neither JSON nor TOML, or not a spec. Kinds and options are checked when a scorer is built.

    >>> from_spec({"kind": "math", "policy": "lenient"})
    [from_spec({'kind': 'math', 'policy': 'lenient'})]
    """
    return [Entry(entry) for entry in entries(spec)]


def entries(spec: Spec) -> list[dict[str, object]]:
    """The entries of a spec as data."""
    if isinstance(spec, os.PathLike):
        path = os.fspath(spec)
        with open(path, encoding="utf-8") as file:
            return spec_entries(file.read(), "json" if path.endswith(".json") else "toml")
    if isinstance(spec, str):
        return spec_entries(spec, "json" if spec.lstrip()[:2].strip() in ("{", '{"', "[", "[{") else "toml")
    return spec_entries(plain(_listed(spec)))


def _listed(spec: object) -> object:
    # A weight before a reward is one reward, not a list of two.
    if isinstance(spec, Reward) or (isinstance(spec, tuple) and len(spec) == 2 and isinstance(spec[1], Reward)):
        return [spec]
    return spec


def reasons() -> dict[str, str]:
    """Every reason code of an outcome with its sentence.

    >>> reasons()["equal"]
    'The answer equals the reference.'
    """
    return dict(_reasons())
