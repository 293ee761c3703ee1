"""Asks the program about checkpoints."""

import json
import os
import pathlib
import subprocess
from typing import Any

import pytest
import torch

torch.set_num_threads(1)

PROGRAM = os.environ.get("R1REWARDS_REASONER", "")
CONFIGS = pathlib.Path(__file__).resolve().parent.parent / "configs"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not PROGRAM:
        missing = pytest.mark.skip(reason="R1REWARDS_REASONER is not the path of the program `reasoner`")
        for item in items:
            item.add_marker(missing)


def reasoner(*arguments: str, stdin: str = "") -> str:
    """Runs the program and returns its standard output."""
    command = [PROGRAM, *arguments, "--threads", "1", "--device", "cpu"]
    found = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=300)
    assert found.returncode == 0, found.stderr
    return found.stdout


def ask(folder: pathlib.Path, *questions: Any) -> list[Any]:
    """The program's answers to questions about a checkpoint."""
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    return [json.loads(line) for line in reasoner("--probe", str(folder), stdin=lines).splitlines()]
