"""Converts columns and rows to lists: from lists, arrays, data frames and Arrow tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any

from ._r1rewards import SpecError


def as_list(name: str, values: Iterable[Any]) -> list[Any]:
    """Returns a column as a list.

    Arrays and Arrow columns are converted by their own `to_pylist`, `tolist` or `to_list`.

    Raises:
        SpecError: `values` is text, a mapping, a set or a single value.
    """
    if isinstance(values, list):
        return values
    if isinstance(values, (str, bytes)):
        raise SpecError(f"`{name}` must be a list with one entry for each sample, got one text: use score for one sample")
    if isinstance(values, (Mapping, Set)):
        kind = type(values).__name__
        raise SpecError(
            f"`{name}` must be a list with one entry for each sample, got a {kind}, which is not a sequence: "
            "give a list, or call score_rows with a list of rows"
        )
    for method in ("to_pylist", "tolist", "to_list"):
        if hasattr(values, method):
            found = getattr(values, method)()
            if isinstance(found, list):
                return found
    try:
        return list(values)
    except TypeError:
        got = type(values).__name__
        raise SpecError(
            f"`{name}` must be a list with one entry for each sample, got one value of type {got}: use score for one sample"
        ) from None


def as_rows(rows: Any) -> list[Any]:
    """Returns rows as a list of mappings; also from a pandas or polars data frame and from an Arrow table.

    Raises:
        SpecError: `rows` is one mapping.
    """
    if isinstance(rows, Mapping):
        raise SpecError(
            "`rows` must be a list of rows, got one mapping: write [row] for one row, or score_batch(**columns) for columns"
        )
    if hasattr(rows, "column_names") and hasattr(rows, "num_rows"):
        return _rows_of_arrow(rows)
    if hasattr(rows, "columns") and not isinstance(rows, list):
        if hasattr(rows, "to_dicts"):
            return list(rows.to_dicts())
        if hasattr(rows, "to_dict") and hasattr(rows, "iloc"):
            return list(rows.to_dict("records"))
    return as_list("rows", rows)


def present(answer: object, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the columns that are not None, by name."""
    return {name: values for name, values in {**columns, "answer": answer}.items() if values is not None}


def _rows_of_arrow(table: Any) -> list[dict[str, Any]]:
    names = [str(name) for name in table.column_names]
    if len(set(names)) < len(names) or not (names and hasattr(table, "columns")):
        return list(table.to_pylist()) if hasattr(table, "to_pylist") else as_list("rows", table)
    columns = [_values(column) for column in table.columns]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _values(column: Any) -> list[Any]:
    """Returns the values of an Arrow column; text by way of numpy where it is installed, which is several times faster."""
    if str(column.type) in ("string", "large_string"):
        try:
            return list(column.to_numpy(zero_copy_only=False).tolist())
        except ImportError:
            pass
    return list(column.to_pylist())
