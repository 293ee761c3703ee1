"""The standard streams of one run, as CPython makes them on Linux, and `open` where there are no files.

`open` knows the descriptors 0, 1 and 2, their names (`/dev/stdin` and others) and `/dev/null`. Everything else is left to the system, which has no files.
"""

import builtins
import io
import os
import sys
import weakref

#: What Python gives a pipe.
_BUFFER = 8192
#: For the streams that seldom need one: text is read in larger pieces past it, and errors go out line by line. Small, so that a run's own objects lie on
#: few pages side by side (the guest's README.md says why that matters).
_SMALL_BUFFER = 512
_DEVICES = {f"{folder}{name}": number for number, stream in enumerate(("stdin", "stdout", "stderr")) for folder, name in (("/dev/", stream), ("/dev/fd/", number), ("/proc/self/fd/", number))}
_NULL = "/dev/null"
_OPEN = io.open

#: What the program opened to write on a descriptor: flushed at the end, as the end of the interpreter would.
_opened = []


def fresh():
    """New streams over the descriptors 0, 1 and 2."""
    sys.stdin = sys.__stdin__ = _named(io.TextIOWrapper(io.BufferedReader(io.FileIO(0, "rb", closefd=False), _SMALL_BUFFER), "utf-8", "surrogateescape", newline="\n"), "<stdin>", "r")
    sys.stdout = sys.__stdout__ = _writer(1, "<stdout>", "surrogateescape")
    sys.stderr = sys.__stderr__ = _writer(2, "<stderr>", "backslashreplace")


def flush():
    """Writes what is buffered; a program may have broken its own streams."""
    streams = [sys.stdout, sys.stderr]
    if sys.__stdout__ is not sys.stdout:
        streams.append(sys.__stdout__)
    for stream in streams + [reference() for reference in _opened]:
        try:
            stream.flush()
        except BaseException:
            pass


def install():
    """Replaces `open` in the running interpreter."""
    builtins.open = io.open = _open
    os.read = _read


def _writer(descriptor, name, errors):
    raw = io.FileIO(descriptor, "wb", closefd=False)
    buffer = io.BufferedWriter(raw, _BUFFER if descriptor == 1 else _SMALL_BUFFER)
    return _named(io.TextIOWrapper(buffer, "utf-8", errors, newline="\n", line_buffering=descriptor == 2), name, "w")


def _named(stream, name, mode):
    stream.buffer.raw.name = name
    stream.mode = mode
    return stream


def _open(file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None):
    if not isinstance(file, (int, str, bytes)):
        file = os.fspath(file)
    if file == _NULL:
        return _opened_null(mode)
    file = _DEVICES.get(file, file)
    is_stream = type(file) is int and 0 <= file <= 2
    # Closing a standard stream closes nothing: other objects may still use it.
    stream = _OPEN(file, mode, buffering, encoding, errors, newline, closefd and not is_stream, opener)
    if is_stream and not mode.startswith("r"):
        _opened.append(weakref.ref(stream))
    return stream


_open.__name__ = _open.__qualname__ = "open"


def _read(fd, length, /):
    """`os.read`, which takes no room for more than there is."""
    return _READ(fd, min(length, max(os.fstat(fd).st_size, _LEAST)) if isinstance(length, int) and length > _LEAST else length)


_READ, _read.__name__, _read.__qualname__ = os.read, "read", "read"
#: More than this is asked for when programs ask for all.
_LEAST = 1 << 20


class _Null(io.RawIOBase):
    """Has nothing to read, and forgets what is written."""

    name = _NULL

    def readable(self):
        return True

    def writable(self):
        return True

    def readinto(self, buffer):
        return 0

    def write(self, data):
        return len(data)


def _opened_null(mode):
    buffer = (io.BufferedReader if mode.startswith("r") and "+" not in mode else io.BufferedWriter)(_Null())
    return buffer if "b" in mode else io.TextIOWrapper(buffer, "utf-8")
