"""Runs programs in processes that receive Ctrl-C, for tests of how they end."""

import subprocess
import sys
import time

# Seconds: more than a process needs to end on a busy machine, and far less than the judged programs would run.
SOON_S = 30

# The beginning of a program: `interrupt_after(seconds)` prints the time and sends SIGINT to its process.
INTERRUPT_AFTER = """
import os, signal, sys, threading, time
# A shell starts a job in the background with SIGINT ignored, and its processes inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
def interrupt_after(seconds):
    def kill():
        time.sleep(seconds)
        print(time.time(), flush=True)
        os.kill(os.getpid(), signal.SIGINT)
    threading.Thread(target=kill, daemon=True).start()
"""


def run(program, *options):
    """Runs a program. Returns the completed process and the time at which it ended."""
    ended = subprocess.run([sys.executable, *options, "-c", program], capture_output=True, text=True, timeout=10 * SOON_S)
    return ended, time.time()
