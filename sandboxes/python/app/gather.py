"""Puts code side by side in memory.

The interpreter counts in a code object how often its instructions ran in vain for a specialisation, so that each function that runs writes to its page. Where they were loaded, that is
one page here and one there, and a host resets few large regions of a guest's memory faster than many small ones.
"""

import gc
import types

import _r1


#: The application, and what it uses of the library for each check. More of the library was no better: the block grew, and what a run uses lay further apart in it.
_PACKAGES = {"_r1_app", "symtable"}


def together():
    """Gives the functions of these packages copies of their code, one behind the other."""
    gc.collect()
    functions = [each for each in gc.get_objects() if type(each) is types.FunctionType and (each.__module__ or "").split(".")[0] in _PACKAGES]
    _r1.fill_heap()
    copies = {}
    for function in functions:
        function.__code__ = _copy(function.__code__, copies)


def _copy(code, copies):
    """A copy of a code object and of those inside it; each is copied once."""
    if code not in copies:
        inner = tuple(_copy(each, copies) if isinstance(each, types.CodeType) else each for each in code.co_consts)
        copies[code] = code.replace(co_consts=inner)
    return copies[code]
