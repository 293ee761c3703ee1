"""Which functions of the tests ran, told by `sys.monitoring`: the tests' own code cannot forget one, and the program, in another instance, cannot reach it."""

import dis
import inspect
import sys
import types

from . import failures

_TOOL = 3
_EVENTS = sys.monitoring.events.PY_START | sys.monitoring.events.PY_RETURN
#: How the names of functions start whose value is the verdict of a test.
VERDICTS = ("test", "check", "run_test", "run_all_test", "main")

#: Results that are false and say nothing else.
_EMPTY = (int, float, str, list, tuple, dict)

_started = set()
_returned = set()
_dropped = []
_empty = []
#: What puts a value that the text says before a `return`.
_CONSTANTS = {dis.opmap[name] for name in ("LOAD_CONST", "LOAD_SMALL_INT") if name in dis.opmap}


#: How a failed `assert` goes on.
FAILED = bytes((dis.opmap["LOAD_COMMON_CONSTANT"], dis._common_constants.index(AssertionError)))


def watch(code):
    """Notes which functions of this code run."""
    for inner in inside(code):
        sys.monitoring.set_local_events(_TOOL, inner, _EVENTS)


def forget():
    """As if nothing had been watched."""
    _started.clear()
    _returned.clear()
    _dropped.clear()
    _empty.clear()


def inside(code):
    """The code objects inside a code object, at any depth."""
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant
            yield from inside(constant)


def started(code):
    """Whether a function with this code ran."""
    return id(code) in _started


def finished(code):
    """Whether a function with this code returned, or an exception ended it: a generator or a coroutine may be started and left."""
    return id(code) in _returned or failures.ended(code)


def must_finish(code):
    """Whether a function with this code can be started and left, and must not be: a coroutine, or a generator that is named like a test. Others give data: how much, is for the text to say."""
    return code.co_flags & inspect.CO_COROUTINE or (code.co_flags & (inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR) and code.co_name.startswith("test"))


def dropped():
    """The name of a test that returned `False` to a caller in the tests that let it drop, or `None`."""
    return _dropped[0] if _dropped else None


def empty():
    """The name of a test that nobody asked for its result and that worked out one which is false, `0` or `""`, with that result; or `None`."""
    return _empty[0] if _empty else None


def _start(code, offset):
    _started.add(id(code))
    return sys.monitoring.DISABLE


def _return(code, offset, value):
    _returned.add(id(code))
    if not code.co_name.startswith(VERDICTS) or code.co_code[offset - 2] in _CONSTANTS and type(value) is not bool:
        return sys.monitoring.DISABLE
    if type(value) is bool:
        if not value and _drops(sys._getframe(1).f_back):
            _dropped.append(code.co_name)
    elif type(value) in _EMPTY and not value and code.co_name.startswith(("check", "test")) and not _asserts(code):
        # A `main` may count its failures.
        frame = sys._getframe(1).f_back
        if frame is None or not failures.is_of_tests(frame.f_code) or _drops(frame):
            _empty.append((code.co_name, value))


def _asserts(code):
    """Whether a function asserts something itself: what it returns is then no verdict."""
    return FAILED in code.co_code or any(name.startswith("assert") for name in code.co_names)


def _drops(frame):
    """Whether a frame of the tests lets the result of the call that it waits for drop."""
    if frame is None or not failures.is_of_tests(frame.f_code):
        return False
    steps = frame.f_code.co_code
    following = frame.f_lasti + 2 * (1 + dis._inline_cache_entries.get(dis.opname[steps[frame.f_lasti]], 0))
    return steps[following] == dis.opmap["POP_TOP"]


# Taken once and never given back: giving a tool back makes the interpreter write to every code object that runs after it, and so to pages of the snapshot.
sys.monitoring.use_tool_id(_TOOL, "tests")
sys.monitoring.register_callback(_TOOL, sys.monitoring.events.PY_START, _start)
sys.monitoring.register_callback(_TOOL, sys.monitoring.events.PY_RETURN, _return)
