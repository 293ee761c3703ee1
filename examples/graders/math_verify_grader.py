"""Math-Verify as a grader for `verify compare`: reads one sample a line as JSON, writes one verdict a line.

    pip install math-verify
    verify compare rows.jsonl --left strict --right 'command:python examples/graders/math_verify_grader.py'
"""

import json
import sys

from math_verify import parse, verify


def judge(sample):
    extracted = parse(sample["completion"])
    correct = any(verify(parse(f"${gold}$"), extracted) for gold in sample["answer"])
    return {"correct": correct, "extracted": str(extracted[-1]) if extracted else None}


for line in sys.stdin:
    sample = json.loads(line)
    print(json.dumps(judge(sample) if sample["answer"] else None), flush=True)
