"""Reward specs: the same data in Python, in a file and on the command line."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Mapping, Sequence
from typing import Union

from ._r1rewards import SpecError, kinds, spec_entries
from ._r1rewards import config_hash as _config_hash
from ._r1rewards import reasons as _reasons
from .rewards._base import Entry, Reward, plain

Spec = Union[
    Reward,
    tuple[float, Reward],
    Sequence[Union[Reward, str, tuple[float, Reward], tuple[float, str], Mapping[str, object]]],
    tuple[float, str],
    Mapping[str, object],
    str,
    "os.PathLike[str]",
]
"""A reward, (weight, reward), a list of these, or data: a mapping, a list of mappings, the name of a kind, JSON or TOML text, or the path of such a file."""


def from_spec(spec: Spec) -> list[Reward]:
    """The rewards that a spec describes, ready for a `Scorer` or to be changed.

    Raises:
        SpecError: text that is neither JSON nor TOML, or not a spec. Kinds and options are checked when a scorer is built.
        FileNotFoundError: a path where no file is.

    >>> from_spec({"kind": "math", "policy": "lenient"})
    [from_spec({'kind': 'math', 'policy': 'lenient'})]
    """
    return [Entry(entry) for entry in entries(spec)]


def entries(spec: Spec) -> list[dict[str, object]]:
    """The entries of a spec as data."""
    if isinstance(spec, os.PathLike):
        return _read(os.fspath(spec))
    if not isinstance(spec, str):
        return spec_entries(plain(_listed(spec)))
    text = spec.strip()
    if re.match(r"(\[\s*)?\{\s*\w", text):
        # Inline tables of TOML, as they stand in a spec file behind `reward =`.
        return spec_entries(f"reward = {text if text.startswith('[') else f'[{text}]'}", "toml")
    if text.startswith(("{", "[")):
        return spec_entries(spec, "toml" if text.startswith("[[") or re.match(r"\[\s*\w", text) else "json")
    if not text or "\n" in text or ("=" in text and not os.path.exists(spec)):
        return spec_entries(spec, "toml")
    # The name of a kind, unless a file has that very name and no kind has.
    if text.isidentifier() and not (os.path.isfile(spec) and text not in _kind_names()):
        return spec_entries({"kind": text})
    return _read(spec)


def config_hash(config: object) -> str:
    """The stable hash of a configuration, 16 hexadecimal digits: of `Scorer.config`, or of the same read from a file.

    Raises:
        SpecError: what is no data: of rewards, ask the `Scorer` that is built from them.

    >>> config_hash({"kind": "math"}) == config_hash({"kind": "math"})
    True
    """
    if isinstance(config, Reward):
        raise SpecError(f"the hash is of a configuration, got the reward {config!r}: write Scorer({config!r}).config_hash")
    return _config_hash(config)


def _kind_names() -> set[str]:
    return {name for name, _, _ in kinds()}


def _read(path: str) -> list[dict[str, object]]:
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        expected = "give the path of a spec file, the name of a kind, or a spec as JSON or TOML text"
        raise FileNotFoundError(errno.ENOENT, f"no such file; {expected}", path) from None
    return spec_entries(text, "json" if path.endswith(".json") else "toml")


def _listed(spec: object) -> object:
    # A weight before a reward is one reward, not a list of two.
    if isinstance(spec, Reward) or (isinstance(spec, tuple) and len(spec) == 2 and isinstance(spec[1], (Reward, str))):
        return [_entry(spec)]
    return [_entry(entry) for entry in spec] if isinstance(spec, (list, tuple)) else spec


def _entry(entry: object) -> object:
    """An entry whose reward may be the name of its kind."""
    if isinstance(entry, str) and entry.isidentifier():
        return {"kind": entry}
    if isinstance(entry, tuple) and len(entry) == 2 and isinstance(entry[1], str) and entry[1].isidentifier():
        return {"kind": entry[1], "weight": entry[0]}
    return entry


def reasons() -> dict[str, str]:
    """Every reason code of an outcome with its sentence.

    >>> reasons()["equal"]
    'The answer equals the reference.'
    """
    return dict(_reasons())
