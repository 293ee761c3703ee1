"""Reads references in the known forms of data sets and trainers, as answers or as tests (docs/code.md lists the forms).

Rewards read the known forms themselves. Use these functions to inspect a reference or to convert a data set.

>>> tests({"fn_name": "add", "inputs": ["1\\n2"], "outputs": ["3"]})
{'kind': 'call', 'entry': 'add', 'tests': [{'args': [1, 2], 'expected': 3}]}
>>> columns({"target": ["Paris", "paris"]})
{'answer': ['Paris', 'paris']}
"""

from __future__ import annotations

from typing import Any

from ._r1rewards import RowError, form_tests, read_golds


def tests(gold: object) -> dict[str, Any]:
    """Converts a reference to the form of the column `tests`. A reference in this form already is returned unchanged.

    Raises:
        RowError: the reference has no known form (the message names the keys and types found), or has a known form but
            cannot be used (the message names the place).
    """
    found: dict[str, Any] = form_tests(gold)
    return found


def columns(gold: object) -> dict[str, Any]:
    """Converts a reference to a column of a row.

    The result is `{"answer": ...}`, `{"tests": ...}` with the tests as `tests` returns them, or `{}` if there is no
    reference.

    Text is read as tests only if it is JSON in a known form or Python code with assertions. The text `{1, 2}` is an
    answer (a set).

    Raises:
        RowError: the reference is a truth value, a nested list, or a mapping in no known form.
    """
    answers, found, problems = read_golds([gold])
    if problems:
        raise RowError(f"the reference {problems[0][1]}")
    if found[0] is not None:
        return {"tests": tests(found[0])}
    return {} if answers[0] is None else {"answer": answers[0]}
