"""The event loop for rewards that are coroutine functions: one a process, in a thread of its own, made when the first of them is called.

Who waits for the results looks up now and then: where nobody wants them any more (Ctrl-C, the interpreter ends), the calls are cancelled.
"""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures
import os
import threading
from collections.abc import Awaitable, Callable, Sequence

from ._r1rewards import nobody_waits

# Between two looks at whether anybody still waits.
LOOK_S = 0.05

Call = Callable[[], Awaitable[object]]


class Raised:
    """An exception in the place of a result."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


class Slots:
    """Room for so many calls that wait at the same time, whichever threads ask for them."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._own: tuple[int, asyncio.Semaphore] | None = None

    def run(self, calls: Sequence[Call]) -> list[object]:
        """Waits for all of them together; what one raises is `Raised` in its place.

        Raises:
            RuntimeError: nobody waits for the results any more.
        """
        loop = _loop_of_process()
        waiting = asyncio.run_coroutine_threadsafe(self._all(calls), loop.loop)
        try:
            while not concurrent.futures.wait([waiting], LOOK_S).done:
                if nobody_waits() or loop.ending:
                    raise RuntimeError("nobody waits for the reward any more")
        except BaseException:
            # Ctrl-C, too, where this is the main thread.
            waiting.cancel()
            raise
        return waiting.result()

    async def _all(self, calls: Sequence[Call]) -> list[object]:
        # On the loop's thread, so that no two make it.
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
            # KeyboardInterrupt and SystemExit, too: they would end the loop, and are for whoever waits.
            return Raised(error)


class _Loop:
    def __init__(self) -> None:
        self.process = os.getpid()
        self.ending = False
        self.loop = asyncio.new_event_loop()
        # A daemon: the interpreter need not wait for what nobody asks for any more.
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
        # Behind what the tasks do about it.
        self.loop.call_soon(self.loop.call_soon, self.loop.stop)


_lock = threading.Lock()
_own: _Loop | None = None


def _loop_of_process() -> _Loop:
    global _lock, _own
    if _own is not None and _own.process != os.getpid():
        # A forked child has its parent's lock, in whatever state, and none of its threads.
        _lock, _own = threading.Lock(), None
    with _lock:
        if _own is None:
            _own = _Loop()
        return _own
