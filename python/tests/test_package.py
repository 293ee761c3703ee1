"""The examples in docstrings, and the command `verify`."""

import doctest
import importlib
import pkgutil
import subprocess
import sys

import pytest

import r1rewards.rewards

REWARDS = [f".rewards.{module.name}" for module in pkgutil.iter_modules(r1rewards.rewards.__path__)]
MODULES = ["", ".scorer", ".spec", ".math", ".metrics", ".advantage", ".episode", *REWARDS]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_docstrings_give_the_documented_results(name):
    result = doctest.testmod(importlib.import_module("r1rewards" + name))
    assert result.attempted > 0 and result.failed == 0


@pytest.mark.parametrize(("answer", "code"), [(r"\boxed{0.5}", 0), (r"\boxed{0.51}", 1)])
def test_the_command_has_the_same_exit_codes(answer, code):
    run = subprocess.run([sys.executable, "-m", "r1rewards", "math", "1/2", answer], capture_output=True, text=True)
    assert run.returncode == code, run.stderr
