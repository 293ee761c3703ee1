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
    return _reach(left, names, bound)


def of_test(text, name, names, elsewhere):
    """Whether a test, `test_a` or `TestA.test_a`, may look at a value that one of `names` gave: with `elsewhere`, by another name."""
    tree, (kind, _, name) = asserting.tree_of(text), name.rpartition(".")
    kinds = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == kind]
    tests = [node for place in (kinds or [tree]) for node in ast.walk(place) if isinstance(node, asserting.FUNCTIONS) and node.name == name]
    # What a class holds beside its tests, a method finds in `self`.
    beside = [node for place in kinds for node in place.body if not getattr(node, "name", "").startswith("test")]
    left = {found for node in (*tests, *beside) for found in _names(node)}
    left |= {argument.arg for node in tests for argument in ast.walk(node.args) if isinstance(argument, ast.arg)}
    return not tests or _reach(left - names if elsewhere else left, names, _bound(tree))


def may_come_from(tree, given, names):
    """Whether one of these variables may have a value that one of `names` gave: by assignments, loops, contexts and parameters. A parameter without `parametrize` may have any value."""
    return _reach(set(given), names, _values(tree))


def _reach(left, names, made_of):
    """Whether one of the names that are left is made of one of `names`, or of any value."""
    seen = set()
    while left:
        name = left.pop()
        if name is None or name in names:
            return True
        if name not in seen:
            seen.add(name)
            left |= made_of.get(name, set())
    return False


def _values(tree):
    """For each variable the names that its values are made of; `None` stands for any value."""
    found = {}

    def bind(target, *given):
        names = {inner.id for value in given for inner in ast.walk(value) if isinstance(inner, ast.Name)}
        for inner in ast.walk(target):
            if isinstance(inner, ast.Name):
                found.setdefault(inner.id, set()).update(names)

    def any_value(name):
        found.setdefault(name, set()).add(None)

    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                bind(target, node.value)
        elif isinstance(node, (ast.AugAssign, ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
            bind(node.target, node.value)
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
            bind(node.target, node.iter)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            bind(node.optional_vars, node.context_expr)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            bind(node.func.value, *node.args, *(keyword.value for keyword in node.keywords))
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            any_value(node.name)
        if isinstance(node, (*asserting.FUNCTIONS, ast.ClassDef)):
            bind(ast.Name(node.name), node)
        if isinstance(node, (*asserting.FUNCTIONS, ast.Lambda)):
            sets = [decorator for decorator in getattr(node, "decorator_list", ()) if "parametrize" in ast.dump(decorator)]
            for argument in ast.walk(node.args):
                if isinstance(argument, ast.arg):
                    bind(ast.Name(argument.arg), *sets) if sets else any_value(argument.arg)
    return found


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
