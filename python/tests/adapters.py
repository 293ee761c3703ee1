"""Calls every adapter with one signature: for each row it returns the reward and whether the adapter reports that the
row could not be judged."""

import asyncio
from types import SimpleNamespace

import stand_ins
from r1rewards.integrations import areal, art, easyr1, lm_eval, ms_swift, nemo_gym, nemo_rl, openrlhf, rllm, slime, tinker, torchforge, trl, verifiers, verl

PROMPT = "6*7? "
SILENT = None
"""Of adapters whose trainers take a number and nothing else: a warning has to tell of it."""


def _each(judge):
    return lambda monkeypatch, rows: [judge(monkeypatch, text, gold) for text, gold in rows]


def _split(rows):
    return [text for text, _ in rows], [gold for _, gold in rows]


def use_trl(monkeypatch, rows):
    texts, golds = _split(rows)
    return [(reward, reward is None) for reward in trl.reward()(prompts=[PROMPT] * len(rows), completions=texts, answer=golds)]


def use_verl(monkeypatch, text, gold):
    found = verl.compute_score("d", text, gold, {})
    return found["score"], found["scored"] == 0


def use_verl_batch(monkeypatch, rows):
    texts, golds = _split(rows)
    results = verl.compute_score_batch(["d"] * len(rows), texts, golds, [{} for _ in rows])
    return [(found["score"], found["scored"] == 0) for found in results]


def use_openrlhf(monkeypatch, rows):
    texts, golds = _split(rows)
    found = openrlhf.http_response({"query": [f"{PROMPT}{text}" for text in texts], "prompts": [PROMPT] * len(rows), "labels": golds})
    return [(reward, scored == 0) for reward, scored in zip(found["rewards"], found["extra_logs"]["scored"], strict=True)]


def use_areal(monkeypatch, text, gold):
    return areal.reward(PROMPT, text, [1], [2], answer=gold), SILENT


def use_easyr1(monkeypatch, rows):
    results = easyr1.compute_score([{"response": text, "response_length": 3, "ground_truth": gold} for text, gold in rows])
    return [(found["overall"], found["scored"] == 0) for found in results]


def use_ms_swift(monkeypatch, rows):
    texts, golds = _split(rows)
    return [(reward, reward is None) for reward in ms_swift.R1Rewards()(texts, solution=golds, trainer_state=None)]


def use_slime(monkeypatch, text, gold):
    sample = stand_ins.Sample(response=text, label=gold)
    return asyncio.run(slime.reward(SimpleNamespace(), sample)), sample.remove_sample


def use_slime_group(monkeypatch, rows):
    samples = [stand_ins.Sample(response=text, label=gold) for text, gold in rows]
    rewards = asyncio.run(slime.group_reward(SimpleNamespace(), samples))
    return [(reward, sample.remove_sample) for reward, sample in zip(rewards, samples, strict=True)]


def use_slime_before_removal(monkeypatch, text, gold):
    return asyncio.run(slime.reward(None, SimpleNamespace(prompt="p", response=text, label=gold))), SILENT


def use_open_instruct(monkeypatch, text, gold):
    stand_ins.open_instruct(monkeypatch)
    from r1rewards.integrations.open_instruct import verifier

    return verifier()([1, 2], text, gold, PROMPT).score, SILENT


def use_nemo_rl(monkeypatch, rows):
    texts, golds = _split(rows)
    return [(reward, SILENT) for reward in nemo_rl.verify(texts, golds)]


def use_nemo_gym(monkeypatch, text, gold):
    output = [{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}]}]
    found = nemo_gym.verify({"responses_create_params": {"input": PROMPT}, "response": {"output": output}, "expected_answer": gold})
    return found["reward"], found.get("mask_sample", False)


def use_skyrl(monkeypatch, text, gold):
    stand_ins.skyrl(monkeypatch)
    env = stand_ins.fresh(monkeypatch, "skyrl").R1RewardsEnv({}, {"reward_spec": {"ground_truth": gold}})
    return env.step(text)["reward"], env.get_metrics()["scored"] == 0


def use_verifiers(monkeypatch, text, gold):
    return asyncio.run(verifiers.reward()(prompt=PROMPT, completion=text, answer=gold, state={}, info={})), SILENT


def use_verifiers_group(monkeypatch, rows):
    texts, golds = _split(rows)
    found = asyncio.run(verifiers.group_reward()(prompts=[PROMPT] * len(rows), completions=texts, answers=golds, states=[], infos=[{} for _ in rows]))
    return [(reward, SILENT) for reward in found]


