"""How the tests ask the program: a request to the host, the answers since the tests last changed something, and whose fault it is where nothing can be asked."""

import builtins
import contextlib
import sys
import types
from collections import deque
from decimal import Decimal
from fractions import Fraction

import _r1

from . import attributes, raised, wire
from .faults import BadTests

#: Of each handle, by its `id`: the answers since the tests last changed something, by the encoded question. `handles.py` keeps items here too.
answers = {}
#: What ends the tests whatever they catch: the row's fault, or the program's.
fault = None
#: What the tests gave `random.seed` since the last request.
seed = None

_INPUT, _PRINT = builtins.input, builtins.print
#: The standard input that the program has: where the tests replace theirs, the text of that one.
_stdin = None
_replies = 0
#: How many requests there were for more than what the program has under a name.
_questions = 0
_container = False
_before = []
_CONTAINERS = frozenset((list, tuple, dict, set, frozenset, str, bytes, bytearray, range, deque, Fraction, Decimal))
#: Set by `use`.
_proxy = number = _may_be_given = changed = None


def use(proxy, number_of, may_be_given, has_changed):
    """What objects are: `proxy(number, capabilities, name)` gives the one of a handle, `number_of(object)` the handle, `may_be_given(operation, target, value)` says whether the tests may
    give a target a value that cannot cross, and `has_changed(handle)` notes that the tests changed an object."""
    global _proxy, number, _may_be_given, changed
    _proxy, number, _may_be_given, changed = proxy, number_of, may_be_given, has_changed


def before_each(look):
    """Calls `look` before each request: it raises what keeps the tests from asking."""
    _before.append(look)


def forget():
    """As if no program had been asked anything."""
    global fault, seed, _replies, _questions, _container
    fault, seed, _replies, _questions, _container = None, None, 0, 0, False
    answers.clear()
    attributes.forget()
    raised.forget()


def begin():
    """Before the tests run, with streams of their own."""
    global _stdin
    _stdin = sys.stdin


@contextlib.contextmanager
def rehearsal(answering):
    """Lets `answering` answer instead of the host meanwhile."""
    global _r1
    host, _r1 = _r1, types.SimpleNamespace(host_call=answering)
    try:
        yield
    finally:
        _r1 = host


def value(request, is_next=False):
    """The program's answer to a request."""
    return opened(sent(request), is_next)[1]


def once(handle, operation, arguments=()):
    """The answer to a question, asked once until something changes."""
    return opened(reply_once(handle, operation, arguments))[1]


def reply_once(handle, operation, arguments=()):
    """The bytes of the answer to a question, asked once until something changes."""
    _tell()
    request = _encoded(("op", handle, operation, arguments))
    global _questions
    _questions += 1
    known = answers.setdefault(id(handle), {})
    reply = known.get(request)
    if reply is None:
        reply = known[request] = _sent(request)
    return reply


def described(number):
    """What the program says about an exception class."""
    try:
        return opened(_sent(_encoded(("class", number))))[1]
    except Exception:
        return []


def sent(request):
    """The bytes of a reply."""
    global _questions
    _tell()
    _questions += request[0] != "name"
    return _sent(_encoded(request))


def _tell():
    """Tells the program what the tests did that it would see if it were in the same interpreter."""
    global seed, _stdin
    if builtins.input is not _INPUT or builtins.print is not _PRINT:
        raise unusable("the tests replace `input` or `print`, which the program, in another instance, does not see: replace `sys.stdin` or `sys.stdout`")
    for look in _before:
        look()
    attributes.send()
    if sys.stdin is not _stdin:
        _stdin = sys.stdin
        text = None if _stdin is sys.__stdin__ else _stdin.read()
        _sent(_encoded(("stdin", text if isinstance(text, str) else None)))
    if seed is not None:
        _sent(_encoded(("seed", *seed)))
        seed = None


def told(handle, name, value):
    """Tells the program the new content of an attribute. What the object answered before may have changed with it."""
    changed(handle)
    opened(_sent(_encoded(("op", handle, "update", (name, value)))))


def opened(reply, is_next=False):
    """The parts of a reply. Raises the exception that it stands for."""
    global _container
    decoded = wire.decode_reply(reply, _proxy)
    if decoded[0] != "ok":
        error = raised.of_reply(decoded, is_next)
        raise error from error.__cause__
    if not _container and type(decoded[1]) in _CONTAINERS:
        _container = True
    return decoded


def questions():
    """How many questions the program was asked: requests for a name are none."""
    return _questions


def heard():
    """Whether the tests may know something of what the program does."""
    return _questions > 0


def took_container():
    """Whether the program gave something that has parts."""
    return _container


def leave():
    """Tells the host that the tests end without having looked for a name of the program's that they use."""
    _sent(_encoded(("left",)))


def failed(message):
    """A fault of the program's that no `except` of the tests may turn into a pass."""
    global fault
    fault = fault or AssertionError(message)
    return fault


def unusable(message):
    """The row's fault, which no `except` of the tests may hide."""
    global fault
    fault = fault or BadTests(message)
    return fault


def _sent(request):
    global _replies
    reply = _r1.host_call(request)
    _replies += 1
    if sys.stdout is not sys.__stdout__ or sys.stderr is not sys.__stderr__:
        _pass_output_on()
    return reply


def _pass_output_on():
    """What the program wrote during the last request, to the streams that the tests put in the place of theirs."""
    _, (out, error), _, _ = wire.decode(_r1.host_call(_OUTPUT), _proxy)
    if out and sys.stdout is not sys.__stdout__:
        sys.stdout.write(out)
    if error and sys.stderr is not sys.__stderr__:
        sys.stderr.write(error)


_OUTPUT = wire.encode(("output",))


def _encoded(request):
    try:
        return wire.encode(request, number)
    except wire.UnsupportedValue as error:
        raise _blamed(error, request[0] if request[0] == "call" else request[2], request[1]) from None


def _blamed(error, operation, target):
    """The row's fault, where the tests ask what they ask of any program; an object that they would use like plain data is the program's.

    A type that cannot cross comes from the tests; a value that is too deep or too large may be the program's.
    """
    global fault
    by_type = str(error).startswith("a value of type")
    if not (_may_be_given(operation, target, error.value) if by_type else _replies < 2):
        return failed(f"what the tests do with the program's value needs plain data: {error}")
    fault = fault or BadTests(f"the tests give the program what cannot cross: {error}")
    return fault
