"""How `unittest` runs here: `unittest.main` runs the cases of the tests, a failure ends the tests, and what a method gives back is not lost."""

import inspect
import types
import unittest

from . import asserting
from .faults import BadTests
from .verdict import finish

_ran = set()


def main_of(space, text):
    """Stands for `unittest.main`."""

    def main(*args, **kwargs):
        return types.SimpleNamespace(result=run([value for value in dict.values(space) if isinstance(value, type) and issubclass(value, unittest.TestCase)], text))

    return main


def forget():
    """As if no case had run."""
    _ran.clear()


def run(kinds, text):
    """Runs the test cases of these classes that have not run, and gives the result. Raises `AssertionError` where one fails."""
    result = unittest.TestResult()
    loader = unittest.TestLoader()
    suites = {kind: loader.loadTestsFromTestCase(kind) for kind in kinds if kind not in _ran and kind.__module__ == "__main__"}
    suites = {kind: suite for kind, suite in suites.items() if suite.countTestCases()}
    if not suites:
        return result
    _ran.update(suites)
    for kind in suites:
        _refuse_generators(kind, loader)
    result.failfast = True
    unittest.TestSuite(suites.values()).run(result)
    for _, shown in result.failures + result.errors:
        raise AssertionError(shown[-1000:])
    if not result.testsRun or result.unexpectedSuccesses:
        raise AssertionError("no unit test ran, or one passed that should fail")
    if result.skipped:
        _check_skipped(result, text)
    return result


def _check_skipped(result, text):
    if result.testsRun == len(result.skipped):
        raise AssertionError("every unit test was skipped")
    lines = asserting.skips(asserting.tree_of(text))
    for test, reason in result.skipped:
        method = inspect.unwrap(getattr(type(test), getattr(test, "_testMethodName", ""), None))
        if getattr(getattr(method, "__code__", None), "co_firstlineno", None) not in lines:
            raise AssertionError(f"{test} was skipped while it ran: {reason}")


def _refuse_generators(kind, loader):
    for name in loader.getTestCaseNames(kind):
        method = getattr(kind, name)
        if inspect.isgeneratorfunction(method) or inspect.isasyncgenfunction(method):
            raise BadTests(f"`{kind.__name__}.{name}` of the tests is a generator: nothing runs it")


# What a method returns is looked at, where `unittest` would only warn.
unittest.TestCase._callTestMethod = lambda self, method: finish(method.__qualname__, method())
unittest.IsolatedAsyncioTestCase._callTestMethod = lambda self, method: finish(method.__qualname__, self._callMaybeAsync(method))