def use_verifiers_trace(monkeypatch, text, gold):
    found = asyncio.run(verifiers.score(SimpleNamespace(answer=gold), SimpleNamespace(last_reply=text)))
    return found.get("r1rewards"), not found


def use_inspect_ai(monkeypatch, text, gold):
    stand_ins.inspect_ai(monkeypatch)
    score = stand_ins.fresh(monkeypatch, "inspect_ai").r1rewards()
    state = SimpleNamespace(output=SimpleNamespace(completion=text))
    found = asyncio.run(score(state, gold if isinstance(gold, list) else [gold]))
    return found.value, found.value is None


def use_lighteval(monkeypatch, text, gold):
    stand_ins.lighteval(monkeypatch)
    from r1rewards.integrations.lighteval import metric

    doc = SimpleNamespace(get_golds=lambda: gold if isinstance(gold, list) else [gold])
    return metric().sample_level_fn.compute(doc, SimpleNamespace(final_text=[text])), SILENT


def use_lm_eval(monkeypatch, text, gold):
    return lm_eval.process_results({"answer": gold}, [text])["exact_match"], SILENT


def use_roll(monkeypatch, rows):
    stand_ins.torch(monkeypatch)
    from r1rewards.integrations import roll

    texts, golds = _split(rows)
    data = stand_ins.DataProto({"responses": stand_ins.padded([str(text) for text in texts])}, {"ground_truth": golds, "prompt": [PROMPT] * len(rows)})
    return [(float(score), SILENT) for score in roll.rewards(data, stand_ins.Letters())["scores"]]


def use_rllm(monkeypatch, text, gold):
    stand_ins.rllm(monkeypatch)
    found = rllm.reward()({"question": PROMPT, "ground_truth": gold}, text)
    return found.reward, found.metadata["scored"] == 0


def use_art(monkeypatch, rows):
    trajectories = [
        stand_ins.Trajectory([{"role": "user", "content": PROMPT}, {"role": "assistant", "content": text}], metadata={"answer": gold})
        for text, gold in rows
    ]
    asyncio.run(art.score_group(trajectories))
    return [(trajectory.reward, trajectory.metrics["scored"] == 0) for trajectory in trajectories]


def use_oat(monkeypatch, rows):
    stand_ins.torch(monkeypatch)
    stand_ins.oat(monkeypatch)
    from r1rewards.integrations.oat import oracle

    texts, golds = _split(rows)
    rewards, told = oracle().get_reward([PROMPT] * len(rows), texts, golds)
    return [(float(reward), found["scored"] == 0) for reward, found in zip(rewards, told, strict=True)]


def use_torchforge(monkeypatch, text, gold):
    return torchforge.reward()(PROMPT, text, gold), SILENT


def use_tinker(monkeypatch, text, gold):
    stand_ins.tinker(monkeypatch)
    return tinker.problem_env()(PROMPT, gold, None).check_answer(text), SILENT


ADAPTERS = {
    "trl": use_trl,
    "verl": _each(use_verl),
    "verl_batch": use_verl_batch,
    "openrlhf": use_openrlhf,
    "areal": _each(use_areal),
    "easyr1": use_easyr1,
    "ms_swift": use_ms_swift,
    "slime": _each(use_slime),
    "slime_group": use_slime_group,
    "slime_before_removal": _each(use_slime_before_removal),
    "open_instruct": _each(use_open_instruct),
    "nemo_rl": use_nemo_rl,
    "nemo_gym": _each(use_nemo_gym),
    "skyrl": _each(use_skyrl),
    "verifiers": _each(use_verifiers),
    "verifiers_group": use_verifiers_group,
    "verifiers_trace": _each(use_verifiers_trace),
    "inspect_ai": _each(use_inspect_ai),
    "lighteval": _each(use_lighteval),
    "lm_eval": _each(use_lm_eval),
    "roll": use_roll,
    "rllm": _each(use_rllm),
    "art": use_art,
    "oat": use_oat,
    "torchforge": _each(use_torchforge),
    "tinker": _each(use_tinker),
}
"""By name: a function of a monkeypatch and rows of (text, gold)."""

MATH_ONLY = {"inspect_ai", "lighteval", "lm_eval"}
"""Adapters of evaluations, which judge answers and no programs."""
