"""Which names the values of an expression of the tests come from, as far as their text tells."""

import ast

from . import asserting


def of_definitions(text, lines, names):
    """Whether what stands above the definitions at these lines, or is `pytestmark`, may have a value that one of `names` gave, by way of the names that the text binds."""
    tree = asserting.tree_of(text)
    bound = _bound(tree)
    left = {"pytestmark"}
    for node in ast.walk(tree):
        if isinstance(node, (*asserting.FUNCTIONS, ast.ClassDef)) and lines & {node.lineno, *(decorator.lineno for decorator in node.decorator_list)}:
            left |= {name for decorator in node.decorator_list for name in _names(decorator)}
    seen = set()
    while left:
        name = left.pop()
        if name in names:
            return True
        if name not in seen:
            seen.add(name)
            left |= bound.get(name, set())
    return False


def imported(text):
    """The names that a text has from the program by `import`."""
    found = set()
    for node in ast.walk(asserting.tree_of(text)):
        if isinstance(node, ast.ImportFrom) and node.module == "solution":
            found |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.asname or alias.name for alias in node.names if alias.name == "solution"}
    return found


def _bound(tree):
    """The names that a text binds, each with those that its values are made of."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, (*asserting.FUNCTIONS, ast.ClassDef)):
            found.setdefault(node.name, set()).update(_names(node))
        elif isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.NamedExpr, ast.For, ast.AsyncFor, ast.withitem, ast.comprehension)):
            for name in {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)}:
                found.setdefault(name, set()).update(_names(node))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            # `cases.append(f(1))`.
            for name in _names(node.func):
                found.setdefault(name, set()).update(_names(node))
    return found


def _names(node):
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
