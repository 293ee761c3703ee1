"""Rows in the forms of data sets for training: a reference, a correct program and a wrong one."""

import json

MAGIC = "def isMagic(x):\n    return 1 if x % 9 == 1 else 0\n"

FORMS = {
    "Eurus-2: results in lists of one": (
        json.dumps({"fn_name": "isMagic", "inputs": [[1237], [12], [19], [1]], "outputs": [[0], [0], [1], [1]]}),
        MAGIC,
        MAGIC.replace("== 1", "== 2"),
    ),
    "Eurus-2: standard streams": (
        json.dumps({"inputs": ["3\n1 2 3\n", "1\n5\n"], "outputs": ["6\n", "5\n"]}),
        "input()\nprint(sum(map(int, input().split())))",
        "print(6)",
    ),
    "TACO: lines in lists": (
        json.dumps({"inputs": [["2", "1 2"], ["1", "7"]], "outputs": [["3"], ["7"]]}),
        "input()\nprint(sum(map(int, input().split())))",
        "print(3)",
    ),
    "LiveCodeBench: functions by metadata": (
        json.dumps([
            {"input": "[1, 2, 3]\n2", "output": "8", "testtype": "functional", "metadata": {"func_name": "total"}},
            {"input": "[]\n1", "output": "1", "testtype": "functional", "metadata": {"func_name": "total"}},
        ]),
        "class Solution:\n    def total(self, items, start):\n        return sum(items) + start",
        "class Solution:\n    def total(self, items, start):\n        return 8",
    ),
    "LiveCodeBench: standard streams": (
        json.dumps([{"input": "4\n", "output": "16\n", "testtype": "stdin"}, {"input": "3\n", "output": "9\n", "testtype": "stdin"}]),
        "print(int(input()) ** 2)",
        "print(int(input()) * 4)",
    ),
    "KodCode: tests that import the solution": (
        "from solution import add\n\ndef test_small():\n    assert add(1, 2) == 3\n\ndef test_negative():\n    assert add(-1, -2) == -3\n",
        "def add(a, b):\n    return a + b",
        "def add(a, b):\n    return abs(a + b)",
    ),
}


def fenced(program):
    """Returns a program in a fenced block, as a model writes it."""
    return f"Here it is:\n```python\n{program}\n```"
