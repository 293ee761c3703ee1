"""Names that the library or Python defines and that the tests are about all the same: `assert gcd(4, 6) == 2`.

A test must look at results of such names alone, and what they are given must be the tests' own: a name that is given what the program made or may have changed
judges it (`assert Counter(f(1)) == ...`), and is the library's.
"""

import ast
import re

from . import judge, sources
from .expressions import FUNCTIONS, called

#: Builtins that tasks ask for.
BUILTINS = {"abs", "all", "any", "bin", "divmod", "filter", "format", "hash", "hex", "len", "map", "max", "min", "oct", "pow", "range", "reversed", "round", "sorted", "sum", "zip", "enumerate"}
#: A quick look for a builtin that is called with a constant, or in a test with parameters with a variable.
_WORDS = "|".join(sorted(BUILTINS))
_CALLED = re.compile(rf"\b(?:{_WORDS})\s*\(\s*[\[({{\"'\d-]")
_CALLED_WITH_NAME = re.compile(rf"\b(?:{_WORDS})\s*\(\s*\w+\s*[,)]")
#: Calls that change nothing that they are given.
_READ = BUILTINS | {"str", "repr", "print", "list", "tuple", "set", "dict", "isinstance", "type", "bool", "int", "float", "approx", "subTest"}


def subjects(tree, names, known):
    """Of `known`, names that others than the program define: those that the tests are about and whose arguments are theirs, and those of which that cannot be told."""
    tested = judge.tested(tree, names, known) if known else set()
    clean = {name for name in tested if _has_own_arguments(tree, name, names)}
    return clean, tested - clean


def may_be(text):
    """Whether a text may be about a builtin: most texts are not."""
    return _CALLED.search(text) is not None or ("parametrize" in text and _CALLED_WITH_NAME.search(text) is not None)


def builtins_tested(tree, names, used):
    """The builtins that the tests are about, beside the program's names. They are the program's where it defines them."""
    return {name for name in used & BUILTINS if _is_only_called(tree, name) and _has_own_arguments(tree, name, names) and judge.tested(tree, names, {name}) and judge.decides(tree, names | {name}) is None}


def _is_only_called(tree, name):
    functions = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return all(id(node) in functions for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == name)


def _has_own_arguments(tree, name, names):
    """Whether a name is given only constants, and variables that are given to nothing else."""
    makers = names | {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))}
    return all(_own(scope, tree, name, makers) for scope in ast.walk(tree) if isinstance(scope, (ast.Module, *FUNCTIONS)))


def _own(scope, tree, name, makers):
    calls = [node for node in _inside(scope) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name]
    given = {inner.id for call in calls for argument in _arguments(call) for inner in ast.walk(argument) if isinstance(inner, ast.Name)}
    if given & makers or sources.may_come_from(tree, given, makers):
        return False
    if not given:
        return not any(isinstance(inner, ast.Attribute) for call in calls for argument in _arguments(call) for inner in ast.walk(argument))
    bound = {node.arg for node in ast.walk(scope) if isinstance(node, ast.arg)} | {node.id for node in ast.walk(scope) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    here, anywhere = _handed(scope, name), _handed(tree, name)
    return not any(each in (here if each in bound and not isinstance(scope, ast.Module) else anywhere) for each in given)


def _handed(scope, name):
    """Variables that are given to something else, or whose methods are called."""
    found = set()
    for node in ast.walk(scope):
        if isinstance(node, ast.Call) and called(node) != name and called(node) not in _READ and not called(node).startswith("assert"):
            parts = [*_arguments(node), *([node.func.value] if isinstance(node.func, ast.Attribute) else [])]
            found |= {inner.id for part in parts for inner in ast.walk(part) if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load)}
    return found


def _arguments(call):
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def _inside(scope):
    """The nodes of a scope, without those of functions in it."""
    todo = list(ast.iter_child_nodes(scope))
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, FUNCTIONS):
            todo += ast.iter_child_nodes(node)
