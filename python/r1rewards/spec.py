"""Reads reward specs, which have the same form in Python, in files and on the command line."""

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
"""A reward, (weight, reward), a list of these, or data: a mapping, a list of mappings, the name of a kind, JSON or TOML
text, or the path of a JSON or TOML file."""


def from_spec(spec: Spec) -> list[Reward]:
    """Returns the rewards that a spec describes. They can be passed to a `Scorer`, also with other weights or names.

    Raises:
        SpecError: the text is neither JSON nor TOML, or not a spec. Kinds and options are checked when a scorer is
            built.
        FileNotFoundError: there is no file at the path.

    >>> from_spec({"kind": "math", "policy": "lenient"})
    [from_spec({'kind': 'math', 'policy': 'lenient'})]
    """
    return [Entry(entry) for entry in entries(spec)]


def entries(spec: Spec) -> list[dict[str, object]]:
    """Returns the entries of a spec as data."""
    if isinstance(spec, os.PathLike):
        return _read(os.fspath(spec))
    if not isinstance(spec, str):
        return spec_entries(plain(_listed(spec)))
    text = spec.strip()
    if re.match(r"(\[\s*)?\{\s*\w", text):
        # Inline tables of TOML, as in a spec file after `reward =`.
        return spec_entries(f"reward = {text if text.startswith('[') else f'[{text}]'}", "toml")
    if text.startswith(("{", "[")):
        return spec_entries(spec, "toml" if text.startswith("[[") or re.match(r"\[\s*\w", text) else "json")
    if not text or "\n" in text or ("=" in text and not os.path.exists(spec)):
        return spec_entries(spec, "toml")
    # A name is that of a kind, unless there is a file of this name and no kind.
    if text.isidentifier() and not (os.path.isfile(spec) and text not in _kind_names()):
        return spec_entries({"kind": text})
    return _read(spec)


def config_hash(config: object) -> str:
    """Returns the stable hash of a configuration, 16 hexadecimal digits.

    Args:
        config: `Scorer.config`, or the same data read from a file.

    Raises:
        SpecError: `config` is not data. For reward objects use `Scorer(reward).config_hash`.

    >>> config_hash({"kind": "math"}) == config_hash({"kind": "math"})
    True
    """
    if isinstance(config, Reward):
        raise SpecError(f"config_hash takes a configuration, got the reward {config!r}: write Scorer({config!r}).config_hash")
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
    # (weight, reward) is one entry, not a list of two.
    if isinstance(spec, Reward) or (isinstance(spec, tuple) and len(spec) == 2 and isinstance(spec[1], (Reward, str))):
        return [_entry(spec)]
    return [_entry(entry) for entry in spec] if isinstance(spec, (list, tuple)) else spec


def _entry(entry: object) -> object:
    """Converts an entry whose reward is the name of a kind to a mapping; other entries are returned unchanged."""
    if isinstance(entry, str) and entry.isidentifier():
        return {"kind": entry}
    if isinstance(entry, tuple) and len(entry) == 2 and isinstance(entry[1], str) and entry[1].isidentifier():
        return {"kind": entry[1], "weight": entry[0]}
    return entry


def reasons() -> dict[str, str]:
    """Returns every reason code of an outcome with the sentence that explains it.

    >>> reasons()["equal"]
    'The answer equals the reference.'
    """
    return dict(_reasons())
