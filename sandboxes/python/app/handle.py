"""The class of the program's objects in the tests, their calls and their attributes, and what a change of one touches."""

import functools

from . import aliases, ask, attributes, coherent, dress, echoes, origins, raised, refusals, taking

#: Dunder attributes that tests read to learn about an object, not to decide about it.
_OPEN_DUNDERS = {"__doc__", "__name__", "__qualname__", "__dict__", "__module__", "__annotations__", "__wrapped__"}
#: Methods of plain containers that change nothing.
_ASKING = ("get", "count", "index", "copy")
#: Methods of a mapping that give as many items as it has.
_VIEWS = ("items", "keys", "values")

#: While a result is read: the handles in it.
_found = None
#: While the answer to a call is read: the containers of its arguments.
_containers = ()
_equal = False


def begin(equal):
    """Before the tests run; `equal`: `==` between two handles is asked of the program."""
    global _equal
    _equal = equal


def forget():
    """As if the tests had no options."""
    global _equal
    _equal = False


def in_result(handle):
    """Notes that a handle is in the result that is read."""
    if _found is not None:
        _found.append(handle)


def container(number):
    """The container of this number among the arguments of the call whose answer is read."""
    return _containers[number]


# ---- calls ----


def call(handle, args, kwargs):
    """What a call of one gives."""
    parent, name = origins.owner(handle)
    if parent is not None and origins.is_result(id(parent)):
        if name in taking.METHODS:
            with taking.agreeing(parent, name, args, kwargs):
                return _called(handle, parent, name, args, kwargs)
        taking.told(parent, (*args, *kwargs.values()))
    return _called(handle, parent, name, args, kwargs)


def _called(handle, parent, name, args, kwargs):
    view = parent is not None and name in _VIEWS and not args and not kwargs and is_mapping(parent) and not origins.is_free(parent)
    asks = view or (origins.is_result(id(parent)) and name in _ASKING)
    if not asks and (parent is not None or any(map(has_handle, (*args, *kwargs.values())))):
        changed(parent, args, kwargs)
    given = (*args, *kwargs.values())
    try:
        _, result, changes, alias = _answered(handle, args, kwargs)
    except Exception as error:
        if raised.is_program(error):
            echoes.raised(echoes.source(handle))
        raise
    if view:
        coherent.view(parent, name, result)
    if isinstance(result, Handle):
        taking.told(result, given)
    if alias is None and isinstance(result, (tuple, list, dict)) and dress.is_wanted():
        result = _dressed(result)
    result = result if alias is None else alias
    if echoes.names:
        echoes.answered(echoes.source(handle), given, result)
    return result


def _dressed(result):
    try:
        return dress.dressed(result, ask.value(("kinds",)))
    except Exception as error:
        raise ask.failed(f"the program's reply has no right form: {error}") from None


def _answered(handle, args, kwargs):
    """The parts of the answer to a call, with the changes made to the containers of the arguments; the last is the one that is the result."""
    global _containers
    roots = [*args, *kwargs.values()]
    found = aliases.containers(roots)
    same = aliases.same(found)
    reply = ask.sent(("call", handle, args, kwargs, same) if same else ("call", handle, args, kwargs))
    _containers = [value for value, *_ in found]
    try:
        ok, result, changes, alias = opened(reply, handle, given=roots)
        for number, content in changes:
            aliases.update(_containers[number], content)
        return ok, result, changes, None if alias is None else _containers[alias]
    except (IndexError, TypeError, ValueError) as error:
        if raised.is_program(error):
            raise
        raise ask.failed(f"the program's reply has no right form: {error}") from None
    finally:
        _containers = ()


def opened(reply, call, is_next=False, note=origins.came, given=()):
    """The parts of the reply to a call of `call`. The handles in it, also in an exception, come from there."""
    global _found
    _found = []
    try:
        return ask.opened(reply, is_next)
    finally:
        _found, found = None, _found
        note(found, call)
        if found:
            echoes.came(found, call, given)


