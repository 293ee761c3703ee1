"""Lists and dictionaries that are attributes of the program's objects: the tests hold copies, and what they change in one is changed in the program before it is asked again."""

import sys

from . import ask, inplace, wire

_KINDS = (list, dict, set, bytearray)
#: By handle and attribute, as long as the tests may still change it.
_kept = {}


class _Kept:
    __slots__ = ("handle", "name", "value", "content", "reply")

    def __init__(self, handle, name, value, reply):
        self.handle, self.name, self.value, self.reply = handle, name, value, reply
        self.content = wire.encode(value, ask.number)


def forget():
    """As if no attribute had been read."""
    _kept.clear()


def read(handle, name):
    """The value of an attribute: the same object each time, as long as the tests hold it."""
    reply = ask.reply_once(handle, "getattr", (name,))
    key = id(handle), name
    known = _kept.get(key)
    if known is not None and known.reply == reply:
        return known.value
    value = ask.opened(reply)[1]
    if type(value) not in _KINDS:
        _kept.pop(key, None)
        return value
    if known is not None and type(known.value) is type(value):
        inplace.update(known.value, value)
        value = known.value
    _kept[key] = _Kept(handle, name, value, reply)
    return value


def send():
    """Tells the program what the tests changed. Called before each question; cheap where no attribute was read."""
    for key, known in list(_kept.items()):
        content = wire.encode(known.value, ask.number)
        if content != known.content:
            known.content = content
            ask.told(known.handle, known.name, known.value)
        # One reference is `known`'s, one is the argument's.
        if sys.getrefcount(known.value) <= 2:
            del _kept[key]
