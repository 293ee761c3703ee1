"""The standard streams of one run, buffered as pipes are."""

import io
import sys

_BUFFER = 65536


def fresh():
    """New streams over the descriptors 0, 1 and 2."""
    sys.stdin = sys.__stdin__ = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, "rb", closefd=False), _BUFFER), "utf-8", "surrogateescape")
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
    return io.TextIOWrapper(io.BufferedWriter(raw, _BUFFER), "utf-8", errors, newline="\n", line_buffering=descriptor == 2)
