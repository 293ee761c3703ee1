"""The queue behind `Scorer.submit`: bounded, one background thread a scorer, made by the process that needs it.

Where the interpreter ends, what waits is cancelled and what runs is left: nobody can ask for it any more.
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

# Between two looks at whether the interpreter ends, and how often the thread looks in vain for a sample before it ends.
LOOK_S = 0.05
LOOKS = 20


class ScoringQueue:
    """Takes samples, scores them in the background in the order they came, and bounds how many wait."""

    def __init__(self, engine: Engine, notices: Notices, size: int) -> None:
        self._engine = engine
        self._notices = notices
        self._size = size
        self._lock = threading.Lock()
        self._own: _OfProcess | None = None

    def submit(self, completion: object, columns: dict[str, object], keep: bool) -> Future[Outcome]:
        """Queues a sample; waits while the queue is full. One that cannot be read is unscored where it is to be kept, and raised elsewhere."""
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
                # No daemon: the interpreter waits for it, for no longer than a look takes, instead of ending under it.
                threading.Thread(target=self._drain, args=(own,), name="r1rewards", daemon=False).start()
                own.busy = True
        return future

    def _started(self) -> _OfProcess:
        if self._own is not None and self._own.process != os.getpid():
            # A forked child has its parent's locks, in whatever state, and none of its threads.
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
                # KeyboardInterrupt and SystemExit of a reward, too, are for whoever asks for the outcome.
                future.set_exception(error)


class _OfProcess:
    """What belongs to one process: its thread, its waiting samples."""

    def __init__(self, size: int) -> None:
        self.process = os.getpid()
        self.slots = threading.BoundedSemaphore(size)
        self.wake = threading.Condition()
        self.jobs: deque[Job] = deque()
        self.busy = False

    def next(self) -> Job | None:
        """The next sample; None where none comes for a while, or the interpreter ends."""
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
    # The interpreter waits for other threads after the main thread has ended; the standard executors take no work from then on, either.
    return not threading.main_thread().is_alive()
