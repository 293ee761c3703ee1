"""What containers of the program's say agrees, or the tests fail: they can do no more than some plain data.

- A container has as many items as its `len` says, and gives the same ones each time until the tests change something.
- An iterator that has ended is over, or gives the same items again.
- The keys, values and items of a mapping are what it gives at its keys.
- A result that gives something at a number is a sequence, which gives the same there when it is walked through, or a mapping, which has that number among its keys. What gives something
  at another key is a mapping. A mapping has no key twice. Objects that the tests made of a class of the program's may be indexed as they like.
"""

from . import ask, wire

#: How many items the iteration of a view must have: by its `id`.
_promised = {}
#: Of a view of a mapping: "keys", "items" or "values", and the mapping.
_views = {}
#: Of a mapping: what it gave at its keys, and the items that a view gave.
_given, _shown = {}, {}
_mappings = set()
#: Of an iterator: the replies until it first ended, and how many it has given again, `None` before that.
_walks = {}
#: Containers that gave an item twice.
_repeating = set()


def forget():
    """As if there had been no container."""
    for kept in (_promised, _views, _given, _shown, _mappings, _repeating, _walks):
        kept.clear()


def changed(is_touched):
    """The tests may have changed objects of the program's: those whose `id` is touched."""
    for kept in (_promised, _given, _shown, _walks):
        for known in [known for known in kept if is_touched(known)]:
            del kept[known]


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
        _look_at_view(mapping, name, list(result.items()) if name == "items" and isinstance(result, dict) else list(result))
    elif type(result).__hash__ is object.__hash__:
        _promised[id(result)] = length
        _views[id(result)] = name, mapping


def is_mapping(handle):
    """Notes that the tests use it as a mapping."""
    _mappings.add(id(handle))
    if id(handle) in _repeating:
        raise _twice(handle)


def at_key(mapping, key, value):
    """Holds what a mapping gave at a key to the items that it gave."""
    is_mapping(mapping)
    _given.setdefault(id(mapping), []).append((key, value))
    if id(mapping) in _shown:
        _agree_on(mapping, key, value)


def at(handle, index, reply, items):
    """Holds what a result gave at a number to what it gives when it is walked through."""
    if not items.agrees(handle, index, reply):
        if index not in items.all(handle):
            raise ask.failed(f"the program's {type(handle).__name__} gives at [{index}] what it does not have")
        at_key(handle, index, ask.opened(reply)[1])


def next_item(iterator, reply):
    """The item of a reply of an iterator. Raises `StopIteration` at its end."""
    replies, again = _walks.get(id(iterator), ([], None))
    try:
        value = ask.opened(reply, True)[1]
    except StopIteration:
        if again and again < len(replies):
            raise _other_items(iterator) from None
        _walks[id(iterator)] = replies, 0
        raise
    if again is None:
        replies.append(reply)
    else:
        if again == len(replies) or replies[again] != reply:
            raise _other_items(iterator)
        again += 1
    _walks[id(iterator)] = replies, again
    return value


def _other_items(iterator):
    return ask.failed(f"the program's {type(iterator).__name__} gives other items when it is walked through again")


class Items:
    """The items of a container, in the order in which it gave them, as far as they were asked for.

    `source(index)` is the request for one, `ends` what is raised behind the last. Any other exception is what the container gives at its place from then on.
    """

    def __init__(self, source, ends, is_free):
        self._source = source
        self._ends = ends
        self._is_free = is_free
        self._replies = []
        self._failed = None
        self._done = False

    def get(self, handle, index):
        """The item of an index. Raises `StopIteration` behind the last."""
        if index < len(self._replies):
            return ask.opened(self._replies[index], True)[1]
        if not self._done:
            reply = self._failed or ask.sent(self._source(index))
            try:
                value = ask.opened(reply, True)[1]
            except self._ends:
                self._done = True
            except Exception:
                self._failed = reply
                raise
            else:
                self._replies.append(reply)
                self._agree(handle)
                return value
            self._agree(handle)
            self._look_for_repeats(handle)
        raise StopIteration

    def all(self, handle):
        """Every item, as a list."""
        items = []
        try:
            while True:
                items.append(self.get(handle, len(items)))
        except StopIteration:
            return items

    def agrees(self, handle, index, reply):
        """Whether a reply is the item at an index, from the end where that is negative."""
        try:
            if index < 0 and not self._done:
                self.all(handle)
            elif index >= 0:
                self.get(handle, index)
        except StopIteration:
            return False
        return -len(self._replies) <= index < len(self._replies) and self._replies[index] == reply

    def _agree(self, handle):
        """The number of items is the one that `len` gave."""
        lengths = [_promised[id(handle)]] if id(handle) in _promised else []
        if hasattr(type(handle), "__len__") and not self._is_free:
            lengths.append(len(handle))
        count = len(self._replies)
        for length in lengths:
            if type(length) is int and (count > length or (self._done and count < length)):
                raise ask.failed(f"the program's {type(handle).__name__} has {count} items and {length} by len()")

    def _look_for_repeats(self, handle):
        """A list may give an item twice, a mapping no key."""
        view, mapping = _views.get(id(handle), (None, None))
        if self._is_free or (view is None and not hasattr(type(handle), "__getitem__")):
            return
        items = [ask.opened(reply, True)[1] for reply in self._replies]
        if view is not None:
            _look_at_view(mapping, view, items)
        elif not _are_distinct(items):
            _repeating.add(id(handle))
            if id(handle) in _mappings:
                raise _twice(handle)


def _look_at_view(mapping, name, items):
    if name == "values":
        given = [wire.encode(mapping[key], ask.number) for key in mapping]
        if sorted(given) != sorted(wire.encode(item, ask.number) for item in items):
            raise ask.failed(f"the program's {type(mapping).__name__} gives other values() than at its keys")
        return
    pairs = name == "items" and all(isinstance(item, (tuple, list)) and len(item) == 2 for item in items)
    if not _are_distinct([item[0] for item in items] if pairs else items):
        raise _twice(mapping)
    keys = [item[0] for item in items] if pairs else items
    if name == "keys" or pairs:
        known = list(mapping)
        if any(key not in known for key in keys) if len(known) < _FEW else set(map(_key, known)) != set(map(_key, keys)):
            raise ask.failed(f"the program's {type(mapping).__name__} gives other keys in {name}() than when it is walked through")
    if pairs:
        # Keys that cannot be keys are nothing that `dict` would give.
        _shown[id(mapping)] = {key: value for key, value in items if type(key).__hash__ is not None}
        for key, value in _given.get(id(mapping), ()):
            _agree_on(mapping, key, value)


#: Items that are compared one by one.
_FEW = 16


def _key(value):
    return value if type(value).__hash__ is not None else repr(value)


def _agree_on(mapping, key, value):
    shown = _shown[id(mapping)]
    other = shown.get(key, shown)
    if not (value == other or (other is not shown and wire.encode(value, ask.number) == wire.encode(other, ask.number))):
        raise ask.failed(f"the program's {type(mapping).__name__} gives at a key what its items() do not")


def _are_distinct(items):
    """Whether no two of them are equal."""
    try:
        return len(set(items)) == len(items)
    except TypeError:
        return len({wire.encode(item, ask.number) for item in items}) == len(items)


def _twice(handle):
    return ask.failed(f"the program's {type(handle).__name__} has a key twice")
