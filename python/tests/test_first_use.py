"""Regressions: problems that a first user of docs/trainers.md had."""

import importlib.util
import warnings

import numpy
import pytest
import r1rewards
import stand_ins
from r1rewards import advantage
from r1rewards.integrations import _told, openrlhf, trl


class Tensor:
    """Like a tensor of torch: hashed by identity, with elements that are tensors."""

    def __init__(self, values):
        self._values = values

    def tolist(self):
        return self._values

    def __iter__(self):
        return iter([Tensor(value) for value in self._values])


MESSAGES = [[{"role": "user", "content": "1+1"}]] * 2 + [[{"role": "user", "content": "2+2"}]] * 2


@pytest.mark.parametrize("ids", [Tensor([0, 0, 1, 1]), [Tensor(0), Tensor(0), Tensor(1), Tensor(1)], numpy.array([0, 0, 1, 1]), MESSAGES, ["a", "a", "b", "b"]])
def test_group_ids_are_told_apart_by_value_and_not_by_object(ids):
    found = advantage.advantages(ids, [1.0, 0.0, 1.0, 0.0])
    assert (found.groups, found.single_groups) == (2, 0)
    assert found.values[0] > 0 > found.values[1]
    assert r1rewards.metrics.group_statistics(ids, [1.0, 0.0, 1.0, 0.0]).groups == 2


def test_component_advantages_take_components_by_name():
    outcomes = r1rewards.Scorer(["math", (0.1, "format")]).score_batch(["\\boxed{1}", "2"], ["1", "1"])
    by_name = advantage.component_advantages("aa", outcomes.component_rewards, {"format": 0.1, "math": 1.0})
    assert by_name == advantage.component_advantages("aa", list(outcomes.component_rewards.values()), [1.0, 0.1])
    with pytest.raises(r1rewards.SpecError, match="the names .*`components` has"):
        advantage.component_advantages("aa", outcomes.component_rewards, {"math": 1.0})


def test_names_of_kinds_stand_for_rewards_in_lists():
    by_name = r1rewards.Scorer(["math", (0.1, "format")])
    assert by_name.config == r1rewards.Scorer([r1rewards.Math(), (0.1, r1rewards.Format())]).config
    assert r1rewards.Scorer((0.5, "math")).config == r1rewards.Scorer((0.5, r1rewards.Math())).config
    with pytest.raises(r1rewards.SpecError, match="mathe"):
        r1rewards.Scorer(["mathe"])


@pytest.mark.parametrize("text", ['{ kind = "math", policy = "lenient" }', '[{ kind = "math", policy = "lenient" }]', '[ {kind = "math", policy = "lenient"} ]'])
def test_an_inline_table_is_a_spec(text):
    assert r1rewards.Scorer(text).config == r1rewards.Scorer(r1rewards.Math("lenient")).config


def test_json_text_is_read_as_json_and_not_as_toml():
    for text in ['{"kind": "math"}', ' { "kind" : "math" } ', '[{"kind": "math"}]', '[\n  {\n "kind": "math"}]']:
        assert r1rewards.Scorer(text).names == ["math"]
    assert r1rewards.Scorer('[[reward]]\nkind = "math"').names == ["math"]
    with pytest.raises(r1rewards.SpecError, match="JSON"):
        r1rewards.Scorer('{"kind": ')


def test_two_functions_for_trl_have_two_metrics():
    math_reward, both = trl.reward("math"), trl.reward(["tag_count", (0.1, "math")])
    assert (math_reward.__name__, both.__name__) == ("math", "tag_count+math")
    assert trl.reward("math", name="accuracy").__name__ == "accuracy"
    assert "accuracy" in repr(trl.reward("math", name="accuracy"))


def _load():
    """Loads the reward file as OpenRLHF does."""
    spec = importlib.util.spec_from_file_location("reward_func", openrlhf.__file__)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("given", ["nowhere.toml", '{"kind": "diversity"}', '{"kind": "soft_overlong", "limit": 10, "buffer": 5}'])
def test_a_spec_that_openrlhf_cannot_use_is_refused_where_the_file_is_loaded(given, monkeypatch):
    monkeypatch.setenv("R1REWARDS_SPEC", given)
    with pytest.raises((r1rewards.SpecError, FileNotFoundError)):
        _load()
    monkeypatch.setenv("R1REWARDS_SPEC", "math")
    assert list(_load().reward_func(["1+1=\\boxed{2}"], ["1+1="], ["2"])["rewards"]) == [1.0]


def test_a_warning_names_the_columns_of_the_rows():
    rows = {"completion": "print(1)", "solutions": ["print(1)"], "input_output": '{"inputs": [""], "outputs": ["1"]}'}
    with pytest.warns(r1rewards.UnscoredWarning, match="no reward reads `input_output`"):
        r1rewards.Scorer("auto").score_rows([rows, rows])
    with pytest.warns(r1rewards.UnscoredWarning, match="the rows have .*`sol`"):
        r1rewards.Scorer("math").score_batch(["1", "2"], sol=["1", "2"])


def test_a_warning_names_a_reward_that_returns_none():
    def nothing(completion):
        return None

    with pytest.warns(r1rewards.UnscoredWarning, match="nothing returned None.*return a number"):
        r1rewards.Scorer(r1rewards.Custom(nothing)).score_batch(["1", "2"])


def test_an_adapter_warns_of_each_reason_with_its_count():
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        _told.forget()
        trl.reward("math")(prompts=["a"] * 3, completions=["1"] * 3, answer=[None, True, ""])
    texts = sorted(str(warning.message) for warning in told)
    assert len(texts) > 1 and all("3 of 3" not in text for text in texts), texts


@pytest.mark.parametrize("extras", [{"answer": "42"}, {"reward_spec": {"ground_truth": "42"}, "answer": "41"}, {"reward_spec": None, "answer": "42"}])
def test_an_environment_of_skyrl_takes_the_answer_where_the_row_has_no_reward_spec(extras, monkeypatch):
    stand_ins.skyrl(monkeypatch)
    env = stand_ins.fresh(monkeypatch, "skyrl").R1RewardsEnv({}, extras)
    assert env.step("so \\boxed{42}")["reward"] == 1.0
