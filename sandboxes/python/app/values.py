"""Values as far as tests are read: which names of the program's have a say in them."""

import functools
import operator
from typing import NamedTuple

#: How many displays inside one another are told apart by position.
_DEPTH = 3


class Value(NamedTuple):
    """Sets of names are numbers with a bit for each."""

    heads: int = 0
    deps: int = 0
    built: int = 0
    inside: int = 0
    #: Names that decided whether this value or another is here.
    chosen: int = 0
    #: Names whose values the tests themselves compared, where this is what came out.
    verdicts: int = 0
    #: Functions and classes of the tests that this may be, and the names of classes of the program's.
    functions: frozenset = frozenset()
    #: Of a display, its values by position; of another container of the tests', what its items are. The sets above are of all of them.
    parts: tuple | None = None
    item: "Value | None" = None
    #: Names that may decide how many items a container of the tests' has. `None` where the value is none: then all its names may.
    count: int | None = None

    @property
    def results(self):
        return self.heads | self.deps

    @property
    def names(self):
        return self.known | self.chosen | (self.count or 0)

    @property
    def known(self):
        """The names that it is of."""
        return self.heads | self.deps | self.built | self.inside | self.verdicts

    @property
    def size(self):
        return self.names if self.count is None else self.count

    @property
    def is_container(self):
        return self.parts is not None or self.item is not None

    @property
    def items(self):
        """What going through the value gives."""
        if self.item is not None:
            return self.item
        return any_of(self.parts) if self.parts is not None else self

    @property
    def is_mixture(self):
        """Whether one name was given what another returned, or chose whether that is what is looked at."""
        return (self.deps != 0 and several(self.results | self.verdicts)) or self.is_picked

    @property
    def is_picked(self):
        return self.known != 0 and self.chosen & ~self.known != 0

    def flat(self):
        return Value(*self[:5], self.verdicts | (self.count or 0), self.functions) if self.is_container else self


NOTHING = Value()


def several(names):
    return names & (names - 1) != 0


def union(sets):
    return functools.reduce(operator.or_, sets, 0)


def join(one, other):
    """A value that may be either."""
    if one == other or other == NOTHING:
        return one
    if one == NOTHING:
        return other
    parts = item = None
    if one.parts is not None and other.parts is not None and len(one.parts) == len(other.parts):
        parts = tuple(map(join, one.parts, other.parts))
    elif one.is_container and other.is_container:
        item = join(one.items, other.items)
    count = None if one.count is None and other.count is None else one.size | other.size
    return Value(*(mine | theirs for mine, theirs in zip(one[:7], other[:7])), parts, item, count)


def either(one, other):
    """The names after one of two ways."""
    return {name: join(one.get(name, NOTHING), other.get(name, NOTHING)) for name in {**one, **other}}


def any_of(values):
    return functools.reduce(join, values, NOTHING)


def mixed(values):
    """A value that all of these went into: of different heads, each has a say in what came of the others."""
    value = any_of([value.flat() for value in values])
    return value._replace(deps=value.deps | value.heads) if several(value.heads) else value


def container(item, count):
    """A container of the tests' with such items."""
    return item.flat()._replace(item=shallow(item), count=count)


def shallow(value, depth=_DEPTH):
    if not value.is_container:
        return value
    if depth == 0:
        return value.flat()
    parts = tuple(shallow(part, depth - 1) for part in value.parts) if value.parts is not None else None
    return value._replace(parts=parts, item=shallow(value.item, depth - 1) if value.item is not None else None)
