"""Compiles each module of a folder beside its source, for a guest that sees the folder elsewhere.

`compileall` would do, but needs extension modules that the bare interpreter of the build lacks. Docstrings are left out: the library has 0.5 MB of them. (`-OO` would leave out
assertions, too.)

    python -X no_debug_ranges compile_library.py DIRECTORY SEEN_AS
"""

import ast
import importlib.util
import marshal
import os
import sys


def without_docstrings(tree):
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and ast.get_docstring(node, clean=False) is not None:
            # A body may not be empty.
            node.body[0:1] = [] if len(node.body) > 1 or isinstance(node, ast.Module) else [ast.copy_location(ast.Pass(), node.body[0])]
    return tree


def header():
    """Of a compiled file that is never compared with its source, whose time would differ from machine to machine: flags 1 (by hash, unchecked) and no hash."""
    return importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little") + bytes(8)


root, seen_as = sys.argv[1:]
for directory, _, files in os.walk(root):
    for file in files:
        if file.endswith(".py"):
            path = os.path.join(directory, file)
            with open(path, "rb") as source:
                code = compile(without_docstrings(ast.parse(source.read(), path)), seen_as + path[len(root) :], "exec", dont_inherit=True)
            compiled = importlib.util.cache_from_source(path)
            os.makedirs(os.path.dirname(compiled), exist_ok=True)
            with open(compiled, "wb") as target:
                target.write(header() + marshal.dumps(code))
