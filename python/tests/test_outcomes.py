"""Outcomes as text, as data frames and as data for logs."""

import inspect

import pytest

import r1rewards

RIGHT = r"so \boxed{1}"
SUM = r1rewards.Scorer([r1rewards.Math(), (0.5, r1rewards.Format("boxed"))])
COLUMNS = ["verdict", "reward", "reason", "extracted", "rule", "detail", "work", "components.math", "components.format"]


def outcomes():
    return SUM.score_batch([RIGHT, r"\boxed{2}", RIGHT, "Who knows?"], ["1", "1", True, "1"], errors="unscored")


def test_the_repr_shows_the_detail_and_is_bounded():
    assert repr(outcomes()[2]) == (
        'Outcome("unscored", None, "bad_row", detail="row 2: the column `answer` must be a string, a number or a list of them, got true")'
    )
    assert len(repr(r1rewards.Outcome("incorrect", detail="x" * 10_000, extracted="y" * 10_000))) < 600


def test_every_field_has_a_docstring():
    for kind in (r1rewards.Outcome, r1rewards.Outcomes):
        for name, member in vars(kind).items():
            if not name.startswith("_"):
                assert inspect.getdoc(member), f"{kind.__name__}.{name}"


def test_columns_as_lists():
    found = outcomes()
    assert found.rules == [outcome.rule for outcome in found]
    assert found.details == [outcome.detail for outcome in found]
    assert found.work == [outcome.work for outcome in found]


def test_numbers_of_a_batch():
    found = outcomes()
    assert found.mean_reward == pytest.approx(sum(reward for reward in found.rewards if reward is not None) / 3)
    assert found.counts == {"correct": 1, "incorrect": 2, "unscored": 1}
    assert list(found.counts) == ["correct", "incorrect", "unscored"]
    assert found.reason_counts == {"equal": 1, "different": 1, "bad_row": 1, "no_answer": 1}
    twice = SUM.score_batch(["Who?", RIGHT, "Who?"], ["1"] * 3)
    assert list(twice.reason_counts.items()) == [("no_answer", 2), ("equal", 1)], "the commonest first"
    empty = SUM.score_batch([], [])
    assert (empty.mean_reward, empty.reason_counts) == (None, {})


def test_a_dictionary_and_records_hold_the_same_columns():
    found = outcomes()
    columns = found.to_dict()
    assert list(columns) == COLUMNS
    assert columns["reward"] == found.rewards and columns["components.format"] == found.component_rewards["format"]
    assert found.to_records() == [dict(zip(columns, row)) for row in zip(*columns.values())]


def test_data_frames_take_them():
    found = outcomes()
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(found.to_dict())
    assert list(frame.columns) == COLUMNS and frame["verdict"].tolist() == found.verdicts
    assert frame["reward"].dtype == float and frame["reward"].isna().sum() == 1
    assert pandas.DataFrame(found.to_records()).equals(frame)
    polars = pytest.importorskip("polars")
    assert polars.DataFrame(found.to_dict())["reward"].to_list() == found.rewards
    pyarrow = pytest.importorskip("pyarrow")
    assert pyarrow.table(found).column_names == pyarrow.table(found.to_dict()).column_names == COLUMNS


def echo(completion):
    return r1rewards.Outcome("incorrect", 0.0, extracted=completion, detail=completion)


def test_a_notebook_shows_a_table_that_runs_nothing_and_is_bounded():
    attack = """<script>alert("x")</script> & <img src=x onerror='y'> $\\href{javascript:z}$"""
    scorer = r1rewards.Scorer(r1rewards.Custom(echo))
    page = scorer.score_batch([attack])._repr_html_()
    assert "1 samples, 1 scored, 0 correct" in page and "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &lt;img" in page
    for character in ("<script", "<img", "$", '"', "'"):
        assert character not in page, character
    page = scorer.score_batch(["x" * 100_000] * 1000)._repr_html_()
    assert len(page) < 20_000 and "... and 980 more" in page
    assert "<table>" in scorer.score_batch([])._repr_html_()
