"""Puts what a run writes to side by side in memory.

The interpreter counts in a code object how often its instructions ran in vain for a specialisation, so that each function that runs writes to its page. Where they were loaded, that is
one page here and one there, and a host resets few large regions of a guest's memory faster than many small ones.
"""

import dis
import gc
import random
import sys
import types
import unittest

import _r1

#: The application, and what it, ordinary programs and ordinary tests use of the library most.
_PACKAGES = {
    *("_r1_app", "symtable", "contextlib", "re", "collections", "functools", "enum", "typing", "dataclasses", "heapq", "random", "io", "abc", "operator", "bisect", "copy", "itertools"),
    *("codecs", "encodings"),
}
_TOOL = 4
#: Modules of the library whose variables the application sets in each run.
_SET = (sys, random, unittest)
#: Modules whose functions `sys.monitoring` calls, and does not tell of.
_CALLED_BACK = {"_r1_app.ran", "_r1_app.reached"}
_BINDS = dis.opmap["STORE_GLOBAL"]


def together(rehearse):
    """Gives the functions of these packages copies of their code, one behind the other, those that `rehearse()` runs first; and the modules of the application new containers for what
    they keep during a run."""
    gc.collect()
    functions = [each for each in gc.get_objects() if type(each) is types.FunctionType and (each.__module__ or "").split(".")[0] in _PACKAGES]
    ran = _ran(rehearse, functions)
    functions.sort(key=lambda function: (ran.get(function.__code__, len(ran)), function.__module__ not in _CALLED_BACK))
    # What the rehearsal left in cycles would make holes again while the copies are made.
    gc.collect()
    _r1.fill_heap()
    # What is replaced stays until all is in its new place: the next copy would be put where it was.
    replaced = [function.__code__ for function in functions]
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("_r1_app.")]
    for module in modules:
        for variable, value in list(vars(module).items()):
            if type(value) in (dict, list, set) and not value:
                replaced.append(value)
                setattr(module, variable, type(value)())
    binding = {function.__module__ for function in functions if _binds(function.__code__)}
    for module in (*(module for module in modules if module.__name__ in binding), *_SET):
        _move_table(vars(module))
        # Where the table was is free now.
        _r1.fill_heap()
    copies = {}
    for function in functions:
        function.__code__ = _copy(function.__code__, copies)
    # Before any of the copies runs: an instruction that loads a constant counts references to it for good if the constant can die when it first runs.
    _r1.immortalize(gc.get_objects())


def _ran(rehearse, functions):
    """The code of these functions that a rehearsal runs, with its place in the order of first use."""
    order = {}
    events = sys.monitoring.events.PY_START
    sys.monitoring.use_tool_id(_TOOL, "gather")
    sys.monitoring.register_callback(_TOOL, events, lambda code, offset: order.setdefault(code, len(order)))
    # On the codes alone: they are dropped for copies, which nobody monitors.
    for function in functions:
        sys.monitoring.set_local_events(_TOOL, function.__code__, events)
    rehearse()
    return order


def _binds(code):
    """Whether a function, or one inside it, binds variables of its module."""
    return _BINDS in code.co_code[::2] or any(_binds(each) for each in code.co_consts if isinstance(each, types.CodeType))


def _move_table(variables):
    """Makes a dictionary of module variables take a new table: functions that bind them write to it."""
    before, count = sys.getsizeof(variables), 0
    while sys.getsizeof(variables) == before:
        variables[f"_moved{count}"] = None
        count += 1
    for number in range(count):
        del variables[f"_moved{number}"]


def _copy(code, copies):
    """A copy of a code object and of those inside it; each is copied once."""
    if code not in copies:
        inner = tuple(_copy(each, copies) if isinstance(each, types.CodeType) else each for each in code.co_consts)
        copies[code] = code.replace(co_consts=inner)
    return copies[code]
