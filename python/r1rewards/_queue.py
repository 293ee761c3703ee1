"""The queue behind `Scorer.submit`: bounded, one background thread a scorer, made by the process that needs it."""

from __future__ import annotations

import os
import threading
from collections import deque
from typing import TYPE_CHECKING

from ._r1rewards import Engine, Outcome

if TYPE_CHECKING:
    from concurrent.futures import Future

    Job = tuple[Future[Outcome], object, dict[str, object]]


class ScoringQueue:
    """Takes samples, scores them in the background in the order they came, and bounds how many wait."""

    def __init__(self, engine: Engine, size: int) -> None:
        self._engine = engine
        self._size = size
        self._lock = threading.Lock()
        self._own: _OfProcess | None = None

    def submit(self, completion: object, columns: dict[str, object]) -> Future[Outcome]:
        """Queues a sample; waits while the queue is full."""
        from concurrent.futures import Future

        own = self._own
        if own is None or own.process != os.getpid():
            own = self._started()
        own.slots.acquire()
        future: Future[Outcome] = Future()
        with own.lock:
            own.jobs.append((future, completion, columns))
            idle, own.busy = not own.busy, True
        if idle:
            own.executor.submit(self._drain, own)
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
        while True:
            with own.lock:
                if not own.jobs:
                    own.busy = False
                    return
                future, completion, columns = own.jobs.popleft()
            own.slots.release()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(self._engine.score(completion, columns))
            except Exception as error:
                future.set_exception(error)


class _OfProcess:
    """What belongs to one process: its thread, its waiting samples."""

    def __init__(self, size: int) -> None:
        # Imported when the first sample is submitted: importing the package stays quick.
        from concurrent.futures import ThreadPoolExecutor

        self.process = os.getpid()
        self.slots = threading.BoundedSemaphore(size)
        self.lock = threading.Lock()
        self.jobs: deque[Job] = deque()
        self.busy = False
        self.executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="r1rewards")
