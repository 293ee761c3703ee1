"""Audits and comparisons from Python: what goes in, what comes out, what is refused."""

from __future__ import annotations

import json

import pytest

import r1rewards

ROWS = [
    {"id": "a", "prompt": "6*7?", "answer": "42", "data_source": "x"},
    {"id": "b", "prompt": "6*8?", "answer": "N/A", "data_source": "y"},
    {"id": "c", "prompt": "6*7", "answer": "43", "data_source": "x"},
]


def test_findings_name_their_rows():
    found = r1rewards.audit(ROWS)
    assert [(finding.code, finding.count) for finding in found.findings] == [("gold_sentinel", 1), ("gold_conflict", 1)]
    assert found.rows_with("gold_sentinel") == [{"source": found.findings[0].examples[0]["source"], "line": 2, "unit": "line", "id": "b", "detail": "`N/A`"}]
    assert (found.count("error"), found.count("gold_conflict"), found.rows, found.completions) == (2, 1, 3, 0)
    assert "2 errors" in repr(found) and "gold_sentinel" in found._repr_html_()


def test_tables_are_records_and_arrow():
    sources = r1rewards.audit(ROWS).tables["sources"]
    assert [record["source"] for record in sources.to_records()] == ["x", "y"]
    pyarrow = pytest.importorskip("pyarrow")
    table = sources.to_arrow()
    assert isinstance(table, pyarrow.Table) and table.column("rows").to_pylist() == [2, 1]
    assert "<caption>Rows by source</caption>" in sources._repr_html_()


def test_data_frames_and_arrow_tables_are_read_as_they_are():
    pandas, polars, pyarrow = (pytest.importorskip(name) for name in ("pandas", "polars", "pyarrow"))
    for rows in (pandas.DataFrame(ROWS), polars.DataFrame(ROWS), pyarrow.Table.from_pylist(ROWS)):
        assert r1rewards.audit(rows).count("error") == 2


def test_files_and_their_page(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    others = tmp_path / "others.jsonl"
    others.write_bytes(path.read_bytes())
    found = r1rewards.audit(path, against=[str(others)], ngram_size=1)
    assert found.findings[0].examples[0]["source"] == str(path)
    found.to_html(tmp_path / "page.html")
    assert "gold_sentinel" in (tmp_path / "page.html").read_text()


def test_what_the_command_refuses_is_refused():
    with pytest.raises(r1rewards.SpecError, match="columns seen: question"):
        r1rewards.audit([{"question": "6*7?"}])
    with pytest.raises(r1rewards.SpecError, match="row 0: a row must be a mapping, got str"):
        r1rewards.audit(["6*7?"])
    with pytest.raises(r1rewards.SpecError, match="harsh"):
        r1rewards.compare([{"answer": "1", "completion": "1"}], "strict", "harsh")


def test_two_policies_disagree_with_explanations():
    rows = [{"answer": "42", "completion": "We get 42"}, {"answer": "42", "completion": "\\boxed{41}"}]
    found = r1rewards.compare(rows, "strict", "lenient")
    assert (found.pairs, found.agreeing, found.verdicts["incorrect"]["correct"]) == (2, 1, 1)
    assert found.rows[0]["right"]["explanation"]["answer"]["extracted"] == "42"


def test_another_grader_is_a_command(tmp_path):
    grader = tmp_path / "grader.py"
    grader.write_text("import json, sys\nfor line in sys.stdin:\n    print(json.dumps('41' in json.loads(line)['completion']), flush=True)\n")
    import sys

    rows = [{"answer": "42", "completion": "\\boxed{42}"}, {"answer": "42", "completion": "\\boxed{41}"}]
    found = r1rewards.compare(rows, "strict", f"command:{sys.executable} {grader}")
    assert (found.agreeing, found.verdicts["correct"]["incorrect"], found.verdicts["incorrect"]["correct"]) == (0, 1, 1)


def test_texts_with_other_line_ends_are_read_whole():
    # U+2028 and U+0085 end no line of JSON Lines, and `str.splitlines` takes them for ends.
    found = r1rewards.audit([{"id": "a\u2028b\x85c", "prompt": "6*7?", "answer": "N/A"}])
    assert [row["id"] for row in found.rows_with("gold_sentinel")] == ["a\u2028b\x85c"]
    compared = r1rewards.compare([{"id": "a\u2028b", "answer": "42", "completion": "We get 42"}])
    assert [example["id"] for example in compared.disagreements[0]["examples"]] == ["a\u2028b"]
