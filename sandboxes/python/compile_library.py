"""Compiles each module of a library beside its source, for a guest that sees the library in /lib.

`compileall` would do, but needs extension modules that the bare interpreter of the build lacks.

    python compile_library.py DIRECTORY
"""

import os
import py_compile
import sys

root = sys.argv[1]
for directory, _, files in os.walk(root):
    for file in files:
        if file.endswith(".py"):
            path = os.path.join(directory, file)
            seen_by_guest = "/lib" + path[len(root) :]
            # The guest never compares a compiled file with its source: the source's time would differ from machine to machine.
            py_compile.compile(path, dfile=seen_by_guest, doraise=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
