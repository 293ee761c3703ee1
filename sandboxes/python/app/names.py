"""Which names of the tests are the program's.

The row says it: its `entry`, its `names`, and what the tests import from `solution`. Where it says nothing, the names that nobody else defines are the program's, as long
as they cannot decide the tests: a name that judges what another returned (`assert close(f(1), 0.5)`), or that a result is compared with (`f(1) == EXPECTED`), has to be
listed. Names of the standard library are the library's, and a name that is nowhere makes the row `bad_tests`. All of this is read from the text of the tests, before
any of it runs: nothing that the program does can change it.
"""

import ast
import builtins
import dis
import importlib
import importlib.util
import symtable
import types

from .faults import BadTests

_STORE_NAME = dis.opmap["STORE_NAME"]
#: Modules whose public names tests use without an import, the first that has a name gives it.
_MODULES = ("typing", "math", "collections", "itertools", "functools", "heapq", "bisect", "operator", "string", "fractions", "decimal", "datetime", "copy", "random")
#: Names that belong to tools of tests, which no task asks for.
_TOOLS = {"pytest", "np", "numpy", "pd", "pandas", "torch", "sympy", "scipy", "hypothesis", "approx", "raises", "mock"}
#: What makes the names of a text unknown before it runs.
_DYNAMIC = {"exec", "eval", "globals", "vars", "locals", "__import__", "setattr"}
#: Methods of a test case that take a truth.
_TRUTHS = {"assertTrue", "assertFalse"}


def of_program(space, tests, code, entry, listed):
    """The names that are the program's, as a set. `space` has what the prelude defined, `code` is what `tests` compiles to. Raises `BadTests`, `SyntaxError`.

    The scopes and the tree of the tests are built only where they are needed: most rows have an entry and no imports, and this is done for every program.
    """
    said = set(listed) | ({entry.split(".")[0]} if entry else set())
    if "import" not in tests:
        # Too many at worst: names of attributes are among them. An attribute's name alone is one that nobody looks up.
        unknown = _unknown(_used(code) - _bound(code), space)
        if unknown <= said or (not said and len(unknown) < 2):
            return said or unknown
    unknown = _unknown(_free(tests), space)
    if "import" not in tests and (said or len(unknown) < 2):
        missing = [name for name in unknown - said if library(name) is None] if said else []
        if not missing:
            return said or unknown
    tree = ast.parse(tests, "<tests>")
    unknown -= _imports(tree)
    star, more = _stars(tree)
    unknown -= star
    imported = _solution(tree)
    if said or imported:
        theirs = said | imported
        missing = sorted(name for name in unknown - theirs if library(name) is None)
        if missing and not (more or _is_dynamic(tree)):
            raise BadTests(f"the tests use `{missing[0]}`, which they do not define: list it in `names` if it is the program's")
        return theirs
    if len(unknown) > 1:
        unknown = {name for name in unknown if library(name) is None}
    tools = sorted(unknown & _TOOLS)
    if tools and len(unknown) > 1:
        raise BadTests(f"the tests use `{tools[0]}`, which they do not define: define it in `prelude`, or list it in `names` if it is the program's")
    judge = _judge(tree, unknown)
    if judge is not None:
        raise BadTests(f"the tests let `{judge}` decide what another name returned: define it in `prelude`, or list it in `names` if it is the program's")
    return unknown


def _unknown(names, space):
    return {name for name in names if name not in space and not hasattr(builtins, name) and not name.startswith("__")}


def _used(code):
    """The names of globals and of attributes that a code object and those inside it use."""
    names = set(code.co_names)
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            names |= _used(inner)
    return names


def _bound(code):
    """Names that the code of a module binds: of its functions and classes, and those that it assigns to (where there are few enough to be read off)."""
    bound = {inner.co_name for inner in code.co_consts if isinstance(inner, types.CodeType)}
    if len(code.co_names) < 256:
        steps = code.co_code
        bound |= {code.co_names[steps[place + 1]] for place in range(0, len(steps), 2) if steps[place] == _STORE_NAME}
    return bound


def library(name):
    """The module that gives a name where tests do not import it: the module of that name, or the one that has it; `None` where there is none."""
    if name in _PLAIN_MODULES:
        return importlib.import_module(name), None
    for module in map(importlib.import_module, _MODULES):
        if name in getattr(module, "__all__", ()) or (not name.startswith("_") and module.__name__ == "math" and hasattr(module, name)):
            return module, name
    return None


#: Modules that tests name without importing them.
_PLAIN_MODULES = set(_MODULES) | {"re", "sys", "os", "json", "time", "unittest", "io", "contextlib", "cmath", "statistics", "inspect", "types", "array", "enum", "dataclasses"}


