"""What a test returns: waited for where it can be waited for, and a failure if it is `False`; and which tests passed, where all are to run."""

import asyncio
import contextlib
import inspect
import types

from . import ask, failures
from .faults import BadTests


def finish(name, value):
    """Takes what the test of a name returned. Raises `BadTests` for a generator of the tests, which nothing would run."""
    if inspect.isawaitable(value):
        value = asyncio.run(_wait(value))
    code = getattr(value, "gi_code", None) if isinstance(value, types.GeneratorType) else getattr(value, "ag_code", None) if isinstance(value, types.AsyncGeneratorType) else None
    if code is not None and failures.is_of_tests(code):
        raise BadTests(f"`{name}` of the tests is a generator: nothing runs it")
    if value is False:
        raise AssertionError(f"`{name}` of the tests returned False")


async def _wait(value):
    return await value


class Tally:
    """The tests that ran, by name, each with the exception that ended it or `None`. Unless `each` is set, the first one leaves the tests."""

    def __init__(self, each):
        self.each = each
        self.results = []
        #: Whether, by the text, the test of a name may look at what the program gives: with `elsewhere`, outside of that test. Set before tests run.
        self.is_about = lambda name, elsewhere: True

    @contextlib.contextmanager
    def test(self, name, asserts):
        """Around a test. `asserts(code)`: whether a function of the tests asserts something."""
        before = ask.questions()
        try:
            yield
            if self.each:
                lost = failures.lost(asserts)
                if lost is not None:
                    raise AssertionError(f"raised in the tests, and lost there: {type(lost).__name__}: {lost}") from lost
        except BaseException as error:
            self.failed(name, error)
        else:
            self.passed(name, ask.questions() - before)

    def failed(self, name, error):
        """Notes a failure. Raises it where it ends the tests: one that is nobody's failure of this test alone always does."""
        if not self.each or ask.fault is not None or not isinstance(error, (Exception, failures.Failed)) or isinstance(error, BadTests):
            raise error
        failures.settle()
        self.results.append((name, error))

    def passed(self, name, asked=None):
        """Notes a test that passed, with how many questions it asked, `None` where that is not known: the text ran it.

        One that asks nothing, and does not look at what was asked elsewhere, passes with every program: nobody is given credit for it.
        """
        if asked or not self.each or self.is_about(name, asked is not None):
            self.results.append((name, None))

    def is_clean(self):
        """Whether no test failed."""
        return all(error is None for _, error in self.results)
