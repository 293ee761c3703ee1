#!/usr/bin/env python3
"""Installs a wheel into a clean environment and tries what it is for, on this machine's processor and C library.

    python3 scripts/try_wheel.py WHEEL

Nothing is downloaded: the wheel has no dependencies. scripts/test-python runs the tests of the package; this is for
machines on which nothing is built.
"""

import os
import pathlib
import platform
import subprocess
import sys
import tempfile
import venv

# The Python guest is compiled into an empty cache, so that the compiler of the engine is tried as well.
TRY = r'''
import r1rewards
assert r1rewards.math.verify("1/2", r"\boxed{0.5}").is_correct
assert not r1rewards.math.verify("1/2", r"\boxed{0.6}").is_correct
scorer = r1rewards.Scorer([r1rewards.Math(), (0.1, r1rewards.Format("boxed"))])
assert scorer.score_batch([r"so \boxed{42}", r"so \boxed{41}"], ["42", "42"]).rewards == [1.1, 0.1]
tests = {"kind": "call", "entry": "total", "tests": [{"args": [[1, 2, 3]], "expected": 6}]}
for function, reason in [("sum", "passed"), ("max", "wrong_output")]:
    outcome = r1rewards.code.run(f"def total(values):\n    return {function}(values)\n", tests).outcome
    assert outcome.reason == reason, outcome
'''


def main():
    wheel = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        venv.create(work / "venv", with_pip=True)
        scripts = work / "venv" / "bin"
        environment = {**os.environ, "R1REWARDS_CACHE": str(work / "cache")}
        for command in [
            [scripts / "pip", "install", "--quiet", "--no-index", "--no-deps", wheel],
            [scripts / "python", "-c", TRY],
            [scripts / "verify", "math", "1/2", "0.5"],
            [scripts / "verify", "doctor"],
        ]:
            subprocess.run(list(map(str, command)), cwd=work, env=environment, check=True)
    print(f"{wheel.name}: works with Python {platform.python_version()}, {' '.join(platform.libc_ver())}, {platform.machine()}")


main()
