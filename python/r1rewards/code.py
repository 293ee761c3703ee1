"""The code verifier by itself: does this program pass these tests, and why not.

>>> tests = {"kind": "asserts", "test_code": "assert f(2) == 4"}
>>> bool(run("def f(x): return 2 * x", tests))
True
>>> run("def f(x): return x", tests).reason
'assertion_failed'
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ._r1rewards import Outcome, run_program


class Test(NamedTuple):
    """What one test said.

    `reason` is passed, or why not; `detail` says it in words. `input`, `expected` and `got` are text, cut to what people read; `stderr` is what the program
    wrote there, cut. `fuel` is the work spent, `memory` the largest use in bytes.
    """

    reason: str
    detail: str
    input: str
    expected: str
    got: str
    stderr: str
    fuel: int
    memory: int

    @property
    def passed(self) -> bool:
        """Whether it passed."""
        return self.reason == "passed"


class Run(NamedTuple):
    """The outcome of a program, and what every test said; true exactly where every test passes.

    `total` is the number of tests; `tests` has an entry for each, and none where nothing ran (no program, tests that cannot be used). Asserts are one test.
    """

    outcome: Outcome
    tests: list[Test]
    total: int

    @property
    def verdict(self) -> str:
        """Of the outcome: correct, incorrect or unscored."""
        return self.outcome.verdict

    @property
    def reward(self) -> float | None:
        """Of the outcome; None where unscored."""
        return self.outcome.reward

    @property
    def reason(self) -> str:
        """Of the outcome: passed, or why the first test that failed did."""
        return self.outcome.reason

    @property
    def detail(self) -> str | None:
        """Of the outcome: which test failed, and how."""
        return self.outcome.detail

    @property
    def why(self) -> str:
        """The reason as a sentence."""
        return self.outcome.why

    @property
    def extracted(self) -> str | None:
        """The program that ran."""
        return self.outcome.extracted

    @property
    def work(self) -> int:
        """The fuel that all tests spent together, loading included."""
        return self.outcome.work

    @property
    def is_correct(self) -> bool:
        """Whether every test passes."""
        return self.outcome.is_correct

    @property
    def is_scored(self) -> bool:
        """Whether the program could be judged."""
        return self.outcome.is_scored

    def __bool__(self) -> bool:
        return self.outcome.is_correct


def run(program: str, tests: Mapping[str, object], **options: object) -> Run:
    """Judges a program, bare or in a fenced block of a completion, against tests in the form of a row's `tests` (docs/code.md).

    Every test is run, also behind one that fails, in this process. `options` are those of the reward `code` (docs/rewards/code.md).

    Raises:
        SpecError: an unknown option or a value that it refuses; lists the known ones.
        RowError: tests that hold what is no text, number, list or mapping.

    >>> double = {"kind": "call", "entry": "f", "tests": [{"args": [2], "expected": 4}, {"args": [0], "expected": 0}]}
    >>> [(test.passed, test.expected, test.got) for test in run("def f(x): return 3 * x", double).tests]
    [(False, '4', '6'), (True, '0', '0')]
    """
    outcome, report = run_program(program, tests, options)
    if report is None:
        return Run(outcome, [], 0)
    return Run(outcome, [Test(**test) for test in report["tests"]], report["total"])
