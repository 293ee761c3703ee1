# Written by `R1REWARDS_UPDATE=1 cargo test --test reward_pages` from the kinds in src/spec. Change those, not this file.
"""Programs: code."""

from __future__ import annotations

from typing import Literal

from ._base import Reward


class Code(Reward):
    r"""The program passes the row's tests, in a sandbox that counts work instead of time.

    Its entry in a spec has `kind = "code"`. More examples and its limits: docs/rewards/code.md.

    Args:
        compare: How output is compared where the row does not say it. One of exact, trailing_whitespace_ignored,
            surrounding_whitespace_ignored, tokens, floats, unordered_lines; default trailing_whitespace_ignored.
        tolerance: With `compare` floats: the largest accepted difference of two numbers, absolute or relative to the
            larger one, whichever allows more. A number from 0 to 1; default 1e-6.
        partial: Whether the reward is the fraction of tests that pass, instead of 1 for all and 0 otherwise. Default
            False.
        each_test: Whether every test runs, also after a failure, and is a component of the outcome, with its input,
            expected value, output and fuel. Default False.
        unsupported: The verdict on a program that needs what the sandbox lacks; unscored is for audits of reference
            solutions. One of incorrect, unscored; default incorrect.
        seconds: The fuel of one run, call or check, in seconds: 10^10 units each, about what ordinary programs take
            natively. A row's `timeout` may ask for less. A number from 0.001 to 1000000; default 4.
        fuel: The same in units of fuel; it takes precedence over `seconds`.
        memory: The memory of a program in bytes, the interpreter's own 56 MiB included; the default is 512 MiB. A whole
            number from 67108864 to 1073741824; default 536870912.
        output: The most bytes that a run may write; the default is 8 MiB. Default 8388608.
        isolation: Where programs run: on the threads that score, or in a worker process for each of them, which scales
            with the cores. No outcome depends on it. One of thread, process; default thread.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.Code())
    >>> scorer.score(
    ...     "```python\nprint(int(input()) * 2)\n```",
    ...     tests={"kind": "stdio", "tests": [{"input": "3\n", "output": "6\n"}]},
    ... ).reward
    1.0
    >>> scorer.score(
    ...     "def f(x): return str(x)",
    ...     tests={"kind": "call", "entry": "f", "tests": [{"args": [4], "expected": 4}]},
    ... ).reward
    0.0
    """

    kind = "code"

    def __init__(
        self,
        *,
        compare: Literal["exact", "trailing_whitespace_ignored", "surrounding_whitespace_ignored", "tokens", "floats", "unordered_lines"] | None = None,
        tolerance: float | None = None,
        partial: bool | None = None,
        each_test: bool | None = None,
        unsupported: Literal["incorrect", "unscored"] | None = None,
        seconds: float | None = None,
        fuel: int | None = None,
        memory: int | None = None,
        output: int | None = None,
        isolation: Literal["thread", "process"] | None = None,
    ) -> None:
        super().__init__(
            compare=compare,
            tolerance=tolerance,
            partial=partial,
            each_test=each_test,
            unsupported=unsupported,
            seconds=seconds,
            fuel=fuel,
            memory=memory,
            output=output,
            isolation=isolation,
        )
