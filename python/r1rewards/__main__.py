"""The `verify` command, as `verify` and as `python -m r1rewards`."""

from __future__ import annotations

import signal
import sys

from ._r1rewards import cli_main


def main() -> int:
    """Runs the command with the arguments of the process and returns its exit code."""
    # Python runs its signal handlers only between bytecodes, and the command runs outside of Python: with Python's
    # handler, Ctrl-C would have no effect until the command ends. The command installs its own handler.
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    return cli_main(["verify", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
