"""What the adapters share: scorers by spec, and rewards as trainers want them."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from typing import Any

from ..scorer import Scorer
from ..spec import Spec

SPEC_VARIABLE = "R1REWARDS_SPEC"
"""The environment variable with a spec (a path, a kind, or JSON or TOML text) for frameworks whose configuration cannot pass one."""


def scorer_for(spec: Spec | Scorer | None) -> Scorer:
    """The scorer of a spec: the one given, else that of `R1REWARDS_SPEC`, else the reward `auto`. Specs given as text are built once."""
    if isinstance(spec, Scorer):
        return spec
    if spec is None:
        spec = os.environ.get(SPEC_VARIABLE, "auto")
    return _by_text(spec) if isinstance(spec, str) else Scorer(spec)


@lru_cache(maxsize=32)
def _by_text(spec: str) -> Scorer:
    return Scorer(spec)


def value(reward: float | None, missing: float) -> float:
    """A reward for a trainer that knows no missing ones."""
    return missing if reward is None else reward


def code_tests(ground_truth: object) -> dict[str, Any] | None:
    """The tests that verl's code data sets keep as `ground_truth` (`inputs`, `outputs`, `fn_name`, `assert_case`); None for other golds."""
    found = ground_truth
    if isinstance(found, str) and found.lstrip().startswith("{"):
        try:
            found = json.loads(found)
        except ValueError:
            return None
    if not isinstance(found, dict):
        return None
    if found.get("assert_case"):
        cases = found["assert_case"]
        return {"kind": "asserts", "test_code": cases if isinstance(cases, str) else "\n".join(cases)}
    if not {"inputs", "outputs"} <= set(found):
        return None
    pairs = list(zip(found["inputs"], found["outputs"], strict=True))
    if found.get("fn_name"):
        tests = [{"args": _arguments(given), "expected": expected} for given, expected in pairs]
        return {"kind": "call", "entry": found["fn_name"], "tests": tests}
    return {"kind": "stdio", "tests": [{"input": given, "output": expected} for given, expected in pairs]}


def _arguments(given: object) -> object:
    if isinstance(given, str):
        return [json.loads(line) for line in given.split("\n") if line.strip()]
    return given


def reference(ground_truth: object) -> dict[str, object]:
    """A gold value as the columns of a row: `tests` where it is tests, else `answer`."""
    tests = code_tests(ground_truth)
    return {"tests": tests} if tests else {"answer": ground_truth}
