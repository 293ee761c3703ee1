"""There is a warning if rewards are missing, and no warning if none is."""

import gc
import pickle
import warnings

import pytest

import r1rewards
from r1rewards import ColumnWarning, UnscoredWarning

RIGHT = r"so \boxed{1}"


def wants_gold(completion, gold):
    return 1.0


def wants_answer(completion, answer=None):
    return 1.0


def unsaid(call):
    """Returns the warnings that a call gave."""
    # What other tests left behind, such as a connection, would give its own warning if it were freed during the call.
    gc.collect()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        call()
    return [(warning.category, str(warning.message)) for warning in said]


def test_a_batch_without_references_is_warned_of_with_the_fix():
    with pytest.warns(UnscoredWarning, match="no sample was scored: 2 of 2 have the reason `gold_missing` .*give the references as `answer`"):
        r1rewards.Scorer("math").score_batch([RIGHT] * 2)


@pytest.mark.parametrize("name", ["answers", "gold", "ground_truth", "solution", "labels", "target"])
def test_a_reference_column_with_another_name_is_named(name):
    with pytest.warns(UnscoredWarning, match=f"no reward reads `{name}`"):
        r1rewards.Scorer("math").score_batch([RIGHT] * 2, **{name: ["1", "1"]})
    with pytest.warns(UnscoredWarning, match=f"no reward reads `{name}`"):
        r1rewards.Scorer("math").score_rows([{"completion": RIGHT, name: "1"}] * 2)
    with pytest.warns(ColumnWarning, match=f"no reward reads the column `{name}`, and `answer` was not given"):
        r1rewards.Scorer("math").score(RIGHT, **{name: "1"})


def test_a_misspelled_column_is_named_even_if_every_sample_is_scored():
    with pytest.warns(ColumnWarning, match="no reward reads the column `answers`, and `answer` was not given"):
        assert r1rewards.Scorer(r1rewards.Custom(wants_answer)).score_batch(["a"], answers=["1"]).rewards == [1.0]
    with pytest.warns(ColumnWarning, match="no reward reads the column `prompts`, and `prompt` was not given"):
        r1rewards.Scorer(r1rewards.Majority()).score_batch([RIGHT], prompts=["p"])


def test_a_warning_names_the_column_that_a_custom_reward_lacks():
    with pytest.warns(UnscoredWarning, match="`reward_error` .*wants_gold requires `gold`, and the rows have no such column"):
        r1rewards.Scorer(r1rewards.Custom(wants_gold)).score_batch(["a", "b"], ["1", "1"])


def test_a_warning_names_a_component_without_scores_even_if_the_sum_is_scored():
    scorer = r1rewards.Scorer([r1rewards.Math(), (0, r1rewards.Custom(wants_gold))])
    with pytest.warns(UnscoredWarning, match="the reward `wants_gold` scored no sample"):
        assert scorer.score_batch([RIGHT] * 2, ["1"] * 2).rewards == [1.0, 1.0]


@pytest.mark.parametrize(
    ("spec", "columns", "reason"),
    [
        ("auto", {}, "no_reward"),
        ("code", {}, "no_tests"),
        ("math", {"answer": ["\\frac{", "\\frac{"]}, "gold_unparsable"),
        ({"kind": "majority"}, {}, "group_needed"),
        ({"kind": "route", "field": "task", "cases": {"a": {"kind": "math"}}}, {}, "field_missing"),
    ],
)
def test_every_cause_is_named_in_a_warning(spec, columns, reason):
    with pytest.warns(UnscoredWarning, match=f"2 of 2 have the reason `{reason}`"):
        r1rewards.Scorer(spec).score_batch([RIGHT, RIGHT], **columns)


def test_many_consecutive_unscored_samples_give_a_warning():
    for score in (
        lambda scorer: [scorer.score(RIGHT) for _ in range(40)],
        lambda scorer: [scorer.score_batch([RIGHT]) for _ in range(40)],
        lambda scorer: list(scorer.results([{"completion": RIGHT}] * 40)),
    ):
        said = unsaid(lambda: score(r1rewards.Scorer("math")))
        assert len(said) == 1 and said[0][0] is UnscoredWarning and "gold_missing" in said[0][1]


def test_each_cause_is_warned_of_once_by_a_scorer():
    scorer = r1rewards.Scorer("math")
    said = unsaid(lambda: [scorer.score_batch([RIGHT] * 2, answers=["1"] * 2) for _ in range(3)])
    assert [kind for kind, _ in said] == [UnscoredWarning]
    assert len(unsaid(lambda: scorer.score_batch([RIGHT] * 2, ["\\frac{"] * 2))) == 1, "another cause"
    assert len(unsaid(lambda: r1rewards.Scorer("math").score_batch([RIGHT] * 2))) == 1, "another scorer"
    assert len(unsaid(lambda: pickle.loads(pickle.dumps(scorer)).score_batch([RIGHT] * 2))) == 1


def test_a_warning_points_to_the_callers_line():
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        r1rewards.Scorer("math").score_batch([RIGHT] * 2)
    assert said[0].filename == __file__


def test_warnings_can_be_made_errors_or_silenced():
    with warnings.catch_warnings():
        warnings.simplefilter("error", r1rewards.R1RewardsWarning)
        with pytest.raises(UnscoredWarning):
            r1rewards.Scorer("math").score_batch([RIGHT] * 2)
        warnings.simplefilter("ignore", r1rewards.R1RewardsWarning)
        r1rewards.Scorer("math").score_batch([RIGHT] * 2)


def honest():
    math = r1rewards.Scorer("math")
    yield "golds, some missing", lambda: math.score_batch([RIGHT] * 3, ["1", None, "2"])
    yield "a wrong answer", lambda: math.score_batch(["no"] * 3, ["1"] * 3)
    yield "one sample without a gold", lambda: r1rewards.Scorer("math").score(RIGHT)
    yield "a batch of one without a gold", lambda: r1rewards.Scorer("math").score_batch([RIGHT])
    yield "nothing", lambda: math.score_batch([], [])
    yield "other columns", lambda: math.score_batch([RIGHT], ["1"], solution=["x"], answers=["1"], labels=[1], prompts=["p"])
    yield "single samples, now and then unscored", lambda: [math.score(RIGHT, "1" if number % 10 == 9 else None) for number in range(99)]
    yield "tests instead of an answer", lambda: r1rewards.Scorer("auto").score_batch(
        ["def f(): return 1"], tests=[{"kind": "call", "entry": "f", "tests": [{"args": [], "expected": 1}]}], answers=["x"]
    )
    yield "no majority", lambda: r1rewards.Scorer("majority").score_batch([r"\boxed{1}", r"\boxed{2}", r"\boxed{3}"], prompt=["p"] * 3)
    yield "rows", lambda: math.score_rows([{"completion": RIGHT, "gold": "1"}] * 2, map={"answer": "gold"})
    yield "rows without a gold here and there", lambda: list(
        math.results([{"completion": RIGHT, "answer": None if number % 3 else "1", "solution": "x"} for number in range(40)])
    )
    yield "a default of a custom reward", lambda: r1rewards.Scorer(r1rewards.Custom(wants_answer)).score_batch(["a", "b"], level=[1, 2])
    yield "results", lambda: list(math.results([{"completion": RIGHT, "answer": "1", "solution": "x"}] * 40))


@pytest.mark.parametrize(("name", "use"), list(honest()))
def test_correct_use_gives_no_warning(name, use):
    assert unsaid(use) == [], name
