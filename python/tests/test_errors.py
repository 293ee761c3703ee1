"""Errors name what is wrong, where, what was given and what is accepted.

A panic in the engine does not end the program.
"""

import pickle

import pytest

import r1rewards

MATH = r1rewards.Scorer(r1rewards.Math())
# Reads the column `other`.
ROUTE = r1rewards.Scorer(r1rewards.Route("other", {"math": r1rewards.Math()}))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: MATH.score_batch(["a", "b"], ["1"]), "the column `answer` has 1 entries for 2 completions: give one for each"),
        (lambda: MATH.score_batch(["a"], ["1"], prompt=["p", "q"]), "the column `prompt` has 2 entries for 1 completions"),
        (lambda: MATH.score(None), "the column `completion` must be a string or a message list, got None"),
        (lambda: MATH.score(3.5), "the column `completion` must be a string or a message list, got the number 3.5"),
        (lambda: MATH.score({"text": "42"}), "the column `completion`"),
        (lambda: MATH.score([{"role": "user", "content": "?"}]), "the column `completion`.*assistant"),
        (lambda: MATH.score_batch([["a"], ["b", "c"]]), "row 0: the column `completion` is a list of completions: give each a row of its own"),
        (lambda: MATH.score("a", {"x": 1}), "the column `answer`"),
        (lambda: ROUTE.score("a", "1", other=object()), "the column `other` is of type object; use text, numbers, lists or mappings"),
        (lambda: ROUTE.score("a", "1", other={1: 2}), "the column `other` has a key of type int; keys must be text"),
        (lambda: MATH.score_rows([{"completion": "a"}, {"output": "b", "gold": "1"}]), "row 1: .*`completion` is missing; the row has `output`, `gold`"),
        (lambda: MATH.score_rows([{}]), "row 0: .*`completion` is missing; the row is empty"),
        (lambda: MATH.score_rows([{"out": {"text": 1}}], map={"completion": "out.text"}), "row 0: .*out.text"),
    ],
)
def test_row_errors_name_the_place_and_the_value(call, message):
    with pytest.raises(r1rewards.RowError, match=message):
        call()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: r1rewards.Scorer({"kind": "maths"}), "unknown kind `maths`; known kinds: .*math"),
        (lambda: r1rewards.Scorer(r1rewards.Math("sloppy")), "policy.*strict, lenient.*sloppy"),
        (lambda: r1rewards.math.verify("1", "1", "sloppy"), "policy.*strict, lenient.*sloppy"),
        (lambda: r1rewards.math.verify("1", "1", colour=1), "colour.*decimals"),
        (lambda: r1rewards.Scorer({"kind": "math", "colour": 1}), "reward 1: .*colour.*decimals"),
        (lambda: r1rewards.Scorer([]), "reward"),
        (lambda: r1rewards.Scorer([r1rewards.Math(), r1rewards.Format("no_such_template")]), "reward 2: .*no_such_template.*think_answer"),
        (lambda: r1rewards.Scorer([(-1, r1rewards.Math())]), "weight.*-1"),
        (lambda: r1rewards.Scorer("[[reward]]\nkind = "), "line 2"),
        (lambda: r1rewards.Scorer('{"kind": "math"'), "line 1"),
        (lambda: r1rewards.Scorer(r1rewards.Math(), jobs=0), "`jobs` must be at least 1, got 0"),
        (lambda: r1rewards.Scorer(r1rewards.Math(), jobs=100000), "option `jobs` got 100000: give at most 256"),
        (lambda: r1rewards.Scorer(r1rewards.Math(), queue_size=0), "`queue_size` must be at least 1, got 0"),
        (lambda: MATH.score_batch({"a": "one"}), "`completion` must be a list with one entry for each sample, got a dict"),
        (lambda: MATH.score_batch({"one", "two"}), "`completion` must be a list with one entry for each sample, got a set"),
        (lambda: MATH.score_batch("one text"), "`completion` must be a list with one entry for each sample, got one text: use score"),
        (lambda: r1rewards.Custom(3), "a custom reward must be a function or an object that can be called, got 3"),
        (lambda: r1rewards.code.run("", {}, colour=1), "colour"),
    ],
)
def test_spec_errors_name_the_place_and_the_known_names(call, message):
    with pytest.raises(r1rewards.SpecError, match=message):
        call()


def test_a_spec_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="rewards.toml"):
        r1rewards.Scorer(tmp_path / "rewards.toml")


class ChangesItsMapping:
    """Changes its mapping while the binding iterates over it, which makes PyO3 panic."""

    def __init__(self, mapping):
        self.mapping = mapping

    def tolist(self):
        self.mapping["more"] = 1
        return 1


def test_a_panic_is_raised_as_an_ordinary_exception():
    mapping = {}
    mapping.update(first=ChangesItsMapping(mapping), second=2)
    # PyO3's PanicException would end a trainer, because `except Exception` does not catch it.
    with pytest.raises(r1rewards.RowError, match="row 1: the column `other` cannot be read: dictionary changed size") as caught:
        ROUTE.score_batch(["a", "b"], ["1", "1"], other=[None, mapping])
    assert isinstance(caught.value, Exception)
    assert MATH.score(r"\boxed{1}", "1").reward == 1.0


@pytest.mark.parametrize("error", [r1rewards.RowError, r1rewards.SpecError, r1rewards.EngineError])
def test_errors_can_be_pickled(error):
    copied = pickle.loads(pickle.dumps(error("why")))
    assert type(copied) is error and str(copied) == "why"


def test_a_column_too_large_to_read_matters_only_to_a_reward_that_reads_it():
    heavy = list(range(300_000))
    row = {"completion": "\\boxed{1}", "answer": "1", "unused": heavy}
    assert MATH.score_rows([row])[0].reward == 1.0
    assert MATH.score_batch(["\\boxed{1}"], answer=["1"], unused=[heavy])[0].reward == 1.0
    reads = r1rewards.Scorer(r1rewards.from_spec({"kind": "length", "unit": "tokens", "max": 9}))
    for outcome in (reads.score_rows([{**row, "completion_tokens": heavy}])[0], reads.score_batch(["a"], completion_tokens=[heavy])[0]):
        assert (outcome.reason, outcome.reward) == ("bad_row", None)
        assert outcome.detail.startswith("the column `completion_tokens` holds more than 262144 values")
    with pytest.raises(r1rewards.RowError, match="row 0: the column `answer` holds more than 262144 values"):
        MATH.score_rows([{"completion": "1", "answer": heavy}])
