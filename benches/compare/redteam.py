#!/usr/bin/env python3
"""Attacks several graders with `verify redteam` and prints one Markdown table.

    python3 benches/compare/redteam.py \\
        'r1rewards=strict' \\
        'Math-Verify=python examples/graders/math_verify_grader.py' \\
        'TRL=trl.json'

Each argument is NAME=COMMAND: a command as for `verify redteam --command`, a policy of our own verifier, or a file that
`verify redteam --json` wrote (it ends in .json). $VERIFY is the command `verify`; by default it is looked for in the search path.
Standard error of the graders goes to NAME.err in the current folder.
"""

import json
import os
import subprocess
import sys

POLICIES = ("strict", "lenient", "science", "math_verify", "hendrycks")


def report(name, command):
    if command.endswith(".json"):
        with open(command, encoding="utf-8") as file:
            return json.load(file)
    grader = ["--policy", command] if command in POLICIES else ["--command", command]
    arguments = [os.environ.get("VERIFY", "verify"), "redteam", "--convention", "none", "--json", "--quiet"]
    with open(f"{name.replace('/', '_').replace(' ', '_')}.err", "w", encoding="utf-8") as messages:
        done = subprocess.run([*arguments, *grader], stdout=subprocess.PIPE, stderr=messages, text=True)
    if done.returncode > 1:
        sys.exit(f"{name}: verify redteam ended with {done.returncode}; its messages are in {messages.name}")
    return json.loads(done.stdout)


def main():
    if len(sys.argv) == 1:
        sys.exit(__doc__)
    graders = [argument.partition("=")[::2] for argument in sys.argv[1:]]
    reports = [(name, report(name, command)) for name, command in graders]
    print(f"| kind | attacks | {' | '.join(name for name, _ in reports)} |")
    print(f"|---|---{'|---' * len(reports)}|")
    for kind, first in reports[0][1]["kinds"].items():
        counts = [found["kinds"].get(kind) for _, found in reports]
        print(f"| `{kind}` | {first['attacks']} | {' | '.join(cell(count) for count in counts)} |")
    print(f"| **all** | **{reports[0][1]['all']['attacks']}** | {' | '.join('**' + cell(found['all']) + '**' for _, found in reports)} |")


def cell(count):
    """The attacks that were let in and the controls that were refused, as `3 / 2`; nothing for a row without either."""
    if count is None:
        return "–"
    stopped = count["hangs"] + count["crashes"]
    text = f"{count['let_in']} / {count['refused']}"
    return text + (f" ({stopped} stopped)" if stopped else "")


if __name__ == "__main__":
    main()
