"""Exceptions of the program's, as the tests see them.

They arrive as the builtin class nearest to the program's own, and as the program's own class where the tests name it. `StopIteration` arrives as itself from `next` only: from a
call it would end loops of the tests in silence.
"""

import builtins

from . import failures

_classes = {}


def forget():
    """As if no class had been named."""
    _classes.clear()


def of_reply(reply, is_next):
    """The exception that a reply stands for."""
    _, kind, own, builtin, args, message, _ = reply
    if kind == "missing_entry":
        return NameError(message)
    base = getattr(builtins, builtin, None)
    # What ends a program ends the run on the host. Nothing of the kind comes from a program that says so itself.
    if not isinstance(base, type) or not issubclass(base, Exception):
        base = Exception
    if issubclass(base, (StopIteration, StopAsyncIteration)) and not is_next:
        base = RuntimeError
    for number, name in reversed(own):
        base = class_of(number, name, base)
    error = _made(base, args, message)
    error._r1_program = True
    failures.keep(error)
    return error


def _made(base, args, message):
    """An exception of a class: with the program's arguments if it takes them."""
    for given in (args, (message,), (message or "?", [Exception(message)])):
        try:
            return base(*given)
        except Exception:
            continue
    return Exception(message)


def is_program(error):
    """Whether an exception came from the program."""
    return getattr(error, "_r1_program", False)


def class_of(number, name, base=Exception):
    """The class that stands for the program's exception class of a number."""
    if number not in _classes:
        _classes[number] = type(name, (base,), {})
    return _classes[number]


def number_of(kind):
    """The number of such a class, or `None`."""
    return next((number for number, known in _classes.items() if known is kind), None)
