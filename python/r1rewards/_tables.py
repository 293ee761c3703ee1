"""Scores Arrow tables: the same verdicts as `score_rows`, with the outcomes as columns beside those of the table."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from ._r1rewards import RowError

if TYPE_CHECKING:
    from ._r1rewards import Outcomes
    from .scorer import Errors


RESULT_COLUMNS = ("verdict", "reward", "reason", "extracted", "rule", "detail", "work")
"""The columns of outcomes, besides those of components."""


class ScoresRows(Protocol):
    """What judges rows: a `Scorer` or a `Client`."""

    def score_rows(self, rows: Any, map: Mapping[str, str] | None = None, *, errors: Errors = "raise") -> Outcomes: ...


def score_table(scorer: ScoresRows, table: Any, map: Mapping[str, str] | None = None, *, prefix: str = "") -> Any:
    """Returns a `pyarrow.Table` with the columns of `table` and those of the outcomes.

    A row that cannot be read is unscored with reason `bad_row`. A batch of Spark or Ray is such a table, so this is what
    their workers call (docs/ray.md).

    Args:
        scorer: A `Scorer` or a `Client`.
        table: A `pyarrow.Table` or `RecordBatch` with the columns of rows: `completion`, `answer`, `prompt`, ...
        map: The columns to read fields from if they have other names: `{"completion": "output"}`.
        prefix: Put in front of the names of the new columns.

    Raises:
        ImportError: pyarrow is not installed.
        RowError: the table has a column of the name of a new one (choose a `prefix`), or a row has several completions.

    The new columns are `verdict`, `reward` (null if unscored), `reason`, `extracted`, `rule`, `detail`, `work`, and
    `components.NAME` with the reward of each component.
    """
    arrow = importlib.import_module("pyarrow")
    if isinstance(table, arrow.RecordBatch):
        table = arrow.Table.from_batches([table])
    outcomes = scorer.score_rows(table, map, errors="unscored")
    if len(outcomes) != table.num_rows:
        raise RowError(
            f"the table has {table.num_rows} rows and {len(outcomes)} completions: give each completion a row of its own"
        )
    scored = arrow.table(outcomes)
    for name in scored.column_names:
        if prefix + name in table.column_names:
            raise RowError(f"the table has a column `{prefix + name}` already: choose another `prefix`, or rename it")
        column = scored.column(name)
        # Spark has no unsigned integers.
        table = table.append_column(prefix + name, column.cast(arrow.int64()) if name == "work" else column)
    return table
