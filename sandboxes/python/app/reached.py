"""Whether any assertion of the tests was reached.

Values of the program may choose the cases: a filter, a slice, the length of a `range`, an early `continue` or `return`. Where they leave no case, a text that has assertions evaluates none, and passes with every
program that chooses so. What counts as an assertion is told by the text: the condition of an `assert`, a call of `assert*` or `raises`, the condition of what raises or fails, what a test returns, and
an `except` beside what fails. Of `all(...)` over cases it is the condition for one case.

The instructions are told by `sys.monitoring`, each at most once, and none after the first that belongs to an assertion.
"""

import ast
import itertools
import sys

from . import asserting, ran
from .expressions import RAISES, called

_TOOL = 5
_EVENTS = sys.monitoring.events.INSTRUCTION
_FAIL = {"fail", "exit", "_exit", "quit", "abort"}

#: Of each code object of the texts, by its `id`: the code, the places of its first instructions, and those of the others.
_places = {}
#: The assertions of the texts, each from a line and column to another.
_assertions = {}
_any = False


def watch(code, text):
    """Before this code runs, which `text` compiles to."""
    spans = list(_spans(asserting.tree_of(text)))
    if not spans:
        return
    _assertions[code.co_filename] = spans
    for inner in (code, *ran.inside(code)):
        _places[id(inner)] = inner, [], inner.co_positions()
        sys.monitoring.set_local_events(_TOOL, inner, _EVENTS)


def forget():
    """As if nothing had been watched."""
    global _any
    _stop()
    _assertions.clear()
    _any = False


def none():
    """Whether the texts have assertions, and none was reached."""
    return bool(_assertions) and not _any


def _stop():
    for code, *_ in _places.values():
        sys.monitoring.set_local_events(_TOOL, code, 0)
    _places.clear()


def _instruction(code, offset):
    global _any
    known = _places.get(id(code))
    if known is not None:
        _, places, following = known
        places += itertools.islice(following, max(0, offset // 2 + 1 - len(places)))
        line, end_line, column, end_column = places[offset // 2]
        if line is not None and column is not None and any(start <= (line, column) and (end_line, end_column) <= end for start, end in _assertions[code.co_filename]):
            _any = True
            _stop()
    return sys.monitoring.DISABLE


def _spans(tree):
    for node in ast.walk(tree):
        for expression in _conditions(node):
            while isinstance(expression, ast.UnaryOp) and isinstance(expression.op, ast.Not):
                expression = expression.operand
            if isinstance(expression, ast.Call) and called(expression) == "all" and expression.args and isinstance(expression.args[0], (ast.GeneratorExp, ast.ListComp)):
                expression = expression.args[0].elt
            yield (expression.lineno, expression.col_offset), (expression.end_lineno, expression.end_col_offset)


def _conditions(node):
    """The expressions of a node that are evaluated where something is asserted."""
    if isinstance(node, ast.Assert) and not isinstance(node.test, ast.Constant):
        yield node.test
    elif isinstance(node, (ast.If, ast.While)) and any(map(_fails, itertools.chain(*map(ast.walk, [*node.body, *node.orelse])))):
        yield node.test
    elif isinstance(node, asserting.FUNCTIONS) and node.name.startswith(ran.VERDICTS):
        yield from (inner.value for inner in ast.walk(node) if isinstance(inner, ast.Return) and isinstance(inner.value, (ast.Compare, ast.BoolOp, ast.Call, ast.UnaryOp)))
    elif isinstance(node, ast.Call) and (called(node) in RAISES or called(node).startswith("assert")):
        judged = [argument for argument in node.args if isinstance(argument, ast.Call) and called(argument) == "all"]
        yield judged[0] if judged else node
    elif isinstance(node, ast.Try) and any(map(_fails, itertools.chain(*map(ast.walk, [*node.body, *node.orelse])))):
        for handler in node.handlers:
            yield handler.type or handler.body[0]


def _fails(node):
    """What does nothing but fail."""
    return isinstance(node, ast.Raise) or (isinstance(node, ast.Assert) and isinstance(node.test, ast.Constant)) or (isinstance(node, ast.Call) and called(node) in _FAIL)


# Taken once, as in `ran.py`.
sys.monitoring.use_tool_id(_TOOL, "reached")
sys.monitoring.register_callback(_TOOL, _EVENTS, _instruction)
