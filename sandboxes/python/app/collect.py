"""The tests of a text: what looks like one has run at the end, or the row is `bad_tests`.

A test is a function under a name `test*`, `check*`, `run_test*` or `main*`, a function without parameters that asserts (`asserting.py`), a `test*` method of a class, and of a `TestCase`.
What counts is what the names of the text stand for when it ends, however that was made. The text may run them itself; those that it left are run here.
"""

import atexit
import contextlib
import functools
import inspect
import types
import unittest

from . import asserting, failures, pytest_marks, pytests, ran, reached, setups, sources, unit
from .faults import BadTests
from .verdict import finish

_before = set()


def watch(space, code):
    """Before the tests run: `space` has what the prelude defined, `code` is what the tests compile to."""
    _before.update(map(id, dict.values(space)))
    ran.watch(code)
    failures.watch()


def forget():
    """As if there had been no tests."""
    _before.clear()
    ran.forget()
    reached.forget()
    failures.forget()
    unit.forget()
    pytests.forget()
    asserting.forget()


def run(space, code, text, entry, candidate, tally):
    """Runs the tests that the code defined and did not run, and notes them in `tally`. `candidate()` is the entry; `text` is what was compiled.

    Raises `BadTests`, and what the tests raise, with what they raised and lost.
    """
    asserts = asserting.Asserting(code)
    found = {name: value for name, value in dict.items(space) if id(value) not in _before}
    functions = {name: (value, plain) for name, value in found.items() if (plain := _plain(value)) is not None}
    kinds = {kind: _methods(kind) for kind in _kinds(found, set())}
    told = _Told([plain for _, plain in functions.values()] + [plain for methods in kinds.values() for plain in methods.values()])
    run = _Run(text, space, entry, candidate, told, asserts, tally)
    left = any(name.startswith("test") and not told.ran(plain) for name, (_, plain) in functions.items()) or any(methods and not unit.has_run(kind) for kind, methods in kinds.items())
    with setups.of_module(space) if left else contextlib.nullcontext():
        run.functions(functions)
        run.cases([kind for kind in kinds if issubclass(kind, unittest.TestCase)])
        run.classes(kinds)
    pytests.end()
    if "atexit" in text:
        atexit._run_exitfuncs()
    lost = failures.lost(asserts)
    if lost is not None:
        raise AssertionError(f"raised in the tests, and lost there: {type(lost).__name__}: {lost}") from lost
    if ran.dropped() is not None:
        raise AssertionError(f"`{ran.dropped()}` of the tests returned False")
    if ran.empty() is not None:
        raise AssertionError("`{}` of the tests returned {!r}".format(*ran.empty()))
    if tally.is_clean():
        asserting.check(code, text, asserts, run.decides)


class _Told:
    """Which functions of the tests ran, as far as their code tells it: functions that share theirs, as those that a function of the tests makes, tell nothing of each other."""

    def __init__(self, functions):
        codes = [id(plain.__code__) for plain in {id(plain): plain for plain in functions}.values()]
        self._shared = {code for code in codes if codes.count(code) > 1} if len(set(codes)) < len(codes) else ()

    def ran(self, plain):
        return ran.started(plain.__code__) and id(plain.__code__) not in self._shared


