"""Objects of the program's, as the tests see them, and how the program is asked.

What a handle does is asked of the program, except where an answer could decide a test that the program should not decide:

- `==` and `hash` are the handle's identity, unless the tests allow `==` between two handles;
- `in` goes through the elements, one by one, compared here;
- `<`, arithmetic and conversions to numbers are refused;
- the truth of an object that defines `__bool__` is refused;
- methods of plain types that only answer yes or no (`startswith`, `issubset`) are refused on handles: a result that should be text or a set isn't one;
- a question is asked once: until the tests change an object of the program's (a method, an assignment, a call that is given one), a handle gives the answers that it gave, and the
  items of a container are as many as its `len` says, or the tests fail;
- `__exit__` is told that there was an exception, and suppresses or replaces none that the tests raised.

Exceptions arrive as the builtin class nearest to the program's own, and as the program's own class where the tests name it. `StopIteration` arrives as itself from
`next` only: from a call it would end loops of the tests in silence. An exit, and an `AssertionError` that the tests don't mention, never arrive: the host
ends the run, so that no `except` can turn it into a pass.
"""

import builtins
import contextlib
import functools
import types

import _r1

from . import solution, wire
from .faults import BadTests

_YES_OR_NO = {
    name
    for kind in (str, bytes, set, frozenset, int, float)
    for name in vars(kind)
    if name.startswith("is") or name in ("startswith", "endswith")
}
#: Dunder attributes that tests read to learn about an object, not to decide about it.
_OPEN_DUNDERS = {"__doc__", "__name__", "__qualname__", "__dict__", "__module__", "__annotations__", "__wrapped__"}
#: Methods of a mapping that give as many items as it has.
_VIEWS = ("items", "keys", "values")

_proxies = {}
_numbers = {}
_exceptions = {}
#: Handles that the tests looked up by name, by their `id`.
_named = set()
#: Of a handle that is an attribute of another: that one, and the attribute's name.
_parents = {}
#: Answers since the tests last changed something: by handle, operation and encoded arguments.
_answers = {}
#: How many items the iteration of a handle must have, beyond what its own `len` says.
_counts = {}
_equal = False
_replies = 0
#: What ends the tests whatever they catch: the row's fault, or the program's.
fault = None


def begin(equal):
    """Before the tests run; `equal`: `==` between two handles is asked of the program."""
    global _equal
    _equal = equal


def forget():
    """As if no program had been asked anything."""
    global fault, _equal, _replies
    for kept in (_proxies, _numbers, _exceptions, _named, _parents, _answers, _counts):
        kept.clear()
    fault, _equal, _replies = None, False, 0


@contextlib.contextmanager
def rehearsal(ask):
    """Lets `ask` answer instead of the host meanwhile."""
    global _r1
    host, _r1 = _r1, types.SimpleNamespace(host_call=ask)
    try:
        yield
    finally:
        _r1 = host


def named(name):
    """What the program has under a name."""
    value = _ask(("name", name))
    if isinstance(value, _Handle):
        _named.add(id(value))
    return value


# ---- asking ----


def _ask(request, is_next=False):
    """The program's answer to a request: its value."""
    return _opened(_sent(request), is_next)[1]


def _once(handle, operation, arguments=()):
    """The answer to a question, asked once until something changes."""
    key = (id(handle), operation, _encoded(("op", handle, operation, arguments)))
    reply = _answers.get(key)
    if reply is None:
        reply = _answers[key] = _sent(("op", handle, operation, arguments))
    return _opened(reply, False)[1]


def _changed():
    """The tests may have changed objects of the program's."""
    _answers.clear()
    _counts.clear()


def _sent(request):
    """The bytes of a reply."""
    global _replies
    reply = _r1.host_call(_encoded(request))
    _replies += 1
    return reply


def _encoded(request):
    try:
        return wire.encode(request, _number)
    except wire.UnsupportedValue as error:
        raise _blamed(error, request[1]) from None


def _blamed(error, target):
    """The row's fault, where nothing of the program's is involved; an object of its own that tests would use like plain data is the program's."""
    global fault
    # A type that cannot cross comes from the tests; a value that is too deep or too large may be the program's.
    by_type = str(error).startswith("a value of type")
    involved = id(target) not in _named if by_type and isinstance(target, _Handle) else not by_type and _replies > 1
    if involved:
        return _failed(f"what the tests do with the program's value needs plain data: {error}")
    fault = fault or BadTests(f"the tests give the program what cannot cross: {error}")
    return fault


