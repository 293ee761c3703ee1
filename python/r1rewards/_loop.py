"""Runs rewards that are coroutine functions: one event loop for each process, in a background thread, created at the
first call.

A thread that waits for results checks every `LOOK_S` seconds whether they are still needed. If they are not (after
Ctrl-C, or when the interpreter ends), it cancels the calls.
"""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures
import os
import threading
from collections.abc import Awaitable, Callable, Sequence

from ._r1rewards import nobody_waits

# Seconds between two checks whether the results are still needed.
LOOK_S = 0.05

Call = Callable[[], Awaitable[object]]


class Raised:
    """An exception that a call raised, returned in the place of its result."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


class Slots:
    """Runs calls of one reward, at most `at_once` at the same time over all threads."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._own: tuple[int, asyncio.Semaphore] | None = None

    def run(self, calls: Sequence[Call]) -> list[object]:
        """Runs the calls concurrently and returns their results in order, with `Raised` in the place of a call that
        raised.

        Raises:
            RuntimeError: the scoring was interrupted or the interpreter is ending, so the results are no longer needed.
        """
        loop = _loop_of_process()
        waiting = asyncio.run_coroutine_threadsafe(self._all(calls), loop.loop)
        try:
            while not concurrent.futures.wait([waiting], LOOK_S).done:
                if nobody_waits() or loop.ending:
                    raise RuntimeError("the call of the reward was cancelled: its scoring was interrupted or the interpreter is ending")
        except BaseException:
            # BaseException, because on the main thread Ctrl-C raises KeyboardInterrupt here.
            waiting.cancel()
            raise
        return waiting.result()

    async def _all(self, calls: Sequence[Call]) -> list[object]:
        # Created here, on the loop's only thread, so that it is created once.
        if self._own is None or self._own[0] != os.getpid():
            self._own = os.getpid(), asyncio.Semaphore(self._at_once)
        slots = self._own[1]
        tasks = [asyncio.ensure_future(_one(call, slots)) for call in calls]
        try:
            await asyncio.wait(tasks)
        except asyncio.CancelledError:
            for task in tasks:
                task.cancel()
            raise
        return [task.result() if not task.cancelled() else Raised(RuntimeError("the reward was cancelled")) for task in tasks]


async def _one(call: Call, slots: asyncio.Semaphore) -> object:
    async with slots:
        try:
            return await call()
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            # KeyboardInterrupt and SystemExit are caught, too: they would end the loop. The waiting thread raises them.
            return Raised(error)


class _Loop:
    def __init__(self) -> None:
        self.process = os.getpid()
        self.ending = False
        self.loop = asyncio.new_event_loop()
        # A daemon thread, so that the interpreter can exit without waiting for it.
        self._thread = threading.Thread(target=self.loop.run_forever, name="r1rewards-loop", daemon=True)
        self._thread.start()
        atexit.register(self.end)

    def end(self) -> None:
        if self.process == os.getpid() and not self.ending:
            self.ending = True
            self.loop.call_soon_threadsafe(self._stop)
            self._thread.join(1)
            if not self._thread.is_alive():
                self.loop.close()

    def _stop(self) -> None:
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        # Stop the loop two iterations later, after the tasks have handled their cancellation.
        self.loop.call_soon(self.loop.call_soon, self.loop.stop)


_lock = threading.Lock()
_own: _Loop | None = None


def _loop_of_process() -> _Loop:
    global _lock, _own
    if _own is not None and _own.process != os.getpid():
        # A forked child has a copy of its parent's lock, which may be locked, and none of its parent's threads.
        _lock, _own = threading.Lock(), None
    with _lock:
        if _own is None:
            _own = _Loop()
        return _own