def _solution(tree):
    """What the tests import from `solution`."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "solution" and not node.level:
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Import) and any(alias.name == "solution" for alias in node.names):
            found |= {inner.attr for inner in ast.walk(tree) if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name) and inner.value.id == "solution"}
    return found - {"*"}


def _imports(tree):
    """The names that imports bind. Raises `BadTests` for a module that is not there."""
    bound = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                _exists(alias.name)
                bound.add(alias.asname or alias.name.split(".")[0])
        elif isinstance(node, ast.ImportFrom) and not node.level:
            _exists(node.module)
            bound |= {alias.asname or alias.name for alias in node.names}
    return bound - {"*"}


def _exists(module):
    root = module.split(".")[0]
    if root == "solution":
        return
    try:
        found = importlib.util.find_spec(root) is not None
    except (ImportError, ValueError):
        found = False
    if not found:
        raise BadTests(f"the tests import `{module}`, which the sandbox does not have")


def _stars(tree):
    """The names that `from module import *` gives, and whether some cannot be told."""
    names, unknown = set(), False
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            if node.module == "solution":
                unknown = True
                continue
            module = importlib.import_module(node.module)
            names |= set(getattr(module, "__all__", [name for name in vars(module) if not name.startswith("_")]))
    return names, unknown


def _is_dynamic(tree):
    return any(isinstance(node, ast.Name) and node.id in _DYNAMIC for node in ast.walk(tree))


def _free(text):
    """The global names that a text uses and does not bind."""
    table = symtable.symtable(text, "<tests>", "exec")
    used, bound = set(), set()
    for symbol in table.get_symbols():
        if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace():
            bound.add(symbol.get_name())
        elif symbol.is_referenced():
            used.add(symbol.get_name())
    for inner in _tables(table):
        for symbol in inner.get_symbols():
            if symbol.is_declared_global() and symbol.is_assigned():
                bound.add(symbol.get_name())
            elif symbol.is_global() and symbol.is_referenced():
                used.add(symbol.get_name())
    return used - bound


def _tables(table):
    """The scopes inside a scope. Annotations are no use: nothing evaluates them."""
    for child in table.get_children():
        if "annotation" in str(child.get_type()).lower():
            continue
        yield child
        yield from _tables(child)


# ---- names that would decide ----


def _judge(tree, names):
    """A name of `names` that decides whether what another of them returned is right."""
    if len(names) < 2:
        return None
    used = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    used |= {node.value.id for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)}
    used |= _classes(tree)
    constants = names - used
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            for side in sides:
                for constant in sorted(constants & _loaded(side)):
                    if any(other is not side and (_called(other, names) - {constant}) for other in sides):
                        return constant
    for truth in _truths(tree):
        for call in ast.walk(truth):
            root = _root(call.func) if isinstance(call, ast.Call) else None
            if root in names and _is_verdict(truth, call):
                for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
                    if _called(argument, names) - {root}:
                        return root
    return None


def _classes(tree):
    """Names that are classes: in `except`, `isinstance`, `issubclass`, `assertRaises` and bases."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and node.type is not None:
            found |= _loaded(node.type)
        elif isinstance(node, ast.ClassDef):
            for base in node.bases:
                found |= _loaded(base)
        elif isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in ("isinstance", "issubclass") and len(node.args) == 2:
                found |= _loaded(node.args[1])
            elif name.startswith("assertRaises") and node.args:
                found |= _loaded(node.args[0])
    return found


def _truths(tree):
    """The expressions whose truth decides."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            yield node.test
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _TRUTHS and node.args:
            yield node.args[0]
        elif isinstance(node, (ast.If, ast.While)):
            yield node.test


def _is_verdict(expression, call):
    """Whether the truth of `call` is that of the expression, or a part of it."""
    if expression is call:
        return True
    if isinstance(expression, ast.BoolOp):
        return any(_is_verdict(value, call) for value in expression.values)
    if isinstance(expression, ast.UnaryOp):
        return _is_verdict(expression.operand, call)
    if isinstance(expression, ast.Compare):
        # `close(f(1), 0.5) is True`
        constant = all(isinstance(side, ast.Constant) and isinstance(side.value, bool) for side in expression.comparators)
        return constant and _is_verdict(expression.left, call)
    if isinstance(expression, ast.Call) and isinstance(expression.func, ast.Name) and expression.func.id in ("all", "any", "bool", "not_") and expression.args:
        return _is_verdict(expression.args[0], call)
    if isinstance(expression, (ast.GeneratorExp, ast.ListComp, ast.SetComp)):
        return _is_verdict(expression.elt, call)
    return False


def _loaded(node):
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def _called(node, names):
    return {_root(call.func) for call in ast.walk(node) if isinstance(call, ast.Call)} & names


def _root(node):
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None
