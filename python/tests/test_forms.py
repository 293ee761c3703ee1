"""`r1rewards.forms`: references in known forms are read as answers or as tests."""

import numpy
import pytest

import r1rewards
from r1rewards import forms
from r1rewards.integrations import trl


def test_a_form_becomes_tests_and_our_own_stays_as_it_is():
    own = {"kind": "stdio", "tests": [{"input": "1", "output": "2"}]}
    assert forms.tests(own) == own
    assert forms.tests({"inputs": ["1"], "outputs": ["2"]}) == own
    assert forms.tests('{"inputs": ["1"], "outputs": ["2"]}') == own
    assert forms.tests({"inputs": numpy.array(["1"], dtype=object), "outputs": numpy.array(["2"], dtype=object)}) == own


def test_numbers_that_json_lacks_cross_as_they_are():
    gold = '{"fn_name": "f", "inputs": [[Infinity]], "outputs": [-Infinity]}'
    assert forms.tests(gold)["tests"] == [{"args": [{"$float": "inf"}], "expected": {"$float": "-inf"}}]
    assert r1rewards.code.run("def f(x): return -x", forms.tests(gold))


def test_numbers_that_are_not_finite_stay_what_they_are_in_objects():
    gold = {"fn_name": "f", "inputs": [[1.0], [None]], "outputs": [float("inf"), "none"]}
    assert forms.tests(gold)["tests"][0] == {"args": [1.0], "expected": {"$float": "inf"}}
    program = "def f(x): return 'none' if x is None else x * float('inf')"
    for other, reward in ((program, 1.0), ("def f(x): return 'none' if x is None else None", 0.0)):
        assert trl.reward()(prompts=["p"], completions=[other], answer=[gold]) == [reward]


@pytest.mark.parametrize(
    ("gold", "columns"),
    [
        ("42", {"answer": "42"}),
        (42, {"answer": ["42"]}),
        (["1", 2], {"answer": ["1", "2"]}),
        (None, {}),
        ([], {}),
        ("{1, 2}", {"answer": "{1, 2}"}),
        ("[1, 2]", {"answer": "[1, 2]"}),
        ("{}", {"answer": "{}"}),
        ({"target": ["Paris"]}, {"answer": ["Paris"]}),
        ({"style": "rule", "ground_truth": "42"}, {"answer": ["42"]}),
        (["assert f(1) == 2"], {"tests": {"kind": "asserts", "test_code": "assert f(1) == 2"}}),
        ("assert f(1) == 2", {"tests": {"kind": "asserts", "test_code": "assert f(1) == 2"}}),
        ({"target": None, "ground_truth": "42"}, {"answer": ["42"]}),
        ({"target": None}, {}),
        (["42"], {"answer": ["42"]}),
        (['{"inputs": ["1"], "outputs": ["2"]}'], {"tests": {"kind": "stdio", "tests": [{"input": "1", "output": "2"}]}}),
        ('"{\\"inputs\\": [\\"1\\"], \\"outputs\\": [\\"2\\"]}"', {"tests": {"kind": "stdio", "tests": [{"input": "1", "output": "2"}]}}),
        ('"42"', {"answer": '"42"'}),
        ("{'a', 'b'}", {"answer": "{'a', 'b'}"}),
        ('[{"input": "1", "output": "2"}]', {"tests": {"kind": "stdio", "tests": [{"input": "1", "output": "2"}]}}),
    ],
)
def test_a_reference_is_an_answer_or_tests(gold, columns):
    assert forms.columns(gold) == columns


@pytest.mark.parametrize(
    ("gold", "words"),
    [
        (True, "got true"),
        ([["42"]], "item 0 must be"),
        ({"value": 1}, "no known form: an object with `value`, a number"),
        ('{"value": 1}', "no known form: an object with `value`, a number"),
        ('{"inputs": ["1"], "outp', "is JSON text that cannot be read"),
        (str({"ground_truth": "42"}), "is a dictionary as Python's `str` writes it: give the dictionary itself, or JSON"),
        (str([{"input": "1", "output": "2"}]), "is a dictionary as Python's `str` writes it"),
        (object(), "is of type object"),
    ],
)
def test_the_error_for_an_unknown_form_names_what_was_found(gold, words):
    with pytest.raises(r1rewards.RowError, match="the reference ") as error:
        forms.columns(gold)
    assert words in str(error.value)


def test_tests_in_an_unknown_form_raise():
    with pytest.raises(r1rewards.RowError, match="no known form: an object with `colour`, a string"):
        forms.tests({"colour": "red"})


def test_a_scorer_reads_known_forms_itself():
    outcome = r1rewards.Scorer({"kind": "code"}).score("print(2)", tests={"inputs": ["1"], "outputs": ["2"]})
    assert outcome.is_correct
    target = {"target": ["41", "42"]}
    for outcome in (r1rewards.Scorer(r1rewards.Math()).score(r"\boxed{42}", target), *r1rewards.Scorer(r1rewards.Math()).score_rows([{"completion": r"\boxed{42}", "answer": target}])):
        assert outcome.is_correct
    humaneval = {"tests": "def check(candidate):\n    assert candidate(2) == 3\n", "entry_point": "f"}
    assert r1rewards.Scorer({"kind": "code"}).score("def f(x): return x + 1", **humaneval).is_correct


def test_dictionaries_whose_keys_are_no_text_are_written_as_pairs():
    tests = {"kind": "call", "entry": "f", "tests": [{"args": [{"$dict": [[1, "one"]]}], "expected": {"$dict": [["one", 1], [None, True]]}}]}
    program = "def f(table):\n    return {**{text: key for key, text in table.items() if type(key) is int}, None: True}"
    assert r1rewards.code.run(program, tests).outcome.is_correct
    assert not r1rewards.code.run("def f(table):\n    return {'one': 1, 'null': True}", tests).outcome.is_correct


def test_helpers_are_read_from_a_prompt_with_words_around_them():
    prompt = "Complete this:\n\n```python\ndef even(x):\n    return x % 2 == 0\n\n\ndef root(x):\n    pass\n```"
    row = {"tests": "def check(candidate):\n    assert even(candidate(2))\n", "entry_point": "root"}
    scorer = r1rewards.Scorer({"kind": "code"})
    assert scorer.score("def root(x): return x + 2", prompt=prompt, **row).is_correct
    assert scorer.score("def root(x): return x + 1", prompt=prompt, **row).reward == 0.0
