"""What tests do in their own instance for the program to see, or to see of the program, and which does not get there: the row's fault.

Refused are `unittest.mock.patch` of anything but the standard streams and what is the tests' own, environment variables, recorded warnings, and recorded logs.
"""

import os
import sys
import types
import unittest
import unittest.mock
import warnings

from . import ask
from .handle import Handle

#: What the tests' and the program's instance each have for themselves.
SHARED = (types.ModuleType, type, types.FunctionType, types.BuiltinFunctionType, Handle)
_STREAMS = ("stdin", "stdout", "stderr")


def reaches(target, name):
    """Whether a change of an attribute by the tests does all that it would do in one interpreter."""
    if target is sys and name in _STREAMS:
        return True
    return not isinstance(target, SHARED) or (not isinstance(target, Handle) and getattr(target, "__module__", None) == "__main__")


def _patch(self):
    target = self.getter()
    if not reaches(target, self.attribute):
        name = getattr(target, "__name__", type(target).__name__)
        raise ask.unusable(f"the tests replace `{name}.{self.attribute}`, which the program, in another instance, does not see")
    return _PATCH(self)


def _record_warnings(self):
    if self._record:
        raise ask.unusable("the tests record warnings, and those of the program, in another instance, are not among them")
    return _CATCH(self)


def _record_logs(self, *args, **kwargs):
    raise ask.unusable("the tests record logs, and those of the program, in another instance, are not among them")


def _refuse_environment():
    if dict(os.environ) != _ENVIRONMENT:
        raise ask.unusable("the tests set environment variables, which the program, in another instance, does not see")


_ENVIRONMENT = dict(os.environ)
_PATCH, unittest.mock._patch.__enter__ = unittest.mock._patch.__enter__, _patch
_CATCH, warnings.catch_warnings.__enter__ = warnings.catch_warnings.__enter__, _record_warnings
unittest.TestCase.assertLogs = unittest.TestCase.assertNoLogs = _record_logs
ask.before_each(_refuse_environment)
