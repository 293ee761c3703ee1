"""Containers among the arguments of a call: the same ones on both sides, in what the program changed in them and in which of them are one object.

Arguments cross as a tree. Both sides number its containers alike, from the outside in, so that a number tells which one is meant.
"""

import operator

KINDS = (list, dict, set, bytearray)
_DEEP = (list, dict, set, bytearray, tuple)


class Reference:
    """Stands for the container of a number in what the program sends."""

    def __init__(self, number):
        self.number = number


def containers(roots):
    """The containers in a list of values, in order, each with the list or dictionary that it is in, and its place there (`None` inside a tuple)."""
    found = []

    def visit(value, parent, key):
        if isinstance(value, KINDS):
            found.append((value, parent, key))
        if isinstance(value, (list, tuple)):
            inner = value if isinstance(value, list) else None
            for place, item in enumerate(value):
                if isinstance(item, _DEEP):
                    visit(item, inner, place)
        elif isinstance(value, dict):
            for place, item in dict.items(value):
                if isinstance(item, _DEEP):
                    visit(item, value, place)

    for place, value in enumerate(roots):
        if isinstance(value, _DEEP):
            visit(value, roots, place)
    return found


def same(found):
    """Which containers are one object: pairs of a number and the number of the first occurrence."""
    first = {}
    return tuple((number, first[id(value)]) for number, (value, *_) in enumerate(found) if first.setdefault(id(value), number) != number)


def join(found, pairs):
    """Makes the containers of these pairs one object, and notes it in `found`."""
    for number, first in pairs:
        _, parent, key = found[number]
        if parent is not None:
            parent[key] = found[first][0]
            found[number] = found[first]


def contents(found):
    """What containers contain, to be compared later: the objects themselves."""
    return [type(value)(value) if type(value) in KINDS else dict(value) if isinstance(value, dict) else value for value, *_ in found]


def changes(found, before):
    """What changed since: pairs of a number and what that container contains now, where references stand for containers that were there before."""
    numbers = {}
    for number, (value, *_) in enumerate(found):
        numbers.setdefault(id(value), number)

    def told(value):
        if isinstance(value, KINDS) and id(value) in numbers:
            return Reference(numbers[id(value)])
        return content(value)

    def content(value):
        if type(value) is list or type(value) is tuple:
            return type(value)(map(told, value))
        return {key: told(item) for key, item in dict.items(value)} if isinstance(value, dict) else value

    return tuple((number, content(value)) for number, (value, *_) in enumerate(found) if numbers[id(value)] == number and not _is_unchanged(value, before[number]))


def _is_unchanged(value, before):
    if value is before:
        return True
    if len(value) != len(before):
        return False
    if isinstance(value, list):
        return all(map(operator.is_, value, before))
    if isinstance(value, dict):
        return all(map(operator.is_, value, before)) and all(map(operator.is_, value.values(), before.values()))
    return value == before


def number_of(found, value):
    """The number of a container, or `None`."""
    return next((number for number, (known, *_) in enumerate(found) if known is value), None) if isinstance(value, KINDS) else None


def update(container, content):
    """Gives a container of the tests' the content that the program's has. Raises `TypeError` where it is of another kind."""
    if isinstance(container, dict) and isinstance(content, dict):
        container.clear()
        container.update(content)
    elif isinstance(container, set) and isinstance(content, set):
        container.clear()
        container.update(content)
    elif isinstance(container, list) and isinstance(content, list):
        container[:] = content
    elif isinstance(container, bytearray) and isinstance(content, bytearray):
        container[:] = content
    else:
        raise TypeError("a container changed its kind")
