"""The side that runs the tests, in an instance that never sees the program.

Names that the row says, or that nobody else defines, are the program's (`names.py`): the host carries each use to the program's instance, and the result back as plain data or as
a handle (`handles.py`). Every test that the text defines runs (`collect.py`). The verdict is a clean return.
"""

import builtins
import contextlib
import dis
import functools
import inspect
import random
import sys
import types
import unittest

from . import ask, asserting, collect, echoes, evaluated, failures, faults, handles, names, raised, ran, reached, sources, stdio, unit
from . import warm as warm_texts
from .verdict import Tally


def answer(prelude, tests, entry, equal, listed, each=False):
    """Runs the tests: `("ok", results, (), None)` on a return, otherwise the fault. The results are `None`, or with `each` one for every test that could be told from the others:
    its name, and `None` or the fault, where the tests after it ran all the same."""
    tally = Tally(each)
    try:
        try:
            _check(prelude, tests, entry, equal, listed, tally)
        finally:
            stdio.flush()
        if ask.fault is not None:
            raise ask.fault
    except BaseException as error:
        return _fault(ask.fault or error)
    return ("ok", [(name, error and _fault(error)) for name, error in tally.results] if each else None, (), None)


def _fault(error):
    if isinstance(error, failures.Failed):
        error = AssertionError(str(error)).with_traceback(error.__traceback__)
    return faults.reply(error, None)


def warm(answering):
    """Runs the tests of `warm.TESTS` before the snapshot and leaves nothing of them behind; `answering` answers as the program's instance would."""
    main, program = unittest.main, unittest.TestProgram
    with ask.rehearsal(answering):
        for tests, entry in warm_texts.TESTS:
            collect.forget()
            handles.forget()
            reply = answer("def helper(x): return x\n", tests, entry, False, [])
            if reply[0] != "ok":
                raise SystemError(f"the rehearsal failed: {reply}")
    unittest.main, unittest.TestProgram = main, program
    random.seed = _SEED
    sys.modules.pop("solution", None)
    collect.forget()
    handles.forget()


def _check(prelude, tests, entry, equal, listed, tally):
    handles.begin(tests, equal)
    random.seed = _seed
    for name, text in (("<prelude>", prelude), ("<tests>", tests)):
        faults.remember(name, text)
    space = _Names()
    space.asked = set()
    sys.modules["solution"] = _SolutionModule(space.asked)
    try:
        before, code = compile(prelude, "<prelude>", "exec"), compile(tests, "<tests>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise faults.BadTests(f"the tests are no Python: {type(error).__name__}: {error}") from None
    if "doctest" in code.co_names:
        raise faults.BadTests("the tests use `doctest`, which looks for its examples in files: write assertions")
    reached.watch(before, prelude)
    reached.watch(code, tests)
    exec(before, space)
    space.said = {*listed, *([entry.split(".")[0]] if entry else ())}
    space.theirs = names.of_program(space, tests, code, entry, listed)
    tally.is_about = lambda name, elsewhere: sources.of_test(tests, name, space.theirs | sources.imported(tests), elsewhere)
    for text in (prelude, tests):
        if any(word in text for word in evaluated.WORDS):
            evaluated.check(asserting.tree_of(text), space.theirs | sources.imported(tests))
    unittest.main = unittest.TestProgram = unit.main_of(space, tests, tally)
    if entry:
        # Bound first, so that an entry that is also a builtin's name is the program's.
        space[entry.split(".")[0]] = handles.named(entry.split(".")[0])
    _bind_for_classes(space, code)
    collect.watch(space, code)
    try:
        exec(code, space)
    except SystemExit as error:
        if raised.is_program(error) or error.code not in (None, 0, False) or not _is_at_end(error.__traceback__.tb_next):
            raise
    collect.run(space, code, tests, entry, lambda: functools.reduce(_part, entry.split(".")[1:], handles.named(entry.split(".")[0])), tally)
    if ask.heard() and reached.none():
        raise ask.failed("no assertion of the tests was reached: values of the program left no case")
    name = echoes.only()
    if name is not None:
        raise ask.failed(f"the objects that the program's `{name}` gave answered with nothing but what the tests had given them, or with one truth")
    if space.theirs.difference(space, space.asked):
        ask.leave()


_SEED = random.seed


def _seed(a=None, version=2):
    """Stands for `random.seed`: the program's numbers follow, too."""
    _SEED(a, version)
    if isinstance(a, (int, float, str, bytes, bytearray)):
        ask.seed = a, version


def _is_at_end(trace):
    """Whether nothing of the tests is below the line where an exception came up from, in each of their functions that it went through."""
    while trace is not None:
        code = trace.tb_frame.f_code
        if failures.is_of_tests(code):
            if any((line or 0) > trace.tb_lineno and dis.opname[step].startswith(("CALL", "COMPARE", "RAISE")) for step, line in zip(code.co_code[::2], _lines(code))):
                return False
        trace = trace.tb_next
    return True


def _lines(code):
    """The line of each instruction."""
    return (start for start, *_ in code.co_positions())


def _bind_for_classes(space, code):
    """Looks up the program's names that the bodies of classes use: those bypass `__missing__`."""
    for inner in ran.inside(code):
        if not inner.co_flags & inspect.CO_OPTIMIZED:
            for name in space.theirs.intersection(inner.co_names).difference(space):
                # A name that the program lacks fails where it is used.
                with contextlib.suppress(KeyError):
                    space.__missing__(name)


def _part(value, name):
    return getattr(value() if handles.is_class(value) else value, name)


class _Names(dict):
    """The tests' globals."""

    #: Names that are the program's; none while the prelude runs. Those that the row says, and those that were imported from `solution`.
    theirs = said = frozenset()
    asked = frozenset()

    def __init__(self):
        super().__init__(__name__="__main__", __file__="/tests.py", __builtins__=builtins)

    def __missing__(self, name):
        if name in self.theirs:
            try:
                value = handles.named(name)
            except NameError:
                # A builtin that the tests are about is Python's if the program has none.
                if name in self.said or not hasattr(builtins, name):
                    raise KeyError(name) from None
                value = getattr(builtins, name)
        elif hasattr(builtins, name):
            # Looked up each time: the tests may replace one. An exception here would cost more than the lookup.
            return getattr(builtins, name)
        elif name.startswith("__"):
            raise KeyError(name)
        else:
            found = names.library(name)
            if found is None:
                raise KeyError(name)
            module, attribute = found
            value = module if attribute is None else getattr(module, attribute)
        self[name] = value
        return value


class _SolutionModule(types.ModuleType):
    """`from solution import f`."""

    def __init__(self, asked):
        super().__init__("solution")
        self.__asked = asked

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        self.__asked.add(name)
        return handles.named(name)
