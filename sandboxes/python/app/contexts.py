"""Contexts and awaitables of the program's.

`__exit__` is told that there was an exception. It suppresses or replaces none that the tests raised, and none of the program's that kept something of the tests from running (`skipped.py`).
"""

from . import ask, origins, raised, skipped
from .handle import changed, opened


def leave(self, kind, value, trace, operation="exit"):
    """`__exit__`."""
    own = value is not None and not raised.is_program(value)
    changed(self)
    try:
        suppressed = bool(ask.value(("op", self, operation, (kind is not None,))))
    except Exception:
        if own:
            return False
        raise
    if suppressed and not own and value is not None and skipped.anything(trace):
        raise ask.failed(f"the program's {type(self).__name__} would suppress what the program raised ({type(value).__name__}), and tests behind it")
    return suppressed and not own


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
