"""Known forms of references: what data sets and trainers write, as answers and as tests (docs/code.md lists them).

Rewards read known forms themselves; this is for looking, and for data sets that are written anew.

>>> tests({"fn_name": "add", "inputs": ["1\\n2"], "outputs": ["3"]})
{'kind': 'call', 'entry': 'add', 'tests': [{'args': [1, 2], 'expected': 3}]}
>>> columns({"target": ["Paris", "paris"]})
{'answer': ['Paris', 'paris']}
"""

from __future__ import annotations

from typing import Any

from ._r1rewards import RowError, form_tests, read_golds


def tests(gold: object) -> dict[str, Any]:
    """The `tests` of a reference in our own form, which is given back as it is.

    Raises:
        RowError: no known form, with the keys and types that were seen; a known one that cannot be used, with the place.
    """
    found: dict[str, Any] = form_tests(gold)
    return found


def columns(gold: object) -> dict[str, Any]:
    """The column of a row that a reference is: `{"answer": ...}`, `{"tests": ...}` in our own form, or `{}` where there is none.

    Text is tests only where it is JSON in a known form or Python that asserts: `{1, 2}` is a set.

    Raises:
        RowError: a truth value, a nested list, a table in no known form.
    """
    answers, found, problems = read_golds([gold])
    if problems:
        raise RowError(f"the reference {problems[0][1]}")
    if found[0] is not None:
        return {"tests": tests(found[0])}
    return {} if answers[0] is None else {"answer": answers[0]}
