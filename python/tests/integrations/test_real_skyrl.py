"""skyrl-gym registers and creates our environment and calls its `step`."""

import pytest

skyrl_gym = pytest.importorskip("skyrl_gym")

from real_forms import FORMS, fenced
from skyrl_gym.envs import deregister, register

import r1rewards


@pytest.fixture
def registered():
    register(id="r1rewards", entry_point="r1rewards.integrations.skyrl:R1RewardsEnv")
    yield
    deregister("r1rewards")


def make(ground_truth, **config):
    # The trainer passes the environment's configuration, a mapping, and the row's other columns.
    return skyrl_gym.make("r1rewards", env_config=config, extras={"reward_spec": {"method": "rule", "ground_truth": ground_truth}})


def test_one_step_ends_the_episode_with_a_reward_and_why(registered):
    prompt = [{"role": "user", "content": "6 times 7?"}]
    env = make("42")
    assert env.init(prompt)[0] == prompt
    right = env.step(r"\boxed{42}")
    assert (right["reward"], right["done"], right["observations"]) == (1.0, True, [])
    assert right["metadata"] == {"verdict": "correct", "reason": "equal"}
    wrong = make("42").step(r"\boxed{41}")
    assert (wrong["reward"], wrong["metadata"]["reason"]) == (0.0, "different")


def test_the_configuration_names_the_spec(registered):
    env = make("50%", spec='[[reward]]\nkind = "math"\npolicy = "lenient"\n')
    assert env.step(r"\boxed{50}")["reward"] == 1.0
    assert make("50%").step(r"\boxed{50}")["reward"] == 0.0


def test_metrics_of_several_episodes_can_be_put_together(registered):
    env = make("42")
    env.step(r"\boxed{42}")
    assert env.aggregate_metrics([env.get_metrics(), {"scored": 0.0}])["scored"] == 0.5


@pytest.mark.parametrize("form", FORMS)
def test_code_in_the_forms_of_real_data_sets_is_judged(registered, form):
    gold, right, wrong = FORMS[form]
    assert make(gold).step(fenced(right) + "<|im_end|>")["reward"] == 1.0
    assert make(gold).step(fenced(wrong))["reward"] == 0.0


def test_a_reward_of_a_group_is_refused_when_the_environment_is_made(registered):
    with pytest.raises(r1rewards.SpecError, match="SkyRL passes one sample at a time"):
        make("42", spec='{"kind": "majority"}')
