"""The tests of a text: what looks like one has run at the end, or the row is `bad_tests`.

A test is a function named `test*`, `check*`, `run_test*` or `main*`, a function without parameters that asserts, a `test*` method of a class named `Test*`, and of a `TestCase`. The text may
run them itself; those that it left are run here. `sys.monitoring` tells which ran: the tests' own code cannot forget one, and the program, in another instance, cannot reach it.
"""

import ast
import asyncio
import inspect
import sys
import types
import unittest

from .faults import BadTests

_TOOL = 3
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_PREFIXES = ("test", "check", "run_test", "run_all_test", "main")

_started = set()


def watch(code):
    """Notes which functions of this code run."""
    if sys.monitoring.get_tool(_TOOL) is None:
        sys.monitoring.use_tool_id(_TOOL, "tests")
        sys.monitoring.register_callback(_TOOL, sys.monitoring.events.PY_START, _note)
    for inner in _codes(code):
        sys.monitoring.set_local_events(_TOOL, inner, sys.monitoring.events.PY_START)


def _note(code, offset):
    _started.add(code)
    return sys.monitoring.DISABLE


def _codes(code):
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant
            yield from _codes(constant)


def run(names, tests, entry, candidate):
    """Runs the tests that the text defined and did not run. `candidate()` is the entry. Raises `BadTests`."""
    wanted = []
    for node in _definitions(ast.parse(tests).body):
        if any("skip" in ast.unparse(decorator) for decorator in node.decorator_list):
            continue
        if isinstance(node, _FUNCTIONS) and _is_test(node):
            wanted.append((node.name, node))
            _function(names, node, entry, candidate)
        elif isinstance(node, ast.ClassDef):
            methods = [inner for inner in node.body if isinstance(inner, _FUNCTIONS) and inner.name.startswith("test")]
            methods = [inner for inner in methods if not any("skip" in ast.unparse(decorator) for decorator in inner.decorator_list)]
            kind = dict.get(names, node.name)
            if not methods or not isinstance(kind, type):
                continue
            if issubclass(kind, unittest.TestCase):
                _cases(names, [kind])
            elif node.name.startswith("Test"):
                _class(kind, methods)
            else:
                continue
            wanted += [(f"{node.name}.{inner.name}", inner) for inner in methods]
    for name, node in wanted:
        if not _has_run(node):
            raise BadTests(f"`{name}` of the tests does not run: call it, or give it no parameters")


def _definitions(body):
    """Functions and classes of a module, also those behind a condition."""
    for node in body:
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            yield node
        else:
            for part in ("body", "orelse", "finalbody", "handlers"):
                yield from _definitions(inner for inner in getattr(node, part, ()) if isinstance(inner, (ast.stmt, ast.ExceptHandler)))


def _is_test(node):
    arguments = node.args
    required = len(arguments.posonlyargs) + len(arguments.args) - len(arguments.defaults) + sum(default is None for default in arguments.kw_defaults)
    asserts = any(isinstance(inner, ast.Assert) for inner in ast.walk(node))
    named = node.name == "check" or node.name.startswith("test")
    return named or (not required and (asserts or node.name.startswith(_PREFIXES))) or (asserts and node.name.startswith("check"))


def _has_run(node):
    line = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return any(code.co_firstlineno == line and code.co_name == node.name for code in _started)


def _function(names, node, entry, candidate):
    if _has_run(node):
        return
    function = dict.get(names, node.name)
    if not callable(function):
        raise BadTests(f"`{node.name}` of the tests is no function where they end")
    _finish(node.name, function, _given(node, node.args.posonlyargs + node.args.args, entry, candidate))


def _given(node, parameters, entry, candidate=None):
    """Values for parameters without a default: the entry for the one of `check`, a stand-in for a fixture that the test does not use."""
    required = parameters[: len(parameters) - len(node.args.defaults)]
    if node.name.startswith("check") and entry and len(required) == 1:
        return [candidate()]
    used = {inner.id for statement in node.body for inner in ast.walk(statement) if isinstance(inner, ast.Name)}
    for parameter in required:
        if parameter.arg in used or not node.name.startswith("test"):
            raise BadTests(f"`{node.name}` of the tests takes `{parameter.arg}`, which nothing gives: call it with a value")
    if node.args.kwonlyargs and any(default is None for default in node.args.kw_defaults):
        raise BadTests(f"`{node.name}` of the tests takes `{node.args.kwonlyargs[0].arg}`, which nothing gives")
    return [None] * len(required)


def _finish(name, function, arguments):
    """Calls a test and waits for it."""
    result = function(*arguments)
    if inspect.iscoroutine(result):
        asyncio.run(result)
    elif inspect.isgenerator(result) or inspect.isasyncgen(result):
        raise BadTests(f"`{name}` of the tests is a generator: nothing runs it")


def _class(kind, methods):
    """A class in the manner of pytest: a fresh object for each method."""
    for node in methods:
        if _has_run(node):
            continue
        given = _given(node, (node.args.posonlyargs + node.args.args)[1:], None)
        try:
            value = kind()
        except TypeError as error:
            raise BadTests(f"`{kind.__name__}` of the tests cannot be made: {error}") from None
        for setup in ("setup_class", "setup_method", "setup"):
            _optional(value, setup)
        try:
            _finish(f"{kind.__name__}.{node.name}", getattr(value, node.name), given)
        finally:
            for teardown in ("teardown_method", "teardown", "teardown_class"):
                _optional(value, teardown)


def _optional(value, name):
    method = getattr(value, name, None)
    if method is not None:
        method(*[None] * len(inspect.signature(method).parameters))


# ---- unittest ----


def unittest_main(names):
    """Stands for `unittest.main`."""

    def main(*args, **kwargs):
        _cases(names, [value for value in dict.values(names) if isinstance(value, type) and issubclass(value, unittest.TestCase) and value is not unittest.TestCase])

    return main


def _cases(names, kinds):
    """Runs test cases that have not run."""
    ran = names.__dict__.setdefault("cases_that_ran", set())
    kinds = [kind for kind in kinds if kind not in ran]
    if not kinds:
        return
    ran |= set(kinds)
    for kind in kinds:
        _await_methods(kind)
    loader = unittest.TestLoader()
    result = unittest.TestResult()
    result.failfast = True
    unittest.TestSuite(map(loader.loadTestsFromTestCase, kinds)).run(result)
    if result.skipped and result.testsRun == len(result.skipped):
        raise AssertionError("every unit test was skipped")
    for _, text in result.failures + result.errors:
        raise AssertionError(text[-1000:])
    if not result.testsRun or result.unexpectedSuccesses:
        raise AssertionError("no unit test ran, or one passed that should fail")


def _await_methods(kind):
    """Coroutine methods of a plain test case, which `unittest` calls and never awaits."""
    if issubclass(kind, unittest.IsolatedAsyncioTestCase):
        return
    for name in unittest.TestLoader().getTestCaseNames(kind):
        method = getattr(kind, name)
        if inspect.iscoroutinefunction(method):
            setattr(kind, name, _awaited(method))
        elif inspect.isgeneratorfunction(method) or inspect.isasyncgenfunction(method):
            raise BadTests(f"`{kind.__name__}.{name}` of the tests is a generator: nothing runs it")


def _awaited(method):
    return lambda self: asyncio.run(method(self))
