"""docs/migrate.md: the code to write instead runs, and has the values in its comments."""

import re
from pathlib import Path

import pytest
from test_python_page import values

PAGE = (Path(__file__).parents[2] / "docs" / "migrate.md").read_text(encoding="utf-8")
AFTER = re.findall(r"^```python\n# after\n(.+?)^```$", PAGE, re.S | re.M)


@pytest.mark.parametrize("block", AFTER, ids=["Math-Verify", "TRL", "verl", "SandboxFusion"])
def test_the_code_to_write_instead(block):
    found = values(block, {})
    assert found
    for code, value, comment in found:
        assert comment.strip().startswith(repr(value)), code
