"""Exceptions of the program's, as the tests see them.

They arrive as the builtin class or the class of the library that they are of, or as a class that stands for the program's own and has its bases, with their arguments, their attributes,
their text and their cause. What else the tests ask of one, a method for example, the program answers. `StopIteration` arrives as itself from `next` only: from a call it would end loops
of the tests in silence.
"""

import builtins
import contextlib
import importlib

from . import failures

#: Modules of the library with exceptions that programs raise. None of these exceptions ends or skips a test in silence, as those of `unittest` and `asyncio` do.
_LIBRARY = {
    *("json.decoder", "decimal", "struct", "binascii", "zlib", "csv", "_csv", "re._constants", "configparser", "queue", "_queue", "asyncio.queues", "statistics", "dataclasses", "copy"),
    *("pickle", "_pickle", "argparse", "calendar", "ipaddress", "graphlib", "zoneinfo._common", "tokenize", "xml.etree.ElementTree", "pyexpat", "urllib.error", "subprocess", "getopt"),
}
#: What a class of the program's may not be in the tests, unless the host knows that it is.
_NEVER = (AssertionError, StopIteration, StopAsyncIteration)

_classes = {}
#: Set by `use`.
_ask = _describe = None


class Number:
    """Stands for the object of a number in a request."""

    def __init__(self, number):
        self.number = number


def use(ask, describe):
    """`ask(exception, name)` gives an attribute of an exception that did not come with it; `describe(Number)` the bases of a class, or its module and name if it is the library's."""
    global _ask, _describe
    _ask, _describe = ask, describe


def forget():
    """As if no class had been named."""
    _classes.clear()


def of_reply(reply, is_next):
    """The exception that a reply stands for."""
    _, kind, own, builtin, args, message, _, attributes = reply
    if kind == "missing_entry":
        return NameError(message)
    base = getattr(builtins, builtin, None)
    # What ends a program ends the run on the host, unless the tests expect an exit. Nothing of the kind comes from a program that says so itself.
    if builtin == "SystemExit" and kind in ("exit", "exit_zero"):
        base = SystemExit
    elif not isinstance(base, type) or not issubclass(base, Exception):
        base = Exception
    if issubclass(base, (StopIteration, StopAsyncIteration)) and not is_next:
        base = RuntimeError
    kind = class_of(*own[0]) if own else base
    if not issubclass(kind, base) or any(issubclass(kind, never) and not issubclass(base, never) for never in _NEVER):
        kind = base
    error = _made(kind, args, message)
    error._r1_program = True
    error._r1_message = message
    for name, value in attributes.items():
        if name == "__cause__":
            error.__cause__ = of_reply(value, False)
        elif type(name) is str and (not name.startswith("_") or name == "_r1_self"):
            with contextlib.suppress(TypeError, AttributeError):
                object.__setattr__(error, name, value)
    failures.keep(error)
    return error


def _made(kind, args, message):
    """An exception of a class: with the program's arguments if it takes them."""
    for given in (args, (message,), (message or "?", [Exception(message)])):
        try:
            return kind(*given)
        except Exception:
            continue
    try:
        # Its attributes come with it.
        return kind.__new__(kind, *args)
    except Exception:
        return Exception(message)


def is_program(error):
    """Whether an exception came from the program."""
    return getattr(error, "_r1_program", False)


def class_of(number, name):
    """The class of the library, or the class that stands for the program's own, of a number."""
    if number not in _classes:
        # Until the answer: a class is none of its own bases.
        _classes[number] = Exception
        described = _describe(Number(number))
        _classes[number] = _library(*described) if isinstance(described, tuple) and len(described) == 3 else _own(name, described)
    return _classes[number]


def _library(module, name, builtin):
    """A class of the library's. A name of the program's is never `Exception` or `AssertionError` itself: whatever failed would be what the tests expect, and so would they."""
    if module == "builtins":
        kind = getattr(builtins, name, None)
        if isinstance(kind, type) and issubclass(kind, Exception) and kind is not Exception and not issubclass(kind, _NEVER):
            return kind
    elif module in _LIBRARY:
        kind = getattr(importlib.import_module(module), name, None)
        if isinstance(kind, type) and issubclass(kind, Exception):
            return kind
    return _own(name, [builtin])


def _own(name, bases):
    """A class with these bases: names of builtin classes, and classes."""
    found = []
    for base in bases if isinstance(bases, list) else ():
        base = getattr(builtins, base, None) if isinstance(base, str) else base
        found.append(base if isinstance(base, type) and issubclass(base, Exception) else Exception)
    members = {"__str__": _str, "__getattr__": _getattr, "__module__": "solution"}
    try:
        return type(name, tuple(dict.fromkeys(found)) or (Exception,), members)
    except TypeError:
        return type(name, (Exception,), members)


def number_of(kind):
    """The number of such a class, or `None`."""
    return next((number for number, known in _classes.items() if known is kind), None)


def _str(error):
    message = vars(error).get("_r1_message")
    return _ask(error, "__str__")() if message is None else message


def _getattr(error, name):
    if name.startswith(("__", "_r1_")):
        raise AttributeError(f"{type(error).__name__!r} object has no attribute {name!r}")
    return _ask(error, name)
