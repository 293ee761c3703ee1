"""What the program gave as plain data and gets back: an object of its class again.

Results cross as plain data, and tests give them to the program again: `distance(Point(0, 0), Point(3, 4))`, `top(count(words))`. A tuple or a dictionary among the arguments with the content of a named
tuple, a `Counter`, a `defaultdict` or an `OrderedDict` that the program gave is that tuple again, or a copy of that dictionary. Its content is the same, so the program learns nothing by it.
"""

import collections
import contextlib
import copy
import re

from . import wire

_DICTIONARIES = (collections.Counter, collections.defaultdict, collections.OrderedDict)
_DEEP = (list, tuple, dict)
#: What a program without these words gives nothing of the kind.
_WORDS = re.compile("namedtuple|NamedTuple|Counter|defaultdict|OrderedDict")
#: Parts of a result that are looked at, and objects that are kept.
_MOST = 1_000

#: What was given, by its encoded content.
_given = {}
_may_give = False


def forget():
    """As if nothing had been given."""
    global _may_give
    _may_give = False
    _given.clear()


def begin(source):
    """A program with this text is loaded."""
    global _may_give
    _may_give = _may_give or _WORDS.search(source) is not None


def gave(result, handle):
    """Notes what the program gave. `handle` is that of `wire.encode`."""
    if not _may_give:
        return
    left, seen = [result], 0
    while left and seen < _MOST and len(_given) < _MOST:
        value = left.pop()
        seen += 1
        if _is_more(value):
            with contextlib.suppress(Exception):
                content = wire.encode(value, handle)
                _given[content] = value if isinstance(value, tuple) else copy.copy(value)
        if isinstance(value, (list, tuple)):
            left += value[:_MOST]
        elif isinstance(value, dict):
            left += list(dict.values(value))[:_MOST]


def anything():
    """Whether anything was given that may come back."""
    return bool(_given)


def back(values, handle):
    """These arguments, with what came back in its place."""
    made = {}

    def visit(value):
        if type(value) not in _DEEP:
            return value
        if id(value) not in made:
            made[id(value)] = value, again(value)
        return made[id(value)][1]

    def again(value):
        if type(value) is not list:
            with contextlib.suppress(wire.UnsupportedValue):
                known = _given.get(wire.encode(value, handle))
                if known is not None:
                    return known if type(value) is tuple else copy.copy(known)
        if type(value) is tuple:
            return tuple(map(visit, value))
        for place, item in enumerate(value) if type(value) is list else list(value.items()):
            if type(item) in _DEEP:
                value[place] = visit(item)
        return value

    return [visit(value) for value in values]


def _is_more(value):
    return type(value) in _DICTIONARIES or (isinstance(value, tuple) and type(value) is not tuple and isinstance(getattr(type(value), "_fields", None), tuple))
