"""The fixtures that pytest has itself: `capsys`, `monkeypatch` and `request`."""

import io
import os
import sys

from . import lacking, unseen
from .handle import Handle

_MISSING = object()
_UNSEEN = "monkeypatch for what the program, in another instance, does not see"


class Captured(lacking.Lacking):
    """`capsys`."""

    _r1_name = "the fixture `capsys`"

    def __enter__(self):
        self._before = sys.stdout, sys.stderr
        self._fresh()
        return self

    def __exit__(self, *_):
        sys.stdout, sys.stderr = self._before

    def _fresh(self):
        self._out, self._err = sys.stdout, sys.stderr = io.StringIO(), io.StringIO()

    def readouterr(self):
        captured = Output(self._out.getvalue(), self._err.getvalue())
        self._fresh()
        return captured

    def disabled(self):
        return _Disabled(self)


class _Disabled:
    def __init__(self, captured):
        self._captured = captured

    def __enter__(self):
        self._streams = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = self._captured._before

    def __exit__(self, *_):
        sys.stdout, sys.stderr = self._streams


class Output(tuple):
    """What `readouterr` gives."""

    def __new__(cls, out, err):
        return super().__new__(cls, (out, err))

    out, err = (property(lambda self, index=index: self[index]) for index in (0, 1))


class Patches(lacking.Lacking):
    """`monkeypatch`, for what the program sees of it: its own objects, the standard streams, and data of the tests."""

    _r1_name = "the fixture `monkeypatch`"

    def __enter__(self):
        self._undo = []
        return self

    def __exit__(self, *_):
        self.undo()

    def setattr(self, target, name, value=_MISSING, raising=True):
        if isinstance(target, str) and value is _MISSING and target.startswith("sys."):
            target, name, value = sys, target.removeprefix("sys."), name
        self._attribute(target, name, value, raising)
        setattr(target, name, value)

    def delattr(self, target, name=_MISSING, raising=True):
        self._attribute(target, name, None, raising)
        delattr(target, name)

    def _attribute(self, target, name, value, raising):
        if name is _MISSING or value is _MISSING or not (isinstance(target, Handle) or unseen.reaches(target, name)):
            raise lacking.lacks(_UNSEEN)
        known = getattr(target, name, _MISSING)
        if known is _MISSING and raising:
            raise AttributeError(f"{target!r} has no attribute {name!r}")
        self._undo.append((lambda: delattr(target, name)) if known is _MISSING else (lambda: setattr(target, name, known)))

    def setitem(self, mapping, key, value):
        self._item(mapping, key)
        mapping[key] = value

    def delitem(self, mapping, key, raising=True):
        self._item(mapping, key)
        if raising or key in mapping:
            del mapping[key]

    def _item(self, mapping, key):
        if mapping is os.environ or mapping is sys.modules:
            raise lacking.lacks(_UNSEEN)
        known = mapping.get(key, _MISSING)
        self._undo.append((lambda: mapping.pop(key, None)) if known is _MISSING else (lambda: mapping.__setitem__(key, known)))

    def undo(self):
        while self._undo:
            self._undo.pop()()


class Request(lacking.Lacking):
    """`request`, as a fixture or a test gets it."""

    _r1_name = "the fixture `request`"

    def __init__(self, values, fixture, test):
        self._values, self.fixturename = values, fixture
        self.node, self.function, self.instance, self.cls = _Node(test), test.function, test.owner, type(test.owner) if test.owner is not None else None
        self.scope = values.scope_of(fixture)

    @property
    def param(self):
        return self._values.parameter(self.fixturename)

    def getfixturevalue(self, name):
        return self._values.of(name)

    def addfinalizer(self, finalizer):
        self._values.ends_of(self.fixturename).callback(finalizer)


class _Node(lacking.Lacking):
    _r1_name = "`request.node`"

    def __init__(self, test):
        self.name = self.originalname = test.name.rpartition(".")[2]
        self.nodeid = test.name


BUILT_IN = {"capsys": Captured, "capfd": Captured, "monkeypatch": Patches}
