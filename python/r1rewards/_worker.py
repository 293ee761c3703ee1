"""How a worker of `isolation="process"` is started: this interpreter, with this package and nothing else."""

from __future__ import annotations

import sys
from os.path import abspath, dirname

from ._r1rewards import set_worker

# Ctrl-C is the parent's to handle: a worker ends when its pipe does.
_PROGRAM = """\
import signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
sys.path.insert(0, sys.argv[1])
from r1rewards._r1rewards import cli_main
sys.exit(cli_main(["verify", "worker"]))
"""


def announce() -> None:
    """Tells the engine; nothing is started before a program is judged."""
    if sys.executable:
        set_worker([sys.executable, "-I", "-S", "-c", _PROGRAM, dirname(dirname(abspath(__file__)))])
