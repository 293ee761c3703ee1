"""Converts options to JSON for the extension."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any


def as_json(options: Mapping[str, Any]) -> str:
    """Converts options to JSON.

    Args:
        options: Nested mappings of names, numbers (also of numpy and torch), text, lists and `None`.

    Raises:
        ValueError: a number is NaN or infinite, which JSON cannot represent; the message names the option.
        TypeError: a value has another type; the message names the option.

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
        raise TypeError(f"option `{name}` got a value of type {type(value).__name__}: give a number, a name or a mapping")
    return value
