"""What results of the program lose where the tests take something from them: what was there, and nothing else, as plain containers do.

Tests that compare by taking away, `for e in EXPECTED: r.remove(e)` and then `len(r) == 0`, tell an object what it should have had. So what they take must have been among the items before it was named.
"""

import contextlib

from . import ask, wire

#: Methods that take the item, or what is at the key or the index, that they are given.
METHODS = ("remove", "discard", "pop")

#: Of objects that cannot be walked through: what the tests gave them, by the `id`.
_told = {}


def forget():
    """As if nothing had been told."""
    _told.clear()


def told(handle, values):
    """The tests gave an object these values."""
    if not _is_walked(handle):
        _told.setdefault(id(handle), []).extend(values)


@contextlib.contextmanager
def agreeing(handle, method, args, kwargs):
    """Around a call of `method` of a result: it takes what the items before it tell, or it raises."""
    given = [*args, *kwargs.values()]
    if not given:
        yield
        return
    value = given[0]
    if not _is_walked(handle):
        known = _told.get(id(handle), [])
        yield
        if not (value in known or any(value in each for each in known if isinstance(each, (list, tuple, set, frozenset, dict))) or (method == "pop" and value in (0, -1)) or method == "discard"):
            raise ask.failed(f"the program's {type(handle).__name__} gives up what it was never given, and cannot be walked through")
        return
    before = list(handle)
    yield
    after = _codes(list(handle))
    if not any(_codes(items) == after for items in _without(before, value, method)):
        raise ask.failed(f"`{method}` of the program's {type(handle).__name__} takes what it does not have, or leaves other items than those that it had")


def _is_walked(handle):
    return hasattr(type(handle), "__iter__") and not hasattr(type(handle), "__next__")


def _codes(items):
    return sorted(wire.encode(item, ask.number) for item in items)


def _without(items, value, method):
    """What may be left."""
    places = [place for place, item in enumerate(items) if item is value or item == value]
    if places:
        yield [item for place, item in enumerate(items) if place != places[0]]
        yield [item for place, item in enumerate(items) if place not in places]
    if method == "discard" and not places:
        yield items
    if method == "pop" and type(value) is int and -len(items) <= value < len(items):
        place = value % len(items)
        yield items[:place] + items[place + 1 :]
