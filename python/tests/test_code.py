"""Programs judged from Python, in this process and in its workers."""

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
        # A child is listed under the thread that started it, so all threads that still exist are searched.
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


def test_every_test_of_a_program_has_the_expected_and_the_actual_value():
    run = r1rewards.code.run("import sys\ndef double(x):\n    print('at', x, file=sys.stderr)\n    return x * 2 if x != 2 else 5", TESTS)
    assert not run and (run.reason, run.total, len(run.tests)) == ("wrong_output", 2, 2)
    wrong, right = run.tests
    assert (wrong.reason, wrong.input, wrong.expected, wrong.got, wrong.stderr) == ("wrong_output", "double(2)", "4", "5", "at 2\n")
    assert right.passed and right.got == right.expected and right.fuel > 0 and right.memory > 0
    assert run.detail.startswith("test 1 of 2: ") and run.work >= wrong.fuel + right.fuel
    printed = r1rewards.code.run("print(input() * 2)", {"kind": "stdio", "tests": [{"input": "a\n", "output": "aa\n"}, {"input": "b", "output": "b"}]})
    assert [(test.passed, test.expected, test.got) for test in printed.tests] == [(True, "aa\n", "aa\n"), (False, "b", "bb\n")]


@pytest.mark.parametrize("program", list(PROGRAMS))
@pytest.mark.parametrize("options", [{"fuel": 1_000_000_000}, {"fuel": 1_000_000_000, "partial": True}])
def test_a_run_has_the_outcome_of_the_reward(program, options):
    run, outcome = r1rewards.code.run(program, TESTS, **options), r1rewards.Scorer(r1rewards.Code(**options)).score(program, tests=TESTS)
    assert (run.verdict, run.reward, run.reason, run.detail) == (outcome.verdict, outcome.reward, outcome.reason, outcome.detail)
    assert bool(run) == run.is_correct == run.outcome.is_correct and run.is_scored == outcome.is_scored
    assert run.extracted == outcome.extracted and run.why == outcome.why


def test_a_run_without_tests_or_program_has_no_test_results():
    assert (r1rewards.code.run("x = 1", None).reason, r1rewards.code.run("x = 1", {}).reason) == ("no_tests", "bad_tests")
    nothing = r1rewards.code.run("", TESTS)
    assert (nothing.reason, nothing.tests, nothing.verdict) == ("no_program", [], "incorrect")
    with pytest.raises(r1rewards.RowError, match="the column `tests` is of type object"):
        r1rewards.code.run("x = 1", object())


HANDLERS_REPLACED = """
import signal
import r1rewards

TESTS = {"kind": "stdio", "tests": [{"input": "", "output": "1"}]}


def reason():
    return r1rewards.code.run("while True: pass", TESTS, seconds=0.1).outcome.reason


assert reason() == "out_of_fuel"
for name in ("SIGILL", "SIGSEGV", "SIGFPE", "SIGBUS"):
    signal.signal(getattr(signal, name), signal.SIG_DFL)
assert reason() == "out_of_fuel"
"""


def test_signal_handlers_that_another_library_replaced_do_not_end_the_process():
    done = subprocess.run([sys.executable, "-c", HANDLERS_REPLACED], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done
