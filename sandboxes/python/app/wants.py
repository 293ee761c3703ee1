"""Which calls the text of tests wants plain data from: `IsEven(3) == False`, whatever a program has under such a name."""

import ast

from .expressions import called


def plain(tree, name):
    """Whether the text compares what a call of a name gives with a constant, calculates with it and a constant, or asserts the truth of what a call with arguments gives; also by way of a variable."""
    gives = bound(tree, lambda value: _calls(value, name))
    return any(any(_calls(each, name) or gives(each) for each in group) for node in ast.walk(tree) for group in _plain_uses(node))


def bound(tree, is_such):
    """Tells of an expression whether it is bound to a value for which `is_such(value)` holds. The text may use a variable for two things: the nearest binding above the use decides."""
    made = {}
    for node in ast.walk(tree):
        for target, value in _bindings(node):
            made.setdefault(ast.unparse(target), []).append((target.lineno, is_such(value)))

    def holds(node):
        bindings = made.get(ast.unparse(node), ())
        line = max((at for at, _ in bindings if at <= node.lineno), default=None)
        return any(such for at, such in bindings if line in (None, at))

    return holds


def _bindings(node):
    """What a node binds, and the value: assignments, `with`, `:=`."""
    if isinstance(node, ast.Assign):
        return [(target, node.value) for target in node.targets]
    if isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
        return [(node.target, node.value)]
    if isinstance(node, ast.withitem) and node.optional_vars is not None:
        return [(node.optional_vars, node.context_expr)]
    return []


def _calls(node, name):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def _plain_uses(node):
    """Groups of expressions of which each has plain data as its value, where a node uses it so."""
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        if all(isinstance(op, (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.Lt, ast.LtE, ast.Gt, ast.GtE)) for op in node.ops) and any(map(_is_constant, sides)):
            yield sides
    elif isinstance(node, ast.BinOp) and (_is_constant(node.left) or _is_constant(node.right)):
        yield [node.left, node.right]
    elif isinstance(node, ast.Assert):
        test = node.test.operand if isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not) else node.test
        yield [test] if not isinstance(test, ast.Call) or test.args else []
    elif isinstance(node, ast.Call) and called(node) in ("assertEqual", "assertEquals", "assertAlmostEqual") and any(map(_is_constant, node.args[:2])):
        yield node.args[:2]
    elif isinstance(node, ast.Call) and called(node) in ("assertTrue", "assertFalse"):
        yield node.args[:1]


def _is_constant(node):
    """A literal of plain data. `None` is nothing that a class gives, and nothing that tells a function from one."""
    try:
        return ast.literal_eval(node) is not None
    except (ValueError, TypeError, SyntaxError):
        return False
