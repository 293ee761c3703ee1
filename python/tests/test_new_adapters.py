"""The adapters of ROLL, rllm, ART, Oat, torchforge and the tinker cookbook, called with the signatures of the
frameworks' sources."""

import pickle
from types import SimpleNamespace

import pytest

import stand_ins
from r1rewards.integrations import art, rllm, tinker, torchforge

RIGHT, WRONG = r"\boxed{42}", r"\boxed{41}"


def test_rolls_worker_gives_the_tensors_of_a_batch(monkeypatch):
    stand_ins.torch(monkeypatch)
    stand_ins.roll(monkeypatch)
    roll = stand_ins.fresh(monkeypatch, "roll")
    worker = roll.R1RewardsWorker(SimpleNamespace(model_args=None, world_size=1))
    assert roll.R1RewardsWorker is type(worker) and type(worker).__module__ == "r1rewards.integrations.roll"
    worker.initialize(None)
    data = stand_ins.DataProto({"responses": stand_ins.padded([RIGHT, WRONG + " or so"])}, {"ground_truth": ["42", "42"], "tag": ["a", "a"]})
    batch = worker.compute_rewards(data).batch
    assert set(batch) == {"token_level_rewards", "response_level_rewards", "scores"}
    assert [float(score) for score in batch["response_level_rewards"]] == [1.0, 0.0]
    assert batch["token_level_rewards"].shape == data.batch["responses"].shape and not batch["token_level_rewards"].any()
    with pytest.raises(AttributeError, match="no attribute 'Other'"):
        roll.Other  # noqa: B018


def test_rolls_code_rows_are_judged_by_their_test_cases(monkeypatch):
    stand_ins.torch(monkeypatch)
    from r1rewards.integrations import roll

    cases = '[{"input": "2", "output": "4"}]'
    texts = ["```python\nprint(4)\n```", "```python\nprint(5)\n```"]
    data = stand_ins.DataProto({"responses": stand_ins.padded(texts)}, {"ground_truth": [None] * 2, "test_cases": [cases] * 2})
    assert [float(score) for score in roll.rewards(data, stand_ins.Letters())["scores"]] == [1.0, 0.0]


def test_rllms_functions_take_a_task_and_an_action(monkeypatch):
    stand_ins.rllm(monkeypatch)
    found = rllm.reward_fn({"question": "6*7?", "ground_truth": "42", "data_source": "sums"}, SimpleNamespace(action=RIGHT))
    assert (found.reward, found.is_correct, found.metadata) == (1.0, True, {"verdict": "correct", "reason": "equal", "scored": 1.0})
    assert rllm.reward(name="sums").__name__ == "sums"
    assert rllm.reward()({"answer": "42"}, WRONG).is_correct is False


def test_arts_trajectories_get_their_reward_and_metrics():
    talk = [{"role": "user", "content": "6*7?"}, {"role": "assistant", "content": WRONG}, {"role": "user", "content": "Sure?"}]
    one = stand_ins.Trajectory([*talk, {"role": "assistant", "content": RIGHT}], metadata={"answer": "42"})
    assert art.score(one) is one
    assert (one.reward, one.metrics) == (1.0, {"correct": 1.0, "scored": 1.0})
    assert art.score(one, "41").reward == 0.0


def test_oats_oracle_rewards_and_compares(monkeypatch):
    stand_ins.torch(monkeypatch)
    stand_ins.oat(monkeypatch)
    from r1rewards.integrations.oat import oracle

    judge = oracle()
    rewards, told = judge.get_reward(["p"] * 2, [RIGHT, "what?"], ["42", "42"], batch_size=4)
    assert [float(reward) for reward in rewards] == [1.0, 0.0]
    assert told == [{"correct": 1.0, "scored": 1.0, "formatted": 1.0}, {"correct": 0.0, "scored": 1.0, "formatted": 0.0}]
    monkeypatch.setattr(judge, "get_reward", lambda *given: (SimpleNamespace(numpy=lambda: given), []))
    assert judge.compare(["p"], [RIGHT], ["42"], batch_size=2, return_probs=True) == ((["p"], [RIGHT], ["42"], 2), [])


def test_torchforges_rewards_pickle_and_have_a_name():
    judge = pickle.loads(pickle.dumps(torchforge.reward("math", name="accuracy")))
    assert judge.__name__ == "accuracy"
    assert (judge("6*7?", RIGHT, "42"), judge(prompt="6*7?", response=WRONG, target="42")) == (1.0, 0.0)


def test_tinkers_environments_give_answer_and_form(monkeypatch):
    stand_ins.tinker(monkeypatch)
    env = tinker.problem_env()("6*7?", "42", object(), format_coef=0.5)
    assert (env.get_question(), env.get_reference_answer()) == ("6*7?", "42")
    assert [env.step(text) for text in (RIGHT, WRONG, "none")] == [1.0, 0.0, -0.5]
    partial = tinker.problem_env({"kind": "code", "partial": True})("?", {"inputs": ["1", "2"], "outputs": ["1", "3"]}, None)
    assert partial.check_answer("```python\nprint(input())\n```") == 0.5
