"""Objects of the program's, as the tests see them.

What a handle does is asked of the program, except where an answer could decide a test that the program should not decide:

- `==` and `hash` are the handle's identity, unless the tests allow `==` between two handles;
- `in` goes through the elements, one by one, compared here;
- `<`, arithmetic and conversions to numbers are refused;
- the truth of an object that defines `__bool__` is refused;
- methods of plain types that judge or repeat what they are given (`startswith`, `difference`, `find`, `strip`) are refused on results, which are no text and no set: they stay on objects
  that the tests made of a class of the program's;
- containers agree with themselves (`coherent.py`), and a question is asked once: until the tests change an object of the program's (a method, an assignment, a call that is given one),
  a handle gives the answers that it gave;
- `__exit__` is told that there was an exception. It suppresses or replaces none that the tests raised, and none of the program's that kept something of the tests from running.

An exit, and an `AssertionError` that the tests don't mention, never arrive: the host ends the run, so that no `except` can turn it into a pass.
"""

import dis
import functools
import types

from . import aliases, ask, attributes, coherent, failures, origins, raised, solution, wire

#: Dunder attributes that tests read to learn about an object, not to decide about it.
_OPEN_DUNDERS = {"__doc__", "__name__", "__qualname__", "__dict__", "__module__", "__annotations__", "__wrapped__"}
#: Methods of plain containers that change nothing.
_ASKING = ("get", "count", "index", "copy")
#: Methods of a mapping that give as many items as it has.
_VIEWS = ("items", "keys", "values")
#: Instructions that do something of the tests': nothing of the program's may skip one.
_DOING = ("CALL", "COMPARE", "CONTAINS", "IS_OP", "TO_BOOL", "POP_JUMP", "RAISE", "FOR_ITER", "LOAD_COMMON_CONSTANT", "SEND", "BINARY_OP", "STORE")

_proxies = {}
_numbers = {}
#: While a result is read: the handles in it.
_found = None
#: While the answer to a call is read: the containers of its arguments.
_containers = ()
_equal = False


def begin(tests, equal):
    """Before the tests of this text run; `equal`: `==` between two handles is asked of the program."""
    global _equal
    _equal = equal
    ask.begin()
    origins.begin(tests)


def forget():
    """As if no program had been asked anything."""
    global _equal
    _proxies.clear()
    _numbers.clear()
    _equal = False
    origins.forget()
    coherent.forget()
    ask.forget()


def named(name):
    """What the program has under a name."""
    value = ask.value(("name", name))
    if isinstance(value, Handle):
        origins.named(value, name)
    return value


def is_class(value):
    """Whether a value is a class of the program's."""
    return isinstance(value, Handle) and value._r1_class


def _may_be_given(operation, target, value):
    """Whether the tests may give a value of theirs to a target: where any right program would be given it."""
    if not _is_of_tests(value):
        return False
    if operation != "call":
        return origins.is_made_by_tests(target)
    parent, _ = origins.owner(target)
    return origins.is_named_or_made(target) or (parent is not None and origins.is_made_by_tests(parent))


def _call(handle, args, kwargs):
    parent, name = origins.owner(handle)
    view = parent is not None and name in _VIEWS and not args and not kwargs and _is_mapping(parent) and not origins.is_free(parent)
    asks = view or (origins.is_result(id(parent)) and name in _ASKING)
    if not asks and (parent is not None or any(map(_has_handle, (*args, *kwargs.values())))):
        _changed(parent, args, kwargs)
    _, result, changes, alias = _answered(handle, args, kwargs)
    if view:
        coherent.view(parent, name, result)
    return result if alias is None else alias


