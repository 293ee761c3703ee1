"""verl's `default_compute_score` as a grader for `verify compare`: reads one sample a line as JSON, writes one verdict a line.

    pip install verl
    verify compare rows.jsonl --left strict --right 'command:python examples/graders/verl_grader.py math_dapo'

The argument is verl's name of a data set, which chooses its grader; default: lighteval/MATH.
"""

import contextlib
import json
import sys

from verl.utils.reward_score import default_compute_score

# Some of its graders print what went wrong; standard output is for verdicts alone.
verdicts = sys.stdout
data_source = sys.argv[1] if len(sys.argv) > 1 else "lighteval/MATH"
for line in sys.stdin:
    sample = json.loads(line)
    with contextlib.redirect_stdout(sys.stderr):
        scores = [default_compute_score(data_source, sample["completion"], gold) for gold in sample["answer"]]
    scores = [score["score"] if isinstance(score, dict) else score for score in scores]
    print(json.dumps({"reward": max(scores)} if scores else None), flush=True)
