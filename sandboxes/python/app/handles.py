"""Objects of the program's, as the tests see them.

What a handle does is asked of the program, except where an answer could decide a test that the program should not decide:

- `==` and `hash` are the handle's identity, unless the tests allow `==` between two handles;
- `in` goes through the elements, one by one, compared here, where there are any (`walks.py`);
- `<`, arithmetic and conversions to numbers are refused, and of results the truth and `in` where the program defines them, so that no `except` of the tests takes it for an error of the program's (`refusals.py`);
- methods of plain types that judge or repeat what they are given (`startswith`, `difference`, `find`, `strip`) are refused on results, which are no text and no set: they stay on objects
  that the tests made of a class of the program's;
- containers agree with themselves (`coherent.py`), and a question is asked once: until the tests change an object of the program's (a method, an assignment, a call that is given one),
  a handle gives the answers that it gave;
- a context suppresses or replaces no exception that the tests raised, and none of the program's that kept something of the tests from running (`contexts.py`).

An exit, and an `AssertionError` that the tests don't mention, never arrive: the host ends the run, so that no `except` can turn it into a pass.
"""

import functools
import types

from . import ask, coherent, contexts, dress, echoes, handle, origins, raised, refusals, solution, taking, walks, wire
from .handle import Handle, changed

_proxies = {}
_numbers = {}


def begin(tests, equal):
    """Before the tests of this text run; `equal`: `==` between two handles is asked of the program."""
    handle.begin(equal)
    ask.begin()
    origins.begin(tests)
    dress.begin(tests)


def forget():
    """As if no program had been asked anything."""
    _proxies.clear()
    _numbers.clear()
    handle.forget()
    origins.forget()
    coherent.forget()
    taking.forget()
    echoes.forget()
    ask.forget()


def named(name):
    """What the program has under a name."""
    value = ask.value(("name", name))
    if isinstance(value, Handle):
        origins.named(value, name)
    return value


def is_class(value):
    """Whether a value is a class of the program's."""
    return isinstance(value, Handle) and value._r1_class


def _may_be_given(operation, target, value):
    """Whether the tests may give a value of theirs to a target: where any right program would be given it."""
    if not _is_of_tests(value):
        return False
    if operation != "call":
        return origins.is_made_by_tests(target)
    parent, _ = origins.owner(target)
    return origins.is_named_or_made(target) or (parent is not None and origins.is_made_by_tests(parent))


def _changing(operation):
    def method(self, *args):
        if operation == "delitem" and origins.is_result(id(self)):
            with taking.agreeing(self, "pop", args, {}):
                return changing(self, args)
        taking.told(self, args)
        echoes.told(self, args)
        return changing(self, args)

    def changing(self, args):
        changed(self)
        return ask.value(("op", self, operation, args))

    return method


#: One entry a capability, in the order of the bits.
_METHODS = (
    {"__call__": lambda self, /, *args, **kwargs: handle.call(self, args, kwargs)},
    {"__iter__": walks.walk, "__contains__": walks.contains},
    {"__next__": walks.next_item},
    {"__len__": walks.length},
    {"__getitem__": walks.item},
    {"__setitem__": _changing("setitem")},
    {"__delitem__": _changing("delitem")},
    {"__contains__": walks.contains},
    {"__enter__": _changing("enter"), "__exit__": contexts.leave},
    refusals.TRUTH,
    {"__await__": contexts.wait},
    {"__aiter__": _changing("aiter")},
    {"__anext__": contexts.next_item},
    {"__aenter__": contexts.enter, "__aexit__": contexts.leave_async},
)
#: What `asyncio` asks a coroutine for.
_COROUTINE = {"send": contexts.send, "throw": contexts.throw, "close": lambda self: None}


#: Types of plain data, whose names no object of the program's has: `type(x).__name__ == "int"`.
_PLAIN = {kind.__name__ for kind in (int, float, complex, bool, str, bytes, list, tuple, dict, set, frozenset, type(None))}


@functools.cache
def _kind(name, capabilities):
    members = {"__slots__": ()}
    for bit, methods in enumerate(_METHODS):
        if capabilities >> bit & 1:
            members |= methods
    if "__getitem__" in members and "__iter__" not in members:
        members["__iter__"] = walks.walk_by_index
    if "__getitem__" in members and "__len__" in members:
        members["__reversed__"] = walks.backwards
    members.setdefault("__reversed__", walks.backwards_asked)
    if "__next__" not in members:
        # `bytes` and `bytearray` take what has a number before they go through items.
        members |= refusals.NUMBER
    if name == "coroutine" and "__await__" in members:
        members |= _COROUTINE
    if capabilities & solution.CLASS:
        members["_r1_class"] = True
        if "__iter__" not in members:
            members |= refusals.CLASS
        members["__mro_entries__"] = _refuse_as_base
        members["__instancecheck__"] = lambda self, other: isinstance(other, Handle) and ask.value(("op", other, "instance", (self,))) is True
        members["__subclasscheck__"] = lambda self, other: isinstance(other, Handle) and ask.value(("op", other, "subclass", (self,))) is True
    return type(name if name.isidentifier() and name not in _PLAIN else "object", (Handle,), members)


def _refuse_as_base(self, bases):
    raise ask.unusable("the tests derive a class from a class of the program's, which is in another instance: test the class itself, or define its base in `prelude`")


def _proxy(number, capabilities, name):
    if capabilities & solution.REFERENCE:
        return handle.container(number)
    if capabilities & solution.EXCEPTION:
        return raised.class_of(number, name)
    found = _proxies.get(number)
    if found is None:
        found = _proxies[number] = object.__new__(_kind(name, capabilities))
        _numbers[id(found)] = number
    handle.in_result(found)
    return found


#: What comes out of plain data, the program's or the tests'.
_PARTS = (*(type(iter(kind())) for kind in (list, tuple, str, bytes, bytearray, set, dict)), type(iter(range(0))), *(type(view) for view in ({}.keys(), {}.values(), {}.items())), memoryview)


def _is_of_tests(value):
    """Whether a value that cannot cross is the tests' own. What comes out of plain data may be the program's, once it gave some."""
    if isinstance(value, (types.BuiltinFunctionType, types.MethodType)) and not isinstance(value.__self__, (types.ModuleType, type(None))):
        return type(value.__self__).__module__ == "__main__" or not ask.took_container()
    return not raised.is_program(value) and not (isinstance(value, _PARTS) and ask.took_container())


def _number(value):
    if isinstance(value, Handle):
        return _numbers[id(value)], 0, ""
    if raised.is_program(value) and isinstance(vars(value).get("_r1_self"), Handle):
        return _number(value._r1_self)
    if isinstance(value, raised.Number):
        return value.number, 0, ""
    number = raised.number_of(value)
    return wire.refuse_objects(value) if number is None else (number, 0, "")


ask.use(_proxy, _number, _may_be_given, changed)
raised.use(handle.of_exception, ask.described)
