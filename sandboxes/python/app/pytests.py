"""Runs tests in the manner of pytest: with parameters, and with fixtures of the tests' own."""

import asyncio
import contextlib
import functools
import inspect
import types
import unittest.mock

from . import lacking, pytest_api, pytest_given, pytest_marks
from .faults import BadTests

#: Of fixtures that are made once, in a class or in all: their values, and what ends them.
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


class Test:
    """A test function as pytest sees it.

    `value` is what its name stands for, `space` and `fixtures` are the module's names and fixtures, `kinds` the classes that it is a method of, `is_bound` says whether its first parameter is given; `owner` is
    the object that it is asked of.
    """

    def __init__(self, name, value, space, fixtures, kinds=(), is_bound=False):
        self.name, self.function, self.owner = name, value, None
        self._kinds = kinds
        self._inner, bound, given = _inner(value)
        code = self._inner.__code__
        skipped = bound + is_bound + _mocks(value)
        self.names = [each for each in code.co_varnames[skipped : code.co_argcount + code.co_kwonlyargcount] if each not in given]
        optional = len(self._inner.__defaults__ or ())
        self._optional = {*code.co_varnames[code.co_argcount - optional : code.co_argcount], *(self._inner.__kwdefaults__ or ())}
        self.fixtures = dict(fixtures)
        for kind in reversed(kinds):
            self.fixtures |= fixtures_of(vars(kind).values())
        outer = [*map(vars, kinds), {"pytestmark": space.get("pytestmark", ())}]
        self._marks = pytest_marks.of(getattr(value, "__dict__", {}))
        self._outer = [mark for target in outer for mark in pytest_marks.of(target)]
        self._is_skipped = any(map(pytest_marks.skips, outer))

    def line_numbers(self):
        """The lines where the definitions of the test, of its classes and of its fixtures may begin."""
        return {
            self._inner.__code__.co_firstlineno,
            *(vars(kind).get("__firstlineno__") for kind in self._kinds),
            *(_inner(each.function)[0].__code__.co_firstlineno for each in self.fixtures.values()),
        }

    def needs_running(self):
        """Whether it does more than a call of it without arguments would: one by the text says nothing of it."""
        return bool(self.names or self._autouse() or self._is_skipped or any(mark.name in ("parametrize", "usefixtures") for mark in (*self._marks, *self._outer)))

    def has_parts(self):
        """Whether it has marks, or takes fixtures."""
        return bool(self._marks or self._outer or any(map(self._has, self.names)))

    def missing(self):
        """A parameter that nothing gives a value, or `None`."""
        named = {name for mark in (*self._marks, *self._outer) if mark.name == "parametrize" for name in _named(mark)}
        return next((name for name in self.names if name not in named and name not in self._optional and not self._has(name)), None)

    def calls(self):
        """The calls of it: for each, a function that makes the arguments, given the object that it is asked of and a stack for what ends them. Raises `Uneven`, `BadTests`."""
        if self.missing() is not None:
            raise BadTests(f"`{self.name}` of the tests takes `{self.missing()}`, which nothing gives: call it with a value")
        if self._is_skipped:
            raise pytest_marks.Uneven(f"`{self.name}` of the tests is skipped by `pytestmark`, which the sandbox does not have")
        for values, to_fixtures in pytest_marks.sets_of([*self._outer, *self._marks]):
            unknown = [key for key in values if key not in self.names] + [key for key in to_fixtures if key not in self.fixtures]
            if unknown:
                raise pytest_marks.Uneven(f"`{self.name}` of the tests has no parameter `{unknown[0]}`, which `parametrize` gives")
            for chosen in self._chosen(values, to_fixtures):
                yield lambda owner, ends, values=values, chosen=chosen: self._arguments(owner, ends, values, chosen)

    def _arguments(self, owner, ends, values, chosen):
        self.owner = owner
        made = _Values(self, chosen, ends)
        for name in self._asked():
            made.of(name)
        return {key: values[key] if key in values else made.of(key) for key in self.names if key in values or (key not in self._optional and self._has(key))}

    def _has(self, name):
        return name in self.fixtures or name in pytest_given.BUILT_IN or name == "request"

    def _autouse(self):
        return [each.name for each in self.fixtures.values() if each.autouse]

    def _asked(self):
        """The fixtures that it has without a parameter."""
        return self._autouse() + [name for mark in (*self._marks, *self._outer) if mark.name == "usefixtures" for name in mark.args]

    def _chosen(self, values, to_fixtures):
        """One dictionary for each choice of the parameters of the fixtures that it needs, with those that they need."""
        needed, left = [], [name for name in self.names if name not in values] + self._asked()
        while left:
            name = left.pop(0)
            if name in self.fixtures and name not in needed:
                needed.append(name)
                left += _parameters(self.fixtures[name].function)
        choices = [to_fixtures]
        for name in needed:
            if self.fixtures[name].params is not None and name not in to_fixtures:
                params = [each for each in self.fixtures[name].params if not (isinstance(each, pytest_marks.Parameters) and each.is_left_out())]
                if not params:
                    raise pytest_marks.Uneven(f"the fixture `{name}` of the tests has no parameters, so that no test would run")
                choices = [choice | {name: each.values[0] if isinstance(each, pytest_marks.Parameters) else each} for choice in choices for each in params]
        return choices


