"""The scorer: its inputs, its outcomes and its errors."""

import asyncio
import inspect
import pickle

import pytest

import r1rewards
from r1rewards import _r1rewards


def polite(completion):
    return "please" in completion


def fails_on_41(completion, answer):
    if "41" in completion:
        raise KeyError("no such thing")
    return 0.5


def by_length(completions, **columns):
    longest = max(len(text) for text in completions)
    return [len(text) / longest for text in completions]


def test_a_sum_has_the_first_verdict_and_every_component():
    scorer = r1rewards.Scorer([r1rewards.Math(), (0.1, r1rewards.Format("boxed"))])
    outcome = scorer.score(r"so \boxed{42}", "42")
    assert (outcome.verdict, outcome.reward) == ("correct", 1.1)
    assert list(outcome.components) == ["math", "format"]
    assert bool(outcome) and not scorer.score(r"so \boxed{41}", "42")


def test_the_same_rewards_as_objects_data_and_text_are_equal():
    objects = r1rewards.Scorer([r1rewards.Math("lenient"), (0.1, r1rewards.Format("boxed"))])
    data = [{"kind": "math", "policy": "lenient"}, {"kind": "format", "template": "boxed", "weight": 0.1}]
    toml = '[[reward]]\nkind = "math"\npolicy = "lenient"\n[[reward]]\nkind = "format"\ntemplate = "boxed"\nweight = 0.1\n'
    for spec in (data, {"reward": data}, toml, str(data).replace("'", '"')):
        assert r1rewards.Scorer(spec).config_hash == objects.config_hash


def test_every_kind_of_the_registry_has_a_class_with_its_options():
    classes = {found.kind: found for found in vars(r1rewards).values() if isinstance(found, type) and issubclass(found, r1rewards.Reward)}
    for name, _, options in _r1rewards.kinds():
        parameters = list(inspect.signature(classes[name]).parameters)
        assert parameters == [option for option, _ in options], name


def test_completions_may_be_message_lists():
    scorer = r1rewards.Scorer(r1rewards.Math())
    messages = [{"role": "user", "content": "6 times 7?"}, {"role": "assistant", "content": r"\boxed{42}"}]
    assert scorer.score(messages, 42).reward == 1.0
    assert scorer.score_batch([messages, r"\boxed{1}"], [42, "42"]).rewards == [1.0, 0.0]


def test_gold_that_cannot_be_read_is_unscored_and_masked():
    outcomes = r1rewards.Scorer(r1rewards.Math()).score_batch([r"\boxed{1}", r"\boxed{1}"], [None, "1"])
    assert outcomes.rewards == [None, 1.0]
    assert outcomes.reasons[0] == "gold_missing"


@pytest.mark.parametrize(
    ("completions", "columns", "message"),
    [
        (["a", "b"], {"answer": ["1"]}, "the column `answer` has 1 entries for 2 completions"),
        ([5, None], {}, "row 0: the column `completion` must be a string or a message list, got the number 5"),
        (["a"], {"answer": [object()]}, "row 0: the column `answer` is of type object"),
    ],
)
def test_columns_that_cannot_be_read_name_row_and_column(completions, columns, message):
    with pytest.raises(r1rewards.RowError, match=message):
        r1rewards.Scorer(r1rewards.Math()).score_batch(completions, **columns)


def test_what_is_no_completion_costs_its_siblings_nothing():
    scorer = r1rewards.Scorer(r1rewards.Math())
    good = r"\boxed{1}"
    completions = [None, good, 5, "\ud800 " + good, [{"role": "user", "content": "?"}], ["a", "b"], object(), good]
    outcomes = scorer.score_batch(completions, ["1"] * len(completions))
    assert outcomes.rewards == [None, 1.0, None, 1.0, None, None, None, 1.0]
    assert {outcome.reason for outcome in outcomes if outcome.reward is None} == {"bad_row"}
    assert outcomes[2].detail == "row 2: the column `completion` must be a string or a message list, got the number 5"
    assert "give each a row of its own" in outcomes[5].detail and "of type object" in outcomes[6].detail
    rows = [{"completion": [good, None, good], "answer": "1"}, {"completion": ["x", 7], "answer": "1"}]
    outcomes = scorer.score_rows(rows)
    assert outcomes.rewards == [1.0, None, 1.0, 0.0, None]
    assert outcomes[4].detail == "row 1: the column `completion` item 1 must be a string or a message list, got the number 7"


def test_a_group_is_judged_without_what_is_no_completion():
    scorer = r1rewards.Scorer(r1rewards.Majority())
    assert scorer.score_batch([r"\boxed{1}", None, r"\boxed{2}", r"\boxed{2}"], prompt=["p"] * 4).rewards == [0.0, None, 1.0, 1.0]


def test_a_row_without_a_completion_names_the_columns_it_has():
    with pytest.raises(r1rewards.RowError, match="row 0: the column `completion` is missing; the row has `text`, `answer`"):
        r1rewards.Scorer(r1rewards.Math()).score_rows([{"text": "1", "answer": "1"}])


def test_unknown_kinds_options_and_policies_list_the_known_ones():
    with pytest.raises(r1rewards.SpecError, match="unknown kind `maths`; known kinds: .*math"):
        r1rewards.Scorer({"kind": "maths"})
    with pytest.raises(r1rewards.SpecError, match="policy.*strict, lenient"):
        r1rewards.Scorer(r1rewards.Math("sloppy"))
    with pytest.raises(r1rewards.SpecError, match="colour"):
        r1rewards.Scorer({"kind": "math", "colour": 1})


