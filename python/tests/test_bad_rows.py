"""A row that cannot be read does not affect other rows, and columns that no reward reads are never accessed."""

import asyncio
import decimal

import pytest

import r1rewards

RIGHT = r"so \boxed{1}"
MATH = r1rewards.Scorer(r1rewards.Math())


class Untouchable:
    """An object, such as an image, that fails the test if any of its attributes is accessed."""

    def __getattribute__(self, name):
        if name == "__class__":
            return Untouchable
        raise AssertionError(f"{name} was accessed")


IMAGE = Untouchable()
# Values that cannot be a reference.
BAD_GOLDS = [True, {"value": "1"}, [["1"]], IMAGE, {1: 2}]


@pytest.mark.parametrize("gold", BAD_GOLDS, ids=["bool", "mapping", "nested", "image", "keys"])
def test_a_bad_reference_makes_only_its_row_unscored(gold):
    outcomes = MATH.score_batch([RIGHT, RIGHT, RIGHT], ["1", gold, "2"], errors="unscored")
    assert outcomes.rewards == [1.0, None, 0.0]
    assert outcomes.reasons[1] == "bad_row" and outcomes.details[1].startswith("row 1: the column `answer` ")
    rows = [{"completion": RIGHT, "answer": answer} for answer in ("1", gold, "2")]
    assert MATH.score_rows(rows, errors="unscored").rewards == [1.0, None, 0.0]
    assert [outcome.reward for outcome in MATH.results(rows, errors="unscored")] == [1.0, None, 0.0]


@pytest.mark.parametrize("gold", BAD_GOLDS, ids=["bool", "mapping", "nested", "image", "keys"])
def test_a_bad_reference_raises_by_default(gold):
    for call in (
        lambda: MATH.score_batch([RIGHT, RIGHT], ["1", gold]),
        lambda: MATH.score_rows([{"completion": RIGHT, "answer": answer} for answer in ("1", gold)]),
    ):
        with pytest.raises(r1rewards.RowError, match="row 1: the column `answer`"):
            call()


@pytest.mark.parametrize(
    ("row", "detail"),
    [
        ({"text": "x", "answer": "1"}, "row 1: the column `completion` is missing; the row has `text`, `answer`"),
        ({"completion": None, "answer": "1"}, "row 1: the column `completion` must be a string or a message list, got None; the row has `completion`, `answer`"),
        (None, "row 1: the row must be an object, got null"),
        ("text", 'row 1: the row must be an object, got the string "text"'),
        (IMAGE, "row 1: the row must be an object, got an object of type Untouchable"),
        ({5: "x"}, "row 1: has a key of type int; keys must be text"),
    ],
    ids=["missing", "none", "no row", "text", "image", "key"],
)
def test_only_a_row_without_a_completion_is_unscored(row, detail):
    good = {"completion": RIGHT, "answer": "1"}
    outcomes = MATH.score_rows([good, row, good], errors="unscored")
    assert outcomes.rewards == [1.0, None, 1.0] and outcomes.reasons[1] == "bad_row"
    assert outcomes[1].detail == detail


def test_a_bad_row_of_several_completions_has_an_unscored_outcome_for_each():
    rows = [{"completion": [RIGHT, RIGHT], "answer": True}, {"completion": RIGHT, "answer": "1"}]
    assert MATH.score_rows(rows, errors="unscored").rewards == [None, None, 1.0]


def test_a_batch_in_which_nothing_is_a_completion_is_unscored_where_rows_are_kept():
    with pytest.warns(r1rewards.UnscoredWarning, match="bad_row"):
        assert r1rewards.Scorer("math").score_batch([None, 5], ["1", "1"], errors="unscored").reasons == ["bad_row", "bad_row"]


def test_the_asynchronous_methods_can_leave_bad_rows_unscored():
    async def both():
        batch = await MATH.score_batch_async([RIGHT, RIGHT], ["1", True], errors="unscored")
        rows = await MATH.score_rows_async([{"completion": RIGHT, "answer": gold} for gold in ("1", True)], errors="unscored")
        return batch.rewards, rows.rewards

    assert asyncio.run(both()) == ([1.0, None], [1.0, None])


def test_results_continue_after_a_row_that_raises():
    rows = [{"completion": RIGHT, "answer": gold} for gold in ("1", True, "2")]
    results = MATH.results(rows)
    assert next(results).reward == 1.0
    with pytest.raises(r1rewards.RowError, match="answer"):
        next(results)
    assert next(results).reward == 0.0


