"""Arrow tables: outcomes as columns beside those of the table."""

from __future__ import annotations

import pytest

import r1rewards

pa = pytest.importorskip("pyarrow")


def test_a_table_gets_the_columns_of_its_outcomes() -> None:
    table = pa.table({"completion": ["\\boxed{1}", "\\boxed{2}", None], "answer": ["1", "1", "1"], "n": [1, None, 3]})
    scored = r1rewards.score_table(r1rewards.Scorer({"kind": "math"}), table)
    assert scored.select(["completion", "answer", "n"]).equals(table)
    assert scored.column("verdict").to_pylist() == ["correct", "incorrect", "unscored"]
    assert scored.column("reward").to_pylist() == [1.0, 0.0, None]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())])
def test_text_of_every_arrow_type_is_read(kind: pa.DataType) -> None:
    column = pa.chunked_array([pa.array(["\\boxed{1}", "é \\boxed{2}"]).cast(kind), pa.array([None], pa.string()).cast(kind)])
    scored = r1rewards.score_table(r1rewards.Scorer({"kind": "math"}), pa.table({"completion": column, "answer": ["1", "2", "3"]}))
    assert scored.column("verdict").to_pylist() == ["correct", "correct", "unscored"]


def test_messages_and_tests_are_read_from_nested_columns() -> None:
    messages = [[{"role": "assistant", "content": "\\boxed{7}"}]]
    scored = r1rewards.score_table(r1rewards.Scorer({"kind": "math"}), pa.table({"out": messages, "answer": [7]}), {"completion": "out"})
    assert scored.column("verdict").to_pylist() == ["correct"]


def test_a_batch_and_an_empty_table_are_tables() -> None:
    scorer = r1rewards.Scorer({"kind": "math"})
    table = pa.table({"completion": ["\\boxed{1}"], "answer": ["1"]})
    assert r1rewards.score_table(scorer, table.to_batches()[0]).num_rows == 1
    empty = r1rewards.score_table(scorer, table.slice(0, 0))
    assert empty.num_rows == 0
    assert empty.schema == r1rewards.score_table(scorer, table).schema


def test_a_name_that_is_taken_and_several_completions_of_a_row_are_refused() -> None:
    scorer = r1rewards.Scorer({"kind": "math"})
    taken = pa.table({"completion": ["\\boxed{1}"], "answer": ["1"], "detail": ["x"]})
    with pytest.raises(r1rewards.RowError, match="`detail` already: choose another `prefix`"):
        r1rewards.score_table(scorer, taken)
    assert "r1_detail" in r1rewards.score_table(scorer, taken, prefix="r1_").column_names
    several = pa.table({"completion": [["\\boxed{1}", "\\boxed{2}"]], "answer": ["1"]})
    with pytest.raises(r1rewards.RowError, match="1 rows and 2 completions"):
        r1rewards.score_table(scorer, several)
