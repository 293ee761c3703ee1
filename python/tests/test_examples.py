"""The examples run unchanged and give the documented results (each ends with an assertion)."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(name, *arguments):
    found = subprocess.run([sys.executable, f"examples/{name}", *arguments], cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    return found.stdout


@pytest.mark.parametrize("name", ["mixed_rewards.py", "openrlhf_reward.py", "score_while_generating.py"])
def test_the_example_runs(name):
    assert run(name)


def test_a_row_that_is_not_as_expected_ends_the_mixed_example(tmp_path):
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"id": "a", "completion": "\\\\boxed{41}", "answer": "42", "expect": "correct"}\n')
    with pytest.raises(AssertionError, match="not as the row expects"):
        run("mixed_rewards.py", str(rows))


def test_the_example_with_trl_learns():
    pytest.importorskip("trl")
    first, last = map(float, re.findall(r"([\d.]+) -> ([\d.]+)", run("trl_grpo.py"))[-1])
    assert last > first + 0.2