def fixtures_of(values):
    """The fixtures among values, by name."""
    return {value.name: value for value in values if isinstance(value, pytest_api.Fixture)}


def _inner(value):
    """The innermost function whose parameters count, how many are given by place before them, and the names of those that are given by name."""
    bound, given = 0, set()
    while True:
        if isinstance(value, types.MethodType):
            bound += 1
            value = value.__func__
        elif isinstance(value, (functools.partial, functools.partialmethod)):
            bound += len(value.args)
            given |= set(value.keywords)
            value = value.func
        elif hasattr(value, "__wrapped__"):
            value = value.__wrapped__
        else:
            return value, bound, given


def _mocks(value):
    """How many parameters `unittest.mock.patch` gives."""
    return sum(patching.new is unittest.mock.DEFAULT and not patching.attribute_name for patching in getattr(value, "patchings", ()))


def _named(mark):
    names = mark.args[0] if mark.args else mark.kwargs.get("argnames", ())
    return [name.strip() for name in names.split(",")] if isinstance(names, str) else names


def _parameters(function):
    """The names of the parameters without a default."""
    function, _, _ = _inner(function)
    code = function.__code__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    optional = {*code.co_varnames[code.co_argcount - len(function.__defaults__ or ()) : code.co_argcount], *(function.__kwdefaults__ or ())}
    return [name for name in names if name not in optional]


class _Values:
    """The values of fixtures during one call of a test."""

    def __init__(self, test, chosen, ends):
        self._test, self._chosen, self._ends = test, chosen, ends
        self._made = {}
        self._making = []

    def scope_of(self, name):
        return self._test.fixtures[name].scope if name in self._test.fixtures else "function"

    def parameter(self, name):
        if name not in self._chosen:
            raise AttributeError("param")
        return self._chosen[name]

    def ends_of(self, name):
        """The stack for what ends a fixture."""
        scope = self.scope_of(name)
        if scope == "function":
            return self._ends
        return class_ends(type(self._test.owner)) if scope == "class" and self._test.owner is not None else _ends

    def of(self, name):
        if name == "request":
            return pytest_given.Request(self, None, self._test)
        if name not in self._made:
            if name in self._making:
                raise lacking.lacks(f"a fixture `{name}` that takes one of the same name")
            self._making.append(name)
            self._made[name] = self._make(name)
            self._making.pop()
        return self._made[name]

    def _make(self, name):
        fixture = self._test.fixtures.get(name)
        if fixture is None:
            if name not in pytest_given.BUILT_IN:
                raise BadTests(f"the tests take the fixture `{name}`, which nothing gives")
            return self._ends.enter_context(pytest_given.BUILT_IN[name]())
        if fixture.scope == "function":
            return self._call(fixture)
        key = id(fixture), repr(self._chosen.get(name)), type(self._test.owner) if fixture.scope == "class" else None
        if key not in _once:
            _once[key] = self._call(fixture)
        return _once[key]

    def _call(self, fixture):
        names = _parameters(fixture.function)
        bound = [self._test.owner] if names[:1] in (["self"], ["cls"]) else []
        values = {name: self.of(name) if name != "request" else pytest_given.Request(self, fixture.name, self._test) for name in names[len(bound) :]}
        value = fixture.function(*bound, **values)
        if inspect.isasyncgen(value):
            raise lacking.lacks("a fixture that is an asynchronous generator")
        if inspect.isawaitable(value):
            value = asyncio.run(_wait(value))
        if isinstance(value, types.GeneratorType):
            generator, value = value, next(value, _ENDED)
            if value is _ENDED:
                raise AssertionError(f"the fixture `{fixture.name}` of the tests gives nothing")
            self.ends_of(fixture.name).callback(_end, fixture.name, generator)
        return value


_ENDED = object()


def _end(name, generator):
    if next(generator, _ENDED) is not _ENDED:
        raise AssertionError(f"the fixture `{name}` of the tests gives more than one value")


async def _wait(value):
    return await value


def class_ends(kind):
    """The stack of what ends when the tests of a class have run."""
    return _once.setdefault(("ends", kind), contextlib.ExitStack())


def end_class(kind):
    """Ends the fixtures of a class."""
    for key in [key for key in _once if key[-1] is kind and key[0] != "ends"]:
        del _once[key]
    _once.pop(("ends", kind), contextlib.ExitStack()).close()
