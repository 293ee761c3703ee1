"""The examples learn: each ends with a better number than it began with."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[3] / "examples"


SCRIPTS = [("grpo_by_hand.py", ["transformers"]), ("grpo_trl.py", ["trl"]), ("trl_grpo.py", ["trl", "r1rewards"])]


@pytest.mark.parametrize("script,needs", SCRIPTS)
def test_an_example_ends_with_a_better_number_than_it_began_with(script: str, needs: list[str]) -> None:
    for module in needs:
        pytest.importorskip(module)
    # One thread is faster for tensors this small.
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, str(EXAMPLES / script)], capture_output=True, text=True, timeout=600, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    before, after = map(float, re.findall(r"([\d.]+) -> ([\d.]+)", done.stdout)[-1])
    assert after > before + 0.05, done.stdout
