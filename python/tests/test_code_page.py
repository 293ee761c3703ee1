"""docs/code.md: the snippet for LiveCodeBench's private cases, and the statements about tests that import pytest."""

import base64
import json
import pickle
import re
import zlib
from pathlib import Path

import pytest

import r1rewards

PAGE = (Path(__file__).parents[2] / "docs" / "code.md").read_text(encoding="utf-8")
CASES = [{"input": "1\n", "output": "2\n", "testtype": "stdin"}]
PROGRAM = "```python\nprint(int(input()) + 1)\n```"


def packed(content):
    return base64.b64encode(zlib.compress(pickle.dumps(content))).decode()


@pytest.fixture
def cases():
    names = {}
    [block] = re.findall(r"```python\n(.+?)```", PAGE, re.S)
    exec(block, names)
    return names["cases"]


@pytest.mark.parametrize("private", [packed(json.dumps(CASES)), json.dumps(CASES)], ids=["packed", "text"])
def test_private_cases_are_read_packed_or_not(cases, private):
    row = {"public_test_cases": json.dumps(CASES), "private_test_cases": cases(private), "metadata": "{}"}
    assert r1rewards.Scorer("code").score(PROGRAM, tests=row).reason == "passed"


def test_a_pickle_that_names_a_function_is_not_run(cases):
    with pytest.raises(pickle.UnpicklingError, match="not plain text: builtins.len"):
        cases(packed(len))


@pytest.mark.parametrize(
    ("tests", "reason"),
    [
        ("import pytest\ndef test_f():\n    with pytest.raises(ValueError):\n        f(-1)\n", "passed"),
        ("import pytest\n@pytest.mark.parametrize('x,y', [(1, 2)])\ndef test_f(x, y):\n    assert f(x) == y\n", "passed"),
        ("import pytest\n@pytest.mark.parametrize('x,y', [(1, 2), (2, 4)])\ndef test_f(x, y):\n    assert f(x) == y\n", "assertion_failed"),
        ("import pytest\ndef test_f():\n    assert f(1) == pytest.approx(2)\n", "passed"),
        ("import pytest\ndef test_f():\n    with pytest.warns(UserWarning):\n        f(1)\n", "bad_tests"),
        ("def test_f():\n    try:\n        f(-1)\n    except ValueError:\n        pass\n    else:\n        assert False\n", "passed"),
        ("def test_f():\n    for x, y in [(1, 2), (2, 3)]:\n        assert f(x) == y\n", "passed"),
        (
            "import unittest\nclass TestF(unittest.TestCase):\n    def test_f(self):\n        with self.assertRaises(ValueError): f(-1)\n"
            "        for x, y in [(1, 2), (2, 3)]:\n            with self.subTest(x=x): self.assertAlmostEqual(f(x), y)\n",
            "passed",
        ),
        ("import math\ndef test_f():\n    assert math.isclose(f(1), 2, rel_tol=1e-6)\n", "passed"),
    ],
    ids=["raises", "parametrize", "parametrize, wrong", "approx", "warns", "try", "loop", "unittest", "isclose"],
)
def test_tests_for_pytest_run_where_the_page_says_so(tests, reason):
    program = "```python\ndef f(x):\n    if x < 0:\n        raise ValueError(x)\n    return x + 1\n```"
    gold = {"test": f"from solution import f\n{tests}", "test_info": [{"function_name": "f"}]}
    assert r1rewards.Scorer("code").score(program, tests=gold).reason == reason
