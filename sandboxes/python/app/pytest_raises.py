"""`raises` of pytest."""

import re

from . import failures, lacking


class ExceptionInfo(lacking.Lacking):
    """What `with raises(...) as info` gives."""

    _r1_name = "what `pytest.raises` gives"
    type = value = tb = None

    @property
    def typename(self):
        return self.type.__name__

    def match(self, pattern):
        if re.search(pattern, str(self.value)) is None:
            raise AssertionError(f"Regex pattern {pattern!r} does not match {str(self.value)!r}")
        return True

    def exconly(self, tryshort=False):
        return f"{self.typename}: {self.value}"

    def errisinstance(self, kinds):
        return isinstance(self.value, kinds)

    def __repr__(self):
        return "<ExceptionInfo for raises contextmanager>" if self.value is None else f"<ExceptionInfo {self.value!r} tblen=1>"


class _Raises:
    def __init__(self, expected, match, check):
        self._expected, self._match, self._check = expected, match, check
        self._info = ExceptionInfo()

    def __enter__(self):
        return self._info

    def __exit__(self, kind, value, trace):
        if kind is None:
            raise failures.Failed(f"DID NOT RAISE {self._expected!r}")
        if not issubclass(kind, self._expected):
            return False
        self._info.type, self._info.value, self._info.tb = kind, value, trace
        if self._match is not None:
            self._info.match(self._match)
        if self._check is not None and not self._check(value):
            raise AssertionError("the check of the exception failed")
        return True


def raises(expected_exception=Exception, *args, match=None, check=None, **kwargs):
    kinds = expected_exception if isinstance(expected_exception, tuple) else (expected_exception,)
    if not kinds or not all(isinstance(kind, type) and issubclass(kind, BaseException) for kind in kinds):
        raise TypeError(f"expected an exception type, not {expected_exception!r}")
    if not args and kwargs:
        raise lacking.unknown("pytest.raises", kwargs)
    context = _Raises(expected_exception, match, check)
    if not args:
        return context
    with context as info:
        args[0](*args[1:], **kwargs)
    return info
