"""Answers of result objects that tell nothing: what the tests had given the object, and one and the same truth.

Where tests expect plain data, or a function, a program may return an object that gives back what it is asked with: `r[i] == i`, `f(2)(4) == 4`, `f(2).equals(4)`. So of the objects that calls of one name
gave, and that the tests told anything, at least one answer must be *news*:

- plain data that was neither in the question, nor in the calls that led to the object, nor, where plain data would do, the last thing that the object was told;
- both truths, each to some question with arguments;
- an exception.

Objects that the tests made of a class of the program's are none of these. What crosses as plain data answers for itself.
"""

from . import origins

#: Of a result object, by its `id`: the name whose calls gave it, and what the tests gave in the calls that led to it, behind the first.
names, _led = {}, {}
#: What it was told last, in a question or by a change.
_last = {}
#: By name: that an answer was what the tests had given, or a truth; the truths; that there was news.
_repeated, _truths, _news = set(), {}, set()
#: Parts of a value that are compared.
_MOST = 10_000


def forget():
    """As if there had been no objects."""
    for kept in (names, _led, _last, _repeated, _truths, _news):
        kept.clear()


def source(called):
    """The object that a call asks: the one that a method belongs to."""
    parent, _ = origins.owner(called)
    return called if parent is None else parent


def came(value, called, given):
    """A call gave these objects."""
    if not value:
        return
    asked = source(called)
    name = names.get(id(asked))
    for handle in _parts(value):
        if _is_object(handle) and id(handle) not in names and origins.is_result(id(handle)):
            names[id(handle)] = name or origins.path(called)
            _led[id(handle)] = _led.get(id(asked), frozenset()) | _plain(given) if name else frozenset()


def part(handle, owner, given=()):
    """It came from another one otherwise: an attribute, an item."""
    if id(owner) in names and _is_object(handle):
        names.setdefault(id(handle), names[id(owner)])
        _led.setdefault(id(handle), _led[id(owner)] | _plain(given))


def told(handle, given):
    """The tests changed an object with these values."""
    if id(handle) in names:
        _last[id(handle)] = _plain(given)


def raised(handle):
    """An object raised an exception where it was asked."""
    if id(handle) in names:
        _news.add(names[id(handle)])


def answered(handle, given, value):
    """The answer of an object to a question with these values."""
    name = names.get(id(handle))
    if name is None or name in _news:
        return
    mine, parts = _plain(given), _parts(value)
    if parts and all(type(each) is bool for each in parts) and mine:
        truths = _truths.setdefault(name, set())
        truths.update(parts)
        if len(truths) == 2:
            _news.add(name)
        _repeated.add(name)
    elif not all(each is None or _is_object(each) for each in parts) or not (parts or _is_object(value)):
        known = mine | _led[id(handle)]
        said = [each for each in parts if each is not None and not _is_object(each)]
        last = frozenset() if origins.are_objects(name) else _last.get(id(handle), frozenset())
        if said and all(each in known for each in said) or (len(said) == 1 and said[0] in last):
            _repeated.add(name)
        else:
            _news.add(name)
    if mine:
        _last[id(handle)] = mine


def only():
    """A name that gave objects of which nothing was learned but what they were told, or `None`."""
    return next(iter(sorted(_repeated - _news)), None)


def _is_object(value):
    return hasattr(type(value), "_r1_class")


def _plain(values):
    return frozenset(each for each in _parts(list(values)) if each is not None and not _is_object(each) and type(each).__hash__ is not None)


def _parts(value):
    """What a value consists of, containers taken apart."""
    found, left = [], [value]
    while left and len(found) < _MOST:
        each = left.pop()
        if isinstance(each, dict):
            left += [*each, *each.values()]
        elif isinstance(each, (list, tuple, set, frozenset)):
            left += each
        else:
            found.append(each)
    return found
