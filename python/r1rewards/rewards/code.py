"""Rewards of the spec, one class a kind: code."""

from __future__ import annotations

from ._base import Reward


class Code(Reward):
    r"""The program passes the row's tests, in a sandbox that counts work instead of time.

    Spec: `kind = "code"`; every option, examples and limits: docs/rewards/code.md.

    Args:
        compare: How output is compared where the row doesn't say it: exact, trailing_whitespace_ignored (the default), tokens, floats or unordered_lines.
        tolerance: With `compare = "floats"`: how far two numbers may lie apart, relative to the larger or absolute, whichever is more.
        partial: True: the reward is the fraction of tests that pass.
        unsupported: What a program is that needs what the sandbox lacks: incorrect (the default) or unscored (for audits of reference solutions).
        seconds: Fuel of one run, call or check, in seconds of an ordinary core (default 4); a row's `timeout` goes before it.
        fuel: The same in fuel units.
        memory: Bytes of memory, the interpreter's own 32 MiB included (default 512 MiB, at most 1 GiB).
        output: Bytes that a run may write (default 8 MiB).
        isolation: Where programs run: thread (the default) or process, a worker process for every thread that scores, which scales with the cores. No outcome depends on it.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "code"

    def __init__(
        self,
        *,
        compare: str | None = None,
        tolerance: float | None = None,
        partial: bool | None = None,
        unsupported: str | None = None,
        seconds: float | None = None,
        fuel: int | None = None,
        memory: int | None = None,
        output: int | None = None,
        isolation: str | None = None,
    ) -> None:
        super().__init__(
            compare=compare,
            tolerance=tolerance,
            partial=partial,
            unsupported=unsupported,
            seconds=seconds,
            fuel=fuel,
            memory=memory,
            output=output,
            isolation=isolation,
        )
