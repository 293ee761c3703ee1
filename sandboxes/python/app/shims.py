"""Stands in for what the guest's system lacks, so that common programs run: threads, thread pools, and asyncio without sockets.

`install` is called once, before the snapshot. The guest has one thread and nobody to wait for, hence:

- `Thread.start` runs the thread to its end; `join` returns at once. This serves the idiom of a thread with a large stack, and workers that don't wait
  for each other. A thread that waits for another one (an empty queue, a lock held elsewhere) would wait forever: that's a `Deadlock`.
- `ThreadPoolExecutor.submit` runs the call at once.
- `signal.alarm` and timers are set and never fire, limits of `resource` are none; fuel is what ends a program.
- `exit` and `quit` are there, as `site` makes them.
- asyncio needs no socket to wake itself; a loop with nothing left to wait for is a `Deadlock`.

`settle` comes last: it makes the snapshot's objects cheap to run beside.
"""

import _sitebuiltins
import builtins
import gc
import selectors
import signal
import sys
import threading
import time
import types

#: Young objects before a collection. Collecting is rarely worth its time in a short program, and the default made allocation-heavy programs many times
#: slower (see README.md); memory is bounded by the sandbox.
_COLLECT_AFTER = 500_000


class Deadlock(RuntimeError):
    """The program waits for something that no other thread is there to bring about."""


def install():
    """Replaces threads, thread pools and asyncio's selector in the running interpreter."""
    _install_threads()
    _install_thread_pools()
    _install_asyncio()
    _install_signals()
    _install_resource()
    builtins.exit, builtins.quit = (_sitebuiltins.Quitter(name, "Ctrl-D (i.e. EOF)") for name in ("exit", "quit"))


def settle():
    """Frees what can be freed, then takes everything alive out of reference counting and collection. Returns how many objects became immortal."""
    import _r1

    gc.collect()
    immortal = _r1.immortalize(gc.get_objects())
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER, 10, 0)
    return immortal


# ---- threads ----


def _install_threads():
    import _thread

    threading.Thread.start = _start
    threading.Thread.join = _join
    threading.Thread.is_alive = lambda self: getattr(self, "_r1_running", False)
    threading.stack_size = _thread.stack_size = lambda size=0: 0
    _thread.start_new_thread = _thread.start_new = _start_new_thread
    # Queues, events, barriers, semaphores and futures all wait here.
    threading.Condition.wait = _wait


def _start(self):
    if not self._initialized:
        raise RuntimeError("thread.__init__() not called")
    if self._started.is_set():
        raise RuntimeError("threads can only be started once")
    ident = threading.get_ident()
    outer = threading._active.get(ident)
    self._started.set()
    self._ident = ident
    self._r1_running = True
    threading._active[ident] = self
    try:
        self.run()
    except Deadlock:
        raise
    except BaseException:
        threading.excepthook(threading.ExceptHookArgs((*sys.exc_info(), self)))
    finally:
        self._r1_running = False
        threading._active[ident] = outer


def _join(self, timeout=None):
    if not self._initialized:
        raise RuntimeError("Thread.__init__() not called")
    if not self._started.is_set():
        raise RuntimeError("cannot join thread before it is started")
    if self is threading.current_thread():
        raise RuntimeError("cannot join current thread")


def _start_new_thread(function, args, kwargs={}):
    threading.Thread(target=function, args=args, kwargs=kwargs).start()
    return threading.get_ident()


def _wait(self, timeout=None):
    if not self._is_owned():
        raise RuntimeError("cannot wait on un-acquired lock")
    if timeout is None:
        raise Deadlock("waits for another thread, but here a thread runs to its end when it is started")
    time.sleep(max(timeout, 0))
    return False


# ---- thread pools ----


def _install_thread_pools():
    from concurrent.futures import thread

    def submit(self, fn, /, *args, **kwargs):
        with self._shutdown_lock:
            if self._broken:
                raise self.BROKEN(self._broken)
            if self._shutdown:
                raise RuntimeError("cannot schedule new futures after shutdown")
        future = thread._base.Future()
        context = _worker(self)
        if self._broken:
            raise self.BROKEN(self._broken)
        thread._WorkItem(future, self._resolve_work_item_task(fn, args, kwargs)).run(context)
        return future

    thread.ThreadPoolExecutor.submit = submit


def _worker(executor):
    """The one worker of a pool, initialised at its first task."""
    if not hasattr(executor, "_r1_worker"):
        executor._r1_worker = executor._create_worker_context()
        try:
            executor._r1_worker.initialize()
        except BaseException:
            executor._initializer_failed()
    return executor._r1_worker


# ---- asyncio ----


class _NullSelector(selectors._BaseSelectorImpl):
    """Nothing is ever ready; waiting is sleeping, and sleeping costs virtual time."""

    def select(self, timeout=None):
        if timeout is None:
            raise Deadlock("the event loop waits, but no task and no timer can wake it")
        if timeout > 0:
            time.sleep(timeout)
        return []


def _install_asyncio():
    from asyncio import selector_events

    loop = selector_events.BaseSelectorEventLoop
    loop._make_self_pipe = loop._close_self_pipe = loop._write_to_self = lambda self: None
    selectors.DefaultSelector = _NullSelector


# ---- what a machine with a system has ----


def _install_signals():
    signal.alarm = lambda seconds, /: 0
    signal.setitimer = lambda which, seconds, interval=0.0, /: (0.0, 0.0)
    signal.getitimer = lambda which, /: (0.0, 0.0)
    signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF = range(3)


def _install_resource():
    """`resource`, whose limits programs raise before they recurse."""
    module = types.ModuleType("resource")
    module.RLIM_INFINITY = -1
    names = ("CPU", "FSIZE", "DATA", "STACK", "CORE", "RSS", "NPROC", "NOFILE", "MEMLOCK", "AS")
    vars(module).update((f"RLIMIT_{name}", number) for number, name in enumerate(names))
    module.RUSAGE_SELF, module.RUSAGE_CHILDREN = 0, -1
    module.error = OSError
    module.getrlimit = lambda which, /: (module.RLIM_INFINITY, module.RLIM_INFINITY)
    module.setrlimit = lambda which, limits, /: None
    module.getrusage = lambda who, /: _Usage(time.process_time())
    sys.modules["resource"] = module


class _Usage:
    """What `resource.getrusage` gives: the time, and nothing else that is measured."""

    def __init__(self, seconds):
        self.ru_utime, self.ru_stime, self.ru_maxrss = seconds, 0.0, 0
