"""Marks of pytest: `parametrize`, `param`, `skip`, `skipif`, `usefixtures`. Others do nothing here, as marks of plugins that are not there."""

import types

from . import ask, lacking


class Uneven(Exception):
    """Sets of parameters that no test can run with. Whether the program is why, is for the runner to say."""


class Mark:
    """A mark, as it stands above a function, with the arguments that it was given so far."""

    def __init__(self, name, args=(), kwargs=()):
        self.name, self.args, self.kwargs = name, args, dict(kwargs)

    def __call__(self, *args, **kwargs):
        if len(args) == 1 and not kwargs and isinstance(args[0], _MARKED):
            return _marked(args[0], self)
        return self.with_args(*args, **kwargs)

    def with_args(self, *args, **kwargs):
        return _read(Mark(self.name, (*self.args, *args), self.kwargs | kwargs))


_MARKED = (types.FunctionType, type, staticmethod, classmethod)


def _marked(target, mark):
    if mark.name in _LACKING:
        raise lacking.lacks(f"mark.{mark.name}")
    marked = getattr(target, "__func__", target)
    if mark.name == "skip" or (mark.name == "skipif" and _holds(mark)):
        marked.__unittest_skip__ = True
    marked._r1_marks = [*vars(marked).get("_r1_marks", ()), mark]
    return target


_LACKING = ("xfail",)


def _holds(mark):
    """Whether one of the conditions of `skipif` does."""
    conditions = [*mark.args, *(value for name, value in mark.kwargs.items() if name == "condition")]
    if any(isinstance(condition, str) for condition in conditions):
        raise lacking.lacks("mark.skipif with a condition in text")
    return any(conditions)


def _read(mark):
    """The mark, with values of `parametrize` that can be gone through more than once."""
    args, kwargs = list(mark.args), dict(mark.kwargs)
    if mark.name != "parametrize":
        return mark
    if len(args) > 1:
        args[1] = list(args[1])
    elif "argvalues" in kwargs:
        kwargs["argvalues"] = list(kwargs["argvalues"])
    return Mark(mark.name, args, kwargs)


class _Marks:
    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return Mark(name)


mark = _Marks()


class Parameters:
    """A set of parameters, from `param`."""

    def __init__(self, values, marks):
        self.values, self.marks = values, marks
        #: Whether what the program said may be why it is skipped.
        self._is_after_answers = ask.heard()

    def is_left_out(self):
        """Whether it is skipped. One that the program may have skipped runs: a right program is not harmed by that."""
        return not self._is_after_answers and any(mark.name == "skip" or (mark.name == "skipif" and _holds(mark)) for mark in self.marks)


def param(*values, id=None, marks=()):
    """A set of parameters for `parametrize`, or the parameter of a fixture."""
    marks = marks if isinstance(marks, (list, tuple)) else (marks,)
    for each in marks:
        if each.name in _LACKING:
            raise lacking.lacks(f"mark.{each.name}")
    return Parameters(values, marks)


def of(target):
    """The marks of a function, a class or a module, given its variables; the one that stands next to it first."""
    return [*target.get("_r1_marks", ()), *_more(target)]


def skips(target):
    """Whether `pytestmark` among these variables skips tests, or lets them fail."""
    return any(each.name in ("skip", *_LACKING) or (each.name == "skipif" and _holds(each)) for each in _more(target))


def _more(target):
    more = target.get("pytestmark", ())
    return [each for each in (more if isinstance(more, (list, tuple)) else (more,)) if isinstance(each, Mark)]


def sets_of(marks):
    """The sets of parameters that marks give: pairs of the values by name, and of those that go to fixtures. One set with nothing, without `parametrize`. Raises `Uneven`."""
    sets = [({}, {})]
    # What stands next to the function varies fastest.
    for each in reversed([each for each in marks if each.name == "parametrize"]):
        try:
            inner_sets = _sets(*each.args, **each.kwargs)
        except TypeError as error:
            raise Uneven(f"`parametrize` of the tests cannot be read: {error}") from None
        sets = [(outer | inner, to_fixtures | more) for outer, to_fixtures in sets for inner, more in inner_sets]
    return sets


def _sets(argnames, argvalues, indirect=False, ids=None, scope=None):
    names = [name.strip() for name in argnames.split(",") if name.strip()] if isinstance(argnames, str) else list(argnames)
    single = isinstance(argnames, str) and len(names) == 1
    to_fixtures = set(names if indirect is True else indirect or ())
    found = []
    for each in argvalues:
        if isinstance(each, Parameters) and each.is_left_out():
            continue
        values = each.values if isinstance(each, Parameters) else (each,) if single else tuple(each)
        if len(values) != len(names):
            raise Uneven(f"`parametrize` of the tests names {len(names)} parameters and gives {len(values)} values")
        given = dict(zip(names, values))
        found.append(({name: value for name, value in given.items() if name not in to_fixtures}, {name: value for name, value in given.items() if name in to_fixtures}))
    if not found:
        raise Uneven("`parametrize` of the tests gives no values, so that no test would run")
    return found
