"""Math-Verify as a grader for `verify compare`: reads one sample a line as JSON, writes one verdict a line.

    pip install math-verify
    verify compare rows.jsonl --left strict --right 'command:python examples/graders/math_verify_grader.py'
"""

import json
import sys

from math_verify import parse, verify


MARKS = ("$", "\\boxed", "\\(", "\\[")


def judge(sample):
    text = sample["completion"]
    # Math-Verify reads LaTeX only between delimiters; a completion that is nothing but an answer may have none.
    bare = len(text) < 200 and not any(mark in text for mark in MARKS)
    extracted = parse(f"${text}$" if bare else text)
    correct = any(verify(parse(f"${gold}$"), extracted) for gold in sample["answer"])
    return {"correct": correct, "extracted": str(extracted[-1]) if extracted else None}


for line in sys.stdin:
    sample = json.loads(line)
    print(json.dumps(judge(sample) if sample["answer"] else None), flush=True)
