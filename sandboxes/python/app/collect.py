"""The tests of a text: what looks like one has run at the end, or the row is `bad_tests`.

A test is a function named `test*`, `check*`, `run_test*` or `main*`, a function without parameters that asserts, a `test*` method of a class named `Test*`, and of a `TestCase`. The text may
run them itself; those that it left are run here. `sys.monitoring` tells which ran: the tests' own code cannot forget one, and the program, in another instance, cannot reach it.
"""

import ast
import asyncio
import dis
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
    for inner in _codes(code):
        sys.monitoring.set_local_events(_TOOL, inner, sys.monitoring.events.PY_START)


def forget():
    """As if nothing had been watched."""
    _started.clear()


def _note(code, offset):
    _started.add(code)
    return sys.monitoring.DISABLE


# Taken once and never given back: giving a tool back makes the interpreter write to every code object that runs after it, and so to pages of the snapshot.
sys.monitoring.use_tool_id(_TOOL, "tests")
sys.monitoring.register_callback(_TOOL, sys.monitoring.events.PY_START, _note)


def _codes(code):
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant
            yield from _codes(constant)


def run(names, code, text, entry, candidate):
    """Runs the tests that the code defined and did not run. `candidate()` is the entry; `text` is what was compiled. Raises `BadTests`."""
    skipped = _skipped(text) if "skip" in text else set()
    wanted = []
    for inner in code.co_consts:
        if not isinstance(inner, types.CodeType) or inner.co_firstlineno in skipped:
            continue
        if inner.co_flags & inspect.CO_OPTIMIZED:
            if _is_test(names, inner):
                wanted.append((inner.co_name, inner))
                _function(names, inner, text, entry, candidate)
            continue
        methods = [method for method in inner.co_consts if isinstance(method, types.CodeType) and method.co_name.startswith("test")]
        methods = [method for method in methods if method.co_firstlineno not in skipped]
        kind = dict.get(names, inner.co_name)
        if not methods or not isinstance(kind, type):
            continue
        if issubclass(kind, unittest.TestCase):
            _cases(names, [kind])
        elif inner.co_name.startswith("Test"):
            _class(kind, methods, text)
        else:
            continue
        wanted += [(f"{inner.co_name}.{method.co_name}", method) for method in methods]
    for name, inner in wanted:
        if inner not in _started:
            raise BadTests(f"`{name}` of the tests does not run: call it, or give it no parameters")


def _skipped(text):
    """The lines of definitions that a decorator skips."""
    lines = set()
    for node in ast.walk(ast.parse(text)):
        decorators = getattr(node, "decorator_list", [])
        if any("skip" in ast.unparse(decorator) for decorator in decorators):
            lines |= {inner.lineno if not inner.decorator_list else inner.decorator_list[0].lineno for inner in ast.walk(node) if isinstance(inner, (*_FUNCTIONS, ast.ClassDef))}
    return lines


#: What `assert` compiles to, and its operand.
_ASSERTS = (dis.opmap["LOAD_COMMON_CONSTANT"], dis._common_constants.index(AssertionError))


def _is_test(names, code):
    function = inspect.unwrap(value) if callable(value := dict.get(names, code.co_name)) else None
    defaults = len(getattr(function, "__defaults__", None) or ()) + len(getattr(function, "__kwdefaults__", None) or ())
    required = code.co_argcount + code.co_kwonlyargcount - defaults
    named = code.co_name == "check" or code.co_name.startswith("test")
    if named or (required <= 0 and code.co_name.startswith(_PREFIXES)):
        return True
    return (required <= 0 or code.co_name.startswith("check")) and code.co_name.isidentifier() and _has_assert(code)


def _has_assert(code):
    operation, operand = _ASSERTS
    steps = code.co_code
    return any(step == operation and steps[2 * place + 1] == operand for place, step in enumerate(steps[::2])) if operation in steps[::2] else False


def _function(names, code, text, entry, candidate):
    if code in _started:
        return
    function = dict.get(names, code.co_name)
    if not callable(function):
        raise BadTests(f"`{code.co_name}` of the tests is no function where they end")
    _finish(code.co_name, function, _given(function, code, text, entry, candidate))


def _given(function, code, text, entry, candidate=None, bound=0):
    """Values for parameters without a default: the entry for the one of `check`, a stand-in for a fixture that the test does not use."""
    plain = inspect.unwrap(function)
    positional = code.co_varnames[bound : code.co_argcount]
    required = positional[: len(positional) - len(getattr(plain, "__defaults__", None) or ())]
    if code.co_name.startswith("check") and entry and len(required) == 1:
        return [candidate()]
    keywords = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    missing = [name for name in keywords if name not in (getattr(plain, "__kwdefaults__", None) or {})]
    used = _used(text, code) if required else ()
    missing += [name for name in required if name in used or not code.co_name.startswith("test")]
    if missing:
        raise BadTests(f"`{code.co_name}` of the tests takes `{missing[0]}`, which nothing gives: call it with a value")
    return [None] * len(required)


def _used(text, code):
    """The names that the body of a function uses."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, _FUNCTIONS) and node.name == code.co_name and code.co_firstlineno in (node.lineno, *(decorator.lineno for decorator in node.decorator_list)):
            return {inner.id for statement in node.body for inner in ast.walk(statement) if isinstance(inner, ast.Name)}
    return set()


def _finish(name, function, arguments):
    """Calls a test and waits for it."""
    result = function(*arguments)
    if inspect.iscoroutine(result):
        asyncio.run(result)
    elif inspect.isgenerator(result) or inspect.isasyncgen(result):
        raise BadTests(f"`{name}` of the tests is a generator: nothing runs it")


def _class(kind, methods, text):
    """A class in the manner of pytest: a fresh object for each method."""
    for code in methods:
        if code in _started:
            continue
        given = _given(getattr(kind, code.co_name), code, text, None, bound=1)
        try:
            value = kind()
        except TypeError as error:
            raise BadTests(f"`{kind.__name__}` of the tests cannot be made: {error}") from None
        for setup in ("setup_class", "setup_method", "setup"):
            _optional(value, setup)
        try:
            _finish(f"{kind.__name__}.{code.co_name}", getattr(value, code.co_name), given)
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
