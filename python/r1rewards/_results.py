"""What `Scorer.results` gives: outcomes in order, as they come."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from ._r1rewards import Outcome

if TYPE_CHECKING:
    from concurrent.futures import Future

_NOTHING = object()


class Results(Iterator[Outcome]):
    """Outcomes in the order of their rows. Ctrl-C loses none of them: go on with the same iterator, or take those that are `ready`.

    >>> import r1rewards
    >>> results = r1rewards.Scorer({"kind": "math"}).results([{"completion": "42", "answer": "42"}, {"completion": r"\\\\boxed{42}", "answer": "42"}])
    >>> [outcome.reward for outcome in results]
    [0.0, 1.0]
    """

    def __init__(self, submit: Callable[[object], Future[Outcome]], rows: Iterable[object], ahead: int) -> None:
        self._submit = submit
        self._rows = iter(rows)
        self._ahead = ahead
        self._waiting: deque[Future[Outcome]] = deque()
        self._unsent: object = _NOTHING
        self._ended = False

    def __next__(self) -> Outcome:
        from concurrent.futures import wait

        while not self._ended and len(self._waiting) <= self._ahead and not (self._waiting and self._waiting[0].done()):
            self._send()
        if not self._waiting:
            raise StopIteration
        # Where this is interrupted, the sample stays the next one.
        wait([self._waiting[0]])
        return self._waiting.popleft().result()

    def ready(self) -> list[Outcome]:
        """The next outcomes that are there already, without waiting and without reading more rows: what was scored when Ctrl-C came.

        Raises:
            RowError: the next sample could not be read; the call after it goes on behind it.
        """
        found: list[Outcome] = []
        while self._waiting and self._waiting[0].done():
            if found and self._waiting[0].exception() is not None:
                break
            found.append(self._waiting.popleft().result())
        return found

    def _send(self) -> None:
        if self._unsent is _NOTHING:
            try:
                self._unsent = next(self._rows)
            except StopIteration:
                self._ended = True
                return
        try:
            self._waiting.append(self._submit(self._unsent))
        except Exception:
            # Said once, and gone on behind it; after Ctrl-C it is sent again.
            self._unsent = _NOTHING
            raise
        self._unsent = _NOTHING
