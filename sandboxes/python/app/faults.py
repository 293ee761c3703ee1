"""How an exception crosses: what kind of fault it is, the names of its classes, and a traceback for people.

The fault is one of `raise` (an ordinary exception), `exit`, `missing_entry`, `syntax`, `memory`, `recursion`, `unsupported`, `unsupported_value` and, from the side of
the tests only, `bad_tests`.
"""

import builtins
import traceback

from . import shims, wire

#: Lines and characters of what is shown to people.
_FRAMES = 4
_SHOWN = 2000
#: wasi-libc's numbers of the errors that only a call that this system lacks can give: EBADF, ENOENT, ENOSYS, ENOTSUP, ENOTCAPABLE and EACCES.
_SYSTEM_LACKS = {8, 44, 52, 58, 76, 2}

_BUILTINS = {value: name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)}


class MissingEntry(Exception):
    """The program defines no such name."""


class BadTests(Exception):
    """The row's fault: what is wrong with its tests, and the fix."""


def reply(error, handle):
    """The tuple `("raise", fault, classes, builtin, args, message, traceback)`."""
    kind = type(error)
    own = []
    builtin = "Exception"
    for base in type.mro(kind):
        if base in _BUILTINS:
            builtin = _BUILTINS[base]
            break
        own.append((handle(base)[0], base.__name__))
    return ("raise", fault(error), tuple(own), builtin, _plain_args(error), message(error), shown(error))


def fault(error):
    """The fault's name."""
    if isinstance(error, SystemExit):
        return "exit" if error.code not in (None, 0, False) else "exit_zero"
    if isinstance(error, (KeyboardInterrupt, GeneratorExit)):
        return "exit"
    for kind, name in _FAULTS:
        if isinstance(error, kind):
            return name
    if isinstance(error, OSError) and error.errno in _SYSTEM_LACKS:
        return "unsupported"
    return "raise"


_FAULTS = (
    (BadTests, "bad_tests"),
    (MissingEntry, "missing_entry"),
    (wire.UnsupportedValue, "unsupported_value"),
    (shims.Deadlock, "unsupported"),
    (ImportError, "unsupported"),
    (SyntaxError, "syntax"),
    (MemoryError, "memory"),
    (RecursionError, "recursion"),
)


def message(error):
    """`str(error)`, cut; text whatever the program made of it."""
    try:
        text = str.__str__(str(error))
    except BaseException:
        text = "?"
    return _text(text)


def shown(error):
    """The end of the traceback, cut."""
    try:
        lines = traceback.format_exception(type(error), error, error.__traceback__, limit=-_FRAMES, chain=False)
        return _text("".join(line for line in lines if "/application/" not in line))
    except BaseException:
        return ""


def _text(text):
    return text[-_SHOWN:].encode("utf-8", "replace").decode("utf-8", "replace")


def _plain_args(error):
    try:
        args = tuple(error.args)
        wire.encode(args)
        return args
    except BaseException:
        return (message(error),)
