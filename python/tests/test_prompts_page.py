"""docs/prompts.md and `prompt_sensitivity`: the page's example, and the forms in which verdicts are given."""

import re
from pathlib import Path

import pytest

from r1rewards import SpecError
from r1rewards.metrics import prompt_sensitivity

PAGE = (Path(__file__).parents[2] / "docs" / "prompts.md").read_text(encoding="utf-8")


def test_the_example_gives_the_value_in_its_comment():
    [block] = re.findall(r"```python\n(.+?)```", PAGE, re.S)
    body, _, last = block.rstrip().rpartition("\n")
    names = {}
    exec(body, names)
    code, _, value = last.partition("#")
    assert repr(eval(code, names)) == value.strip()


def test_verdicts_are_text_truth_values_or_none():
    numpy = pytest.importorskip("numpy")
    words = {"p": ["correct", "incorrect", "unscored"], "q": ["correct"]}
    truths = {"p": [True, False, None], "q": numpy.array([True])}
    report = prompt_sensitivity({"words": words, "truths": truths})
    assert report.variants[0][1:] == report.variants[1][1:]
    assert (report.variants[0].samples, report.variants[0].unscored) == (3, 1)
    assert (report.comparisons[0].difference, report.comparisons[0].equal) == (0.0, 2)
    assert report.spread.interval[0] == 0.0


@pytest.mark.parametrize("sample", [1, 0.5, "right", "no_answer", [True]])
def test_other_samples_are_refused(sample):
    with pytest.raises(SpecError, match="give true or false, None, or a verdict"):
        prompt_sensitivity({"a": {"p": [sample]}, "b": {"p": [True]}})


def test_options_are_passed_on():
    problems = {str(number): [number % 3 == 0] for number in range(9)}
    variants = {"a": problems, "b": {**problems, "1": [True]}, "c": {"2": [True], "0": [True]}}
    report = prompt_sensitivity(variants, baseline="b", all_pairs=True, resamples=100, seed=1)
    assert [(one.variant, one.baseline) for one in report.comparisons] == [("a", "b"), ("c", "b"), ("c", "a")]
    assert (report.baseline, report.spread.problems, report.comparisons[0].worse) == ("b", 2, 1)
    with pytest.raises(SpecError, match="option `resamples` got 5"):
        prompt_sensitivity(variants, resamples=5)
    with pytest.raises(SpecError, match="option `variants` got only `a`"):
        prompt_sensitivity({"a": problems})
