"""`Custom`: a reward written in Python by the user."""

from __future__ import annotations

from collections.abc import Callable

from .. import _custom
from ._base import Reward


class Custom(Reward):
    """A Python function, or another callable object, as a reward.

    It is called with `completion`, and with `answer`, `prompt`, `tests`, `id` and the row's other columns as far as its
    signature has them as parameters (or `**kwargs`). It returns a number, True or False, None for "not scored", or an
    `Outcome`. If it raises an exception, the sample is `unscored` with the reason `reward_error` and the exception's
    text as detail. The other samples are scored.

    A coroutine function (`async def`, for example a judge on another machine) works in every method of `Scorer`. The
    samples of a batch are judged concurrently, in an event loop of this package. Objects that belong to an event loop,
    such as a client's session, must therefore be created inside the function.

    Args:
        function: The function or object. If it can be imported under its name, it also works in spec files and in other
            processes. Other objects work in this process, and in other processes if they can be pickled.
        group: Whether it is called once for all samples of a prompt, with lists: `function(completions, **columns)`. It
            then returns one result for each sample.
        at_once: For a coroutine function, the largest number of concurrent calls; default: 64.

    Raises:
        SpecError: the object cannot be called.

    >>> import r1rewards
    >>> def polite(completion): return "please" in completion
    >>> scorer = r1rewards.Scorer([r1rewards.Custom(polite)])
    >>> scorer.score("42, please").reward
    1.0
    """

    kind = "python"

    def __init__(self, function: Callable[..., object], *, group: bool = False, at_once: int | None = None) -> None:
        _custom.check(function)
        super().__init__(callable=function, group=group or None, at_once=at_once)

    def _plain(self, name: str, value: object) -> object:
        """The function's name in place of the function."""
        return _custom.name_of(value) if name == "callable" else value
