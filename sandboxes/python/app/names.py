"""Which names of the tests are the program's.

The row says it: its `entry`, its `names`, and what the tests import from `solution`. Where it says nothing, the names that nobody else defines are the program's, as long
as they cannot decide the tests: a name that judges what another returned (`assert close(f(1), 0.5)`), or that a result is compared with (`f(1) == EXPECTED`), has to be
listed (`judge.py`). Names of the standard library are the library's, except those that a test looks at alone (`assert gcd(4, 6) == 2`): these are the program's. A name that is nowhere makes the row `bad_tests`. All of this is read from the text of the tests, before
any of it runs: nothing that the program does can change it.
"""

import ast
import builtins
import dis
import importlib
import symtable
import types

from . import absent, judge, subjects
from .faults import BadTests

_STORE_NAME = dis.opmap["STORE_NAME"]
#: Modules whose public names tests use without an import, the first that has a name gives it.
_MODULES = ("typing", "math", "collections", "itertools", "functools", "heapq", "bisect", "operator", "string", "fractions", "decimal", "datetime", "copy", "random")
#: Names that belong to tools of tests, which no task asks for.
_TOOLS = {"pytest", "np", "numpy", "pd", "pandas", "torch", "sympy", "scipy", "hypothesis", "approx", "raises", "mock"}
#: What makes the names of a text unknown before it runs.
_DYNAMIC = {"exec", "eval", "globals", "vars", "locals", "__import__", "setattr"}


def of_program(space, tests, code, entry, listed):
    """The names that are the program's, as a set. `space` has what the prelude defined, `code` is what `tests` compiles to. Raises `BadTests`, `SyntaxError`.

    The scopes and the tree of the tests are built only where they are needed: most rows have an entry and no imports, and this is done for every program.
    """
    said = set(listed) | ({entry.split(".")[0]} if entry else set())
    used = _used(code)
    if not used.isdisjoint(absent.WORDS):
        absent.check(ast.parse(tests, "<tests>"))
    may_be_builtin = not said and not used.isdisjoint(subjects.BUILTINS) and subjects.may_be(tests)
    if "import" not in tests and not may_be_builtin:
        # Too many at worst: names of attributes are among them. An attribute's name alone is one that nobody looks up.
        unknown = _unknown(used - _bound(code), space)
        if unknown <= said or (not said and len(unknown) < 2):
            return said or unknown
    free = _free(tests)
    unknown = _unknown(free, space)
    if "import" not in tests and (unknown <= said if said else len(unknown) < 2 and not (unknown and may_be_builtin)):
        return said or unknown
    tree = ast.parse(tests, "<tests>")
    unknown -= _imports(tree)
    star, more = _stars(tree)
    unknown -= star
    imported = _solution(tree)
    theirs = said | imported
    known = {name for name in unknown - theirs if library(name) is not None}
    tested, doubtful = subjects.subjects(tree, theirs or unknown, known - _PLAIN_MODULES) if theirs or len(unknown) > 1 else (set(), set())
    if theirs:
        missing = sorted(unknown - theirs - known)
        if missing and not (more or _is_dynamic(tree)):
            raise BadTests(f"the tests use `{missing[0]}`, which they do not define: list it in `names` if it is the program's")
        doubtful |= tested
    if doubtful:
        raise BadTests(f"the tests test `{min(doubtful)}`, which the library has too: list it in `names` if it is the program's, or import it")
    if theirs:
        return theirs
    if len(unknown) > 1:
        unknown -= known - tested
    tools = sorted(unknown & _TOOLS)
    if tools and len(unknown) > 1:
        raise BadTests(f"the tests use `{tools[0]}`, which they do not define: define it in `prelude`, or list it in `names` if it is the program's")
    decides = judge.judge(tree, unknown)
    if decides is not None:
        raise BadTests(f"the tests let `{decides}` decide what another name returned: define it in `prelude`, or list it in `names` if it is the program's")
    return unknown | (subjects.builtins_tested(tree, unknown, free - star) if may_be_builtin else set())


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
                absent.exists(alias.name)
                bound.add(alias.asname or alias.name.split(".")[0])
        elif isinstance(node, ast.ImportFrom) and not node.level:
            absent.exists(node.module)
            bound |= {alias.asname or alias.name for alias in node.names}
    return bound - {"*"}


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
