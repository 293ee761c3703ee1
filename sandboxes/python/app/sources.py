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
    left, bound = set(), _bound(tree)
    for node in tests:
        own = {argument.arg for argument in (*node.args.posonlyargs, *node.args.args)[:1]} if kinds and not _is_static(node) else set()
        left |= {argument.arg for argument in ast.walk(node.args) if isinstance(argument, ast.arg)} - own
        left |= _names(node) - own | _members(node, own)
        # What is given the object itself may look at all that it holds.
        left |= {"." + member for member in _held(tree)} if _is_given_away(node, own) else set()
    for member, names_of in _held(tree).items():
        bound.setdefault("." + member, set()).update(names_of)
    return not tests or _reach(left - names if elsewhere else left, names, bound)


def _is_static(node):
    return any(isinstance(decorator, ast.Name) and decorator.id == "staticmethod" for decorator in node.decorator_list)


def _members(node, own):
    """The attributes of an object under one of these names that a node uses, as `.name`."""
    return {"." + inner.attr for inner in ast.walk(node) if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name) and inner.value.id in own}


def _is_given_away(node, own):
    """Whether an object under one of these names is used otherwise than for an attribute."""
    kept = {id(inner.value) for inner in ast.walk(node) if isinstance(inner, ast.Attribute)}
    return any(isinstance(inner, ast.Name) and inner.id in own and id(inner) not in kept for inner in ast.walk(node))


def _held(tree):
    """What the attributes that a text binds in methods and bodies of classes are made of, by their names."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, asserting.FUNCTIONS):
                    own = {argument.arg for argument in (*inner.args.posonlyargs, *inner.args.args)[:1]}
                    found.setdefault(inner.name, set()).update(_names(inner) - own | _members(inner, own))
                else:
                    for name in _stored(inner):
                        found.setdefault(name, set()).update(_names(inner))
        elif isinstance(node, asserting.FUNCTIONS):
            own = {argument.arg for argument in (*node.args.posonlyargs, *node.args.args)[:1]}
            for inner in ast.walk(node):
                for target in [part for part in ast.walk(inner) if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store)] if isinstance(inner, _BINDING) else ():
                    found.setdefault(target.attr, set()).update(_names(inner) - own | _members(inner, own))
                if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and isinstance(inner.func.value, ast.Attribute):
                    # `self.cases.append(f(1))`
                    found.setdefault(inner.func.value.attr, set()).update(_names(inner) - own | _members(inner, own))
    return found


_BINDING = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.For, ast.AsyncFor, ast.With, ast.AsyncWith)


def _stored(node):
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)}


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
