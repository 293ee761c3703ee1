"""The iterator that `Scorer.results` returns: outcomes in the order of their rows."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from ._r1rewards import Outcome

if TYPE_CHECKING:
    from concurrent.futures import Future

_NOTHING = object()


class Results(Iterator[Outcome]):
    """Outcomes in the order of their rows.

    Ctrl-C loses no outcome: continue with the same iterator, or call `ready` for those that are complete.

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
        # If this is interrupted, the sample remains the next one.
        wait([self._waiting[0]])
        return self._waiting.popleft().result()

    def ready(self) -> list[Outcome]:
        """Returns the next outcomes that are complete, without waiting and without reading more rows.

        After Ctrl-C these are the outcomes that were scored before it.

        Raises:
            RowError: the next sample could not be read; the next call continues with the sample after it.
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
            # The row is dropped, so that its error is raised once and the next call continues with the next row. After
            # KeyboardInterrupt, which is no Exception, the row is kept and submitted again.
            self._unsent = _NOTHING
            raise
        self._unsent = _NOTHING
