"""The `verify` command, as `verify` and as `python -m r1rewards`."""

from __future__ import annotations

import signal
import sys

from ._r1rewards import cli_main


def main() -> int:
    """Runs the command with the process's arguments and gives its exit code."""
    # The work runs outside of Python, which could only note Ctrl-C and go on: the command has a handler of its own.
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    return cli_main(["verify", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
