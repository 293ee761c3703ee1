"""Adapters supply the groups, tokens and columns that a spec needs, or raise at once; trainers log each reward by
name."""

import asyncio
import json
from types import SimpleNamespace

import pytest

import r1rewards
import stand_ins
from r1rewards.integrations import _told, areal, art, easyr1, ms_swift, nemo_gym, nemo_rl, openrlhf, rllm, roll, slime, tinker, torchforge, trl, verifiers, verl

RIGHT, WRONG = r"\boxed{42}", r"\boxed{41}"
GROUP = json.dumps([{"kind": "majority"}])
TOKENS = json.dumps([{"kind": "math"}, {"kind": "soft_overlong", "max": 8, "cache": 4}])
TWO = json.dumps([{"kind": "math"}, {"kind": "format", "template": "boxed", "weight": 0.1, "name": "shape"}])
COLUMNS = {"instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}], "task": "chat"}
ROUTE = '{"kind": "route", "field": "task", "cases": {"chat": {"kind": "ifeval"}}}'


@pytest.fixture(autouse=True)
def nothing_was_told_before(monkeypatch):
    monkeypatch.delenv("R1REWARDS_SPEC", raising=False)
    _told.forget()


def message(text):
    return {"output": [{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}]}]}


def trajectory(text, **metadata):
    return stand_ins.Trajectory([{"role": "user", "content": "p"}, {"role": "assistant", "content": text}], metadata=metadata)


ONE_SAMPLE = {
    "verl": lambda: verl.compute_score("d", RIGHT, "42", {}),
    "openrlhf": lambda: openrlhf.reward_func(["p" + RIGHT], ["p"], ["42"]),
    "areal": lambda: areal.reward("p", RIGHT, [1], [2], answer="42"),
    "slime": lambda: asyncio.run(slime.reward(None, stand_ins.Sample(response=RIGHT, label="42"))),
    "nemo_rl": lambda: nemo_rl.verify([RIGHT], ["42"]),
    "nemo_gym": lambda: nemo_gym.verify({"response": message(RIGHT), "expected_answer": "42"}),
    "verifiers": lambda: verifiers.reward(),
    "verifiers_trace": lambda: verifiers.trace_reward(GROUP),
    "verifiers_by_name": lambda: asyncio.run(verifiers.score(SimpleNamespace(answer="42"), SimpleNamespace(last_reply=RIGHT))),
    "rllm": lambda: rllm.reward(),
    "art": lambda: art.score(trajectory(RIGHT, answer="42")),
    "torchforge": lambda: torchforge.reward(),
}


@pytest.mark.parametrize("adapter", ONE_SAMPLE)
def test_rewards_of_a_group_are_refused_where_one_sample_is_handed_over(adapter, monkeypatch):
    monkeypatch.setenv("R1REWARDS_SPEC", GROUP)
    with pytest.raises(r1rewards.SpecError, match=r"one sample at a time.*`majority`.*compares the samples of a prompt: (use|give)"):
        ONE_SAMPLE[adapter]()


def test_rewards_of_a_group_are_refused_by_classes_when_they_are_made(monkeypatch):
    monkeypatch.setenv("R1REWARDS_SPEC", GROUP)
    for install in (stand_ins.open_instruct, stand_ins.skyrl, stand_ins.tinker, stand_ins.roll):
        install(monkeypatch)
    from r1rewards.integrations.open_instruct import verifier

    skyrl = stand_ins.fresh(monkeypatch, "skyrl")
    for make in (
        verifier,
        tinker.problem_env,
        lambda: skyrl.R1RewardsEnv({}, {"reward_spec": {"ground_truth": "42"}}),
        lambda: stand_ins.fresh(monkeypatch, "roll").R1RewardsWorker(SimpleNamespace(model_args=None, world_size=2)),
    ):
        with pytest.raises(r1rewards.SpecError, match="compares the samples of a prompt"):
            make()


