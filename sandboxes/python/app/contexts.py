"""Contexts and awaitables of the program's.

`__exit__` is told of the exception: an equal one of the same class, as far as both cross. It suppresses or replaces none that the tests raised, and none of the program's that kept something of the tests from running (`skipped.py`).
"""

from . import ask, faults, origins, raised, skipped, wire
from .handle import Handle, changed, opened


def leave(self, kind, value, trace, operation="exit"):
    """`__exit__`."""
    own = value is not None and not raised.is_program(value)
    changed(self)
    request = "op", self, operation, (_told(value),)
    if value is None or value.__traceback__ is None:
        # Nothing is under way: the tests may look at the answer.
        return ask.value(request)
    try:
        suppressed = bool(ask.value(request))
    except Exception:
        if own:
            return False
        raise
    if suppressed and not own and skipped.anything(trace):
        raise ask.failed(f"the program's {type(self).__name__} would suppress what the program raised ({type(value).__name__}), and tests behind it")
    return suppressed and not own


def _told(error):
    """What the program is told of an exception: of a failed assertion, whose text may hold what is expected, only that there was one."""
    if error is None or isinstance(vars(error).get("_r1_self"), Handle):
        return error
    kind = type(error)
    if raised.number_of(kind) is None:
        kind = next((base.__name__ for base in kind.__mro__ if faults.is_builtin(base)), "Exception")
    if isinstance(error, AssertionError):
        return kind, ()
    try:
        wire.encode(error.args, ask.number)
    except wire.UnsupportedValue:
        return kind, ()
    return kind, error.args


def _awaited(operation):
    """A method whose result is awaited. The program runs until it has one: nothing of the tests runs meanwhile."""

    def method(self, *args):
        changed(self)
        return opened(ask.sent(("op", self, operation, args)), self, operation == "anext", origins.gave)[1]

    return method


async def next_item(self):
    """`__anext__`."""
    return _awaited("anext")(self)


async def enter(self):
    """`__aenter__`."""
    changed(self)
    return ask.value(("op", self, "aenter", ()))


async def leave_async(self, kind, value, trace):
    """`__aexit__`."""
    return leave(self, kind, value, trace, "aexit")


def wait(self):
    """`__await__`."""
    return _awaited("await")(self)
    yield


def send(self, value):
    """`send` of a coroutine: the program runs it to its end."""
    raise StopIteration(_awaited("await")(self))


def throw(self, error, *args):
    """`throw` of a coroutine."""
    raise error
