"""Failures of the tests that nobody saw: raised, and swallowed by something else than the tests' own code.

A thread, a pool, a task that nobody awaits, a finaliser and a runner whose result nobody reads all swallow what a test raises in them. So every exception that is made is kept (the
interpreter adds it to a list, whoever makes it). At the end the traceback of each tells the outermost frame that it came to: code of the tests that went on from there caught it, and
anything else lost it.
"""

import asyncio.base_events
import asyncio.runners
import sys
import threading
import unittest
import warnings

import _r1

#: What the code of a row is compiled under, and what `exec` inside it gives its own.
TEXTS = ("<tests>", "<prelude>", "<string>")


class Failed(BaseException):
    """A failure that no `except Exception` of a test catches: `pytest.fail`, and what `pytest.raises` waits for in vain."""

    def __init__(self, *args):
        super().__init__(*args)
        # The interpreter keeps exceptions only.
        keep(self)


_made = []
_expected = []
_dropped = []
_unawaited = []
_cancelled = []
_pending = []
#: The code that exceptions ended which were let go, by its `id`.
_settled = set()
#: The code that exceptions ended which were let go because the tests caught them, by its `id`.
_thinned = set()
_watching = False


def watch():
    """Keeps the exceptions that are made from now on."""
    global _watching
    _watching = True
    _r1.keep_failures(_made, _thin_out)


def forget():
    """As if nothing had been raised, and keeps nothing."""
    global _watching
    _watching = False
    _r1.keep_failures(None)
    for kept in (_made, _expected, _dropped, _unawaited, _cancelled, _pending, _settled, _thinned):
        kept.clear()


def keep(error):
    """Keeps an exception that the interpreter does not keep: one whose class makes its own in another way."""
    if _watching and not any(error is known for known in _made[-1:]):
        _made.append(error)


def lost(asserts):
    """A failure that was lost, or `None`. `asserts(code)`: whether a function of the tests asserts something.

    An exception that is no `AssertionError` and no `Failed` counts where it ended a function of the tests that asserts, or a thread, a finaliser or a callback that ran code of the tests.
    """
    for error in _dropped:
        if any(_ended(error.__traceback__)):
            return error
    for error in _made:
        if _may_be_lost(error) and (isinstance(error, (AssertionError, Failed)) or any(asserts(code) for code in _ended(error.__traceback__))):
            return error
    return None


def ended(code):
    """Whether an exception, or a cancellation, went through this code."""
    return id(code) in _settled or failed(code) or any(code is each for error in _cancelled for each in _ended(error.__traceback__))


def failed(code):
    """Whether an exception went through this code, and no test that failed is done since."""
    return id(code) in _thinned or any(code is each for error in _made for each in _ended(error.__traceback__))


def settle():
    """Lets go of all that was raised so far: a test failed, and is done."""
    _settled.update(id(code) for error in (*_made, *_dropped, *_cancelled) for code in _ended(error.__traceback__))
    for kept in (_made, _dropped, _cancelled):
        kept.clear()


def unawaited():
    """The code of coroutines of the tests that were made and never awaited."""
    return _unawaited


def pending():
    """The code of coroutines of the tests that a loop left when it ended."""
    return _pending


def is_of_tests(code):
    """Whether the tests' text (or its prelude) has this code."""
    return code.co_filename in TEXTS


def _may_be_lost(error):
    trace = error.__traceback__
    return trace is not None and not any(error is known for known in _expected) and not _was_caught(trace)


def _was_caught(trace):
    """Whether code of the tests caught it: the outermost frame that it came to went on from there. One that waits, or still runs, may be at the same place again."""
    frame = trace.tb_frame
    return is_of_tests(frame.f_code) and (frame.f_lasti != trace.tb_lasti or _waits(frame) or _runs(frame))


def _waits(frame):
    generator = frame.f_generator
    return any(getattr(generator, name, None) is frame for name in ("gi_frame", "cr_frame", "ag_frame"))


def _runs(frame):
    running = sys._getframe(1)
    while running is not None and running is not frame:
        running = running.f_back
    return running is not None


def _ended(trace):
    """The code of the tests that an exception ended."""
    while trace is not None:
        if is_of_tests(trace.tb_frame.f_code):
            yield trace.tb_frame.f_code
        trace = trace.tb_next


def _thin_out():
    """Lets go what was caught, and what never came to code of the tests. The last one may be on its way."""
    _thinned.update(id(code) for error in _made[:-1] for code in _ended(error.__traceback__))
    _made[:-1] = [error for error in _made[:-1] if _may_be_lost(error) and any(_ended(error.__traceback__))]


# ---- where exceptions end ----


def _drop(error):
    if _watching and error is not None:
        _dropped.append(error)


def _thread_ended(args):
    if not isinstance(args.exc_value, SystemExit) or args.exc_value.code not in (None, 0, False) or getattr(args.exc_value, "_r1_program", False):
        _drop(args.exc_value)
    _THREAD_ENDED(args)


def _unraisable(args):
    _drop(args.exc_value)
    _UNRAISABLE(args)


def _callback_ended(self, context):
    _drop(context.get("exception"))
    _CALLBACK_ENDED(self, context)


def _not_awaited(coroutine):
    if _watching and is_of_tests(coroutine.cr_code):
        _unawaited.append(coroutine.cr_code)
    _NOT_AWAITED(coroutine)


def _cancel(self, *args):
    BaseException.__init__(self, *args)
    if _watching:
        _cancelled.append(self)


def _cancel_all(loop):
    for task in asyncio.all_tasks(loop) if _watching else ():
        code = getattr(task.get_coro(), "cr_code", None)
        if code is not None and is_of_tests(code):
            _pending.append(code)
    _CANCEL_ALL(loop)


def _add_expected(self, test, error):
    """`unittest` was told that this test fails."""
    _expected.append(error[1])
    _ADD_EXPECTED(self, test, error)


_THREAD_ENDED, threading.excepthook = threading.excepthook, _thread_ended
_UNRAISABLE, sys.unraisablehook = sys.unraisablehook, _unraisable
_CALLBACK_ENDED = asyncio.base_events.BaseEventLoop.default_exception_handler
asyncio.base_events.BaseEventLoop.default_exception_handler = _callback_ended
asyncio.CancelledError.__init__ = _cancel
_CANCEL_ALL, asyncio.runners._cancel_all_tasks = asyncio.runners._cancel_all_tasks, _cancel_all
_NOT_AWAITED, warnings._warn_unawaited_coroutine = warnings._warn_unawaited_coroutine, _not_awaited
_ADD_EXPECTED, unittest.TestResult.addExpectedFailure = unittest.TestResult.addExpectedFailure, _add_expected