def _answered(handle, args, kwargs):
    """The parts of the answer to a call, with the changes made to the containers of the arguments; the last is the one that is the result."""
    global _containers
    roots = [*args, *kwargs.values()]
    found = aliases.containers(roots)
    same = aliases.same(found)
    reply = ask.sent(("call", handle, args, kwargs, same) if same else ("call", handle, args, kwargs))
    _containers = [value for value, *_ in found]
    try:
        ok, result, changes, alias = _opened(reply, handle)
        for number, content in changes:
            aliases.update(_containers[number], content)
        return ok, result, changes, None if alias is None else _containers[alias]
    except (IndexError, TypeError, ValueError) as error:
        if raised.is_program(error):
            raise
        raise ask.failed(f"the program's reply has no right form: {error}") from None
    finally:
        _containers = ()


def _opened(reply, call, is_next=False, note=origins.came):
    """The parts of the reply to a call of `call`. The handles in it, also in an exception, come from there."""
    global _found
    _found = []
    try:
        return ask.opened(reply, is_next)
    finally:
        _found, found = None, _found
        note(found, call)


def _has_handle(value):
    if isinstance(value, Handle):
        return True
    if isinstance(value, dict):
        return any(map(_has_handle, value.values()))
    return isinstance(value, (list, tuple, set, frozenset)) and any(map(_has_handle, value))


def _is_mapping(handle):
    return all(hasattr(type(handle), name) for name in ("__len__", "__iter__", "__getitem__"))


def _changed(target=None, args=(), kwargs={}):
    """The tests may have changed objects of the program's. Results that they did not touch stay what they are."""
    touched = origins.with_families({id(target), *(id(value) for value in (*args, *kwargs.values()))})
    nested = any(not isinstance(value, Handle) and _has_handle(value) for value in (*args, *kwargs.values()))
    for known in [known for known in ask.answers if known in touched or nested or not origins.is_result(known)]:
        del ask.answers[known]
    coherent.changed(lambda known: known in touched or nested or not origins.is_result(known))


def _attribute(handle, name):
    value = attributes.read(handle, name)
    if isinstance(value, Handle):
        if callable(value) and origins.is_refused(handle, name, _is_mapping(handle)):
            raise AttributeError(f"{name}: the program's object is no plain value, so it doesn't answer for one")
        origins.part(value, handle, name)
    return value


class Handle:
    """An object of the program's."""

    _r1_class = False
    __slots__ = ("_r1_name", "__weakref__")

    def __eq__(self, other):
        if self is other:
            return True
        if _equal and isinstance(other, Handle):
            return ask.once(self, "equal", (other,)) is True
        return NotImplemented

    __hash__ = object.__hash__

    def __repr__(self):
        return str(ask.once(self, "repr"))

    def __str__(self):
        return str(ask.once(self, "str"))

    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__") and name not in _OPEN_DUNDERS:
            raise AttributeError(f"{name} of the program's object is not asked for")
        if name in _DEFAULTING and origins.is_result(id(self)) and _is_mapping(self):
            return functools.partial(_DEFAULTING[name], self)
        return _attribute(self, name)

    def __setattr__(self, name, value):
        _changed(self)
        ask.value(("op", self, "setattr", (name, value)))

    def __copy__(self):
        return _copied(self, "copy")

    def __deepcopy__(self, memo):
        return _copied(self, "deepcopy")


def _copied(handle, operation):
    copied = ask.value(("op", handle, operation, ()))
    if isinstance(copied, Handle):
        origins.copied(copied, handle)
    return copied


def _of_exception(error, name):
    """An attribute of an exception of one of the program's classes: of the program's own, or of one that the program makes as the tests made theirs."""
    handle = vars(error).get("_r1_self")
    if handle is None:
        handle = error._r1_self = ask.value(("call", type(error), error.args, {}))
    return functools.partial(str, handle) if name == "__str__" else _attribute(handle, name)


# ---- methods of a mapping that are given a value and may give it back: the answer comes from its keys ----


def _get(mapping, key, default=None):
    return mapping[key] if key in mapping else default


def _setdefault(mapping, key, default=None):
    if key in mapping:
        return mapping[key]
    _call(_attribute(mapping, "setdefault"), (key, default), {})
    return default


