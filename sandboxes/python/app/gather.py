"""Puts what a run writes to side by side in memory.

The interpreter counts in a code object how often its instructions ran in vain for a specialisation, so that each function that runs writes to its page. Where they were loaded, that is
one page here and one there, and a host resets few large regions of a guest's memory faster than many small ones.
"""

import gc
import sys
import types

import _r1

#: The application, and what it uses of the library for each check. More of the library was no better: the block grew, and what a run uses lay further apart in it.
_PACKAGES = {"_r1_app", "symtable"}
_TOOL = 4


def together(rehearse):
    """Gives the functions of these packages copies of their code, one behind the other, those that `rehearse()` runs first; and the modules of the application new containers for what
    they keep during a run."""
    gc.collect()
    functions = [each for each in gc.get_objects() if type(each) is types.FunctionType and (each.__module__ or "").split(".")[0] in _PACKAGES]
    ran = _ran(rehearse, functions)
    functions.sort(key=lambda function: ran.get(function.__code__, len(ran)))
    _r1.fill_heap()
    for name, module in list(sys.modules.items()):
        if name.startswith("_r1_app."):
            for variable, value in list(vars(module).items()):
                if type(value) in (dict, list, set) and not value:
                    setattr(module, variable, type(value)())
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


def _copy(code, copies):
    """A copy of a code object and of those inside it; each is copied once."""
    if code not in copies:
        inner = tuple(_copy(each, copies) if isinstance(each, types.CodeType) else each for each in code.co_consts)
        copies[code] = code.replace(co_consts=inner)
    return copies[code]
