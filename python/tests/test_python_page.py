"""docs/python.md: its Python code runs unchanged, and the values in its comments are right."""

import ast
import re
import sys
import types
from pathlib import Path

import pytest

import r1rewards

PAGE = (Path(__file__).parents[2] / "docs" / "python.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.+?)```", PAGE, re.S)


def values(block, names):
    """Runs a block. Returns (code, value, comment) for each of its bare expressions."""
    found = []
    lines = block.splitlines()
    for statement in ast.parse(block).body:
        if isinstance(statement, ast.Expr) and not isinstance(statement.value, ast.Constant):
            code = ast.unparse(statement.value)
            comment = lines[statement.end_lineno - 1].partition("  # ")[2]
            found.append((code, eval(code, names), comment))
        else:
            exec(compile(ast.Module([statement], []), "docs/python.md", "exec"), names)
    return found


@pytest.fixture
def my_rewards(monkeypatch):
    module = types.ModuleType("my_rewards")
    monkeypatch.setitem(sys.modules, "my_rewards", module)
    [block] = [block for block in BLOCKS if block.startswith("# my_rewards.py")]
    exec(block, vars(module))
    return module


def agree(block, names, count):
    """Checks that every comment that begins with a value has the right one, and that there are `count` of them."""
    checked = 0
    for code, value, comment in values(block, names):
        shown = str(value) if isinstance(value, tuple) else repr(value)
        shown = shown.strip("()")
        if re.match(r"[\[\d']", comment):
            assert comment.startswith(shown), code
            checked += 1
    assert checked == count


def test_the_first_steps():
    agree(BLOCKS[0], {}, 4)


def test_the_same_for_numpy_and_arrow():
    pytest.importorskip("numpy")
    pytest.importorskip("pyarrow")
    names = {}
    values(BLOCKS[0], names)
    (_, rewards, comment), (_, table, _) = values(BLOCKS[1], names)
    assert repr(rewards) in comment
    assert table.num_rows == 3


def test_rewards_of_ones_own(my_rewards):
    [block] = [block for block in BLOCKS if block.startswith("from my_rewards")]
    agree(block, {}, 3)


def test_a_reward_of_ones_own_in_a_spec(my_rewards):
    [spec] = re.findall(r"```toml\n(.+?)```", PAGE, re.S)
    outcomes = r1rewards.Scorer(spec).score_batch([r"\boxed{42}", r"so \boxed{42}"], ["42", "42"], prompt=["6 * 7?"] * 2)
    assert outcomes.rewards == [1.1, 1.0]