def _pop(mapping, *args):
    if len(args) != 2:
        # Of a sequence, or without a default: nothing that the tests gave can come back.
        return _call(_attribute(mapping, "pop"), args, {})
    key, default = args
    if key not in mapping:
        return default
    value = mapping[key]
    _call(_attribute(mapping, "pop"), (key,), {})
    return value


_DEFAULTING = {"get": _get, "setdefault": _setdefault, "pop": _pop}


# ---- what a handle can do ----


def _changing(operation):
    def method(self, *args):
        _changed(self)
        return ask.value(("op", self, operation, args))

    return method


def _next(self):
    request = ("op", self, "next", ())
    if coherent.has_len(self):
        _changed(self)
    if coherent.has_len(self) or origins.is_free(self):
        return ask.value(request, is_next=True)
    return coherent.next_item(self, ask.sent(request))


def _len(self):
    return ask.once(self, "len")


def _getitem(self, key):
    if isinstance(key, slice) and hasattr(type(self), "__len__"):
        return list(self)[key]
    reply = ask.reply_once(self, "getitem", (key,))
    value = ask.opened(reply)[1]
    if origins.is_free(self):
        return value
    if isinstance(key, tuple):
        # A table of the program's may have a place for a pair and walk through its rows.
        return value
    if not isinstance(key, int):
        coherent.at_key(self, key, value)
    elif hasattr(type(self), "__iter__"):
        coherent.at(self, key, reply, _items(self, lambda: _iterated(self)))
    return value


def _iter(self):
    """An iterator gives itself; a container its items, the same each time until something changes."""
    if hasattr(type(self), "__next__") and not coherent.has_len(self) and not hasattr(type(self), "__getitem__") and ask.value(("op", self, "iter", ())) is self:
        return self
    return _walk(self, lambda: _iterated(self))


def _iter_by_index(self):
    return _walk(self, lambda: lambda index: ("op", self, "getitem", (index,)))


def _iterated(self):
    iterator = ask.value(("op", self, "iter", ()))
    return lambda index: ("op", iterator, "next", ())


def _items(self, source):
    known = ask.answers.setdefault(id(self), {})
    items = known.get("items")
    if items is None:
        items = known["items"] = coherent.Items(source(), origins.is_free(self))
    return items


def _walk(self, source):
    items = _items(self, source)
    index = 0
    while True:
        try:
            value = items.get(self, index)
        except StopIteration:
            return
        yield value
        index += 1


def _reversed(self):
    return iter(list(self)[::-1])


def _contains(self, item):
    return any(element is item or element == item for element in self)


def _truth_refused(self):
    raise TypeError("the truth of the program's own object is not asked for: test a plain value")


def _exit(self, kind, value, trace, operation="exit"):
    own = value is not None and not raised.is_program(value)
    _changed(self)
    try:
        suppressed = bool(ask.value(("op", self, operation, (kind is not None,))))
    except Exception:
        if own:
            return False
        raise
    if suppressed and not own and value is not None and _skips(trace):
        raise ask.failed(f"the program's {type(self).__name__} would suppress what the program raised ({type(value).__name__}), and tests behind it")
    return suppressed and not own


def _awaited(operation):
    """A method whose result is awaited. The program runs until it has one: nothing of the tests runs meanwhile."""

    def method(self, *args):
        _changed(self)
        return _opened(ask.sent(("op", self, operation, args)), self, operation == "anext", origins.gave)[1]

    return method


async def _anext(self):
    return _awaited("anext")(self)


async def _aenter(self):
    _changed(self)
    return ask.value(("op", self, "aenter", ()))


async def _aexit(self, kind, value, trace):
    return _exit(self, kind, value, trace, "aexit")


def _await(self):
    return _awaited("await")(self)
    yield


def _send(self, value):
    raise StopIteration(_awaited("await")(self))


def _throw(self, error, *args):
    raise error


