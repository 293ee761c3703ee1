"""What tests cannot have here, found in their text before any of it runs, so that no program decides whether it is found: files, processes, sockets, modules that are not there,
parts of pytest that are not there."""

import ast
import importlib.util

from . import pytest_api
from .faults import BadTests

#: Names without one of which there is nothing to look for.
WORDS = {
    *("open", "tempfile", "subprocess", "socket", "shutil", "multiprocessing", "__import__", "import_module", "system", "popen", "mkdir", "makedirs", "remove", "unlink", "touch"),
    *("pytest", "write_text", "read_text", "write_bytes", "read_bytes", "rmdir", "rename", "listdir", "chdir"),
}
_MODULES = {"tempfile", "subprocess", "socket", "shutil", "multiprocessing"}
_OF_OS = {"system", "popen", "mkdir", "makedirs", "remove", "unlink", "rmdir", "rename", "listdir", "chdir"}
_OF_PATHS = {"mkdir", "touch", "write_text", "read_text", "write_bytes", "read_bytes", "unlink"}
#: The files that there are, by path or descriptor.
_FILES = ("/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/null")


def exists(module):
    """Raises `BadTests` for a module that is not there."""
    root = module.split(".")[0]
    if root in ("solution", "pytest"):
        return
    try:
        found = importlib.util.find_spec(root) is not None
    except (ImportError, ValueError):
        found = False
    if not found:
        raise BadTests(f"the tests import `{module}`, which the sandbox does not have")


def check(tree):
    """Raises `BadTests`."""
    own = {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef))}
    own |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    imported = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            imported |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            imported |= {alias.asname or alias.name.split(".")[0]: alias.name for alias in node.names}
    for node in ast.walk(tree):
        name = _of_pytest(node, imported)
        if name and name not in vars(pytest_api):
            raise BadTests(f"the tests use `{name}` of pytest, which the sandbox does not have")
    paths = any(name.startswith("pathlib") for name in imported.values())
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            what = _lacking(node, own, imported, paths)
            if what:
                raise BadTests(f"the tests use {what}, which the sandbox does not have")


def _of_pytest(node, imported):
    """What a node takes from pytest, if it does: `warns` of `pytest.warns`, `mark.xfail` of `pytest.mark.xfail`."""
    first, *rest = (_path(node) if isinstance(node, (ast.Attribute, ast.Name)) else None) or [""]
    module, *path = [*imported.get(first, "").split("."), *rest]
    if module != "pytest" or not path or path[0].startswith("_"):
        return None
    return "mark.xfail" if path[:2] == ["mark", "xfail"] else path[0]


def _lacking(call, own, imported, paths):
    path = _path(call.func)
    if not path:
        return None
    first, *rest = path
    full = ".".join([imported.get(first, first), *rest])
    if full in ("open", "io.open") and first not in own and call.args and isinstance(call.args[0], ast.Constant):
        file = call.args[0].value
        return f"the file `{file}`" if isinstance(file, str) and file not in _FILES else None
    if full in ("__import__", "importlib.import_module") and call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str):
        exists(call.args[0].value)
    if first in imported and full.split(".")[0] in _MODULES:
        return f"`{full}`"
    if full.startswith("os.") and first in imported and full.split(".")[1] in _OF_OS:
        return f"`{full}`"
    return f"`{path[-1]}` of a path" if paths and path[-1] in _OF_PATHS and first not in own else None


def _path(node):
    """The names of a dotted name, or nothing."""
    names = []
    while isinstance(node, (ast.Attribute, ast.Call)):
        if isinstance(node, ast.Attribute):
            names.insert(0, node.attr)
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return [node.id, *names] if isinstance(node, ast.Name) else []
