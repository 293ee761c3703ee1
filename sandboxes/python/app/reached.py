"""Whether any assertion of the tests was reached.

Values of the program may choose the cases: a filter, a slice, the length of a `range`, an early `continue` or `return`. Where they leave no case, a text that has assertions evaluates none, and passes with every
program that chooses so. What counts as an assertion is told by the text: the condition of an `assert`, a call of `assert*` or `raises`, the condition of what raises or fails, what a test returns, and
an `except` beside what fails. Of `all(...)` over cases it is the condition for one case.

The instructions that run are told by `sys.monitoring`, each at most once, until one is seen that only an assertion has: the text itself is read only where there was none.
"""

import ast
import dis
import itertools
import sys
import types

from . import asserting, ran
from .expressions import RAISES, called

_TOOL = 5
_EVENTS = sys.monitoring.events.INSTRUCTION
_FAIL = {"fail", "exit", "_exit", "quit", "abort"}
#: What a condition ends with, and the instructions behind it that do nothing.
_JUMPS = {dis.opmap[name] for name in ("POP_JUMP_IF_TRUE", "POP_JUMP_IF_FALSE", "POP_JUMP_IF_NONE", "POP_JUMP_IF_NOT_NONE")}
_JUMP_ENTRIES = 2 * dis._inline_cache_entries["POP_JUMP_IF_TRUE"]
_NOTHING = (dis.opmap["CACHE"], dis.opmap["NOT_TAKEN"])
_RAISES, _ATTRIBUTE = dis.opmap["RAISE_VARARGS"], dis.opmap["LOAD_ATTR"]
_NAMES = RAISES | _FAIL

#: The texts, by the name of the file that their code says.
_texts = {}
#: The code objects that may assert, by their `id`, each with its instructions and whether it may look at all cases at once.
_codes = {}
#: What ran, as a code object and the place of an instruction.
_seen = []
_any = False


def watch(code, text):
    """Before this code runs, which `text` compiles to."""
    _texts[code.co_filename] = text
    _watch(code, False)


def _watch(code, is_inside):
    steps = code.co_code
    # What asserts nothing, by its instructions, need not be told.
    is_inside = is_inside or code.co_name.startswith(ran.VERDICTS) or ran.FAILED in steps or _RAISES in steps[::2] or any(name in _NAMES or name.startswith("assert") for name in code.co_names)
    if is_inside:
        _codes[id(code)] = code, steps, "all" in code.co_names
        sys.monitoring.set_local_events(_TOOL, code, _EVENTS)
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            _watch(inner, is_inside and inner.co_name.startswith("<"))


def forget():
    """As if nothing had been watched."""
    global _any
    _stop()
    _texts.clear()
    _any = False


def none():
    """Whether the texts have assertions, and none was reached."""
    if _any:
        return False
    spans = {file: list(_spans(asserting.tree_of(text))) for file, text in _texts.items()}
    places = {}
    for code, offset in _seen:
        if id(code) not in places:
            places[id(code)] = list(code.co_positions())
        line, end_line, column, end_column = places[id(code)][offset // 2]
        if line is not None and column is not None and any(start <= (line, column) and (end_line, end_column) <= end for start, end in spans[code.co_filename]):
            return False
    return any(spans.values())


def _stop():
    for code, *_ in _codes.values():
        sys.monitoring.set_local_events(_TOOL, code, 0)
    _codes.clear()
    _seen.clear()


def _instruction(code, offset):
    global _any
    if not _any:
        _, steps, is_of_all = _codes[id(code)]
        if not is_of_all and _is_assertion(code, steps, offset):
            _any = True
            _stop()
        else:
            _seen.append((code, offset))
    return sys.monitoring.DISABLE


def _is_assertion(code, steps, offset):
    """Whether this instruction is the end of the condition of an `assert`, or takes a method `assert...`."""
    if steps[offset] in _JUMPS:
        # In a loop, what fails stands behind the loop.
        following = offset + 2 + _JUMP_ENTRIES
        target = following + 2 * _operand(steps, offset)
        while steps[following] in _NOTHING:
            following += 2
        return ran.FAILED in (steps[following : following + 2], steps[target : target + 2])
    return steps[offset] == _ATTRIBUTE and code.co_names[_operand(steps, offset) >> 1].startswith("assert")


def _operand(steps, offset):
    value, shift = steps[offset + 1], 8
    while offset >= 2 and steps[offset - 2] == dis.EXTENDED_ARG:
        offset -= 2
        value |= steps[offset + 1] << shift
        shift += 8
    return value


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
