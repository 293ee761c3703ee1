"""How `unittest` runs here: `unittest.main` runs the cases of the tests, a failure ends the tests, and what a method gives back is not lost."""

import inspect
import types
import unittest

from . import ask, asserting, pytests, setups
from .faults import BadTests
from .verdict import finish

_ran = set()


def main_of(space, text, tally):
    """Stands for `unittest.main`."""

    def main(*args, **kwargs):
        with setups.of_module(space):
            return types.SimpleNamespace(result=run([value for value in dict.values(space) if isinstance(value, type) and issubclass(value, unittest.TestCase)], text, tally))

    return main


def forget():
    """As if no case had run."""
    _ran.clear()


def has_run(kind):
    """Whether the cases of a class have run."""
    return kind in _ran


class _Result(unittest.TestResult):
    """Keeps the exceptions themselves."""

    def __init__(self):
        super().__init__()
        self.failed, self.all = {}, []
        #: How many questions each asked.
        self.asked = {}

    def startTest(self, test):
        super().startTest(test)
        self.all.append(test)
        self.asked[test] = ask.questions()

    def stopTest(self, test):
        super().stopTest(test)
        self.asked[test] = ask.questions() - self.asked[test]

    def addError(self, test, error):
        super().addError(test, error)
        self.failed.setdefault(test, error[1])

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.failed.setdefault(test, error[1])

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error is not None:
            self.failed.setdefault(test, error[1])

    def _exc_info_to_string(self, error, test):
        # Nobody reads it.
        return ""


def run(kinds, text, tally):
    """Runs the test cases of these classes that have not run, notes them in `tally`, and gives the result. Raises what a test raised that failed."""
    result = _Result()
    loader = unittest.TestLoader()
    suites = {kind: loader.loadTestsFromTestCase(kind) for kind in kinds if kind not in _ran and kind.__module__ == "__main__"}
    suites = {kind: suite for kind, suite in suites.items() if suite.countTestCases()}
    if not suites:
        return result
    _ran.update(suites)
    for kind in suites:
        _refuse(kind, loader)
    result.failfast = not tally.each
    unittest.TestSuite(suites.values()).run(result)
    for test in dict.fromkeys((*result.all, *result.failed)):
        if test in result.failed:
            tally.failed(_name(test), result.failed[test])
        else:
            tally.passed(_name(test), result.asked.get(test, 0))
    if not result.testsRun or result.unexpectedSuccesses:
        raise AssertionError("no unit test ran, or one passed that should fail")
    if result.skipped:
        _check_skipped(result, text)
    return result


def _name(test):
    return f"{type(test).__name__}.{getattr(test, '_testMethodName', test)}"


def _check_skipped(result, text):
    if result.testsRun == len(result.skipped):
        raise AssertionError("every unit test was skipped")
    lines = asserting.skips(asserting.tree_of(text))
    for test, reason in result.skipped:
        method = inspect.unwrap(getattr(type(test), getattr(test, "_testMethodName", ""), None))
        if getattr(getattr(method, "__code__", None), "co_firstlineno", None) not in lines:
            raise AssertionError(f"{test} was skipped while it ran: {reason}")


def _refuse(kind, loader):
    """Refuses what nothing runs."""
    for name in loader.getTestCaseNames(kind):
        method = getattr(kind, name)
        if inspect.isgeneratorfunction(method) or inspect.isasyncgenfunction(method):
            raise BadTests(f"`{kind.__name__}.{name}` of the tests is a generator: nothing runs it")
        if any(mark.name in ("parametrize", "usefixtures") for target in (method, kind) for mark in getattr(target, "_r1_marks", ())):
            raise BadTests(f"`{kind.__name__}.{name}` of the tests has marks of pytest, which do nothing in a `unittest.TestCase` here")
    if pytests.fixtures_of(value for base in kind.__mro__ for value in vars(base).values()):
        raise BadTests(f"`{kind.__name__}` of the tests has fixtures of pytest, which do nothing in a `unittest.TestCase` here")


# What a method returns is looked at, where `unittest` would only warn.
unittest.TestCase._callTestMethod = lambda self, method: finish(method.__qualname__, method())
unittest.IsolatedAsyncioTestCase._callTestMethod = lambda self, method: finish(method.__qualname__, self._callMaybeAsync(method))
