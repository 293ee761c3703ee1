"""The application of the guest: one handler from request bytes to reply bytes.

A request starts with one word. `"check"` makes this instance the one that runs tests; all others make it the one that runs the program.
"""

import builtins
import sys
import types

import _r1

from . import checker, gather, pytest_api, shims, solution, stdio, stdlib, warm, wire

# As on a machine with 64 bits: programs use it as a number larger than all others. Before the library is imported, some of which copies it.
sys.maxsize = 2**63 - 1
# Without a limit: fuel pays for long conversions.
sys.set_int_max_str_digits(0)

_report = stdlib.load()
shims.install()
stdio.install()

_main = types.ModuleType("__main__")
_main.__builtins__ = builtins
_main.__file__ = solution.FILE
sys.modules["__main__"] = _main
sys.modules["pytest"] = pytest_api
solution.use(_main.__dict__)
#: Each instance handles its first request with streams of its own.
_streams = False


def handle(request):
    """The reply to a request, as bytes."""
    global _streams
    if not _streams:
        stdio.fresh()
        _streams = True
    message = wire.decode(request, solution.handle_of)
    if message[0] == "check":
        return wire.encode(checker.answer(*message[1:]))
    return solution.encode(solution.answer(message))


_WARM = """
import math
class A:
    def __init__(self): self.x = [1]
    def m(self, n): return {n: (n, 1.5)}
def f(a, b=1):
    try:
        assert a
    except AssertionError:
        pass
    return [x + b for x in a]
f([1])
print("", end="")
"""


def _ask(request):
    return solution.encode(solution.answer(wire.decode(request, solution.handle_of)))


def _rehearse():
    stdio.fresh()
    for request in (("run", _WARM), ("load", _WARM), ("call", "f", ([1, 2],), {"b": 3}), ("call", "nobody", (), {}), ("name", "A"), ("load", "1/0"), ("load", "(")):
        handle(wire.encode(request))
    handle(wire.encode(("load", warm.SOLUTION)))
    checker.warm(_ask)
    solution.forget()


def _rehearse_all():
    _rehearse()
    handle(wire.encode(("run", warm.PROGRAM)))
    solution.forget()


def _warm():
    """Every path that a request takes, so that what Python caches on the way is in the snapshot; so often that it learns nothing more of this code."""
    streams = sys.stdin, sys.stdout, sys.stderr
    gather.together(_rehearse_all)
    for _ in range(24):
        _rehearse()
    handle(wire.encode(("run", warm.PROGRAM)))
    sys.stdin, sys.stdout, sys.stderr = streams
    for name in [name for name in vars(_main) if not name.startswith("__")]:
        del vars(_main)[name]
    solution.forget()


# For the manifest; the streams of the build go away with the first request.
print(_report.toml(), flush=True)
_r1.set_handler(handle)
_warm()
_streams = False
shims.settle()
