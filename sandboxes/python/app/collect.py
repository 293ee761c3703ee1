"""The tests of a text: what looks like one has run at the end, or the row is `bad_tests`.

A test is a function under a name `test*`, `check*`, `run_test*` or `main*`, a function without parameters that asserts (`asserting.py`), a `test*` method of a class, and of a `TestCase`.
What counts is what the names of the text stand for when it ends, however that was made. The text may run them itself; those that it left are run here.
"""

import atexit
import functools
import inspect
import types
import unittest

from . import asserting, failures, pytests, ran, unit
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
    failures.forget()
    unit.forget()
    pytests.forget()
    asserting.forget()


def run(space, code, text, entry, candidate):
    """Runs the tests that the code defined and did not run. `candidate()` is the entry; `text` is what was compiled.

    Raises `BadTests`, and what the tests raise, with what they raised and lost.
    """
    asserts = asserting.Asserting(code)
    found = {name: value for name, value in dict.items(space) if id(value) not in _before}
    functions = {name: (value, plain) for name, value in found.items() if (plain := _plain(value)) is not None}
    kinds = {kind: _methods(kind) for kind in _kinds(found, set())}
    told = _Told([plain for _, plain in functions.values()] + [plain for methods in kinds.values() for plain in methods.values()])
    _functions(functions, told, asserts, text, entry, candidate, space)
    _classes(kinds, told, text, space)
    pytests.end()
    if "atexit" in text:
        atexit._run_exitfuncs()
    lost = failures.lost(asserts)
    if lost is not None:
        raise AssertionError(f"raised in the tests, and lost there: {type(lost).__name__}: {lost}") from lost
    if ran.dropped() is not None:
        raise AssertionError(f"`{ran.dropped()}` of the tests returned False")
    asserting.check(code, text, asserts)


# ---- functions ----


class _Told:
    """Which functions of the tests ran, as far as their code tells it: functions that share theirs, as those that a function of the tests makes, tell nothing of each other."""

    def __init__(self, functions):
        codes = [id(plain.__code__) for plain in {id(plain): plain for plain in functions}.values()]
        self._shared = {code for code in codes if codes.count(code) > 1} if len(set(codes)) < len(codes) else ()

    def ran(self, plain):
        return ran.started(plain.__code__) and id(plain.__code__) not in self._shared


def _functions(functions, told, asserts, text, entry, candidate, space):
    done = set()
    for name, (value, plain) in functions.items():
        # A partial call of a function that ran may not have run.
        if id(value) in done or (told.ran(plain) and not isinstance(value, functools.partial)) or getattr(value, "__unittest_skip__", False):
            continue
        if _is_test(name, plain, value, asserts, text):
            done.add(id(value))
            if value is plain and name.startswith("test") and pytests.wants(value, space, ()):
                pytests.run(name, value, None, space, (), lambda left: _given_by_name(name, value, text, left))
            else:
                finish(name, value(*_given(name, value, text, entry, candidate)))


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


def _is_test(name, plain, value, asserts, text):
    takes = any(_missing(value))
    if name == "check":
        return True
    if name.startswith("test"):
        # A helper that the text calls with what it takes, and data that it goes through, are no tests.
        return not (takes and name in asserting.used(text)) and not (_is_generator(plain) and name in asserting.data(text))
    if takes or not (name.startswith(ran.VERDICTS) or asserts(plain.__code__)):
        return False
    if name.startswith(ran.VERDICTS) and not name.startswith("check"):
        return True
    return not asserting.only_fails(plain.__code__) and name not in asserting.used(text)


def _given_by_name(name, value, text, left):
    """Values for the parameters that neither `parametrize` nor a fixture gives."""
    required, keywords = _missing(value)
    missing = [each for each in (*required, *keywords) if each in left]
    if missing:
        raise BadTests(f"`{name}` of the tests takes `{missing[0]}`, which nothing gives: call it with a value")
    return {}


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


def _given(name, value, text, entry, candidate):
    """Values for parameters without a default: the entry for the one of `check`, a stand-in for a fixture that the test does not use."""
    function, _, _ = _outermost(value)
    code = function.__code__
    required, keywords = _missing(value)
    if name == "check" and entry:
        only = required or code.co_varnames[: code.co_argcount]
        if len(only) == 1 and (required or function.__defaults__ == (None,)):
            return [candidate()]
        if not only and code.co_flags & inspect.CO_VARARGS and len(_missing(_plain(value))[0]) == 1:
            return [candidate()]
    if code.co_flags & inspect.CO_VARARGS and function is value and not code.co_freevars:
        keywords += code.co_varnames[code.co_argcount + code.co_kwonlyargcount :][:1]
    if not required and not keywords:
        return []
    used = asserting.bodies(text).get(code.co_firstlineno, ())
    missing = [each for each in (*keywords, *required) if each in used or not name.startswith("test")]
    if missing:
        raise BadTests(f"`{name}` of the tests takes `{missing[0]}`, which nothing gives: call it with a value")
    return [None] * len(required)


# ---- classes ----


def _classes(kinds, told, text, space):
    unit.run([kind for kind in kinds if issubclass(kind, unittest.TestCase)], text)
    bases = {base for kind in kinds for base in kind.__mro__[1:]}
    for kind, methods in kinds.items():
        if issubclass(kind, unittest.TestCase) or getattr(kind, "__unittest_skip__", False):
            continue
        # A class that others derive from may not be whole by itself.
        if methods and (kind.__name__.startswith("Test") or kind not in bases):
            _class(kind, methods, told, text, space)


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


def _class(kind, methods, told, text, space):
    """A class in the manner of pytest: a fresh object for each method."""
    for name, plain in methods.items():
        inherited = name not in vars(kind)
        if (told.ran(plain) and not inherited) or getattr(plain, "__unittest_skip__", False):
            continue
        if _needs_arguments(kind):
            raise BadTests(f"`{kind.__name__}` of the tests cannot be made: its `__init__` takes parameters")
        value = kind()
        method = getattr(value, name)
        marked = isinstance(method, types.MethodType) and method.__func__ is plain and pytests.wants(plain, space, kind.__mro__)
        given = None if marked else _given(name, method, text, None, None)
        for setup in ("setup_class", "setup_method", "setup"):
            _optional(value, setup)
        try:
            if marked:
                pytests.run(f"{kind.__name__}.{name}", plain, value, space, kind.__mro__, lambda left: _given_by_name(name, method, text, left))
            else:
                finish(f"{kind.__name__}.{name}", method(*given))
        finally:
            for teardown in ("teardown_method", "teardown", "teardown_class"):
                _optional(value, teardown)


def _needs_arguments(kind):
    made = inspect.getattr_static(kind, "__init__", None)
    if _plain(made) is None:
        return False
    required, keywords = _missing(made)
    return bool(required[1:] or keywords)


def _optional(value, name):
    method = getattr(value, name, None)
    if method is not None:
        method(*[None] * len(inspect.signature(method).parameters))
