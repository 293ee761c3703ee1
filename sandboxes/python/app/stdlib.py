"""The standard library without a file system.

While the snapshot is taken the library lies in a directory, compiled. `load` imports the modules that `modules.txt` lists, keeps the compiled code of all
the others in memory, and puts an importer for it in place of the one that reads files: after the snapshot there are no files.

>>> from _r1_app import stdlib
>>> report = stdlib.load()
>>> import xmlrpc.client        # not listed, and importable all the same
"""

import contextlib
import importlib.machinery
import io
import marshal
import os
import sys

#: Where the library lies while the snapshot is taken.
_DIRECTORY = "/lib"
#: The header of a compiled file: magic number, flags, and two words on its source.
_HEADER = 16


class Report:
    """What `load` found: `imported` and `importable` are lists of module names, `failed` maps names to the error."""

    def __init__(self, imported, importable, failed):
        self.imported = sorted(imported)
        self.importable = sorted(importable)
        self.failed = dict(sorted(failed.items()))

    def toml(self):
        """The report as lines of TOML, for the guest's manifest."""
        lines = [f"{name} = {_toml_list(getattr(self, name))}" for name in ("imported", "importable")]
        lines.append("[modules.failed]")
        lines += [f"{_toml_string(name)} = {_toml_string(error)}" for name, error in self.failed.items()]
        return "\n".join(lines)


def load():
    """Imports what is listed, keeps the rest importable, and returns a `Report`."""
    imported, failed = _import_listed()
    codes = _read_codes()
    importer = _MemoryImporter({name: code for name, code in codes.items() if name not in sys.modules})
    sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not importlib.machinery.PathFinder]
    sys.meta_path.append(importer)
    sys.path[:] = []
    sys.path_hooks.clear()
    sys.path_importer_cache.clear()
    return Report(imported, importer.names(), failed)


def _import_listed():
    imported, failed = [], {}
    # Some modules greet on import.
    with contextlib.redirect_stdout(io.StringIO()):
        for name in _listed():
            try:
                importlib.import_module(name)
            except Exception as error:
                failed[name] = f"{type(error).__name__}: {error}"
            else:
                imported.append(name)
    return imported, failed


def _listed():
    path = os.path.join(os.path.dirname(__file__), "modules.txt")
    with open(path, encoding="utf-8") as lines:
        return [name for line in lines if (name := line.partition("#")[0].strip())]


def _read_codes():
    """Name -> (is it a package, compiled code) of each module of the library."""
    codes = {}
    suffix = f".{sys.implementation.cache_tag}.pyc"
    for directory, _, files in os.walk(_DIRECTORY):
        if os.path.basename(directory) != "__pycache__":
            continue
        package = os.path.dirname(directory)[len(_DIRECTORY) :].strip("/").replace("/", ".")
        for file in files:
            if not file.endswith(suffix):
                continue
            stem = file[: -len(suffix)]
            is_package = stem == "__init__"
            name = package if is_package else ".".join(filter(None, (package, stem)))
            with open(os.path.join(directory, file), "rb") as compiled:
                codes[name] = (is_package, compiled.read()[_HEADER:])
    return codes


class _MemoryImporter:
    """A finder and loader over compiled code held in memory."""

    def __init__(self, codes):
        self._codes = codes

    def names(self):
        return list(self._codes)

    def find_spec(self, name, path=None, target=None):
        found = self._codes.get(name)
        if found is None:
            return None
        is_package, _ = found
        file = "/".join((_DIRECTORY, *name.split(".")))
        spec = importlib.machinery.ModuleSpec(name, self, origin=file + ("/__init__.py" if is_package else ".py"), is_package=is_package)
        if is_package:
            spec.submodule_search_locations.append(file)
        spec.has_location = True
        return spec

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        exec(self.get_code(module.__spec__.name), module.__dict__)

    def get_code(self, name):
        return marshal.loads(self._codes[name][1])

    def is_package(self, name):
        return self._codes[name][0]

    def get_source(self, name):
        return None


def _toml_list(names):
    return "[" + ", ".join(map(_toml_string, names)) + "]"


def _toml_string(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'
