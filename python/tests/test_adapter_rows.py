"""In every adapter, a bad row does not affect other rows, and its unscored outcome is reported instead of being a
silent 0."""

import warnings

import pytest

import r1rewards
from adapters import ADAPTERS, MATH_ONLY, SILENT
from r1rewards.integrations import _told, ms_swift, trl, verl

RIGHT, WRONG = r"\boxed{42}", r"\boxed{41}"

BAD_GOLDS = {
    "a truth value": True,
    "a mapping in no known form": {"value": "42"},
    "a nested list": [["42"]],
    "outputs that are too few": '{"inputs": ["1\\n", "2\\n"], "outputs": ["1\\n"]}',
    "the same as a mapping": {"inputs": ["1", "2"], "outputs": ["1"]},
    "JSON that ends too soon": '{"inputs": ["1"], "outputs": [',
    "an argument that is no JSON": '{"fn_name": "f", "inputs": ["hello"], "outputs": ["3"]}',
    "no lists": '{"inputs": null, "outputs": null}',
    "an object that is no data": object(),
    "nothing": None,
    "not a number": float("nan"),
}


@pytest.fixture(autouse=True)
def nothing_was_told_before(monkeypatch):
    monkeypatch.delenv("R1REWARDS_SPEC", raising=False)
    _told.forget()


def run(adapter, monkeypatch, rows):
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        found = ADAPTERS[adapter](monkeypatch, rows)
    return found, [str(warning.message) for warning in told if issubclass(warning.category, r1rewards.UnscoredWarning)]


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize("gold", BAD_GOLDS.values(), ids=BAD_GOLDS)
def test_a_bad_reference_makes_only_its_row_unscored_with_a_warning(adapter, gold, monkeypatch):
    found, told = run(adapter, monkeypatch, [(RIGHT, "42"), (RIGHT, gold), (WRONG, "42"), (RIGHT, ["41", "42"])])
    assert [reward for reward, _ in found[:1] + found[2:]] == [1.0, 0.0, 1.0]
    assert all(unscored in (False, SILENT) for _, unscored in found[:1] + found[2:])
    reward, unscored = found[1]
    assert reward in (0.0, None)
    assert unscored or told, "an unscored sample has the reward 0 and no warning"


# OpenRLHF and ROLL pass only text. A message without content is an empty reply.
NO_COMPLETIONS = [(adapter, 7) for adapter in ADAPTERS if adapter not in ("openrlhf", "roll")]
NO_COMPLETIONS += [(adapter, None) for adapter, _ in NO_COMPLETIONS if adapter not in ("nemo_gym", "art")]


@pytest.mark.parametrize(("adapter", "completion"), NO_COMPLETIONS)
def test_an_entry_that_is_not_a_completion_makes_only_its_row_unscored(adapter, completion, monkeypatch):
    found, told = run(adapter, monkeypatch, [(RIGHT, "42"), (completion, "42")])
    assert found[0][0] == 1.0
    assert found[1][0] in (0.0, None) and (found[1][1] or told)


@pytest.mark.parametrize("adapter", sorted(set(ADAPTERS) - MATH_ONLY))
def test_golds_in_known_forms_are_judged_by_every_adapter(adapter, monkeypatch):
    program, other = "```python\ndef f(x):\n    return x + 1\n```", "```python\ndef f(x):\n    return 2\n```"
    call = '{"fn_name": "f", "inputs": [[1], [2]], "outputs": [[2], [3]]}'
    asserts = ["assert f(1) == 2", "assert f(2) == 3"]
    rows = [(program, call), (other, call), (program, asserts), (other, asserts), (RIGHT, {"target": ["41", "42"]}), (WRONG, {"target": ["42"]})]
    found, told = run(adapter, monkeypatch, rows)
    assert [reward for reward, _ in found] == [1.0, 0.0] * 3 and not told


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_a_batch_in_which_nothing_can_be_judged_gives_one_warning(adapter, monkeypatch):
    _, told = run(adapter, monkeypatch, [(RIGHT, None), (WRONG, None)])
    if adapter != "inspect_ai":  # inspect_ai leaves such samples out of the metrics and shows them
        assert len(told) == 1 and "could not be judged" in told[0]
    assert run(adapter, monkeypatch, [(RIGHT, None)])[1] == []


class Image:
    """Like an image of PIL: it is neither text nor a number and has no tolist()."""

    def __init__(self, content):
        self.content = content

    def tobytes(self):
        return self.content


