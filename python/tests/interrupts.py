"""Processes of their own that are sent Ctrl-C, for the tests that look at how they end."""

import subprocess
import sys
import time

# More than a busy machine needs, far less than what is judged takes.
SOON_S = 30

# Begins a program: `interrupt_after(seconds)` prints the time and sends Ctrl-C to its own process.
INTERRUPT_AFTER = """
import os, signal, sys, threading, time
def interrupt_after(seconds):
    def kill():
        time.sleep(seconds)
        print(time.time(), flush=True)
        os.kill(os.getpid(), signal.SIGINT)
    threading.Thread(target=kill, daemon=True).start()
"""


def run(program, *options):
    """The process that ran a program, and the time at which it ended."""
    ended = subprocess.run([sys.executable, *options, "-c", program], capture_output=True, text=True, timeout=10 * SOON_S)
    return ended, time.time()
