"""What tests use of pytest, under its name: the real one needs files.

`raises`, `approx`, `fail`, `skip`, `importorskip`, the marks of `pytest_marks.py`, `fixture`, and the fixtures of `pytest_given.py` do what pytest documents. What is not there is refused as the row's fault
where the tests use it. `pytests.py` runs the tests.
"""

import importlib
import types

from . import lacking
from .failures import Failed
from .pytest_approx import approx
from .pytest_marks import mark, param
from .pytest_raises import ExceptionInfo, raises

__all__ = ["ExceptionInfo", "approx", "fail", "fixture", "importorskip", "main", "mark", "param", "raises", "skip", "xfail"]

Failed.__module__ = approx.__module__ = "pytest"


def fail(reason="", pytrace=True, msg=None):
    raise Failed(str(reason or msg or ""))


def skip(reason="", **_):
    raise Failed(f"skipped while it ran: {reason}")


def xfail(reason="", **_):
    raise Failed(f"given up while it ran: {reason}")


def importorskip(modname, *_, **__):
    try:
        return importlib.import_module(modname)
    except ImportError:
        raise lacking.lacks(f"importorskip({modname!r})") from None


def main(*args, **kwargs):
    """The tests run in any case when their text has ended."""
    return 0


class Fixture:
    """A function under `@pytest.fixture`."""

    def __init__(self, function, scope="function", params=None, autouse=False, ids=None, name=None, **options):
        if options or scope not in SCOPES:
            raise lacking.unknown("pytest.fixture", options or {"scope": scope})
        self.function, self.scope, self.autouse = function, scope, autouse
        self.params = None if params is None else list(params)
        self.name = name or function.__name__

    def __get__(self, instance, owner=None):
        return self

    def __call__(self, *args, **kwargs):
        raise Failed(f"Fixture {self.name!r} called directly")


SCOPES = ("function", "class", "module", "package", "session")


def fixture(function=None, **options):
    function = getattr(function, "__func__", function)
    if isinstance(function, types.FunctionType):
        return Fixture(function, **options)
    if function is not None:
        raise lacking.lacks("fixture of something that is no function")
    return lambda function: Fixture(getattr(function, "__func__", function), **options)


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    raise lacking.lacks(name)
