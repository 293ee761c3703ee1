"""Reads test code without running it. It runs in an instance of its own, which has neither the program nor the verdict."""

import ast
import builtins
import symtable
import sys

#: Builtins that judge what another call returned, or show that the tests run.
_PREDICATES = {"all", "any", "callable", "hasattr", "isinstance", "issubclass", "print", "type"}
#: Builtins that prepare the arguments of a call.
_MAKERS = {"bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "range", "set", "str", "tuple"}
#: Builtins that tests put around the call of another one.
_AROUND = _PREDICATES | _MAKERS | {"abs", "enumerate", "format", "hash", "id", "iter", "len", "next", "repr", "round", "sorted"}
#: What makes the names of a text unknown before it runs.
_DYNAMIC = {"__import__", "compile", "delattr", "eval", "exec", "globals", "input", "locals", "open", "setattr", "vars"}
#: The library's functions that compare two numbers.
_CLOSE = {"isclose", "allclose"}
_LONGEST = 10000


def own_builtin(prelude, tests):
    """The builtin that the assertions call as the function under test; "" where there is none, or more than one could be meant.

    It is one only where the tests call nothing else that could be the program's. A builtin that judges, prepares or surrounds the call of another stays Python's.
    """
    try:
        tree, before = ast.parse(tests), ast.parse(prelude)
        free = _free(tests) - _bound(prelude)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    if any(_is_opaque(node) for text in (tree, before) for node in ast.walk(text)):
        return ""
    if free & _DYNAMIC or any(not hasattr(builtins, name) and name != "math" and not name.startswith("__") for name in free):
        return ""
    functions = {name for name in free if callable(getattr(builtins, name, None)) and not name.startswith("__") and not _is_exception(name)}
    defined = functions | {name for text in (tree, before) for node in ast.walk(text) for name in _defined(node)}
    if any(isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id not in defined for node in ast.walk(tree)):
        # A parameter or a variable that may hold the function under test, or an exception's class.
        return ""
    called = {name for check in _checks(tree) for name in _calls(check, functions)}
    for names in (called - _AROUND, called - _PREDICATES, called):
        if names:
            name = next(iter(names))
            return name if len(names) == 1 and _is_innermost(tree, name, functions) else ""
    return ""


def read(prelude, tests, entry, listed):
    """The names of the program, the methods of its classes, the constants that the assertions expect, whether there is at most one assertion, and whether one and the
    same function is expected to give different constants, and two assertions that contradict each other (none: an empty list)."""
    tree = ast.parse(tests)
    names = ([entry] if entry else []) + list(listed) + _imported(tree)
    if not names:
        free = _free(tests) - _bound(prelude) - sys.stdlib_module_names
        names = sorted(name for name in free if not hasattr(builtins, name) and not name.startswith("__"))
    if not names:
        names = [name for name in [own_builtin(prelude, tests)] if name]
    methods = sorted({node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)})
    checks = _checks(tree)
    loops = any(isinstance(node, (ast.For, ast.While, ast.comprehension)) for node in ast.walk(tree))
    expected, of_call = [], {}
    for check in checks:
        for call, constant in _expected(check):
            _add(expected, constant)
            if call is not None:
                _add(of_call.setdefault(call, []), constant)
    varies = any(len(values) > 1 for values in of_call.values())
    return names, methods, [text for _, text in expected], len(checks) < 2 and not loops, varies, _contradiction(tree)


def _contradiction(tree):
    """The first two assertions that expect different results of the same call. Only assertions are between them, and the arguments are constants, so that nothing but the
    function itself could make its results differ."""
    bodies = [getattr(node, field, None) for node in ast.walk(tree) for field in ("body", "orelse", "finalbody")]
    for body in bodies:
        claims = {}
        for statement in body if isinstance(body, list) else []:
            check = statement.test if isinstance(statement, ast.Assert) else getattr(statement, "value", None)
            if not isinstance(statement, ast.Assert) and not (isinstance(statement, ast.Expr) and (_is_method(check) or isinstance(check, ast.Constant))):
                claims = {}
                continue
            for call, claim in _claims(check):
                for other, text in claims.setdefault(call, []):
                    if _differ(claim, other):
                        return [text, ast.unparse(statement)]
                claims[call].append((claim, ast.unparse(statement)))
    return []


def _claims(check):
    """What an assertion says about a call with constant arguments: the call, and the value that it must equal, or whether it must be true."""
    if _is_method(check):
        name, args = check.func.attr, check.args
        if name == "assertEqual" and len(args) > 1:
            pairs = [(args[0], args[1]), (args[1], args[0])]
        else:
            return [(ast.unparse(args[0]), (False, name == "assertTrue"))] if name in ("assertTrue", "assertFalse") and args and _is_pure(args[0]) else []
    elif isinstance(check, ast.Compare) and len(check.ops) == 1 and isinstance(check.ops[0], (ast.Eq, ast.Is)):
        pairs = [(check.left, check.comparators[0]), (check.comparators[0], check.left)]
    else:
        is_not = isinstance(check, ast.UnaryOp) and isinstance(check.op, ast.Not)
        call = check.operand if is_not else check
        return [(ast.unparse(call), (False, not is_not))] if _is_pure(call) else []
    return [(ast.unparse(call), (True, value[0])) for call, value in ((call, _constant(other)) for call, other in pairs if _is_pure(call)) if value is not None]


