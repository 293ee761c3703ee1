"""docs/trainers.md: every spec on the page is valid, every adapter has its rows, and the Python code can be parsed."""

import ast
import re
from pathlib import Path

import pytest

import r1rewards

PAGE = (Path(__file__).parents[2] / "docs" / "trainers.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (.+?) \| (.+) \|$", PAGE.split("## Names")[1], re.M)[1:]
ADAPTERS = Path(r1rewards.__file__).parent / "integrations"


@pytest.mark.parametrize(("theirs", "ours"), ROWS, ids=[theirs for theirs, _ in ROWS])
def test_every_name_has_a_spec_that_is_one(theirs, ours):
    specs = re.findall(r"`(\{.+?\})`", ours)
    assert specs, theirs
    for spec in specs:
        r1rewards.Scorer(f"reward = [{spec}]")


def test_the_three_forms_of_a_spec_are_the_same():
    [text] = [spec for spec in re.findall(r"```toml\n(.+?)```", PAGE, re.S) if spec.startswith("reward = [")]
    tables = '[[reward]]\nkind = "math"\npolicy = "lenient"\n\n[[reward]]\nkind = "format"\ntemplate = "think"\nweight = 0.1\n'
    objects = [r1rewards.Math("lenient"), (0.1, r1rewards.Format("think"))]
    assert r1rewards.Scorer(text) == r1rewards.Scorer(tables) == r1rewards.Scorer(objects)


def test_every_adapter_is_in_one_of_the_tables():
    listed = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.M))
    there = {path.stem for path in ADAPTERS.glob("*.py") if not path.stem.startswith("_")}
    assert listed == there


def test_the_specs_and_the_python_on_the_page_can_be_read():
    for spec in re.findall(r"```toml\n(.+?)```", PAGE, re.S):
        r1rewards.Scorer(spec)
    blocks = re.findall(r"```python\n(.+?)```", PAGE, re.S)
    assert len(blocks) > 8
    for block in blocks:
        # Some blocks have `await` at the top level, as in a notebook.
        compile(block, "docs/trainers.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | ast.PyCF_ONLY_AST)
