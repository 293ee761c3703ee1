"""What tests use of pytest, under its name: the real one needs files.

`raises`, `approx`, `fail`, `mark.parametrize`, `mark.skip`, `param`, `fixture`, and the fixtures `capsys` and `request` do what pytest documents; other marks do nothing. What cannot
work here (`warns`, `monkeypatch`, `skipif`, `xfail`, `importorskip`) is refused as the row's fault where the tests use it. `pytests.py` runs the tests.
"""

import math
import re
import types
from decimal import Decimal
from fractions import Fraction

from .faults import BadTests


class Failed(BaseException):
    """As in pytest: no `except Exception` of a test catches it."""


Failed.__module__ = "pytest"


def fail(reason="", pytrace=True, msg=None):
    raise Failed(str(reason or msg or ""))


def skip(reason="", **_):
    raise Failed(f"skipped while it ran: {reason}")


def main(*args, **kwargs):
    """The tests run in any case when their text has ended."""
    return 0


# ---- raises ----


class ExceptionInfo:
    """What `with raises(...) as info` gives."""

    type = value = tb = None

    @property
    def typename(self):
        return self.type.__name__

    def match(self, pattern):
        if re.search(pattern, str(self.value)) is None:
            raise AssertionError(f"Regex pattern {pattern!r} does not match {str(self.value)!r}")
        return True

    def exconly(self, tryshort=False):
        return f"{self.typename}: {self.value}"

    def __str__(self):
        return repr(self)


class _Raises:
    def __init__(self, expected, match, check):
        self._expected, self._match, self._check = expected, match, check
        self._info = ExceptionInfo()

    def __enter__(self):
        return self._info

    def __exit__(self, kind, value, trace):
        if kind is None:
            raise Failed(f"DID NOT RAISE {self._expected!r}")
        if not issubclass(kind, self._expected):
            return False
        self._info.type, self._info.value, self._info.tb = kind, value, trace
        if self._match is not None:
            self._info.match(self._match)
        if self._check is not None and not self._check(value):
            raise AssertionError("the check of the exception failed")
        return True


def raises(expected_exception=Exception, *args, match=None, check=None, **kwargs):
    kinds = expected_exception if isinstance(expected_exception, tuple) else (expected_exception,)
    if not kinds or not all(isinstance(kind, type) and issubclass(kind, BaseException) for kind in kinds):
        raise TypeError(f"expected an exception type, not {expected_exception!r}")
    context = _Raises(expected_exception, match, check)
    if not args:
        return context
    with context as info:
        args[0](*args[1:], **kwargs)
    return info


# ---- approx ----


class approx:
    """Numbers within a tolerance, also in sequences and mappings."""

    __array_ufunc__ = None
    __hash__ = None

    def __init__(self, expected, rel=None, abs=None, nan_ok=False):
        self.expected, self.rel, self.abs, self.nan_ok = expected, rel, abs, nan_ok
        for tolerance in (rel, abs):
            if tolerance is not None and (math.isnan(tolerance) or tolerance < 0):
                raise ValueError(f"a tolerance can't be negative or nan: {tolerance}")
        if isinstance(expected, (set, frozenset)):
            raise TypeError(f"pytest.approx() does not support {expected!r}: a set has no order")

    def __repr__(self):
        return f"approx({self.expected!r})"

    def __eq__(self, actual):
        return self._holds(self.expected, actual)

    def __ne__(self, actual):
        return not self == actual

    def __bool__(self):
        raise AssertionError("approx() is not supported in a boolean context: did you mean `assert a == approx(b)`?")

    def _holds(self, expected, actual):
        if isinstance(expected, dict):
            return type(actual) is not type(self) and isinstance(actual, dict) and actual.keys() == expected.keys() and all(self._holds(value, actual[key]) for key, value in expected.items())
        if isinstance(expected, (list, tuple)):
            return isinstance(actual, (list, tuple)) and len(actual) == len(expected) and all(map(self._holds, expected, actual))
        if type(expected) is bool or type(actual) is bool:
            return expected is actual
        if not isinstance(expected, _NUMBERS) or not isinstance(actual, _NUMBERS):
            return type(actual) in _PLAIN and expected == actual
        if expected == actual:
            return True
        if not (_is_finite(expected) and _is_finite(actual)):
            return self.nan_ok and expected != expected and actual != actual
        if isinstance(expected, Decimal) != isinstance(actual, Decimal):
            expected, actual = (Fraction(number) if isinstance(number, (float, Decimal)) else number for number in (expected, actual))
        return abs(expected - actual) <= self._tolerance(expected)

    def _tolerance(self, expected):
        kind = Fraction if isinstance(expected, Fraction) else type(expected) if isinstance(expected, Decimal) else float
        least = kind("1e-12") if self.abs is None else kind(str(self.abs)) if kind is not float else self.abs
        if self.rel is None and self.abs is not None:
            return least
        relative = kind("1e-6") if self.rel is None else kind(str(self.rel)) if kind is not float else self.rel
        return max(relative * abs(expected), least)


