"""Runs tests in the manner of pytest: with parameters, and with fixtures of the tests' own."""

import asyncio
import contextlib
import inspect
import io
import sys
import types

from . import pytest_api
from .faults import BadTests
from .verdict import finish

#: Of fixtures that are made once: their values, and what ends them.
_once = {}
_ends = contextlib.ExitStack()


def forget():
    """As if no fixture had been made."""
    _once.clear()
    _ends.pop_all()


def end():
    """Ends the fixtures that were made once."""
    _once.clear()
    _ends.close()


def run(name, function, owner, space, classes, given):
    """Runs a test as often as its parameters say. `owner` is the object whose method it is, `classes` its classes; `given(left)` gives values for parameters that are left."""
    fixtures = {value.name: value for value in space.values() if isinstance(value, pytest_api.Fixture)}
    for kind in reversed(classes):
        fixtures |= {value.name: value for value in vars(kind).values() if isinstance(value, pytest_api.Fixture)}
    sets = pytest_api.sets_of(function)
    for kind in classes:
        sets = [outer | inner for outer in pytest_api.sets_of(kind) for inner in sets]
    names = list(inspect.signature(function, eval_str=False).parameters)[1 if owner is not None else 0 :]
    for values in sets:
        unknown = [key for key in values if key not in names]
        if unknown:
            raise BadTests(f"`{name}` of the tests has no parameter `{unknown[0]}`, which `parametrize` gives")
        for chosen in _chosen(_needed(names, values, fixtures), fixtures):
            with contextlib.ExitStack() as ends:
                values_here = _Values(fixtures, owner, chosen, ends)
                for each in fixtures.values():
                    if each.autouse:
                        values_here.of(each.name)
                arguments = {key: values[key] if key in values else values_here.of(key) for key in names if key in values or values_here.has(key)}
                finish(name, function(*((owner,) if owner is not None else ()), **arguments, **given([key for key in names if key not in arguments])))


def wants(function, space, classes):
    """Whether a test has parameters, or there are fixtures: others are called as they are."""
    return "_r1_marks" in vars(function) or any("_r1_marks" in vars(kind) for kind in classes) or any(
        isinstance(value, pytest_api.Fixture) for scope in (space, *map(vars, classes)) for value in scope.values()
    ) or not _BUILT_IN.keys().isdisjoint(function.__code__.co_varnames[: function.__code__.co_argcount])


def _needed(names, values, fixtures):
    """The fixtures that a test needs, with those that they need."""
    needed, left = [], [name for name in names if name not in values] + [each.name for each in fixtures.values() if each.autouse]
    while left:
        name = left.pop()
        if name in fixtures and name not in needed:
            needed.append(name)
            left += inspect.signature(fixtures[name].function).parameters
    return needed


def _chosen(needed, fixtures):
    """One dictionary for each choice of the parameters of the fixtures."""
    choices = [{}]
    for name in needed:
        if fixtures[name].params is not None:
            params = [each.values[0] if isinstance(each, pytest_api._Parameters) else each for each in fixtures[name].params]
            if not params:
                raise AssertionError(f"the fixture `{name}` of the tests has no parameters, so that no test would run")
            choices = [choice | {name: value} for choice in choices for value in params]
    return choices


class _Values:
    """The values of fixtures during one test."""

    def __init__(self, fixtures, owner, chosen, ends):
        self._fixtures, self._owner, self._chosen, self._ends = fixtures, owner, chosen, ends
        self._made = {}

    def has(self, name):
        return name in self._fixtures or name in _BUILT_IN

    def of(self, name, fixture=None):
        if name not in self._made:
            self._made[name] = self._make(name, fixture)
        return self._made[name]

    def _make(self, name, asking):
        fixture = self._fixtures.get(name)
        if fixture is None:
            if name == "request":
                return types.SimpleNamespace(param=self._chosen.get(asking), getfixturevalue=self.of)
            if name not in _BUILT_IN:
                raise BadTests(f"the fixture `{asking}` of the tests takes `{name}`, which nothing gives")
            return self._ends.enter_context(_BUILT_IN[name]())
        if fixture.scope == "function":
            return self._call(fixture, self._ends)
        key = id(fixture), repr(self._chosen.get(name))
        if key not in _once:
            _once[key] = self._call(fixture, _ends)
        return _once[key]

    def _call(self, fixture, ends):
        names = list(inspect.signature(fixture.function).parameters)
        bound = [self._owner] if names[:1] == ["self"] else []
        value = fixture.function(*bound, **{name: self.of(name, fixture.name) if name != "request" else self._make(name, fixture.name) for name in names[len(bound) :]})
        if inspect.isawaitable(value):
            value = asyncio.run(_wait(value))
        if isinstance(value, types.GeneratorType):
            generator, value = value, next(value)
            ends.callback(next, generator, None)
        return value


async def _wait(value):
    return await value


class _Captured:
    """The fixture `capsys`."""

    def __enter__(self):
        self._before = sys.stdout, sys.stderr
        self._fresh()
        return self

    def __exit__(self, *_):
        sys.stdout, sys.stderr = self._before

    def _fresh(self):
        sys.stdout, sys.stderr = io.StringIO(), io.StringIO()

    def readouterr(self):
        captured = _Output(sys.stdout.getvalue(), sys.stderr.getvalue())
        self._fresh()
        return captured


class _Output(tuple):
    def __new__(cls, out, err):
        return super().__new__(cls, (out, err))

    out, err = (property(lambda self, index=index: self[index]) for index in (0, 1))


_BUILT_IN = {"capsys": _Captured, "request": contextlib.nullcontext}
