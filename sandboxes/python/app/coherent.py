"""What containers of the program's say agrees, or the tests fail: they can do no more than some plain data.

- A container has as many items as its `len` says, and gives the same ones each time until the tests change something.
- A mapping has no key twice. What is indexed by something else than a number is a mapping, as is what gives other values at its numbers than when it is walked through.
"""

from . import ask, wire

#: How many items the iteration of a view must have: by its `id`.
_promised = {}
#: Of a view of a mapping: "keys", "items" or "values".
_views = {}
_mappings = set()
#: Containers that gave an item twice.
_repeating = set()
#: The replies at the numbers of a container, by its `id`.
_indexed = {}


def forget():
    """As if there had been no container."""
    for kept in (_promised, _views, _mappings, _repeating, _indexed):
        kept.clear()


def changed():
    """The tests may have changed objects of the program's."""
    _promised.clear()
    _indexed.clear()


def has_len(handle):
    """Whether `len` can be asked of it, or its number of items is known otherwise."""
    return hasattr(type(handle), "__len__") or id(handle) in _promised


def view(mapping, name, result):
    """Holds the result of `keys()`, `items()` or `values()` of a mapping to what it says otherwise."""
    length = len(mapping)
    is_mapping(mapping)
    if isinstance(result, (list, tuple, set, frozenset, dict)):
        if len(result) != length:
            raise ask.failed(f"the program's {type(mapping).__name__} has {len(result)} in {name}() and {length} by len()")
        _distinct(mapping, name, list(result))
    elif type(result).__hash__ is object.__hash__:
        _promised[id(result)] = length
        _views[id(result)] = name


def is_mapping(handle):
    """Notes that the tests use it as a mapping."""
    _mappings.add(id(handle))
    if id(handle) in _repeating:
        raise _twice(handle)


def at(handle, index, reply):
    """Notes what a container gave at a number."""
    _indexed.setdefault(id(handle), {})[index] = reply


class Items:
    """The items of a container, in the order in which it gave them, as far as they were asked for."""

    def __init__(self, source):
        self._source = source
        self._replies = []
        self._done = False

    def get(self, handle, index):
        """The item of an index. Raises `StopIteration` behind the last."""
        if index < len(self._replies):
            return ask.opened(self._replies[index], True)[1]
        if not self._done:
            reply = ask.sent(self._source(index))
            try:
                value = ask.opened(reply, True)[1]
            except (StopIteration, IndexError):
                self._done = True
            else:
                self._replies.append(reply)
                _agree(handle, len(self._replies), False)
                return value
            _agree(handle, len(self._replies), True)
            self._look_for_repeats(handle)
        raise StopIteration

    def _look_for_repeats(self, handle):
        """A list may give an item twice, a mapping no key."""
        view = _views.get(id(handle))
        if view is None and not hasattr(type(handle), "__getitem__"):
            return
        items = [ask.opened(reply, True)[1] for reply in self._replies]
        if view is not None:
            _distinct(handle, view, items)
        elif not _are_distinct(items):
            _repeating.add(id(handle))
            if any(0 <= index < len(items) and self._replies[index] != reply for index, reply in _indexed.get(id(handle), {}).items()):
                _mappings.add(id(handle))
            if id(handle) in _mappings:
                raise _twice(handle)


def _agree(handle, count, done):
    """The number of items is the one that `len` gave."""
    lengths = [_promised[id(handle)]] if id(handle) in _promised else []
    if hasattr(type(handle), "__len__"):
        lengths.append(len(handle))
    for length in lengths:
        if type(length) is int and (count > length or (done and count < length)):
            raise ask.failed(f"the program's {type(handle).__name__} has {count} items and {length} by len()")


def _distinct(handle, name, items):
    """Of the keys of a mapping, none is there twice."""
    if name == "values":
        return
    if not _are_distinct([item[0] if name == "items" and isinstance(item, (tuple, list)) and item else item for item in items]):
        raise _twice(handle)


def _are_distinct(items):
    """Whether no two of them are equal."""
    try:
        return len(set(items)) == len(items)
    except TypeError:
        return len({wire.encode(item, ask.number) for item in items}) == len(items)


def _twice(handle):
    return ask.failed(f"the program's {type(handle).__name__} has a key twice")
