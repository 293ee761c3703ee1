"""The side that runs the program under test. Nothing here is trusted by the host: a program can replace all of it, and gains nothing.

Requests are tuples: `("run", source)`, `("load", source)`, `("drop", name)`, `("call", target, args, kwargs)`, `("case", target, args, kwargs, shapes, shape, in_place)`, `("name", name)`, `("class", handle)`, `("kinds",)`, `("seed", value, version)`, `("stdin", text)` and `("op", handle, operation, args)`, where
a target is a dotted name or a handle. Replies are tuples too: `("ok", value, changes, alias)`, where `changes` tells what the call changed in containers
among its arguments and `alias` is the number of the one that is the result (`aliases.py`); or `("raise", fault, classes, builtin, args, message, traceback, attributes)`.
"""

import asyncio
import atexit
import builtins
import copy
import inspect
import io
import random
import sys

from . import aliases, dress, faults, inplace, nodes, regained, stdio, wire

#: What a handle can do, as bits; `src/code/wire.rs` has the same table.
CAPABILITIES = (
    *("__call__", "__iter__", "__next__", "__len__", "__getitem__", "__setitem__", "__delitem__", "__contains__", "__enter__", "__bool__"),
    *("__await__", "__aiter__", "__anext__", "__aenter__"),
)
CLASS, EXCEPTION = 1 << 16, 1 << 17
#: The number is that of an argument's container, and not of an object.
REFERENCE = 1 << 18
#: `__name__` of a program that is loaded for its definitions: what it has under `if __name__ == "__main__"` does not run.
MODULE = "solution"
#: `__file__`.
FILE = "/solution.py"

_objects = []
_numbers = {}
_names = {}
_attributes = {}
_runner = None
#: What the last call gave.
_last = None


def use(namespace):
    """The namespace that the program runs in."""
    global _names
    _names = namespace


def forget():
    """Drops every handle, and what a program was loaded as."""
    global _last
    _last = None
    _objects.clear()
    _numbers.clear()
    _attributes.clear()
    faults.forget()
    regained.forget()
    _names["__name__"] = "__main__"
    sys.modules.pop(MODULE, None)


def answer(request):
    """The reply to one request."""
    kind, *parts = request
    try:
        try:
            return _REQUESTS[kind](*parts)
        finally:
            stdio.flush()
    except BaseException as error:
        return faults.reply(error, _handle)


def handle_of(number, capabilities, name):
    """The object behind a handle that comes back."""
    return _objects[number]


# ---- requests ----


def _run(source):
    faults.remember("<solution>", source)
    try:
        exec(compile(source, "<solution>", "exec"), _names)
    finally:
        atexit._run_exitfuncs()
    return ("ok", None, (), None)


def _load(source):
    faults.remember("<solution>", source)
    regained.begin(source)
    _names["__name__"] = MODULE
    # Classes say that they are from there.
    sys.modules[MODULE] = sys.modules["__main__"]
    exec(compile(source, "<solution>", "exec"), _names)
    return ("ok", None, (), None)


def _drop(path):
    """Forgets what was loaded under the name of the entry: a program that does not define it must not have the prelude's."""
    first, *rest = path.split(".")
    for name, parts in ((first, rest), ("Solution", [first])):
        if name in _names and all(hasattr(_names[name], part) for part in parts[:1]):
            del _names[name]
    return ("ok", None, (), None)


def _call(target, args, kwargs, same=()):
    function = _find(target) if type(target) is str else target
    roots = [*args, *kwargs.values()]
    is_regained = regained.anything()
    if is_regained:
        roots = regained.back(roots, _handle)
    found = aliases.containers(roots)
    if same:
        aliases.join(found, same)
    if same or is_regained:
        args, kwargs = roots[: len(args)], dict(zip(kwargs, roots[len(args) :]))
    before = aliases.contents(found)
    global _last
    _last = result = function(*args, **kwargs)
    regained.gave(result, _handle)
    return ("ok", result, aliases.changes(found, before), aliases.number_of(found, result))


def _case(target, args, kwargs, shapes, shape, in_place):
    """A call whose arguments and result have shapes, or whose changed argument is the result."""
    function = _find(target)
    args = [nodes.made(value, shapes[place] if place < len(shapes) else "", _names) for place, value in enumerate(args)]
    value = function(*args, **kwargs)
    if in_place is not None:
        value, shape = args[in_place], shapes[in_place] if in_place < len(shapes) else ""
    return ("ok", nodes.plain(value, shape), (), None)


def _kinds():
    """What the last result is besides its content (`dress.py`)."""
    return ("ok", dress.kinds(_last), (), None)


def _name(name):
    if name not in _names:
        raise faults.MissingEntry(name)
    return ("ok", _names[name], (), None)


def _class(kind):
    """The module and the name of an exception class of the library and its nearest builtin class, or the bases of one of the program's: the names of builtin ones, and classes."""
    if kind.__module__ not in ("__main__", MODULE) and getattr(sys.modules.get(kind.__module__), kind.__name__, None) is kind:
        return ("ok", (kind.__module__, kind.__name__, next(base.__name__ for base in kind.__mro__ if faults.is_builtin(base))), (), None)
    return ("ok", [base.__name__ if faults.is_builtin(base) else base for base in kind.__bases__], (), None)


