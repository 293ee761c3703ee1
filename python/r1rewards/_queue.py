"""The queue of `Scorer.submit`: bounded, with one background thread for each scorer and process.

When the interpreter ends, waiting samples are cancelled and the running one is interrupted.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from typing import TYPE_CHECKING

from ._notices import Notices
from ._r1rewards import Engine, Outcome

if TYPE_CHECKING:
    from concurrent.futures import Future

    Job = tuple[Future[Outcome], object, dict[str, object], bool]

# Seconds between two checks whether the interpreter is ending, and the number of checks without a sample after which
# the thread ends.
LOOK_S = 0.05
LOOKS = 20


class ScoringQueue:
    """Scores samples in the background, in the order in which they were submitted. At most `size` samples wait."""

    def __init__(self, engine: Engine, notices: Notices, size: int) -> None:
        self._engine = engine
        self._notices = notices
        self._size = size
        self._lock = threading.Lock()
        self._own: _OfProcess | None = None

    def submit(self, completion: object, columns: dict[str, object], keep: bool) -> Future[Outcome]:
        """Queues a sample; blocks while the queue is full.

        A sample that cannot be read gives an unscored outcome if `keep` is set. Otherwise its future raises the
        `RowError`.

        Raises:
            RuntimeError: the interpreter is ending.
        """
        from concurrent.futures import Future

        own = self._own
        if own is None or own.process != os.getpid():
            own = self._started()
        own.slots.acquire()
        future: Future[Outcome] = Future()
        with own.wake:
            if _is_ending():
                own.slots.release()
                raise RuntimeError("cannot submit a sample: the interpreter is ending")
            own.jobs.append((future, completion, columns, keep))
            if own.busy:
                own.wake.notify()
            else:
                # Not a daemon thread, so that the interpreter waits until it has ended: at most `LOOK_S` seconds when
                # it is idle.
                threading.Thread(target=self._drain, args=(own,), name="r1rewards", daemon=False).start()
                own.busy = True
        return future

    def _started(self) -> _OfProcess:
        if self._own is not None and self._own.process != os.getpid():
            # A forked child has copies of its parent's locks, which may be locked, and none of its parent's threads.
            self._lock = threading.Lock()
        with self._lock:
            if self._own is None or self._own.process != os.getpid():
                self._own = _OfProcess(self._size)
            return self._own

    def _drain(self, own: _OfProcess) -> None:
        while (job := own.next()) is not None:
            future, completion, columns, keep = job
            own.slots.release()
            if _is_ending():
                future.cancel()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                outcome = self._engine.score(completion, columns, _is_ending, keep)
                self._notices.one(outcome, columns)
                future.set_result(outcome)
            except BaseException as error:
                # KeyboardInterrupt and SystemExit of a reward, too, are raised where the future's result is read.
                future.set_exception(error)


class _OfProcess:
    """The queue's state in one process: its waiting samples and whether its thread runs."""

    def __init__(self, size: int) -> None:
        self.process = os.getpid()
        self.slots = threading.BoundedSemaphore(size)
        self.wake = threading.Condition()
        self.jobs: deque[Job] = deque()
        self.busy = False

    def next(self) -> Job | None:
        """Returns the next sample; None if none arrives within `LOOKS` times `LOOK_S` seconds or the interpreter is
        ending."""
        with self.wake:
            for _ in range(LOOKS):
                if self.jobs:
                    return self.jobs.popleft()
                if _is_ending():
                    break
                self.wake.wait(LOOK_S)
            if self.jobs:
                return self.jobs.popleft()
            self.busy = False
            return None


def _is_ending(*_progress: int) -> bool:
    # After the main thread has ended, the interpreter waits for the other threads. The standard library's executors
    # accept no work from then on, either.
    return not threading.main_thread().is_alive()
