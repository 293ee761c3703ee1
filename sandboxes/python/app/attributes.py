"""Lists and dictionaries that are attributes of the program's objects: the tests hold copies, and what they change in one is changed in the program before it is asked again.

The program says which object an attribute is, by a number: where it is the same one as before, the tests get the same object as before, with what it contains now.
"""

import sys

from . import ask, inplace

_KINDS = (list, dict, set, bytearray)
#: By handle and attribute, as long as the tests may still change it.
_kept = {}


class _Kept:
    __slots__ = ("handle", "name", "value", "content", "reply", "number")

    def __init__(self, handle, name, value, content, reply, number):
        self.handle, self.name, self.value, self.content, self.reply, self.number = handle, name, value, content, reply, number


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
    _, value, _, number = ask.opened(reply)
    if type(value) not in _KINDS:
        _kept.pop(key, None)
        return value
    if known is not None and known.number == number and type(known.value) is type(value):
        inplace.update(known.value, value)
        value = known.value
    _kept[key] = _Kept(handle, name, value, _copy(value), reply, number)
    return value


def _copy(value):
    """The same containers again, with the same objects of other kinds."""
    if isinstance(value, list):
        return [_copy(item) for item in value]
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return type(value)(value) if isinstance(value, _KINDS) else value


def _are_same(value, content):
    """Whether they are equal, also in the types of what they contain."""
    if type(value) is not type(content):
        return False
    if isinstance(value, list):
        return len(value) == len(content) and all(map(_are_same, value, content))
    if isinstance(value, dict):
        return len(value) == len(content) and all(map(_are_same, value, content)) and all(map(_are_same, value.values(), content.values()))
    return value is content or value == content


def send():
    """Tells the program what the tests changed. Called before each question; cheap where no attribute was read."""
    for key, known in list(_kept.items()):
        if not _are_same(known.value, known.content):
            ask.told(known.handle, known.name, known.value)
            known.content = _copy(known.value)
        # One reference is `known`'s, one is the argument's.
        if sys.getrefcount(known.value) <= 2:
            del _kept[key]
