"""Options as the extension takes them.

Accepts: nested mappings of names, numbers, text and ``None``, also numbers of numpy and torch. Refuses: NaN and
infinity, which JSON does not have (``ValueError`` with the option's name), and objects of other types (``TypeError``).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any


def as_json(options: Mapping[str, Any]) -> str:
    """``options`` as JSON.

    >>> as_json({"loss": {"ppo_clip": {"epsilon_low": 0.2}}, "kl": None})
    '{"loss": {"ppo_clip": {"epsilon_low": 0.2}}, "kl": null}'
    >>> as_json({"kl": {"coefficient": float("nan")}})
    Traceback (most recent call last):
        ...
    ValueError: option `kl.coefficient` got nan: give a finite number
    """
    return json.dumps(_plain(options, ""))


def _plain(value: Any, name: str) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(entry, f"{name}.{key}" if name else str(key)) for key, entry in value.items()}
    if value is None or isinstance(value, (str, bool, int, list, tuple)):
        return value
    if not isinstance(value, float) and hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"option `{name}` got {value}: give a finite number")
    if not isinstance(value, (bool, int, float)):
        raise TypeError(f"option `{name}` got {type(value).__name__}: give a number, a name or a mapping")
    return value