def test_whole_groups_are_judged_together_where_they_are_handed_over(monkeypatch):
    monkeypatch.setenv("R1REWARDS_SPEC", GROUP)
    texts, rewards = [RIGHT, RIGHT, WRONG], [1.0, 1.0, 0.0]
    stand_ins.torch(monkeypatch)
    stand_ins.oat(monkeypatch)
    from r1rewards.integrations.oat import oracle

    samples = [stand_ins.Sample(response=text) for text in texts]
    assert asyncio.run(slime.group_reward(None, samples)) == rewards
    found = verl.compute_score_batch(["d"] * 3, texts, [None] * 3, [{"index": 7}] * 3)
    assert [row["score"] for row in found] == rewards
    assert openrlhf.http_response({"query": texts, "prompts": [""] * 3, "labels": [None] * 3})["rewards"] == rewards
    assert [row["overall"] for row in easyr1.compute_score([{"response": text, "ground_truth": None, "uid": "a"} for text in texts])] == rewards
    talks = [[{"role": "user", "content": "6*7?"}, {"role": "assistant", "content": text}] for text in texts]
    assert ms_swift.R1Rewards()(texts, messages=talks) == rewards
    judge = verifiers.group_reward()
    assert asyncio.run(judge(prompts=["p"] * 3, completions=texts, answers=[None] * 3, states=[], infos=[])) == rewards
    group = [trajectory(text) for text in texts]
    asyncio.run(art.score_group(group))
    assert [one.reward for one in group] == rewards
    assert [float(reward) for reward in oracle().get_reward(["p"] * 3, texts, [None] * 3)[0]] == rewards
    data = stand_ins.DataProto({"responses": stand_ins.padded(texts)}, {"prompt": ["p"] * 3})
    assert [float(reward) for reward in roll.rewards(data, stand_ins.Letters())["scores"]] == rewards


def test_groups_without_anything_that_tells_prompts_are_refused(monkeypatch):
    monkeypatch.setenv("R1REWARDS_SPEC", GROUP)
    with pytest.raises(r1rewards.SpecError, match="put `index` or `uid` into `extra_info`"):
        verl.compute_score_batch(["d"] * 2, [RIGHT] * 2, [None] * 2, [{}, {}])
    with pytest.raises(r1rewards.SpecError, match="add one of the columns uid, prompt"):
        easyr1.compute_score([{"response": RIGHT, "ground_truth": None}] * 2)


def test_tokens_are_counted_where_they_are_handed_over(monkeypatch):
    monkeypatch.setenv("R1REWARDS_SPEC", TOKENS)
    stand_ins.torch(monkeypatch)
    stand_ins.open_instruct(monkeypatch)
    from r1rewards.integrations.open_instruct import verifier

    for count, penalty in ((3, 0.0), (6, -0.5), (8, -1.0)):
        ids, reward = list(range(count)), 1.0 + penalty
        sample = stand_ins.Sample(response=RIGHT, label="42", tokens=[9, 9, *ids], response_length=count)
        usage = {**message(RIGHT), "usage": {"output_tokens": count}}
        traced = {"output": [{**message(RIGHT)["output"][0], "generation_token_ids": ids}]}
        found = {
            "trl": trl.reward()(prompts=["p"], completions=[RIGHT], completion_ids=[ids], answer=["42"])[0],
            "ms_swift": ms_swift.R1Rewards()([RIGHT], solution=["42"], response_token_ids=[ids])[0],
            "ms_swift, turns": ms_swift.R1Rewards()([RIGHT], solution=["42"], response_token_ids=[[ids[:1], ids[1:]]])[0],
            "slime": asyncio.run(slime.reward(None, sample)),
            "areal": areal.reward("p", RIGHT, [1], ids, answer="42"),
            "easyr1": easyr1.compute_score([{"response": RIGHT, "response_length": count, "ground_truth": "42"}])[0]["overall"],
            "open_instruct": verifier()(ids, RIGHT, "42").score,
            "nemo_gym": nemo_gym.verify({"response": usage, "expected_answer": "42"})["reward"],
            "nemo_gym, ids": nemo_gym.verify({"response": traced, "expected_answer": "42"})["reward"],
            "verl, extra_info": verl.compute_score("d", RIGHT, "42", {"response_length": count})["score"],
            "verl, ids": verl.compute_score("d", RIGHT, "42", {}, response_ids=ids)["score"],
        }
        assert found == dict.fromkeys(found, reward)
    # Ten letters and two letters, each a token. Padding is not counted.
    data = stand_ins.DataProto({"responses": stand_ins.padded([RIGHT, "42"])}, {"ground_truth": ["42"] * 2})
    assert [float(score) for score in roll.rewards(data, stand_ins.Letters())["scores"]] == [0.0, 1.0]