@pytest.mark.parametrize("row", [None, "text", {5: "x"}, IMAGE], ids=["none", "text", "key", "image"])
def test_results_have_an_outcome_for_an_entry_that_is_not_a_row(row):
    rows = [{"completion": RIGHT, "answer": "1"}, row, {"completion": RIGHT, "answer": "2"}]
    kept = list(MATH.results(rows, errors="unscored"))
    assert [outcome.reward for outcome in kept] == [1.0, None, 0.0]
    assert kept[1].reason == "bad_row" and "a row must be a mapping with text keys" in kept[1].detail
    results = MATH.results(rows)
    assert next(results).reward == 1.0
    with pytest.raises(r1rewards.RowError, match="a row must be a mapping"):
        next(results)
    assert next(results).reward == 0.0


def test_an_unknown_value_of_errors_raises():
    with pytest.raises(r1rewards.SpecError, match="`errors` must be raise or unscored, got 'ignore'"):
        MATH.score_batch([RIGHT], ["1"], errors="ignore")


def test_columns_that_no_reward_reads_are_never_accessed():
    messages = [{"role": "user", "content": [{"type": "image", "image": IMAGE}]}]
    for prompts in ([IMAGE, IMAGE], [messages, messages], IMAGE):
        assert MATH.score_batch([RIGHT] * 2, ["1"] * 2, prompt=prompts, image=[IMAGE] * 2, level=IMAGE).rewards == [1.0, 1.0]
    row = {"completion": RIGHT, "answer": "1", "prompt": messages, "image": IMAGE, "tests": IMAGE, "id": IMAGE}
    assert MATH.score_rows([row, row]).rewards == [1.0, 1.0]
    assert MATH.score(RIGHT, "1", prompt=messages, image=IMAGE).reward == 1.0
    assert [outcome.reward for outcome in MATH.results([row])] == [1.0]
    assert r1rewards.Scorer("auto").score_rows([{**row, "tests": None}]).rewards == [1.0]


def asks_for_level(completion, level):
    return level


def takes_all(completion, **columns):
    return float("level" in columns)


def by_level(completion, answer=None):
    return 1.0


def test_a_bad_value_for_a_custom_reward_makes_only_its_row_unscored():
    scorer = r1rewards.Scorer(r1rewards.Custom(asks_for_level))
    outcomes = scorer.score_batch(["a", "b"], level=[1, IMAGE], image=[IMAGE, IMAGE], errors="unscored")
    assert outcomes.rewards == [1.0, None]
    assert outcomes[1].reason == "bad_row" and "the column `level` is of type Untouchable" in outcomes[1].detail
    with pytest.raises(r1rewards.RowError, match="row 1: the column `level`"):
        scorer.score_batch(["a", "b"], level=[1, IMAGE])


def says(completion, answer):
    return completion == answer


def test_a_mapped_field_is_not_read_from_the_column_of_its_own_name():
    row = {"completion": IMAGE, "answer": IMAGE, "output": {"text": "1"}, "gold": "1"}
    scorer = r1rewards.Scorer(r1rewards.Custom(says))
    assert scorer.score_rows([row], map={"completion": "output.text", "answer": "gold"}).rewards == [1.0]


def is_none(completion, level):
    return level is None


def test_a_custom_reward_gets_none_for_a_missing_value():
    scorer = r1rewards.Scorer(r1rewards.Custom(is_none))
    assert scorer.score_batch(["a", "b", "c"], level=[None, 1, float("nan")]).rewards == [1.0, 0.0, 1.0]
    assert scorer.score_rows([{"completion": "a", "level": None}, {"completion": "b", "level": 1}]).rewards == [1.0, 0.0]


def test_a_custom_reward_that_takes_every_column_gets_those_that_can_be_read():
    scorer = r1rewards.Scorer(r1rewards.Custom(takes_all))
    assert scorer.score_batch(["a", "b"], level=[1, IMAGE], prompt=[IMAGE, "p"]).rewards == [1.0, 0.0]


def test_a_bad_column_affects_only_rows_routed_to_a_reward_that_reads_it():
    route = r1rewards.Route("task", {"math": r1rewards.Math(), "level": r1rewards.Custom(asks_for_level)})
    outcomes = r1rewards.Scorer(route).score_batch(
        [RIGHT, "b"], ["1", None], task=["math", "level"], level=[IMAGE, 0.5], errors="unscored"
    )
    assert outcomes.rewards == [1.0, 0.5]