def _failed(message):
    """A fault of the program's that no `except` of the tests may turn into a pass."""
    global fault
    fault = fault or AssertionError(message)
    return fault


def _opened(reply, is_next):
    decoded = wire.decode(reply, _proxy)
    if decoded[0] != "ok":
        _raise(decoded, is_next)
    return decoded


def _raise(reply, is_next):
    _, kind, own, builtin, args, message, _ = reply
    if kind == "missing_entry":
        raise NameError(message)
    base = getattr(builtins, builtin, Exception)
    if issubclass(base, (StopIteration, StopAsyncIteration)) and not is_next:
        base = RuntimeError
    for number, name in reversed(own):
        base = _exception(number, name, base)
    try:
        error = base(*args)
    except TypeError:
        error = base(message)
    error._r1_program = True
    raise error from None


def _exception(number, name, base):
    if number not in _exceptions:
        _exceptions[number] = type(name, (base,), {})
    return _exceptions[number]


def _call(handle, args, kwargs):
    parent, name = _parents.get(id(handle), (None, ""))
    view = parent is not None and name in _VIEWS and not args and not kwargs and _is_mapping(parent)
    if not view and (parent is not None or any(map(_has_handle, (*args, *kwargs.values())))):
        _changed()
    _, result, changes, alias = _opened(_sent(("call", handle, args, kwargs)), False)
    for index, new in changes:
        _update(args[index], new)
    if view:
        _count(parent, name, result)
    return args[alias] if alias is not None else result


def _has_handle(value):
    if isinstance(value, _Handle):
        return True
    if isinstance(value, dict):
        return any(map(_has_handle, value.values()))
    return isinstance(value, (list, tuple, set, frozenset)) and any(map(_has_handle, value))


def _is_mapping(handle):
    return all(hasattr(type(handle), name) for name in ("__len__", "__iter__", "__getitem__"))


def _count(parent, name, result):
    """A mapping has as many items as its `len` says."""
    length = len(parent)
    if isinstance(result, _Handle):
        _counts[id(result)] = length
    elif isinstance(result, (list, tuple, set, frozenset, dict)) and len(result) != length:
        raise _failed(f"the program's {type(parent).__name__} has {len(result)} in {name}() and {length} by len()")


def _update(old, new):
    """Makes `old` equal to `new` in place, keeping inner objects where their types agree."""
    if isinstance(old, (list, bytearray)):
        old[:] = [_merged(a, b) for a, b in zip(old, new)] + list(new[len(old) :]) if isinstance(old, list) else new
    elif isinstance(old, dict):
        merged = {key: _merged(old[key], value) if key in old else value for key, value in new.items()}
        old.clear()
        old.update(merged)
    elif isinstance(old, set):
        old.clear()
        old.update(new)


def _merged(old, new):
    if type(old) is type(new) and isinstance(old, (list, dict, set, bytearray)):
        _update(old, new)
        return old
    return new


# ---- handles ----


class _Handle:
    """An object of the program's."""

    _r1_class = False
    __slots__ = ("_r1_name", "__weakref__")

    def __eq__(self, other):
        if self is other:
            return True
        if _equal and isinstance(other, _Handle):
            return _once(self, "equal", (other,)) is True
        return NotImplemented

    __hash__ = object.__hash__

    def __repr__(self):
        return str(_once(self, "repr"))

    def __str__(self):
        return str(_once(self, "str"))

    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__") and name not in _OPEN_DUNDERS:
            raise AttributeError(f"{name} of the program's object is not asked for")
        if name in _YES_OR_NO:
            raise AttributeError(f"{name}: the program's object is no plain value, so it doesn't answer for one")
        value = _once(self, "getattr", (name,))
        if isinstance(value, _Handle):
            _parents[id(value)] = (self, name)
            if id(self) in _named:
                _named.add(id(value))
        return value

    def __setattr__(self, name, value):
        _changed()
        _ask(("op", self, "setattr", (name, value)))


def is_class(value):
    """Whether a value is a class of the program's."""
    return isinstance(value, _Handle) and value._r1_class


def _changing(operation):
    def method(self, *args):
        _changed()
        return _ask(("op", self, operation, args))

    return method


def _next(self):
    return _ask(("op", self, "next", ()), is_next=True)


