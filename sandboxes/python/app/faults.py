"""How an exception crosses: what kind of fault it is, the names of its classes, and a traceback for people.

The fault is one of `raise` (an ordinary exception), `exit`, `missing_entry`, `syntax`, `memory`, `recursion`, `unsupported`, `unsupported_value` and, from the side of
the tests only, `bad_tests`.
"""

import builtins
import contextlib
import re
import traceback

from . import shims, wire

#: Lines and characters of what is shown to people.
_FRAMES = 4
_SHOWN = 2000
_LINE = 200
#: By the name that it is compiled under: the text of the program, or of the tests.
_sources = {}
#: wasi-libc's numbers of the errors that only a call that this system lacks can give: EBADF, ENOENT, ENOSYS, ENOTSUP, ENOTCAPABLE and EACCES.
_SYSTEM_LACKS = {8, 44, 52, 58, 76, 2}

_BUILTINS = {value: name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)}


#: What Python puts before the names of classes of the program and of this application, at the beginning of a line.
_MODULES = re.compile(r"^(_r1_app\.\w+|solution)\.(?=\w+(:|$))", re.MULTILINE)


class MissingEntry(Exception):
    """The program defines no such name."""


class BadTests(Exception):
    """The row's fault: what is wrong with its tests, and the fix."""


def reply(error, handle):
    """The tuple `("raise", fault, classes, builtin, args, message, traceback, attributes)`; `handle` is `None` where objects stay."""
    kind = type(error)
    own = []
    builtin = "Exception"
    for base in type.mro(kind):
        if base in _BUILTINS:
            builtin = _BUILTINS[base]
            break
        own.append((handle(base)[0] if handle else 0, base.__name__))
    trace = shown(error)
    attributes = _attributes(error, own, handle) if handle else {}
    # In the tests' instance, what came from the program is an ordinary exception whatever it says of itself.
    name = "raise" if handle is None and getattr(error, "_r1_program", False) else fault(error)
    return ("raise", name, tuple(own), builtin, _plain_args(error), message(error), trace, attributes)


def _attributes(error, own, handle):
    """What an exception has besides its arguments, as far as it can cross: its attributes, its cause, and itself if its class is the program's."""
    found = {}
    try:
        for name, value in object.__getattribute__(error, "__dict__").items():
            if type(name) is str and not name.startswith("_"):
                with contextlib.suppress(wire.UnsupportedValue):
                    wire.encode(value, handle)
                    found[name] = value
        if isinstance(error.__cause__, Exception):
            _, *parts, _ = reply(error.__cause__, handle)
            found["__cause__"] = ("raise", *parts, {})
    except Exception:
        found.clear()
    if own:
        found["_r1_self"] = error
        # What its frames hold is not kept.
        error.__traceback__ = None
    return found


def is_builtin(kind):
    """Whether it is an exception class of `builtins`."""
    return kind in _BUILTINS


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


def remember(name, source):
    """Keeps the text of what is compiled under a name, so that its lines can be shown."""
    _sources[name] = source


def forget():
    """As if nothing had been compiled."""
    _sources.clear()


def shown(error):
    """The end of the traceback, cut: the places in the program or the tests, with their lines, and the exception."""
    try:
        places, trace = [], error.__traceback__
        while trace is not None:
            code = trace.tb_frame.f_code
            if code.co_filename in _sources:
                places.append((code.co_filename, trace.tb_lineno, code.co_name))
            trace = trace.tb_next
        lines = [f'  File "{name}", line {line}, in {function}\n    {_line(name, line)}\n' for name, line, function in places[-_FRAMES:]]
        head = ["Traceback (most recent call last):\n"] if lines else []
        return _text("".join((*head, *lines, *traceback.format_exception_only(type(error), error))))
    except BaseException:
        return ""


def _line(name, number):
    lines = _sources[name].splitlines()
    return lines[number - 1].strip()[:_LINE] if number and number <= len(lines) else ""


def _text(text):
    return _MODULES.sub("", text[-_SHOWN:]).encode("utf-8", "replace").decode("utf-8", "replace")


def _plain_args(error):
    try:
        args = tuple(error.args)
        if isinstance(error, OSError) and error.filename is not None:
            args = error.errno, error.strerror, error.filename
        wire.encode(args)
        return args
    except BaseException:
        return (message(error),)
