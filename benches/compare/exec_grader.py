"""The simplest grader of programs, for `verify redteam --family code`: program and tests run in one process, whose exit code is the verdict.

    verify redteam --family code --command 'python3 benches/compare/exec_grader.py'

It shows what such a grader lets in. It is no sandbox: a program gets 5 seconds, 1 GiB and a folder of its own, but nothing keeps it
from the network or from other files. Do not give it programs that you have not read.
"""

import json
import re
import subprocess
import sys
import tempfile

SECONDS = 5
LIMITS = "import resource\nresource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\nresource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))\n"


def run(code, text=""):
    """Exit code and output of a program."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run([sys.executable, "-c", LIMITS + code], input=text, capture_output=True, text=True, errors="replace", timeout=SECONDS, cwd=folder)
        except subprocess.TimeoutExpired:
            return 1, ""
        return done.returncode, done.stdout


def judge(sample):
    tests = sample["tests"]
    if tests is None:
        # The sample that `verify redteam` begins with has no tests.
        return True
    program = re.search(r"```python\n(.*)\n```", sample["completion"], re.DOTALL).group(1)
    if tests["kind"] == "stdio":
        return all(run(program, test["input"])[1].split() == test["output"].split() for test in tests["tests"])
    if tests["kind"] == "call":
        checks = [f"assert {tests['entry']}(*{test['args']!r}) == {test['expected']!r}" for test in tests["tests"]]
    else:
        checks = [tests["test_code"]]
        if "def check(" in tests["test_code"]:
            checks.append(f"check({tests['entry']})")
    return run("\n".join([program, *checks]))[0] == 0


for line in sys.stdin:
    print(json.dumps(judge(json.loads(line))), flush=True)