def _op(target, operation, args):
    value = _OPERATIONS[operation](target, *args)
    return ("ok", value, (), _identity(target, args[0], value) if operation == "getattr" and type(value) in aliases.KINDS else None)


def _identity(target, name, value):
    """A number that is another one when an attribute is another object than when it was asked for last."""
    number, known = _attributes.get((id(target), name), (0, None))
    if known is not value:
        number += 1
        _attributes[id(target), name] = number, value
    return number


def _seed(value, version):
    random.seed(value, version)
    return ("ok", None, (), None)


def _read_from(text):
    sys.stdin = sys.__stdin__ if text is None else io.StringIO(text)
    return ("ok", None, (), None)


def _find(path):
    first, *rest = path.split(".")
    if first in _names:
        value = _names[first]
    elif not rest and isinstance(_names.get("Solution"), type) and hasattr(_names["Solution"], first):
        # LeetCode rows often name the method only.
        value, rest = _names["Solution"], [first]
    else:
        raise faults.MissingEntry(path)
    for part in rest:
        if isinstance(value, type) and inspect.isfunction(inspect.getattr_static(value, part, None)):
            value = value()
        if not hasattr(value, part):
            raise faults.MissingEntry(path)
        value = getattr(value, part)
    return value


def _is_instance(target, kind):
    return kind in type.mro(type(target))


def _update(target, name, value):
    """The tests changed what they had read as an attribute."""
    old = getattr(target, name)
    if type(old) is type(value):
        inplace.update(old, value)
    else:
        setattr(target, name, value)


def _run_in_loop(awaitable):
    """What an awaitable gives, in the one event loop of the program."""
    global _runner
    if _runner is None:
        _runner = asyncio.Runner()
    return _runner.run(_await(awaitable))


async def _await(awaitable):
    return await awaitable


def _exit(target, told, leave=None):
    """Leaves a context: `told` is `None`, an exception, or the class of one and its arguments."""
    if isinstance(told, tuple):
        kind, args = told
        kind = getattr(builtins, kind, Exception) if type(kind) is str else kind
        try:
            told = kind(*args)
        except Exception:
            told = Exception(*args)
    return (leave or type(target).__exit__)(target, *((None, None, None) if told is None else (type(told), told, None)))


_REQUESTS = {"run": _run, "load": _load, "drop": _drop, "call": _call, "case": _case, "kinds": _kinds, "name": _name, "class": _class, "seed": _seed, "stdin": _read_from, "op": _op}
_OPERATIONS = {
    "getattr": lambda target, name: getattr(target, name),
    "setattr": lambda target, name, value: setattr(target, name, value),
    "delattr": lambda target, name: delattr(target, name),
    "format": format,
    "iter": lambda target: _handled(iter(target)),
    "next": lambda target: next(target),
    "reversed": lambda target: _handled(reversed(target)),
    "len": len,
    "bool": bool,
    "contains": lambda target, item: item in target,
    "getitem": lambda target, key: target[key],
    "setitem": lambda target, key, value: target.__setitem__(key, value),
    "delitem": lambda target, key: target.__delitem__(key),
    "enter": lambda target: target.__enter__(),
    "exit": _exit,
    "repr": repr,
    "str": str,
    "instance": _is_instance,
    "subclass": lambda target, kind: kind in type.mro(target),
    "equal": lambda target, other: bool(target == other),
    "update": _update,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "await": _run_in_loop,
    "aiter": lambda target: _handled(target.__aiter__()),
    "anext": lambda target: _run_in_loop(target.__anext__()),
    "aenter": lambda target: _run_in_loop(target.__aenter__()),
    "aexit": lambda target, told: _run_in_loop(_exit(target, told, type(target).__aexit__)),
}


# ---- handles ----


class _Handled:
    """Wraps what must cross as a handle whatever its type."""

    def __init__(self, value):
        self.value = value


def _handled(value):
    return _Handled(value)


def _handle(value):
    if type(value) is aliases.Reference:
        return value.number, REFERENCE, ""
    if type(value) is _Handled:
        value = value.value
    number = _numbers.get(id(value))
    if number is None:
        number = _numbers[id(value)] = len(_objects)
        _objects.append(value)
    kind = type(value)
    known = {name for base in type.mro(kind) for name in base.__dict__}
    bits = sum(1 << index for index, name in enumerate(CAPABILITIES) if name in known)
    if issubclass(kind, type):
        bits |= CLASS
        if issubclass(value, BaseException):
            bits |= EXCEPTION
        return number, bits, value.__name__
    return number, bits, kind.__name__


def encode(reply):
    """The bytes of a reply; a result that can't cross becomes a fault."""
    try:
        if reply[0] == "ok" and not reply[2] and reply[3] is None:
            return wire.encode_result(reply[1], _handle)
        return wire.encode(reply, _handle)
    except BaseException as error:
        return wire.encode(faults.reply(error, _handle), _handle)
