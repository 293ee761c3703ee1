"""The code verifier by itself: does this program pass these tests, and why not.

>>> tests = {"kind": "asserts", "test_code": "assert f(2) == 4"}
>>> bool(run("def f(x): return 2 * x", tests))
True
>>> run("def f(x): return x", tests).reason
'assertion_failed'
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from ._r1rewards import Outcome
from .scorer import Scorer


def run(program: str, tests: Mapping[str, object], **options: object) -> Outcome:
    """Judges a program, bare or in a fenced block of a completion, against tests in the form of a row's `tests` (docs/code.md).

    The outcome is true exactly where every test passes. `options` are those of the reward `code` (docs/rewards/code.md).

    Raises:
        SpecError: an unknown option or a value that it refuses; lists the known ones.
    """
    return _scorer(tuple(options.items())).score(program, tests=tests)


@lru_cache(maxsize=16)
def _scorer(options: tuple[tuple[str, object], ...]) -> Scorer:
    return Scorer({"kind": "code", **dict(options)})
