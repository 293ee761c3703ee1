"""One scorer for a data set of math and code: rows with `tests` go to the sandbox, rows with `answer` to the math
verifier.

    python examples/mixed_rewards.py [ROWS.jsonl]
"""

import collections
import json
import sys
from pathlib import Path

import r1rewards


def main(path):
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
    scorer = r1rewards.Scorer(r1rewards.Auto())
    outcomes = scorer.score_rows(rows)
    for row, outcome in zip(rows, outcomes):
        print(f"{row['id']:14} {outcome.verdict:10} {outcome.reason}")
    print(dict(collections.Counter(outcomes.verdicts)))
    wrong = [row["id"] for row, outcome in zip(rows, outcomes) if outcome.verdict != row.get("expect", outcome.verdict)]
    assert not wrong, f"not as the row expects: {wrong}"


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("mixed.jsonl"))