def test_a_row_whose_prompt_cannot_be_read_is_unscored_by_a_group_reward():
    scorer = r1rewards.Scorer(r1rewards.Majority())
    outcomes = scorer.score_batch([RIGHT] * 3, prompt=["p", IMAGE, "p"], errors="unscored")
    assert outcomes.rewards == [1.0, None, 1.0] and "the column `prompt`" in outcomes[1].detail


def test_every_kind_says_which_columns_it_reads():
    from r1rewards._r1rewards import columns_read, kinds

    for kind, _, _ in kinds():
        if kind != "python":
            assert not columns_read({"kind": kind})[1], f"{kind} is not in the table of python/src/reads.rs"
    judge = {"kind": "length", "unit": "tokens", "token_field": "count"}
    nested = {"reward": [{"kind": "route", "field": "task", "cases": {"a": judge}}, {"kind": "choice"}]}
    assert columns_read(nested) == (["answer", "choices", "count", "task"], False)


def test_outcomes_do_not_depend_on_prompts_that_no_reward_reads():
    completions, golds = [RIGHT, r"\boxed{2}", "1"] * 40, ["1", "2", "3", "1"] * 30
    plain = list(MATH.score_batch(completions, golds))
    assert list(MATH.score_batch(completions, golds, prompt=[IMAGE] * 120)) == plain
    assert list(MATH.score_batch(completions, golds, prompt=[str(number % 7) for number in range(120)])) == plain


def test_missing_values_of_data_frames_are_missing():
    pandas = pytest.importorskip("pandas")
    for missing in (None, float("nan"), pandas.NA, pandas.NaT):
        assert MATH.score_batch([RIGHT, RIGHT], ["1", missing]).reasons == ["equal", "gold_missing"]
        assert MATH.score_batch([RIGHT, missing], ["1", "1"]).details[1].endswith("got None")


def test_scalars_of_numpy_arrow_and_decimal_are_read_as_their_values():
    numpy = pytest.importorskip("numpy")
    for gold in (numpy.int64(1), numpy.float32(1), numpy.str_("1"), numpy.array(1), decimal.Decimal(1), numpy.array(["1", "2"])):
        assert MATH.score(RIGHT, gold).reward == 1.0
    pyarrow = pytest.importorskip("pyarrow")
    assert MATH.score(RIGHT, pyarrow.scalar(1)).reward == 1.0
    assert MATH.score(pyarrow.scalar(RIGHT), "1").reward == 1.0
    assert MATH.score(RIGHT, pyarrow.scalar(None)).reason == "gold_missing"


def the_day(completion, when):
    return completion == when


def test_dates_are_text():
    import datetime

    scorer = r1rewards.Scorer(r1rewards.Custom(the_day))
    assert scorer.score("2024-05-01", when=datetime.date(2024, 5, 1)).reward == 1.0
    assert scorer.score("2024-05-01T10:00:00", when=datetime.datetime(2024, 5, 1, 10)).reward == 1.0


def test_data_frames_and_arrow_tables_are_rows():
    columns = {"completion": [RIGHT, RIGHT, RIGHT], "answer": ["1", "2", None]}
    expected = [1.0, 0.0, None]
    pyarrow = pytest.importorskip("pyarrow")
    assert MATH.score_rows(pyarrow.table(columns)).rewards == expected
    assert MATH.score_batch(pyarrow.table(columns)["completion"], pyarrow.table(columns)["answer"]).rewards == expected
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({**columns, "answer": pandas.array([1, 2, None], dtype="Int64"), "image": [IMAGE] * 3})
    assert MATH.score_rows(frame).rewards == expected
    assert MATH.score_batch(frame["completion"], frame["answer"]).rewards == expected
    polars = pytest.importorskip("polars")
    assert MATH.score_rows(polars.DataFrame(columns)).rewards == expected
    assert MATH.score_batch(polars.DataFrame(columns)["completion"], polars.DataFrame(columns)["answer"]).rewards == expected


def test_columns_passed_as_rows_raise():
    with pytest.raises(r1rewards.SpecError, match=r"write \[row\] for one row, or score_batch\(\*\*columns\) for columns"):
        MATH.score_rows({"completion": [RIGHT], "answer": ["1"]})
    with pytest.raises(r1rewards.SpecError, match="`answer` must be a list with one entry for each sample, got one value of type int"):
        MATH.score_batch([RIGHT], 5)