def test_an_exception_of_a_custom_reward_makes_only_its_sample_unscored():
    outcomes = r1rewards.Scorer([r1rewards.Custom(fails_on_41)]).score_batch(["41", "42"], ["1", "1"])
    assert outcomes.rewards == [None, 0.5]
    assert outcomes[0].reason == "reward_error" and "no such thing" in outcomes[0].detail


def test_custom_rewards_join_compositions_and_groups():
    scorer = r1rewards.Scorer(r1rewards.Gate(r1rewards.Custom(polite), r1rewards.Math()))
    assert scorer.score_batch([r"please \boxed{1}", r"\boxed{1}"], ["1", "1"]).rewards == [1.0, 0.0]
    grouped = r1rewards.Scorer([r1rewards.Custom(by_length, group=True)])
    assert grouped.score_batch(["aa", "a", "b"], prompt=["p", "p", "q"]).rewards == [1.0, 0.5, 1.0]


def test_scorers_rewards_and_outcomes_pickle():
    scorer = r1rewards.Scorer([r1rewards.Math(), (0.5, r1rewards.Custom(polite))])
    copied = pickle.loads(pickle.dumps(scorer))
    assert copied == scorer and hash(copied) == hash(scorer)
    outcome = copied.score(r"please \boxed{1}", "1")
    assert outcome.reward == 1.5 and pickle.loads(pickle.dumps(outcome)) == outcome
    outcomes = copied.score_batch(["a"], ["1"])
    assert pickle.loads(pickle.dumps(outcomes)) == outcomes


def test_submitted_samples_come_back_in_order_whatever_the_size_of_the_queue():
    scorer = r1rewards.Scorer(r1rewards.Math(), queue_size=2)
    rows = [{"completion": rf"\boxed{{{number}}}", "answer": str(number - number % 3)} for number in range(50)]
    expected = [1.0 if number % 3 == 0 else 0.0 for number in range(50)]
    assert [outcome.reward for outcome in scorer.results(iter(rows))] == expected
    with pytest.raises(r1rewards.RowError):
        scorer.submit(5, "1").result(10)
    with pytest.raises(r1rewards.SpecError, match="score_batch"):
        r1rewards.Scorer(r1rewards.Majority()).submit("a")


def test_scoring_from_an_event_loop():
    scorer = r1rewards.Scorer(r1rewards.Math())

    async def both():
        return await asyncio.gather(scorer.score_async(r"\boxed{1}", "1"), scorer.score_async(r"\boxed{2}", "1"))

    assert [outcome.reward for outcome in asyncio.run(both())] == [1.0, 0.0]


def test_columns_of_outcomes():
    outcomes = r1rewards.Scorer([r1rewards.Math(), (0.1, r1rewards.Format("boxed"))]).score_batch([r"\boxed{1}", "no"], ["1", "1"])
    assert len(outcomes) == 2 and [found.verdict for found in outcomes] == outcomes.verdicts
    assert outcomes[-1] == outcomes[1] and outcomes[::-1].rewards == outcomes.rewards[::-1]
    assert outcomes.component_rewards["format"] == [1.0, 0.0]
    with pytest.raises(IndexError):
        outcomes[2]


def test_outcomes_cross_to_numpy_and_arrow():
    numpy = pytest.importorskip("numpy")
    outcomes = r1rewards.Scorer(r1rewards.Math()).score_batch([r"\boxed{1}", "no", "x"], ["1", "1", None])
    columns = outcomes.to_numpy()
    numpy.testing.assert_array_equal(columns["reward"], [1.0, 0.0, numpy.nan])
    assert columns["scored"].tolist() == [True, True, False]
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.table(outcomes)
    assert table["reward"].to_pylist() == [1.0, 0.0, None]
    assert pyarrow.record_batch(outcomes).column("reason").to_pylist() == outcomes.reasons


def test_text_with_a_lone_surrogate_is_judged():
    assert r1rewards.Scorer(r1rewards.Math()).score("\ud800 \\boxed{1}", "1").reward == 1.0


def test_a_large_batch_is_scored_as_its_samples_are():
    said = r"so \boxed{42}"
    kinds = [
        (said, "42", None),
        (said, ["41", 42], {"a": [1, "\u00e9"]}),
        ([{"role": "user", "content": "6*7?"}, {"role": "assistant", "content": said}], 42, "text"),
        ("lone \ud800 surrogate " + said, "42", "\ud800"),
        ("\u65e5\u672c " + said, "41", 1.5),
        (said, None, None),
    ]
    completions, answers, others = (list(column) for column in zip(*(kinds * 1000)))
    scorer = r1rewards.Scorer(r1rewards.Math(), jobs=2)
    alone = [scorer.score(completion, answer, other=other) for completion, answer, other in kinds]
    assert list(scorer.score_batch(completions, answers, other=others)) == alone * 1000


def test_the_first_row_that_cannot_be_read_is_named_in_a_large_batch():
    answers = ["42"] * 6000
    answers[4321] = answers[5432] = {"not": "an answer"}
    with pytest.raises(r1rewards.RowError, match="row 4321: the column `answer`"):
        r1rewards.Scorer(r1rewards.Math()).score_batch([r"\boxed{42}"] * 6000, answers)