def has_handle(value):
    """Whether a value is or contains a handle."""
    if isinstance(value, Handle):
        return True
    if isinstance(value, dict):
        return any(map(has_handle, value.values()))
    return isinstance(value, (list, tuple, set, frozenset)) and any(map(has_handle, value))


def is_mapping(handle):
    """Whether an object may be one."""
    return all(hasattr(type(handle), name) for name in ("__len__", "__iter__", "__getitem__"))


def changed(target=None, args=(), kwargs={}):
    """The tests may have changed objects of the program's. Results that they did not touch stay what they are."""
    touched = origins.with_families({id(target), *(id(value) for value in (*args, *kwargs.values()))})
    nested = any(not isinstance(value, Handle) and has_handle(value) for value in (*args, *kwargs.values()))
    for known in [known for known in ask.answers if known in touched or nested or not origins.is_result(known)]:
        del ask.answers[known]
    coherent.changed(lambda known: known in touched or nested or not origins.is_result(known))


def attribute(handle, name):
    """An attribute of one."""
    value = attributes.read(handle, name)
    if isinstance(value, Handle):
        if callable(value) and origins.is_refused(handle, name, is_mapping(handle)):
            raise ask.failed(f"`{name}` of the program's {type(handle).__name__}: it is no plain value, so it does not answer for one")
        origins.part(value, handle, name)
        echoes.part(value, handle)
    else:
        echoes.answered(handle, (), value)
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
        if name == "__bases__" and self._r1_class:
            raise refusals.refused(self, "`issubclass`")
        if name.startswith("__") and name.endswith("__") and name not in _OPEN_DUNDERS:
            raise AttributeError(f"{name} of the program's object is not asked for")
        if name in _DEFAULTING and origins.is_result(id(self)) and is_mapping(self):
            return functools.partial(_DEFAULTING[name], self)
        return attribute(self, name)

    def __setattr__(self, name, value):
        changed(self)
        echoes.told(self, (value,))
        ask.value(("op", self, "setattr", (name, value)))

    def __delattr__(self, name):
        changed(self)
        ask.value(("op", self, "delattr", (name,)))

    def __copy__(self):
        return _copied(self, "copy")

    def __deepcopy__(self, memo):
        return _copied(self, "deepcopy")


for _name, _method in refusals.METHODS.items():
    setattr(Handle, _name, _method)


def _copied(handle, operation):
    copied = ask.value(("op", handle, operation, ()))
    if isinstance(copied, Handle):
        origins.copied(copied, handle)
    elif not origins.is_free(handle):
        raise ask.failed(f"the copy of the program's {type(handle).__name__} is plain data, which it is not itself")
    return copied


def of_exception(error, name):
    """An attribute of an exception of one of the program's classes: of the program's own, or of one that the program makes as the tests made theirs."""
    handle = vars(error).get("_r1_self")
    if handle is None:
        handle = error._r1_self = ask.value(("call", type(error), error.args, {}))
    return functools.partial(str, handle) if name == "__str__" else attribute(handle, name)


# ---- methods of a mapping that are given a value and may give it back: the answer comes from its keys ----


def _get(mapping, key, default=None):
    return mapping[key] if key in mapping else default


def _setdefault(mapping, key, default=None):
    if key in mapping:
        return mapping[key]
    call(attribute(mapping, "setdefault"), (key, default), {})
    return default


def _pop(mapping, *args):
    if len(args) != 2:
        # Of a sequence, or without a default: nothing that the tests gave can come back.
        return call(attribute(mapping, "pop"), args, {})
    key, default = args
    if key not in mapping:
        return default
    value = mapping[key]
    call(attribute(mapping, "pop"), (key,), {})
    return value


_DEFAULTING = {"get": _get, "setdefault": _setdefault, "pop": _pop}
