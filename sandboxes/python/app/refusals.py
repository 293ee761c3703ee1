"""Operations on the program's objects that are not asked of the program, because its answer would decide what the tests should.

Whose fault it is, is told by where the object came from. The tests made it of a class of the program's, or got it from such an object: the tests need what cannot be judged here, which is the row's
fault. A function gave it where the tests want plain data: the program's. Neither can be caught by the tests, where a `TypeError` could be what they expect of a right program.
"""

import array
import collections

from . import ask, origins

_UNARY = ("neg", "pos", "abs", "invert", "int", "float", "complex", "trunc", "floor", "ceil")
_BINARY = ("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "divmod", "pow", "lshift", "rshift", "and", "xor", "or")
#: What `+=` extends by the items of any iterable.
_EXTENDED = (list, bytearray, collections.deque, array.array)
_COMPARING = ("lt", "le", "gt", "ge")


def refused(handle, what):
    """The exception for an operation of the tests on an object of the program's."""
    name = f"the program's {type(handle).__name__}"
    if origins.is_expected(handle):
        return ask.unusable(f"the tests use {what} on {name}, which would decide for itself: call a method that gives plain data, or compare attributes")
    return ask.failed(f"the tests use {what} on {name}, which is no plain data")


def _refusing(name):
    def method(self, *args):
        raise refused(self, f"`__{name}__`")

    return method


def _radd(self, other):
    if isinstance(other, _EXTENDED):
        # `items += generator` goes through it.
        return NotImplemented
    raise refused(self, "`__radd__`")


def _bytes(self):
    if hasattr(type(self), "__iter__"):
        return bytes(iter(self))
    raise refused(self, "`__bytes__`")


def _format(self, form):
    if not form:
        return str(self)
    if origins.is_expected(self):
        return str(ask.once(self, "format", (form,)))
    raise refused(self, f"the format {form!r}")


#: Of every object.
METHODS = {f"__{name}__": _refusing(name) for name in (*_UNARY, *_BINARY, *(f"r{name}" for name in _BINARY), *_COMPARING, "round", "fspath")} | {"__radd__": _radd, "__format__": _format}
def _truth(self):
    if origins.is_expected(self):
        # As a method that gives `True` or `False`.
        return bool(ask.once(self, "bool"))
    raise refused(self, "the truth")


#: Of one that defines `__bool__`.
TRUTH = {"__bool__": _truth}
#: Of one that is no iterator.
NUMBER = {"__index__": _refusing("index"), "__bytes__": _bytes}
#: Of a class that has no items of its own.
CLASS = {"__getitem__": _refusing("class_getitem"), "__iter__": None}
