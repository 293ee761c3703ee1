"""The judged text is the text that the model wrote, without special tokens after it and without a prompt before it."""

import asyncio
import json
from types import SimpleNamespace

import pytest
import r1rewards

import stand_ins
from r1rewards.integrations import areal, nemo_rl, openrlhf, roll, slime
from r1rewards.integrations._text import after_prompt, response

SPEC = [{"kind": "math", "policy": "lenient"}, {"kind": "format", "template": "think_answer", "weight": 0.1}]
TEXT = "<think>6*7</think><answer>42</answer>"
ENDS = ["<|im_end|>", "<|endoftext|>", "</s>", "<|eot_id|>", "<|im_end|>\n<|endoftext|><|endoftext|>", ""]


@pytest.mark.parametrize("end", ENDS)
def test_special_tokens_after_a_reply_are_removed(end, monkeypatch):
    monkeypatch.setenv("R1REWARDS_SPEC", json.dumps(SPEC))
    stand_ins.torch(monkeypatch)
    data = stand_ins.DataProto({"responses": stand_ins.padded([TEXT + end, "x" * 90])}, {"ground_truth": ["42"] * 2})
    found = {
        "openrlhf": openrlhf.http_response({"query": ["p" + TEXT + end], "prompts": ["p"], "labels": ["42"]})["rewards"][0],
        "areal": areal.reward("p", TEXT + end, [1], [2], answer="42"),
        "slime": asyncio.run(slime.reward(None, SimpleNamespace(prompt="p", response=TEXT + end, label="42"))),
        "nemo_rl": nemo_rl.verify([TEXT + end], ["42"])[0],
        "roll": float(roll.rewards(data, stand_ins.Letters())["scores"][0]),
    }
    assert found == pytest.approx(dict.fromkeys(found, 1.1), abs=1e-3)


def test_special_tokens_inside_a_reply_and_in_messages_are_kept():
    assert response("a<|im_end|>b") == "a<|im_end|>b"
    messages = [{"role": "assistant", "content": "a</s>"}]
    assert response(messages) is messages


LONG = "<|im_start|>user\nSay what 6*7 is. Someone said \\boxed{41}, and was wrong. Think, please.<|im_end|>\n<|im_start|>assistant\n"
REPLY = r"It is \boxed{42}."


@pytest.mark.parametrize(
    ("query", "prompt"),
    [
        pytest.param(LONG + REPLY, LONG, id="whole"),
        pytest.param(LONG[30:] + REPLY, LONG, id="cut from the left"),
        pytest.param(LONG[-25:] + REPLY, LONG, id="cut to a short end"),
        pytest.param("<s>" + LONG + REPLY, LONG, id="a token before it"),
        pytest.param(LONG.replace("Think, please", "Think , please") + REPLY, LONG, id="blanks that decoding changed"),
        pytest.param(LONG.replace(". ", ".") + REPLY, LONG, id="blanks that decoding lost"),
        pytest.param(r"Is it \boxed{41}? Or not? " + REPLY, r"Is  it \boxed{41} ?  Or not?  ", id="a short prompt whose blanks changed"),
        pytest.param("6*7? " + REPLY, r"Is it \boxed{41}? Or what is 6*7? ", id="a short prompt, cut"),
        pytest.param("? " + REPLY, r"Is it \boxed{41}? Or what is 6*7? ", id="hardly any prompt left"),
        pytest.param(LONG + REPLY, [{"role": "user", "content": "6*7?"}], id="a prompt of messages"),
        pytest.param("x" + LONG + REPLY, "y" + LONG[:40] + "z<|im_start|>assistant\n", id="another text with the template"),
    ],
)
def test_the_reply_is_what_follows_the_prompt_however_it_was_cut(query, prompt):
    assert after_prompt(query, prompt) == REPLY
    found = openrlhf.http_response({"query": [query], "prompts": [prompt], "labels": ["42"]})
    assert found["rewards"] == [1.0]


def test_turns_of_the_prompt_and_of_the_reply_are_distinguished():
    turn = "<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\nb<|im_end|>\n"
    prompt = turn + "<|im_start|>user\nc<|im_end|>\n<|im_start|>assistant\n"
    hallucinated = REPLY + "<|im_end|>\n<|im_start|>user\nd<|im_end|>\n<|im_start|>assistant\ne"
    # The prompt is changed so much that only the markers are the same.
    changed = prompt.replace("a<", "A<").replace("c<", "C<").replace("user", "User")
    assert after_prompt(changed + hallucinated, prompt) == hallucinated


@pytest.mark.parametrize(
    ("query", "prompt"),
    [
        (r"Note : 6*7 is \boxed{42}, or so they said: N.", r"Note: 6*7 is \boxed{42}, or so they Say: N"),
        (r"Another question about \boxed{42}", r"What is 6*7? \boxed{42}"),
        (r"\boxed{42} and more", [{"role": "user", "content": "6*7?"}]),
    ],
)
def test_a_reply_that_cannot_be_separated_from_the_prompt_is_not_judged(query, prompt):
    assert after_prompt(query, prompt) is None
    with pytest.warns(r1rewards.UnscoredWarning, match="bad_row: the prompt cannot be separated from the response"):
        openrlhf_told(query, prompt)


def openrlhf_told(query, prompt):
    from r1rewards.integrations import _told

    _told.forget()
    found = openrlhf.http_response({"query": [query], "prompts": [prompt], "labels": ["42"]})
    assert found["rewards"] == [0.0] and found["extra_logs"]["scored"] == [0.0]


SHOTS = "".join(f"Question: what is {shot}+{shot}?\nThink it through, carefully, and then write the final answer.\nAnswer: {2 * shot}\n\n" for shot in range(1, 6))
SHOT = "Question: what is 21+21?\nThink it through, carefully, and then write the final answer.\nAnswer:"


@pytest.mark.parametrize("cut", [0, 5, 50, 200, 400])
def test_examples_in_a_prompt_with_the_same_ending_are_not_taken_for_the_reply(cut):
    assert after_prompt("<s>" + (SHOTS + SHOT)[cut:] + " 42", SHOTS + SHOT) == " 42"


def test_turns_of_a_prompt_with_the_same_ending_are_not_taken_for_the_reply():
    ask = "<|im_start|>user\n{}+{}? Think step by step and put the final answer in a box.<|im_end|>\n<|im_start|>assistant\n"
    prompt = ask.format(2, 2) + "\\boxed{4}<|im_end|>\n" + ask.format(21, 21)
    assert after_prompt("<|endoftext|>" + prompt + REPLY, prompt) == REPLY


def test_a_query_that_is_none_makes_only_its_row_unscored():
    found = openrlhf.http_response({"query": [None, "p" + REPLY], "prompts": ["p", "p"], "labels": ["42", "42"]})
    assert found["rewards"] == [0.0, 1.0] and found["extra_logs"]["scored"] == [0.0, 1.0]


def test_a_long_repetitive_prompt_is_found_quickly():
    prompt = "ab" * 100_000
    assert after_prompt("<s>" + prompt + REPLY, prompt) == REPLY


def test_a_long_prompt_of_one_letter_is_found_quickly():
    prompt = "a" * 200_000
    assert after_prompt("a" * 1000 + REPLY, prompt) == REPLY
