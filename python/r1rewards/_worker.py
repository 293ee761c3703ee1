"""The command that starts a worker of `isolation="process"`: this interpreter, with only this package on its path."""

from __future__ import annotations

import sys
from os.path import abspath, dirname

from ._r1rewards import set_worker

# Workers ignore Ctrl-C: the parent handles it, and a worker ends when its pipe is closed.
_PROGRAM = """\
import signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
sys.path.insert(0, sys.argv[1])
from r1rewards._r1rewards import cli_main
sys.exit(cli_main(["verify", "worker"]))
"""


def announce() -> None:
    """Passes the command to the engine. No worker is started before the first program is judged."""
    if sys.executable:
        set_worker([sys.executable, "-I", "-S", "-c", _PROGRAM, dirname(dirname(abspath(__file__)))])
