"""`approx` of pytest."""

import array
import math
from collections import deque
from decimal import Decimal
from fractions import Fraction

from . import ask
from .handle import Handle


class approx:
    """Numbers within a tolerance, also in sequences and mappings."""

    __array_ufunc__ = None
    __hash__ = None

    def __init__(self, expected, rel=None, abs=None, nan_ok=False):
        self.expected, self.rel, self.abs, self.nan_ok = expected, rel, abs, nan_ok
        for tolerance in (rel, abs):
            if tolerance is not None and (math.isnan(tolerance) or tolerance < 0):
                raise ask.unusable(f"the tests give `pytest.approx` the tolerance {tolerance}, which is negative or no number")
        if isinstance(expected, (set, frozenset)):
            # A program that gave containers may have given this one.
            raise TypeError("pytest.approx() takes no set") if ask.took_container() else ask.unusable("the tests use `pytest.approx` with a set, which has no order")

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
        if isinstance(expected, _SEQUENCES):
            return isinstance(actual, _SEQUENCES) and len(actual) == len(expected) and all(map(self._holds, expected, actual))
        if type(expected) is bool or type(actual) is bool:
            return expected is actual
        if not isinstance(expected, _NUMBERS) or not isinstance(actual, _NUMBERS):
            # Of the program's objects, none is a number, and `==` would be theirs.
            return not isinstance(actual, Handle) and not isinstance(expected, Handle) and expected == actual
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
_SEQUENCES = (list, tuple, deque, range, array.array)


def _is_finite(number):
    return number == number and abs(number) != math.inf
