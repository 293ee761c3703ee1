"""The side that runs the tests, in an instance that never sees the program. Names that the tests use and nobody else defines are the program's: the host
carries each use to the program's instance and the result back as plain data or as a handle.

What a handle does is asked of the program, except where an answer could decide a test that the program should not decide:

- `==` and `hash` are the handle's identity, unless the tests allow `==` between two handles;
- `in` goes through the elements, one by one, compared here;
- `<`, arithmetic and conversions to numbers are refused;
- the truth of an object that defines `__bool__` is refused;
- methods of plain types that only answer yes or no (`startswith`, `issubset`) are refused on handles: a result that should be text or a set isn't one.

Exceptions arrive as the builtin class nearest to the program's own, and as the program's own class where the tests name it. `StopIteration` arrives as itself from
`next` only: from a call it would end loops of the tests in silence. An exit, and an `AssertionError` that the tests don't mention, never arrive: the host
ends the run, so that no `except` can turn it into a pass.
"""

import builtins
import functools
import sys
import types
import unittest

import _r1

from . import faults, solution, stdio, wire

_YES_OR_NO = {
    name
    for kind in (str, bytes, set, frozenset, int, float)
    for name in vars(kind)
    if name.startswith("is") or name in ("startswith", "endswith")
}
#: Dunder attributes that tests read to learn about an object, not to decide about it.
_OPEN_DUNDERS = {"__doc__", "__name__", "__qualname__", "__dict__", "__module__", "__annotations__", "__wrapped__"}

_proxies = {}
_numbers = {}
_exceptions = {}
_equal = False


def answer(prelude, tests, entry, equal):
    """Runs the tests: `("ok", None, (), None)` on a clean return, otherwise the fault."""
    global _equal
    _equal = equal
    names = _Names(__name__="__main__", __builtins__=builtins)
    unittest.main = unittest.TestProgram = _unittest_main(names)
    sys.modules.setdefault("solution", _SolutionModule("solution"))
    try:
        try:
            _check(names, prelude, tests, entry)
        finally:
            stdio.flush()
    except BaseException as error:
        return faults.reply(error, lambda base: (0,))
    return ("ok", None, (), None)


def _check(names, prelude, tests, entry):
    exec(compile(prelude, "<prelude>", "exec"), names)
    if entry:
        # Bound first, so that an entry that is also a builtin's name is the program's.
        names[entry.split(".")[0]] = _ask(("name", entry.split(".")[0]))
    exec(compile(tests, "<tests>", "exec"), names)
    check = dict.get(names, "check")
    if entry and isinstance(check, types.FunctionType):
        check(functools.reduce(_part, entry.split(".")[1:], names[entry.split(".")[0]]))
    _run_collected(names)


def _part(value, name):
    return getattr(value() if isinstance(value, _Handle) and value._r1_class else value, name)


def _run_collected(names):
    """Tests in the manner of pytest, and test cases that nobody ran."""
    cases = []
    for name, value in list(dict.items(names)):
        if name.startswith("test") and isinstance(value, types.FunctionType) and not value.__code__.co_argcount:
            value()
        elif isinstance(value, type) and issubclass(value, unittest.TestCase) and value is not unittest.TestCase:
            cases.append(value)
    if cases and not names.unittest_ran:
        _run_cases(cases)


def _run_cases(cases):
    loader = unittest.TestLoader()
    result = unittest.TestResult()
    result.failfast = True
    unittest.TestSuite(map(loader.loadTestsFromTestCase, cases)).run(result)
    if result.skipped and result.testsRun == len(result.skipped):
        raise AssertionError("every unit test was skipped")
    for _, text in result.failures + result.errors:
        raise AssertionError(text[-1000:])
    if not result.testsRun or result.unexpectedSuccesses:
        raise AssertionError("no unit test ran, or one passed that should fail")


def _unittest_main(names):
    def main(*args, **kwargs):
        names.unittest_ran = True
        kinds = [value for value in dict.values(names) if isinstance(value, type) and issubclass(value, unittest.TestCase)]
        _run_cases([kind for kind in kinds if kind is not unittest.TestCase])

    return main


class _Names(dict):
    """The tests' globals: what is in no other place is asked of the program."""

    unittest_ran = False

    def __missing__(self, name):
        if hasattr(builtins, name) or name.startswith("__"):
            raise KeyError(name)
        try:
            value = _ask(("name", name))
        except NameError:
            raise KeyError(name) from None
        self[name] = value
        return value


class _SolutionModule(types.ModuleType):
    """`from solution import f`."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _ask(("name", name))


# ---- asking ----


def _ask(request, is_next=False):
    """The program's answer to a request: its value."""
    return _reply(request, is_next)[1]


