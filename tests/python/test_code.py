"""Programs judged from Python, in this process and in workers of it."""

import multiprocessing
import pickle
import subprocess
import sys

import pytest

import r1rewards

TESTS = {"kind": "call", "entry": "double", "tests": [{"args": [2], "expected": 4}, {"args": ["ab"], "expected": "abab"}]}
PROGRAMS = {
    "def double(x): return x * 2": ("correct", "passed"),
    "def double(x): return x * 3": ("incorrect", "wrong_output"),
    "def double(x):\n    while True: pass": ("incorrect", "out_of_fuel"),
    "def double(x): raise SystemExit(0)": ("incorrect", "exited"),
    "def double(x": ("incorrect", "syntax_error"),
}


def judged(isolation):
    outcomes = r1rewards.Scorer(r1rewards.Code(isolation=isolation), jobs=2).score_batch(list(PROGRAMS), tests=[TESTS] * len(PROGRAMS))
    return [(outcome.verdict, outcome.reason) for outcome in outcomes]


@pytest.mark.parametrize("isolation", ["thread", "process"])
def test_a_program_is_judged_alike_in_this_process_and_in_workers(isolation):
    assert judged(isolation) == list(PROGRAMS.values())


def in_child(isolation, results):
    results.put(judged(isolation))


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_a_child_of_a_process_with_workers_has_workers_of_its_own(method):
    assert judged("process") == list(PROGRAMS.values())
    context = multiprocessing.get_context(method)
    results = context.Queue()
    child = context.Process(target=in_child, args=("process", results), daemon=True)
    child.start()
    assert results.get(timeout=60) == list(PROGRAMS.values())
    child.join(20)
    assert child.exitcode == 0


def test_the_workers_end_with_the_process_that_started_them():
    program = (
        "import os, r1rewards, subprocess\n"
        "reward = r1rewards.Code(isolation='process')\n"
        "r1rewards.Scorer(reward).score('def f(): return 1', tests={'kind': 'call', 'entry': 'f', 'tests': [{'args': [], 'expected': 1}]})\n"
        # Whichever thread started them, and is still there to list them.
        "def children(task):\n"
        "    try: return open(f'/proc/self/task/{task}/children').read().split()\n"
        "    except ProcessLookupError: return []\n"
        "    except FileNotFoundError: return [] if task != str(os.getpid()) else exit('no list of children')\n"
        "workers = []\n"
        "while not workers: workers = [child for task in os.listdir('/proc/self/task') for child in children(task)]\n"
        "print(*workers)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    if "children" in run.stderr:
        pytest.skip("children are listed in /proc")
    workers = run.stdout.split()
    assert workers, run.stderr
    assert not [worker for worker in workers if is_alive(int(worker))]


def is_alive(process):
    try:
        with open(f"/proc/{process}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_code_reward_pickles_with_its_isolation():
    reward = r1rewards.Code(isolation="process")
    assert pickle.loads(pickle.dumps(reward)) == reward != r1rewards.Code()