def test_images_and_other_columns_that_no_reward_reads_have_no_effect():
    image = Image(b"a")
    prompts = [[{"role": "user", "content": [{"type": "image", "image": image}, {"type": "text", "text": "6*7?"}]}]] * 2
    judge = trl.reward(r1rewards.Math())
    given = {"image": [image, image], "raw": [b"x", b"y"], "completion": ["a", "b"], "id": [image, 2], "run": "name", "few": [1]}
    assert judge(prompts=prompts, completions=[RIGHT, WRONG], answer=["42", "42"], **given) == [1.0, 0.0]
    assert verl.compute_score("d", RIGHT, "42", {"image": image, "self": 1, "answer": "no", "completion": 3})["score"] == 1.0


def test_prompts_with_different_images_are_different_groups():
    def prompts(*contents):
        return [[{"role": "user", "content": [{"type": "image", "image": Image(content)}]}] for content in contents]

    judge = trl.reward(r1rewards.Majority())
    texts = [r"\boxed{1}", r"\boxed{1}", r"\boxed{2}", r"\boxed{2}", r"\boxed{2}", r"\boxed{1}"]
    together = judge(prompts=prompts(b"a", b"a", b"a", b"a", b"a", b"a"), completions=texts)
    apart = judge(prompts=prompts(b"a", b"a", b"b", b"b", b"b", b"a"), completions=texts)
    assert together != apart and apart == [1.0] * 6


def test_the_rest_of_a_group_with_a_bad_row_is_judged_together():
    texts = [r"\boxed{1}", r"\boxed{1}", None, r"\boxed{2}"]
    assert trl.reward(r1rewards.Majority())(prompts=["p"] * 4, completions=texts) == [1.0, 1.0, None, 0.0]


def test_the_warning_of_a_missing_reference_column_names_the_other_columns():
    with pytest.warns(r1rewards.UnscoredWarning, match=r"no column `answer` \(it has `solution`\).*answer=\"...\""):
        assert trl.reward(r1rewards.Math())(prompts=["p"], completions=[RIGHT], solution=["42"]) == [None]
    with pytest.warns(r1rewards.UnscoredWarning, match="other columns: `reference`"):
        assert ms_swift.R1Rewards()([RIGHT], reference=["42"]) == [None]


def test_rewards_without_a_reference_do_not_read_the_reference_column():
    judge = trl.reward(r1rewards.Format("boxed"))
    assert judge(prompts=["p"] * 2, completions=[RIGHT, "42"], answer=[True, {"a": 1}]) == [1.0, 0.0]


def test_json_is_an_answer_for_rewards_on_text():
    gold = '{"name": "get_weather"}'
    assert trl.reward(r1rewards.Text())(prompts=["p"], completions=[gold], answer=[gold]) == [1.0]
    with pytest.warns(r1rewards.UnscoredWarning, match="no known form: an object with `name`, a string"):
        assert trl.reward(r1rewards.Math())(prompts=["p"], completions=[gold], answer=[gold]) == [None]


@pytest.mark.parametrize("gold", ["assert x == 1", "def test_a(): pass", '{"target": "x"}', '{"inputs": ["1"], "outputs": ["1"]}', '[{"input": "1", "output": "1"}]', '{"a": 1', "{'a': 1}"])
@pytest.mark.parametrize("spec", ["text", [{"kind": "text"}, {"kind": "length", "unit": "words", "max": 9, "weight": 0.0}]], ids=["one", "sum"])
def test_a_reference_for_rewards_on_text_is_never_read_as_tests(spec, gold):
    assert trl.reward(spec)(completions=[gold, "x", gold], answer=[gold, gold, [gold]]) == [1.0, 0.0, 1.0]


def test_too_few_references_raise():
    with pytest.raises(r1rewards.RowError, match="there are 2 completions and 1 references: give one reference for each"):
        trl.reward("math")(completions=[RIGHT, RIGHT], answer=["42"])


def test_ms_swift_takes_references_in_an_array(monkeypatch):
    import numpy

    monkeypatch.setenv("R1REWARDS_SPEC", "math")
    assert ms_swift.R1Rewards()([RIGHT, WRONG], numpy.array(["42", "42"])) == [1.0, 0.0]


def test_slime_hands_over_the_samples_of_a_rollout_as_a_list(monkeypatch):
    import asyncio
    from types import SimpleNamespace

    from r1rewards.integrations import slime

    monkeypatch.setenv("R1REWARDS_SPEC", "math")
    samples = [SimpleNamespace(prompt="p", response=text, label="42") for text in (RIGHT, WRONG)]
    assert asyncio.run(slime.reward(None, samples)) == [1.0, 0.0]


def test_nemo_gym_takes_a_response_without_output(monkeypatch):
    from r1rewards.integrations import nemo_gym

    monkeypatch.setenv("R1REWARDS_SPEC", "math")
    assert nemo_gym.verify({"response": {"output": None}, "expected_answer": "42"})["reward"] == 0.0