@pytest.mark.parametrize(
    "call",
    [
        ONE_SAMPLE["verl"],
        ONE_SAMPLE["openrlhf"],
        ONE_SAMPLE["nemo_rl"],
        ONE_SAMPLE["rllm"],
        ONE_SAMPLE["art"],
        ONE_SAMPLE["torchforge"],
        ONE_SAMPLE["verifiers"],
        lambda: verl.compute_score_batch(["d"], [RIGHT], ["42"], [{}]),
    ],
)
@pytest.mark.parametrize("spec", [TOKENS, '{"kind": "repetition", "unit": "tokens"}', '{"kind": "all", "rewards": [{"kind": "math"}, {"kind": "length", "unit": "tokens", "max": 4}]}'])
def test_rewards_that_count_tokens_are_refused_where_there_are_none(call, spec, monkeypatch):
    monkeypatch.setenv("R1REWARDS_SPEC", spec)
    r1rewards.Scorer(spec)  # The spec itself is valid.
    with pytest.raises(r1rewards.SpecError, match='passes no token ids.*(unit = "chars"|dapo)'):
        call()


def test_another_unit_or_a_column_of_the_row_needs_no_tokens(monkeypatch):
    monkeypatch.setenv("R1REWARDS_SPEC", '{"kind": "length", "unit": "tokens", "max": 3, "token_field": "size"}')
    assert verl.compute_score("d", RIGHT, None, {"size": 3})["score"] == 1.0
    monkeypatch.setenv("R1REWARDS_SPEC", '{"kind": "soft_overlong", "unit": "chars", "max": 8, "cache": 4}')
    assert verl.compute_score("d", "ab", None, {})["score"] == 0.0


def test_the_rows_other_columns_reach_rewards_that_read_them(monkeypatch):
    monkeypatch.setenv("R1REWARDS_SPEC", ROUTE)
    stand_ins.torch(monkeypatch)
    for install in (stand_ins.open_instruct, stand_ins.skyrl, stand_ins.rllm, stand_ins.tinker):
        install(monkeypatch)
    from r1rewards.integrations.open_instruct import verifier

    skyrl = stand_ins.fresh(monkeypatch, "skyrl")
    lists = {name: [found] for name, found in COLUMNS.items()}
    extras = {"reward_spec": {"ground_truth": None}}

    def judge(text):
        sample = stand_ins.Sample(response=text, metadata=COLUMNS)
        one = trajectory(text, **{name: found for name, found in COLUMNS.items()})
        env = tinker.problem_env(form={"kind": "length", "min": 1})("p", None, None, columns=COLUMNS)
        data = stand_ins.DataProto({"responses": stand_ins.padded([text])}, lists)
        return {
            "trl": trl.reward()(prompts=["p"], completions=[text], **lists)[0],
            "verl": verl.compute_score("d", text, None, COLUMNS)["score"],
            "verl_batch": verl.compute_score_batch(["d"], [text], [None], [COLUMNS])[0]["score"],
            "areal": areal.reward("p", text, [1], [2], **COLUMNS),
            "easyr1": easyr1.compute_score([{"response": text, "ground_truth": None, **COLUMNS}])[0]["overall"],
            "ms_swift": ms_swift.R1Rewards()([text], **lists)[0],
            "slime": asyncio.run(slime.reward(None, sample)),
            "slime_group": asyncio.run(slime.group_reward(None, [sample]))[0],
            "open_instruct": verifier()([1], text, None, "p", COLUMNS).score,
            "nemo_gym": nemo_gym.verify({"response": message(text), **COLUMNS})["reward"],
            "nemo_gym, metadata": nemo_gym.verify({"response": message(text), "verifier_metadata": COLUMNS})["reward"],
            "skyrl": skyrl.R1RewardsEnv({}, {**extras, **COLUMNS}).step(text)["reward"],
            "skyrl, extra_info": skyrl.R1RewardsEnv({}, {**extras, "extra_info": COLUMNS}).step(text)["reward"],
            "verifiers": asyncio.run(verifiers.reward()(prompt="p", completion=text, answer=None, info=COLUMNS)),
            "rllm": rllm.reward()({"question": "p", **COLUMNS}, text).reward,
            "art": art.score(one).reward,
            "torchforge": torchforge.reward()("p", text, None, **COLUMNS),
            "tinker": env.check_answer(text),
            "roll": float(roll.rewards(data, stand_ins.Letters())["scores"][0]),
        }

    assert judge("no commas here") == dict.fromkeys(judge(""), 1.0)
    assert judge("one, two") == dict.fromkeys(judge(""), 0.0)