def _is_pure(node):
    """Whether a node is the call of a function with constants, of which there must be one: what takes nothing often counts or draws."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not (node.args or node.keywords):
        return False
    given = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg)]
    return len(given) == len(node.args) + len(node.keywords) and all(_constant(one) is not None for one in given)


def _differ(one, other):
    try:
        if one[0] and other[0]:
            return not one[1] == other[1]
        return bool(one[1]) != bool(other[1])
    except RecursionError:
        return False


def _add(values, constant):
    if len(constant[1]) <= _LONGEST and not any(constant[0] == value for value, _ in values):
        values.append(constant)


def _expected(check):
    """The constants that an assertion compares with; the function with each where its result as it is must be equal."""
    found = []
    if _is_method(check):
        name, args = check.func.attr, check.args
        if name in ("assertTrue", "assertFalse", "assertIsNone") and args:
            value = {"assertTrue": True, "assertFalse": False}.get(name)
            found.append((None, (value, repr(value))))
        elif len(args) > 1:
            found += _pair(args[0], args[1], name.startswith("assert") and name.endswith("Equal") and "Not" not in name and "Almost" not in name)
    elif isinstance(check, ast.UnaryOp) and isinstance(check.op, ast.Not):
        found.append((None, (False, "False")))
    elif isinstance(check, ast.Call | ast.Name):
        found.append((None, (True, "True")))
    for node in ast.walk(check):
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], (ast.Eq, ast.Is)):
            found += _pair(node.left, node.comparators[0], node is check)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
            found += _pair(node.left, node.right, False)
        elif isinstance(node, ast.Call) and _name(node.func) in _CLOSE and len(node.args) > 1:
            found += _pair(node.args[0], node.args[1], False)
    return found


def _pair(left, right, is_whole):
    for call, constant in ((left, right), (right, left)):
        value = _constant(constant)
        if value is not None and _constant(call) is None:
            return [(ast.unparse(call.func) if is_whole and isinstance(call, ast.Call) and isinstance(call.func, ast.Name) else None, value)]
    return []


def _constant(node):
    """The value of a constant, and how it is written."""
    try:
        if isinstance(node, ast.Call) and _name(node.func) in ("set", "frozenset", "list", "tuple") and len(node.args) == 1 and not node.keywords:
            return getattr(builtins, _name(node.func))(ast.literal_eval(node.args[0])), ast.unparse(node)
        return ast.literal_eval(node), ast.unparse(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError, AttributeError):
        return None


def _name(node):
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", None)


def _checks(tree):
    """What assertions examine: the expressions of `assert`, and the calls of methods that assert."""
    found = [node.test for node in ast.walk(tree) if isinstance(node, ast.Assert)]
    return found + [node for node in ast.walk(tree) if _is_method(node)]


def _is_method(node):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.startswith("assert")


def _calls(tree, names):
    return {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names}


def _is_innermost(tree, name, functions):
    """Whether no call of a builtin that does more than prepare an argument is inside a call of `name`."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name]
    inside = {inner for node in calls for part in [*node.args, *node.keywords] for inner in _calls(part, functions)}
    return inside <= _MAKERS | {name}


def _is_opaque(node):
    """Whether a statement binds names that the text does not show, or names of the program."""
    if isinstance(node, ast.ImportFrom):
        return node.module == "solution" or any(alias.name == "*" for alias in node.names)
    return isinstance(node, ast.Import) and any(alias.name == "solution" for alias in node.names)


def _imported(tree):
    return sorted({alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "solution" for alias in node.names} - {"*"})


def _defined(node):
    """The names of the functions, classes and modules that a statement makes."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    return [alias.asname or alias.name.split(".")[0] for alias in node.names] if isinstance(node, (ast.Import, ast.ImportFrom)) else []


def _is_exception(name):
    value = getattr(builtins, name)
    return isinstance(value, type) and issubclass(value, BaseException)


def _bound(text):
    """The names that the statements of a module bind."""
    symbols = symtable.symtable(text, "<prelude>", "exec").get_symbols()
    return {symbol.get_name() for symbol in symbols if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()}


def _free(text):
    """The global names that a text uses and does not bind."""
    table = symtable.symtable(text, "<tests>", "exec")
    used, bound = set(), _bound(text)
    scopes = [table]
    while scopes:
        scope = scopes.pop()
        scopes += [child for child in scope.get_children() if "annotation" not in str(child.get_type()).lower()]
        for symbol in scope.get_symbols():
            if scope is not table and symbol.is_declared_global() and symbol.is_assigned():
                bound.add(symbol.get_name())
            elif symbol.is_global() and symbol.is_referenced():
                used.add(symbol.get_name())
            elif scope is table and symbol.is_referenced():
                used.add(symbol.get_name())
    return used - bound
