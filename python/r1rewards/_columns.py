"""Columns and rows as lists, from whatever holds them: lists, arrays, data frames, Arrow tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any

from ._r1rewards import SpecError


def as_list(name: str, values: Iterable[Any]) -> list[Any]:
    """A column as a list: arrays and Arrow columns turn themselves into one, text is refused."""
    if isinstance(values, list):
        return values
    if isinstance(values, (str, bytes)):
        raise SpecError(f"`{name}` must be a list with one entry a sample, got one text: use score for one sample")
    if isinstance(values, (Mapping, Set)):
        kind = type(values).__name__
        raise SpecError(f"`{name}` must be a list with one entry a sample, got a {kind}, which has no order of entries: give a list, or score_rows a list of rows")
    for method in ("to_pylist", "tolist", "to_list"):
        if hasattr(values, method):
            found = getattr(values, method)()
            if isinstance(found, list):
                return found
    try:
        return list(values)
    except TypeError:
        got = type(values).__name__
        raise SpecError(f"`{name}` must be a list with one entry a sample, got one value of type {got}: use score for one sample") from None


def as_rows(rows: Any) -> list[Any]:
    """Rows as a list of mappings: the rows of a pandas or polars data frame and of an Arrow table, too."""
    if isinstance(rows, Mapping):
        raise SpecError("`rows` must be a list of rows, got one mapping: write [row] for one row, and score_batch(**columns) for columns")
    if hasattr(rows, "columns") and not isinstance(rows, list):
        if hasattr(rows, "to_dicts"):
            return list(rows.to_dicts())
        if hasattr(rows, "to_dict") and hasattr(rows, "iloc"):
            return list(rows.to_dict("records"))
    return as_list("rows", rows)
