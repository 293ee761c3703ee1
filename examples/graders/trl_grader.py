"""TRL's `accuracy_reward` as a grader for `verify compare`: reads one sample a line as JSON, writes one verdict a line.

    pip install trl math-verify
    verify compare rows.jsonl --left strict --right 'command:python examples/graders/trl_grader.py'
"""

import json
import sys

from trl.rewards import accuracy_reward

for line in sys.stdin:
    sample = json.loads(line)
    completion = [[{"role": "assistant", "content": sample["completion"]}]]
    # TRL reads a reference as LaTeX where it is marked as such. None where it cannot read it.
    rewards = [accuracy_reward(completion, [f"${gold}$"])[0] for gold in sample["answer"]]
    known = [reward for reward in rewards if reward is not None]
    print(json.dumps(max(known) if known else None), flush=True)
