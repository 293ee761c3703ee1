"""The code verifier as a function: whether a program passes tests, and the reason if it does not.

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
    """The result of one test.

    `reason` is `passed` or the reason code of the failure, and `detail` explains it. `input`, `expected` and `got` are
    text, truncated for display. `stderr` is what the program wrote to standard error, truncated. `fuel` is the
    work spent, `memory` the largest memory use in bytes.
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
        """Whether the test passed."""
        return self.reason == "passed"


class Run(NamedTuple):
    """The outcome of a program and the result of every test. It is true if and only if every test passes.

    `total` is the number of tests. `tests` has an entry for each test, and is empty if nothing ran (no program was
    found, or the tests cannot be used). All assertions of tests of kind `asserts` together are one test.
    """

    outcome: Outcome
    tests: list[Test]
    total: int

    @property
    def verdict(self) -> str:
        """The verdict of the outcome: `correct`, `incorrect` or `unscored`."""
        return self.outcome.verdict

    @property
    def reward(self) -> float | None:
        """The reward of the outcome; None if it is unscored."""
        return self.outcome.reward

    @property
    def reason(self) -> str:
        """The reason of the outcome: `passed`, or the reason of the first test that failed."""
        return self.outcome.reason

    @property
    def detail(self) -> str | None:
        """The detail of the outcome: which test failed, and how."""
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
        """The sum of the fuel of all tests, including the fuel for loading the program."""
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
    """Judges a program against tests.

    Every test is run in this process, also after one has failed.

    Args:
        program: The program alone, or a completion that has it in a fenced block.
        tests: Tests as in the column `tests` of a row (docs/code.md).
        **options: The options of the reward `code` (docs/rewards/code.md).

    Raises:
        SpecError: an unknown option or an invalid value; the message lists the known options.
        RowError: `tests` contains a value that is not text, a number, a list or a mapping.

    >>> double = {"kind": "call", "entry": "f", "tests": [{"args": [2], "expected": 4}, {"args": [0], "expected": 0}]}
    >>> [(test.passed, test.expected, test.got) for test in run("def f(x): return 3 * x", double).tests]
    [(False, '4', '6'), (True, '0', '0')]
    """
    outcome, report = run_program(program, tests, options)
    if report is None:
        return Run(outcome, [], 0)
    return Run(outcome, [Test(**test) for test in report["tests"]], report["total"])