def _len(self):
    return _once(self, "len")


def _getitem(self, key):
    if isinstance(key, slice) and hasattr(type(self), "__len__"):
        return list(self)[key]
    return _once(self, "getitem", (key,))


class _Items:
    """The items of a container, in the order in which it gave them, as far as they were asked for."""

    def __init__(self, source):
        self.source = source
        self.replies = []
        self.done = False

    def get(self, handle, index):
        """The item of an index. Raises `StopIteration` behind the last."""
        if index < len(self.replies):
            return _opened(self.replies[index], True)[1]
        if not self.done:
            reply = _sent(self.source(index))
            try:
                value = _opened(reply, True)[1]
            except (StopIteration, IndexError):
                self.done = True
            else:
                self.replies.append(reply)
                _agree(handle, len(self.replies), False)
                return value
        _agree(handle, len(self.replies), True)
        raise StopIteration


def _agree(handle, count, done):
    """The number of items is the one that `len` gave."""
    lengths = [_counts[id(handle)]] if id(handle) in _counts else []
    if hasattr(type(handle), "__len__"):
        lengths.append(len(handle))
    for length in lengths:
        if type(length) is int and (count > length or (done and count < length)):
            raise _failed(f"the program's {type(handle).__name__} has {count} items and {length} by len()")


def _iter(self):
    """An iterator gives itself; a container its items, the same each time until something changes."""
    if hasattr(type(self), "__next__"):
        return _ask(("op", self, "iter", ()))
    return _walk(self, lambda: _iterated(self))


def _iter_by_index(self):
    return _walk(self, lambda: lambda index: ("op", self, "getitem", (index,)))


def _iterated(self):
    iterator = _ask(("op", self, "iter", ()))
    return lambda index: ("op", iterator, "next", ())


def _walk(self, source):
    items = _answers.get((id(self), "items"))
    if items is None:
        items = _answers[id(self), "items"] = _Items(source())
    index = 0
    while True:
        try:
            value = items.get(self, index)
        except StopIteration:
            return
        yield value
        index += 1


def _contains(self, item):
    return any(element is item or element == item for element in self)


def _truth_refused(self):
    raise TypeError("the truth of the program's own object is not asked for: test a plain value")


def _exit(self, kind, value, trace):
    own = value is not None and not getattr(value, "_r1_program", False)
    _changed()
    try:
        suppressed = _ask(("op", self, "exit", (kind is not None,)))
    except Exception:
        if own:
            return False
        raise
    return bool(suppressed) and not own


#: One entry a capability, in the order of the bits.
_METHODS = (
    {"__call__": lambda self, /, *args, **kwargs: _call(self, args, kwargs)},
    {"__iter__": _iter, "__contains__": _contains},
    {"__next__": _next},
    {"__len__": _len},
    {"__getitem__": _getitem},
    {"__setitem__": _changing("setitem")},
    {"__delitem__": _changing("delitem")},
    {"__contains__": _contains},
    {"__enter__": _changing("enter"), "__exit__": _exit},
    {"__bool__": _truth_refused},
)


@functools.cache
def _kind(name, capabilities):
    members = {"__slots__": ()}
    for bit, methods in enumerate(_METHODS):
        if capabilities >> bit & 1:
            members |= methods
    if "__getitem__" in members and "__iter__" not in members:
        members["__iter__"] = _iter_by_index
    if capabilities & solution.CLASS:
        members["_r1_class"] = True
        members["__instancecheck__"] = lambda self, other: isinstance(other, _Handle) and _ask(("op", other, "instance", (self,))) is True
        members["__subclasscheck__"] = lambda self, other: isinstance(other, _Handle) and _ask(("op", other, "subclass", (self,))) is True
    return type(name if name.isidentifier() else "object", (_Handle,), members)


def _proxy(number, capabilities, name):
    if capabilities & solution.EXCEPTION:
        if number not in _exceptions:
            _exceptions[number] = type(name, (Exception,), {})
        return _exceptions[number]
    found = _proxies.get(number)
    if found is None:
        found = _proxies[number] = object.__new__(_kind(name, capabilities))
        _numbers[id(found)] = number
    return found


def _number(value):
    if isinstance(value, _Handle):
        return _numbers[id(value)], 0, ""
    for number, kind in _exceptions.items():
        if kind is value:
            return number, 0, ""
    return wire.refuse_objects(value)
