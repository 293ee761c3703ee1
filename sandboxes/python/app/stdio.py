"""The standard streams of one run, buffered as pipes are."""

import io
import sys

#: What Python gives a pipe.
_BUFFER = 8192
#: For the streams that seldom need one: text is read in larger pieces past it, and errors go out line by line. Small, so that a run's own objects lie on
#: few pages side by side (the guest's README.md says why that matters).
_SMALL_BUFFER = 512


def fresh():
    """New streams over the descriptors 0, 1 and 2."""
    sys.stdin = sys.__stdin__ = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, "rb", closefd=False), _SMALL_BUFFER), "utf-8", "surrogateescape")
    sys.stdout = sys.__stdout__ = _writer(1, "surrogateescape")
    sys.stderr = sys.__stderr__ = _writer(2, "backslashreplace")


def flush():
    """Writes what is buffered; a program may have broken its own streams."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            pass


def _writer(descriptor, errors):
    raw = io.FileIO(descriptor, "wb", closefd=False)
    return io.TextIOWrapper(io.BufferedWriter(raw, _BUFFER if descriptor == 1 else _SMALL_BUFFER), "utf-8", errors, newline="\n", line_buffering=descriptor == 2)