approx.__module__ = "pytest"
_NUMBERS = (int, float, complex, Decimal, Fraction)
_PLAIN = (*_NUMBERS, bool, str, bytes, type(None))


def _is_finite(number):
    return number == number and abs(number) != math.inf


# ---- marks ----


class _Mark:
    def __init__(self, name, args=(), kwargs=()):
        self.name, self.args, self.kwargs = name, args, dict(kwargs)

    def __call__(self, *args, **kwargs):
        if len(args) == 1 and not kwargs and isinstance(args[0], (types.FunctionType, type)):
            return _marked(args[0], self)
        return _Mark(self.name, (*self.args, *args), self.kwargs | kwargs)


def _marked(target, mark):
    if mark.name in ("skipif", "xfail", "usefixtures"):
        raise BadTests(f"the tests use `pytest.mark.{mark.name}`, which the sandbox does not have")
    if mark.name == "skip":
        target.__unittest_skip__ = True
    target._r1_marks = [*vars(target).get("_r1_marks", ()), mark]
    return target


class _Marks:
    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return _Mark(name)


mark = _Marks()


class _Parameters:
    def __init__(self, values, marks):
        self.values, self.marks = values, marks


def param(*values, id=None, marks=()):
    marks = marks if isinstance(marks, (list, tuple)) else (marks,)
    if any(mark.name in ("skip", "skipif", "xfail") for mark in marks):
        raise BadTests("the tests mark a set of parameters as skipped or failing: leave it out")
    return _Parameters(values, marks)


def sets_of(function):
    """The sets of arguments, by name, that the marks of a function or a class give: `[{}]` without `parametrize`."""
    sets = [{}]
    # The decorator next to the function varies fastest.
    for mark in reversed([mark for mark in vars(function).get("_r1_marks", ()) if mark.name == "parametrize"]):
        sets = [outer | inner for outer in sets for inner in _sets(*mark.args, **mark.kwargs)]
    return sets


def _sets(argnames, argvalues, indirect=False, ids=None, scope=None):
    if indirect:
        raise BadTests("the tests use `parametrize` with `indirect`, which the sandbox does not have")
    names = [name.strip() for name in argnames.split(",") if name.strip()] if isinstance(argnames, str) else list(argnames)
    single = isinstance(argnames, str) and len(names) == 1
    found = []
    for each in argvalues:
        values = each.values if isinstance(each, _Parameters) else (each,) if single else tuple(each)
        if len(values) != len(names):
            raise BadTests(f"`parametrize` of the tests names {len(names)} parameters and gives {len(values)} values")
        found.append(dict(zip(names, values)))
    if not found:
        raise AssertionError("`parametrize` of the tests gives no values, so that no test would run")
    return found


# ---- fixtures ----


class Fixture:
    """A function under `@pytest.fixture`."""

    def __init__(self, function, scope="function", params=None, autouse=False, ids=None, name=None):
        self.function, self.scope, self.params, self.autouse = function, scope, params, autouse
        self.name = name or function.__name__

    def __get__(self, instance, owner=None):
        return self

    def __call__(self, *args, **kwargs):
        raise Failed(f"Fixture {self.name!r} called directly")


def fixture(function=None, **options):
    if isinstance(function, types.FunctionType):
        return Fixture(function)
    return lambda function: Fixture(function, **options)


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    raise BadTests(f"the tests use `pytest.{name}`, which the sandbox does not have")
