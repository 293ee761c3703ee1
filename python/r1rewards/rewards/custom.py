"""`Custom`: a reward that you write in Python."""

from __future__ import annotations

from collections.abc import Callable

from .. import _custom
from ._base import Reward


class Custom(Reward):
    """A function, or an object that can be called, as a reward beside the others.

    It is called with `completion` and, where its signature has them (or `**kwargs`), `answer`, `prompt`, `tests`, `id` and the row's other
    columns. It returns a number, True or False, None for "not scored", or an `Outcome`. An exception leaves its sample `unscored` with the
    reason `reward_error` and the exception's text; the other samples are scored.

    A coroutine function (`async def`, for a judge behind a network) works in every method of `Scorer`: the samples of a batch are judged at the same time,
    in an event loop of the package's own, so what belongs to a loop (a client's session) is to be made inside of the function.

    Args:
        function: The function or object. What can be imported under its name also works in spec files and other processes; other
            objects work in this process and wherever they can be pickled.
        group: Call it once for all samples of a prompt, with lists: `function(completions, **columns)`, one result a sample.
        at_once: For a coroutine function: the most calls that wait at the same time, by default 64.

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