def test_a_rows_own_spec_is_followed():
    own = {"reward": {"kind": "length", "max": 3}}
    assert verl.compute_score("d", "abc", "42", own)["score"] == 1.0
    assert verl.compute_score("d", "abcd", "42", own)["score"] == 0.0
    # Columns that the row's spec does not read may have any value.
    assert verl.compute_score("d", "abc", {"constraints": 3}, own)["score"] == 1.0


def test_rewards_of_a_sum_are_logged_by_name(monkeypatch):
    monkeypatch.setenv("R1REWARDS_SPEC", TWO)
    stand_ins.torch(monkeypatch)
    for install in (stand_ins.skyrl, stand_ins.rllm, stand_ins.oat):
        install(monkeypatch)
    from r1rewards.integrations.oat import oracle

    skyrl = stand_ins.fresh(monkeypatch, "skyrl")
    logged = {}
    trl.reward(name="sums")(
        prompts=["p"] * 3, completions=[RIGHT, WRONG, "x"], answer=["42"] * 3, log_metric=lambda name, found: logged.update({name: found})
    )
    assert logged == {"sums/unscored": 0.0, "sums/math": 1 / 3, "sums/shape": 2 / 3}
    env = skyrl.R1RewardsEnv({}, {"reward_spec": {"ground_truth": "42"}})
    env.step(RIGHT)
    keyed = asyncio.run(slime.reward(SimpleNamespace(reward_key="score"), stand_ins.Sample(response=RIGHT, label="42")))
    logs = openrlhf.http_response({"query": [RIGHT], "prompts": [""], "labels": ["42"]})["extra_logs"]
    found = {
        "verl": verl.compute_score("d", RIGHT, "42", {}),
        "easyr1": easyr1.compute_score([{"response": RIGHT, "ground_truth": "42"}])[0],
        "nemo_gym": nemo_gym.verify({"response": message(RIGHT), "expected_answer": "42"})["reward_components"],
        "skyrl": env.get_metrics(),
        "slime": keyed,
        "openrlhf": {name: values[0] for name, values in logs.items()},
        "rllm": rllm.reward()({"ground_truth": "42"}, RIGHT).metadata,
        "art": art.score(trajectory(RIGHT, answer="42")).metrics,
        "oat": oracle().get_reward(["p"], [RIGHT], ["42"])[1][0],
    }
    assert {name: (values["math"], values["shape"]) for name, values in found.items()} == dict.fromkeys(found, (1.0, 1.0))
    assert keyed["score"] == pytest.approx(1.1)


def test_names_of_rewards_never_replace_keys_that_trainers_read():
    spec = '[{"kind": "math", "name": "score"}, {"kind": "format", "template": "boxed", "weight": 0.1, "name": "acc"}]'
    found = verl.compute_score("d", RIGHT, "42", {}, spec=spec)
    assert found == {"score": 1.1, "acc": 1.0, "correct": 1.0, "scored": 1.0, "reward_score": 1.0, "reward_acc": 1.0}
    with pytest.warns(r1rewards.UnscoredWarning, match="gold_missing"):
        unscored = verl.compute_score("d", RIGHT, None, {}, spec=spec, unscored=-1.0)
    assert set(unscored) == set(found) and unscored["score"] == -1.0


def test_nemo_rl_chooses_the_policy_by_its_configuration():
    policies = {"hf_math_verify": 1.0, "dapo_math_verify": 1.0}
    assert {name: nemo_rl.verify(["The final answer is $42$."], ["42"], math_verify_impl=name)[0] for name in policies} == policies
    assert nemo_rl.verify([RIGHT], ["42"], True, math_verify_impl="hf_math_verify") == ([1.0], ["42"])
    with pytest.raises(r1rewards.SpecError, match="`math_verify_impl` is 'other': use one of hf_math_verify, dapo_math_verify"):
        nemo_rl.verify([RIGHT], ["42"], math_verify_impl="other")


def test_nemo_gym_says_why_a_sample_is_masked_and_finds_golds_in_the_metadata():
    with pytest.warns(r1rewards.UnscoredWarning, match="no_reward.*`expected_answer`"):
        found = nemo_gym.verify({"response": message(RIGHT)})
    assert found["mask_sample"] and found["failure_reason"].startswith("no_reward: ") and found["reward"] == 0.0
    tests = {"unit_tests": {"inputs": ["1"], "outputs": ["2"], "fn_name": None}}
    assert nemo_gym.verify({"response": message("```python\nprint(2)\n```"), "verifier_metadata": tests})["reward"] == 1.0
    assert nemo_gym.REVERIFY_MODE == "STATELESS"