class _Run:
    """One run of the tests of a text."""

    def __init__(self, text, space, entry, candidate, told, asserts, tally):
        self._text, self._space, self._entry, self._candidate = text, space, entry, candidate
        self._told, self._asserts, self._tally = told, asserts, tally
        self._fixtures = pytests.fixtures_of(dict.values(space))

    # ---- functions ----

    def functions(self, functions):
        done = set()
        named = {id(plain) for name, (_, plain) in functions.items() if name.startswith("test")}
        for name, (value, plain) in functions.items():
            if id(value) in done or getattr(value, "__unittest_skip__", False):
                continue
            # A partial call of a function that ran may not have run.
            ran_already = self._told.ran(plain) and not isinstance(value, functools.partial)
            if not name.startswith("test"):
                _refuse(name, value, id(plain) in named)
                if ran_already or not self._is_test(name, plain, value, None):
                    continue
                done.add(id(value))
                with self._tally.test(name, self._asserts):
                    finish(name, value(*self._given(name, value, None)))
                continue
            test = pytests.Test(name, value, self._space, self._fixtures)
            if not self._is_test(name, plain, value, test):
                continue
            done.add(id(value))
            # One that takes parameters ran with others. One that an exception ended did not pass, whatever the text made of that.
            if ran_already and not test.needs_running() and not failures.failed(plain.__code__):
                self._tally.passed(name)
                continue
            with self._tally.test(name, self._asserts):
                self._function(name, plain, value, test)

    def _function(self, name, plain, value, test):
        if test.missing() is not None or not test.needs_running():
            with setups.of_function(self._space, plain):
                finish(name, value(*self._given(name, value, test)))
            return
        for arguments in self._calls(test):
            with setups.of_function(self._space, plain), contextlib.ExitStack() as ends:
                finish(name, value(**arguments(None, ends)))

    def _calls(self, test):
        """The calls of a test. Where none can be made, the program is at fault if what the tests gave may have come from it."""
        try:
            yield from test.calls()
        except pytest_marks.Uneven as error:
            kind = AssertionError if self.decides(test.line_numbers()) else BadTests
            raise kind(str(error)) from None

    def decides(self, lines):
        """Whether what stands above the definitions at these lines, or `pytestmark`, may come from the program."""
        return sources.of_definitions(self._text, lines, self._space.theirs | sources.imported(self._text))

    def _is_test(self, name, plain, value, test):
        takes = any(_missing(value))
        if name == "check":
            return True
        if name.startswith("test"):
            # A helper that the text calls with what it takes, and data that it goes through, are no tests.
            helper = takes and name in asserting.used(self._text) and test.missing() is not None
            return not helper and not (_is_generator(plain) and name in asserting.data(self._text))
        if takes or not (name.startswith(ran.VERDICTS) or self._asserts(plain.__code__)):
            return False
        if name.startswith(ran.VERDICTS) and not name.startswith("check"):
            return True
        return not asserting.only_fails(plain.__code__) and name not in asserting.used(self._text)

    def _given(self, name, value, test):
        """Values for parameters without a default: the entry for the one of `check`, a stand-in for a fixture that the test does not use."""
        function, _, _ = _outermost(value)
        code = function.__code__
        required, keywords = _missing(value)
        if name == "check" and self._entry:
            only = required or code.co_varnames[: code.co_argcount]
            if len(only) == 1 and (required or function.__defaults__ == (None,)):
                return [self._candidate()]
            if not only and code.co_flags & inspect.CO_VARARGS and len(_missing(_plain(value))[0]) == 1:
                return [self._candidate()]
        if code.co_flags & inspect.CO_VARARGS and function is value and not code.co_freevars:
            keywords += code.co_varnames[code.co_argcount + code.co_kwonlyargcount :][:1]
        if not required and not keywords:
            return []
        used = asserting.bodies(self._text).get(code.co_firstlineno, ())
        missing = [each for each in (*keywords, *required) if each in used or not name.startswith("test")]
        if missing or (test is not None and test.has_parts()):
            raise BadTests(f"`{name}` of the tests takes `{(missing or [test.missing()])[0]}`, which nothing gives: call it with a value")
        return [None] * len(required)

    # ---- classes ----

    def cases(self, kinds):
        if any(each.autouse for each in self._fixtures.values()) and not all(map(unit.has_run, kinds)):
            raise BadTests("the tests have a fixture of pytest with `autouse`, which does nothing in a `unittest.TestCase` here")
        unit.run(kinds, self._text, self._tally)

    def classes(self, kinds):
        bases = {base for kind in kinds for base in kind.__mro__[1:]}
        for kind, methods in kinds.items():
            if issubclass(kind, unittest.TestCase) or getattr(kind, "__unittest_skip__", False):
                continue
            # A class that others derive from may not be whole by itself.
            if methods and (kind.__name__.startswith("Test") or kind not in bases):
                self._class(kind, methods)

    def _class(self, kind, methods):
        """A class in the manner of pytest: a fresh object for each call of a method."""
        left = []
        for name, plain in methods.items():
            static = inspect.getattr_static(kind, name)
            function = getattr(static, "__func__", static)
            test = pytests.Test(f"{kind.__name__}.{name}", function, self._space, self._fixtures, kind.__mro__, is_bound=not isinstance(static, staticmethod))
            if getattr(function, "__unittest_skip__", False):
                continue
            if self._told.ran(plain) and name in vars(kind) and not test.needs_running() and not failures.failed(plain.__code__):
                self._tally.passed(test.name)
            else:
                left.append((name, plain, test))
        if not left:
            return
        if _needs_arguments(kind):
            raise BadTests(f"`{kind.__name__}` of the tests cannot be made: its `__init__` takes parameters")
        with setups.of_class(kind):
            for name, plain, test in left:
                with self._tally.test(test.name, self._asserts):
                    self._method(kind, name, plain, test)
        pytests.end_class(kind)

    def _method(self, kind, name, plain, test):
        if test.missing() is None and test.needs_running():
            for arguments in self._calls(test):
                value = kind()
                with setups.of_method(value, plain), contextlib.ExitStack() as ends:
                    finish(test.name, getattr(value, name)(**arguments(value, ends)))
        else:
            value = kind()
            given = self._given(name, getattr(value, name), test)
            with setups.of_method(value, plain):
                finish(test.name, getattr(value, name)(*given))


