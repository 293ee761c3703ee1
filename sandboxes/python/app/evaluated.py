"""Text that the tests evaluate: it must be their own, because the program's text would run among the tests.

`eval`, `exec`, `compile` and what unpickles may be given what is made of constants and of the tests' own values, and are only called.
"""

import ast

from . import sources
from .faults import BadTests

#: Names without one of which there is nothing to look for.
WORDS = {"eval", "exec", "compile", "pickle", "marshal", "shelve", "dill", "cloudpickle"}
_BUILTINS = {"eval", "exec", "compile"}
_MODULES = {"pickle", "marshal", "shelve", "dill", "cloudpickle"}
_LOADS = {"load", "loads", "Unpickler", "open"}


def check(tree, names):
    """Raises `BadTests`. `names` are the program's."""
    imported = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in _MODULES:
            imported |= {alias.asname or alias.name: alias.name for alias in node.names if alias.name in _LOADS}
        elif isinstance(node, ast.Import):
            imported |= {alias.asname or alias.name: None for alias in node.names if alias.name in _MODULES}
    own = {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))}
    called = {id(node.func): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        name = _name(node, imported)
        if name is None or name in own:
            continue
        call = called.get(id(node))
        given = {inner.id for argument in call.args[:1] for inner in ast.walk(argument) if isinstance(inner, ast.Name)} - _BUILTINS if call else {None}
        if sources.may_come_from(tree, given, names):
            raise BadTests(f"the tests give `{name}` what may be the program's, whose text would run among the tests: use `ast.literal_eval`, or compare values")


def _name(node, imported):
    """The name of what evaluates, if this node is it."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return node.id if node.id in _BUILTINS or imported.get(node.id) else None
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        if node.value.id in imported and imported[node.value.id] is None and node.attr in _LOADS:
            return f"{node.value.id}.{node.attr}"
        if node.value.id in ("builtins", "__builtins__") and node.attr in _BUILTINS:
            return node.attr
    return None
