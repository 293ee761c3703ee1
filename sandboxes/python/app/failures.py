"""Failures of the tests that nobody saw: raised, and swallowed by something else than the tests' own code.

A thread, a pool, a task that nobody awaits, a finaliser and a runner whose result nobody reads all swallow what a test raises in them. So every `AssertionError` that is
made is kept (the interpreter adds it to a list, whoever makes it), and what the program raised where a call of the tests was waiting. At the end the traceback of each
tells the outermost frame that it came to: code of the tests that went on from there caught it, and anything else lost it.
"""

import unittest

import _r1

#: What the code of a row is compiled under, and what `exec` inside it gives its own.
TEXTS = ("<tests>", "<prelude>", "<string>")

#: Exceptions of the program's before those that the tests caught are let go.
_KEPT = 1000

_made = []
_expected = []


def watch():
    """Keeps the assertion errors that are made from now on."""
    _r1.keep_failures(_made)


def ended(code):
    """Whether an exception went through this code."""
    return any(code is each for error in _made for each in _ended(error.__traceback__))


def forget():
    """As if nothing had been raised, and keeps nothing."""
    _r1.keep_failures(None)
    _made.clear()
    _expected.clear()


def from_program(error):
    """Notes an exception of the program's that is about to be raised in the tests."""
    if len(_made) == _KEPT:
        _made[:] = [known for known in _made if known.__traceback__ is None or not _was_caught(known.__traceback__)]
    if not isinstance(error, AssertionError):
        _made.append(error)


def lost(asserts):
    """A failure that was lost, or `None`. `asserts(code)`: whether a function of the tests asserts something.

    An exception of the program's counts where it ended a function of the tests that asserts.
    """
    for error in _made:
        trace = error.__traceback__
        if trace is None or any(error is known for known in _expected) or _was_caught(trace):
            continue
        if isinstance(error, AssertionError) or any(asserts(code) for code in _ended(trace)):
            return error
    return None


def _was_caught(trace):
    """Whether code of the tests caught it: the outermost frame that it came to went on from there."""
    frame = trace.tb_frame
    return is_of_tests(frame.f_code) and frame.f_lasti != trace.tb_lasti


def is_of_tests(code):
    """Whether the tests' text (or its prelude) has this code."""
    return code.co_filename in TEXTS


def _ended(trace):
    """The code of the tests that an exception went through."""
    while trace is not None:
        if is_of_tests(trace.tb_frame.f_code):
            yield trace.tb_frame.f_code
        trace = trace.tb_next


def _add_expected(self, test, error):
    """`unittest` was told that this test fails."""
    _expected.append(error[1])
    _ADD_EXPECTED(self, test, error)


_ADD_EXPECTED = unittest.TestResult.addExpectedFailure
unittest.TestResult.addExpectedFailure = _add_expected
