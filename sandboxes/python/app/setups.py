"""What a text wants to run before and after its tests, by the names that `unittest` and pytest know. A fixture under one of these names is a fixture."""

import contextlib
import types

from . import pytest_api


@contextlib.contextmanager
def of_module(space):
    """Around the tests of a module, the first of which may never come."""
    module = _Module(space)
    _call(space.get("setUpModule"))
    _call(space.get("setup_module"), module)
    yield
    _call(space.get("teardown_module"), module)
    _call(space.get("tearDownModule"))


@contextlib.contextmanager
def of_function(space, function):
    """Around a test that is a function."""
    _call(space.get("setup_function"), function)
    try:
        yield
    finally:
        _call(space.get("teardown_function"), function)


@contextlib.contextmanager
def of_class(kind):
    """Around the tests of a class."""
    _call(getattr(kind, "setup_class", None), kind)
    try:
        yield
    finally:
        _call(getattr(kind, "teardown_class", None), kind)


@contextlib.contextmanager
def of_method(value, method):
    """Around a test that is a method of an object."""
    _call(getattr(value, "setup_method", None), method)
    _call(getattr(value, "setup", None))
    try:
        yield
    finally:
        _call(getattr(value, "teardown", None))
        _call(getattr(value, "teardown_method", None), method)


def _call(function, *args):
    """Calls it, if it is there, with as many of these as it takes."""
    if function is None or isinstance(function, pytest_api.Fixture) or not callable(function):
        return
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    function(*args[: code.co_argcount - isinstance(function, types.MethodType) if code else 0])


class _Module:
    """The module of the tests, as `setup_module` gets it."""

    def __init__(self, space):
        object.__setattr__(self, "_space", space)

    def __getattr__(self, name):
        if name not in self._space:
            raise AttributeError(name)
        return self._space[name]

    def __setattr__(self, name, value):
        self._space[name] = value