def _refuse(name, value, is_named):
    """Refuses what pytest would not run, or would run in another way."""
    if name.startswith("pytest_"):
        raise BadTests(f"the tests define `{name}`, which pytest calls and the sandbox does not")
    if not is_named and any(mark.name == "parametrize" for mark in getattr(value, "__dict__", {}).get("_r1_marks", ())):
        raise BadTests(f"`{name}` of the tests has `parametrize` and no name that pytest runs: call it `test_{name}`")


def _plain(value):
    """The innermost function of the tests behind a value, or `None`."""
    found = None
    while isinstance(value, _CALLABLES):
        if isinstance(value, (functools.partial, functools.partialmethod)):
            value = value.func
            continue
        value = getattr(value, "__func__", value)
        if isinstance(value, types.FunctionType) and failures.is_of_tests(value.__code__):
            found = value
        value = getattr(value, "__wrapped__", None)
    return found


_CALLABLES = (types.FunctionType, types.MethodType, staticmethod, classmethod, functools.partial, functools.partialmethod, functools._lru_cache_wrapper)


def _is_generator(plain):
    return plain.__code__.co_flags & (inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR)


def _outermost(value):
    """The function whose parameters count, how many a partial call or an object gives by place, and the names of those that it gives by name."""
    bound, given = 0, set()
    while not isinstance(value, types.FunctionType):
        if isinstance(value, functools.partial):
            bound += len(value.args)
            given |= set(value.keywords)
            value = value.func
        elif isinstance(value, types.MethodType):
            bound += 1
            value = value.__func__
        else:
            value = value.__wrapped__
    return value, bound, given


def _missing(value):
    """The parameters without a default: those given by place, and those given by name."""
    function, bound, given = _outermost(value)
    code = function.__code__
    given |= set(function.__kwdefaults__ or ())
    positional = code.co_varnames[: code.co_argcount]
    keywords = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    required = positional[bound : len(positional) - len(function.__defaults__ or ())]
    return [name for name in required if name not in given], [name for name in keywords if name not in given]


def _kinds(values, seen):
    """The classes of the tests, with those inside them."""
    for value in values.values():
        if type(value) is not types.FunctionType and isinstance(value, type) and value.__module__ == "__main__" and id(value) not in seen:
            seen.add(id(value))
            yield value
            yield from _kinds(vars(value), seen)


def _methods(kind):
    """The tests of a class, by name."""
    return {name: plain for name in dir(kind) if name.startswith("test") and (plain := _plain(inspect.getattr_static(kind, name))) is not None}


def _needs_arguments(kind):
    made = inspect.getattr_static(kind, "__init__", None)
    if _plain(made) is None:
        return False
    required, keywords = _missing(made)
    return bool(required[1:] or keywords)