def _reply(request, is_next=False):
    reply = wire.decode(_r1.host_call(wire.encode(request, _number)), _proxy)
    if reply[0] != "ok":
        _raise(reply, is_next)
    return reply


def _raise(reply, is_next):
    _, fault, own, builtin, args, message, _ = reply
    if fault == "missing_entry":
        raise NameError(message)
    base = getattr(builtins, builtin, Exception)
    if issubclass(base, (StopIteration, StopAsyncIteration)) and not is_next:
        base = RuntimeError
    for number, name in reversed(own):
        base = _exception(number, name, base)
    try:
        error = base(*args)
    except TypeError:
        error = base(message)
    raise error from None


def _exception(number, name, base):
    if number not in _exceptions:
        _exceptions[number] = type(name, (base,), {})
    return _exceptions[number]


def _call(handle, args, kwargs):
    _, result, changes, alias = _reply(("call", handle, args, kwargs))
    for index, new in changes:
        _update(args[index], new)
    return args[alias] if alias is not None else result


def _update(old, new):
    """Makes `old` equal to `new` in place, keeping inner objects where their types agree."""
    if isinstance(old, (list, bytearray)):
        old[:] = [_merged(a, b) for a, b in zip(old, new)] + list(new[len(old) :]) if isinstance(old, list) else new
    elif isinstance(old, dict):
        merged = {key: _merged(old[key], value) if key in old else value for key, value in new.items()}
        old.clear()
        old.update(merged)
    elif isinstance(old, set):
        old.clear()
        old.update(new)


def _merged(old, new):
    if type(old) is type(new) and isinstance(old, (list, dict, set, bytearray)):
        _update(old, new)
        return old
    return new


# ---- handles ----


class _Handle:
    """An object of the program's."""

    _r1_class = False
    __slots__ = ("_r1_name", "__weakref__")

    def __eq__(self, other):
        if self is other:
            return True
        if _equal and isinstance(other, _Handle):
            return _ask(("op", self, "equal", (other,))) is True
        return NotImplemented

    __hash__ = object.__hash__

    def __repr__(self):
        return str(_ask(("op", self, "repr", ())))

    def __str__(self):
        return str(_ask(("op", self, "str", ())))

    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__") and name not in _OPEN_DUNDERS:
            raise AttributeError(f"{name} of the program's object is not asked for")
        if name in _YES_OR_NO:
            raise AttributeError(f"{name}: the program's object is no plain value, so it doesn't answer for one")
        return _ask(("op", self, "getattr", (name,)))

    def __setattr__(self, name, value):
        _ask(("op", self, "setattr", (name, value)))


def _method(operation):
    def method(self, *args):
        return _ask(("op", self, operation, args))

    return method


def _next(self):
    return _ask(("op", self, "next", ()), is_next=True)


def _contains(self, item):
    return any(element is item or element == item for element in self)


def _truth_refused(self):
    raise TypeError("the truth of the program's own object is not asked for: test a plain value")


def _exit(self, kind, value, trace):
    return bool(_ask(("op", self, "exit", (kind is not None,))))


#: One entry a capability, in the order of the bits.
_METHODS = (
    {"__call__": lambda self, /, *args, **kwargs: _call(self, args, kwargs)},
    {"__iter__": _method("iter"), "__contains__": _contains},
    {"__next__": _next},
    {"__len__": _method("len")},
    {"__getitem__": _method("getitem")},
    {"__setitem__": _method("setitem")},
    {"__delitem__": _method("delitem")},
    {"__contains__": _contains},
    {"__enter__": _method("enter"), "__exit__": _exit},
    {"__bool__": _truth_refused},
)


@functools.cache
def _kind(name, capabilities):
    members = {"__slots__": ()}
    for bit, methods in enumerate(_METHODS):
        if capabilities >> bit & 1:
            members |= methods
    if capabilities & solution.CLASS:
        members["_r1_class"] = True
        members["__instancecheck__"] = lambda self, other: isinstance(other, _Handle) and _ask(("op", other, "instance", (self,))) is True
        members["__subclasscheck__"] = lambda self, other: isinstance(other, _Handle) and _ask(("op", other, "subclass", (self,))) is True
    return type(name if name.isidentifier() else "object", (_Handle,), members)


def _proxy(number, capabilities, name):
    if capabilities & solution.EXCEPTION:
        if number not in _exceptions:
            _exceptions[number] = type(name, (Exception,), {})
        return _exceptions[number]
    found = _proxies.get(number)
    if found is None:
        found = _proxies[number] = object.__new__(_kind(name, capabilities))
        _numbers[id(found)] = number
    return found


def _number(value):
    if isinstance(value, _Handle):
        return _numbers[id(value)], 0, ""
    for number, kind in _exceptions.items():
        if kind is value:
            return number, 0, ""
    return wire.refuse_objects(value)
