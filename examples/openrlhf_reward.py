"""A reward file for OpenRLHF: the rewards of examples/rewards.toml, chosen here instead of by R1REWARDS_SPEC.

    --reward.remote_url examples/openrlhf_reward.py
"""

from pathlib import Path

import r1rewards
from r1rewards.integrations import openrlhf

SCORER = r1rewards.Scorer(Path(__file__).with_name("rewards.toml"))


def reward_func(queries, prompts, labels):
    """Has OpenRLHF's signature: takes texts with special tokens, prompts and references; returns rewards, scores and
    numbers to log."""
    return openrlhf.reward_func(queries, prompts, labels, spec=SCORER)


if __name__ == "__main__":
    prompt, response = "What is 6 times 7? ", "<think>6 * 7</think><answer>42</answer>"
    found = reward_func([prompt + response], [prompt], ["42"])
    print(found)
    assert [float(reward) for reward in found["rewards"]] == [1.1]