def _skips(trace):
    """Whether an exception that ends in the first frame of a traceback kept something of the tests from running: in the block around it, and in the functions that it called."""
    end = _end_of_block(trace.tb_frame.f_code, trace.tb_lasti)
    while trace is not None:
        code = trace.tb_frame.f_code
        if failures.is_of_tests(code):
            steps = code.co_code[trace.tb_lasti + 2 : end]
            if any(dis.opname[step].startswith(_DOING) for step in steps[::2]):
                return True
            end = None
        trace = trace.tb_next
    return False


def _end_of_block(code, place):
    """Where the block ends that a place is in: the last place with the same handler."""
    entries = dis._parse_exception_table(code)
    target = next((entry.target for entry in entries if entry.start <= place < entry.end), None)
    return max((entry.end for entry in entries if entry.target == target), default=None)


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
    {"__await__": _await},
    {"__aiter__": _changing("aiter")},
    {"__anext__": _anext},
    {"__aenter__": _aenter, "__aexit__": _aexit},
)
#: What `asyncio` asks a coroutine for.
_COROUTINE = {"send": _send, "throw": _throw, "close": lambda self: None}


@functools.cache
def _kind(name, capabilities):
    members = {"__slots__": ()}
    for bit, methods in enumerate(_METHODS):
        if capabilities >> bit & 1:
            members |= methods
    if "__getitem__" in members and "__iter__" not in members:
        members["__iter__"] = _iter_by_index
    if "__getitem__" in members and "__len__" in members:
        members["__reversed__"] = _reversed
    if name == "coroutine" and "__await__" in members:
        members |= _COROUTINE
    if capabilities & solution.CLASS:
        members["_r1_class"] = True
        members["__mro_entries__"] = _refuse_as_base
        members["__instancecheck__"] = lambda self, other: isinstance(other, Handle) and ask.value(("op", other, "instance", (self,))) is True
        members["__subclasscheck__"] = lambda self, other: isinstance(other, Handle) and ask.value(("op", other, "subclass", (self,))) is True
    return type(name if name.isidentifier() else "object", (Handle,), members)


def _refuse_as_base(self, bases):
    raise ask.unusable("the tests derive a class from a class of the program's, which is in another instance: test the class itself, or define its base in `prelude`")


def _proxy(number, capabilities, name):
    if capabilities & solution.REFERENCE:
        return _containers[number]
    if capabilities & solution.EXCEPTION:
        return raised.class_of(number, name)
    found = _proxies.get(number)
    if found is None:
        found = _proxies[number] = object.__new__(_kind(name, capabilities))
        _numbers[id(found)] = number
    if _found is not None:
        _found.append(found)
    return found


#: What comes out of plain data, the program's or the tests'.
_PARTS = (*(type(iter(kind())) for kind in (list, tuple, str, bytes, bytearray, set, dict)), type(iter(range(0))), *(type(view) for view in ({}.keys(), {}.values(), {}.items())), memoryview)


def _is_of_tests(value):
    """Whether a value that cannot cross is the tests' own. What comes out of plain data may be the program's, once it gave some."""
    if isinstance(value, (types.BuiltinFunctionType, types.MethodType)) and not isinstance(value.__self__, (types.ModuleType, type(None))):
        return type(value.__self__).__module__ == "__main__" or not ask.took_container()
    return not raised.is_program(value) and not (isinstance(value, _PARTS) and ask.took_container())


def _number(value):
    if isinstance(value, Handle):
        return _numbers[id(value)], 0, ""
    if raised.is_program(value) and isinstance(vars(value).get("_r1_self"), Handle):
        return _number(value._r1_self)
    if isinstance(value, raised.Number):
        return value.number, 0, ""
    number = raised.number_of(value)
    return wire.refuse_objects(value) if number is None else (number, 0, "")


ask.use(_proxy, _number, _may_be_given, _changed)
raised.use(_of_exception, ask.described)
