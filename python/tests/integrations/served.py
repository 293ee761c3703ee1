"""A server for the tests of clients that trainers have."""

import contextlib
import signal
import subprocess
import sys
import threading


@contextlib.contextmanager
def server(*arguments):
    """Starts `verify serve` and gives its address."""
    command = [sys.executable, "-m", "r1rewards", "serve", "--listen", "127.0.0.1:0", *arguments]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        line = process.stderr.readline()
        assert "listening on " in line, line
        # The log must be read, or the server waits for room in the pipe.
        threading.Thread(target=process.stderr.read, daemon=True).start()
        try:
            yield line.split("listening on ")[1].strip()
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
