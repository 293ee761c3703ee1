"""Adapters, called with the signature of each framework."""

import asyncio
import pickle
from types import SimpleNamespace

import r1rewards
from r1rewards.integrations import areal, easyr1, lm_eval, ms_swift, nemo_gym, nemo_rl, openrlhf, slime, trl, verifiers, verl

RIGHT, WRONG = r"\boxed{42}", r"\boxed{41}"


def test_trl_masks_what_cannot_be_judged_and_logs_why():
    judge = trl.reward(r1rewards.Math(), name="accuracy", answer="solution")
    completions = [[{"role": "assistant", "content": text}] for text in (RIGHT, WRONG, RIGHT)]
    extra, metrics = {}, {}
    rewards = judge(
        prompts=["p", "p", "q"],
        completions=completions,
        completion_ids=[[1], [2], [3]],
        solution=["42", "42", None],
        trainer_state=None,
        log_extra=lambda name, values: extra.update({name: values}),
        log_metric=lambda name, found: metrics.update({name: found}),
    )
    assert rewards == [1.0, 0.0, None]
    assert judge.__name__ == "accuracy" and extra["accuracy_reason"] == ["equal", "different", "gold_missing"]
    assert metrics["accuracy/unscored"] == 1 / 3
    assert pickle.loads(pickle.dumps(judge))(prompts=["p"], completions=[RIGHT], solution=["42"]) == [1.0]


def test_verl_reads_the_json_text_of_a_list_of_texts_as_acceptable_answers():
    right = [RIGHT, RIGHT, WRONG, r"\\boxed{[42, 43]}", RIGHT, RIGHT]
    # A list of numbers may be the value of one answer, and so may a text that is no JSON.
    golds = ['["43", "42"]', ["43", "42"], '["43", "42"]', "[42, 43]", "[42, 43]", '["42", 43]']
    found = verl.compute_score_batch(["d"] * len(golds), right, golds)
    assert [row["correct"] for row in found] == [1.0, 1.0, 0.0, 1.0, 0.0, 0.0]
    assert verl.compute_score("d", RIGHT, '["43", "42"]')["correct"] == 1.0
    # In other adapters the text is the answer itself: their data sets do not say that it is a list of answers.
    control = easyr1.compute_score([{"response": RIGHT, "response_length": 3, "ground_truth": '["43", "42"]'}])
    assert control[0]["accuracy"] == 0.0


def test_verl_has_the_same_keys_for_every_sample():
    one = verl.compute_score(data_source="d", solution_str=RIGHT, ground_truth="42", extra_info={})
    assert one == {"score": 1.0, "acc": 1.0, "correct": 1.0, "scored": 1.0}
    many = verl.compute_score_batch(data_sources=["d"] * 2, solution_strs=[WRONG, RIGHT], ground_truths=["42", None], extra_infos=[{}, {}])
    assert [set(found) for found in many] == [set(one)] * 2
    assert many[1] == {"score": 0.0, "acc": 0.0, "correct": 0.0, "scored": 0.0}


def test_openrlhf_judges_what_follows_the_prompt():
    found = openrlhf.http_response({"query": ["p 42 " + RIGHT], "prompts": ["p 42 "], "labels": ["42"]})
    assert found == {"rewards": [1.0], "scores": [1.0], "extra_logs": {"scored": [1.0], "correct": [1.0]}}


def test_functions_with_a_float_a_sample():
    assert ms_swift.R1Rewards()([RIGHT, WRONG], solution=["42", "42"], trainer_state=None) == [1.0, 0.0]
    assert areal.reward("p", RIGHT, [1], [2], answer="42") == 1.0
    sample = SimpleNamespace(prompt="p", response=RIGHT, label="42")
    assert asyncio.run(slime.reward(None, sample)) == 1.0
    assert asyncio.run(slime.group_reward(None, [sample, sample])) == [1.0, 1.0]
    given = [{"response": WRONG, "response_length": 3, "ground_truth": "42"}]
    assert easyr1.compute_score(given) == [{"overall": 0.0, "accuracy": 0.0, "scored": 1.0}]
    assert nemo_rl.verify([RIGHT], ["42"], True) == ([1.0], ["42"])
    assert lm_eval.process_results({"answer": "42"}, [RIGHT]) == {"exact_match": 1.0}
    message = [{"role": "assistant", "content": RIGHT}]
    assert asyncio.run(verifiers.reward(r1rewards.Math())(prompt="p", completion=message, answer="42", state={}, info={})) == 1.0


def test_nemo_gym_echoes_the_body_with_a_reward():
    output = [{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": RIGHT}]}]
    found = nemo_gym.verify({"responses_create_params": {}, "response": {"output": output}, "expected_answer": "42"})
    assert found["reward"] == 1.0 and found["responses_create_params"] == {}
    assert found["reward_components"] == {"auto": 1.0} and "mask_sample" not in found
