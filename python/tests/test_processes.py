"""Forked and spawned processes, and threads: the import starts no thread, and no process hangs.

R1REWARDS_ROUNDS=200 runs more rounds.
"""

import multiprocessing
import os
import pickle
import subprocess
import sys
import threading
import time

import pytest

import r1rewards

ROUNDS = int(os.environ.get("R1REWARDS_ROUNDS", "3"))
# A round takes a few milliseconds with a forked process and a second with a spawned one.
WATCHDOG_S = 20


def score_in_child(scorer, results):
    results.put(scorer.score_batch([rf"\boxed{{{number}}}" for number in range(200)], ["7"] * 200).rewards.count(1.0))


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_children_of_a_process_that_has_scored_score_too(method):
    context = multiprocessing.get_context(method)
    scorer = r1rewards.Scorer(r1rewards.Math(), jobs=2)
    scorer.score_batch([r"\boxed{1}"] * 200, ["1"] * 200)
    scorer.submit(r"\boxed{1}", "1").result(WATCHDOG_S)
    for _ in range(ROUNDS):
        results = context.Queue()
        child = context.Process(target=score_in_child, args=(scorer, results), daemon=True)
        child.start()
        assert results.get(timeout=WATCHDOG_S) == 1
        child.join(WATCHDOG_S)
        assert child.exitcode == 0


def test_import_starts_no_thread():
    code = "import r1rewards, os; print(len(os.listdir('/proc/self/task')))"
    if not os.path.isdir("/proc/self/task"):
        pytest.skip("threads are counted in /proc")
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "1"


def test_the_import_leaves_alone_what_only_audits_and_clients_need():
    needed = ("subprocess", "tempfile", "http.client", "ssl", "html", "asyncio", "concurrent.futures")
    program = f"import sys, r1rewards; print([name for name in {needed!r} if name in sys.modules])"
    # -S: an environment may import some of them at its start.
    path = "import sys; sys.path[:0] = %r; " % [entry for entry in sys.path if entry]
    ran = subprocess.run([sys.executable, "-S", "-c", path + program], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


class Ticker(threading.Thread):
    """Counts how often it gets Python's lock during a call."""

    def __init__(self):
        super().__init__(daemon=True)
        self.ticks = 0
        self.ready, self.done = threading.Event(), threading.Event()

    def run(self):
        self.ready.set()
        while not self.done.is_set():
            self.ticks += 1
            time.sleep(0.0002)

    def beside(self, work):
        self.start()
        self.ready.wait()
        # The thread that makes the call reads the count directly before and after it, so only ticks during the call
        # count.
        before = self.ticks
        result = work()
        ticks = self.ticks - before
        self.done.set()
        self.join()
        return ticks, result


def radicals():
    # Comparing radicals is slow enough for several ticks during the batch.
    completions = [rf"\boxed{{\sqrt{{{number}+\sqrt{{{number}}}}}}}" for number in range(2, 4000)]
    return lambda: r1rewards.Scorer(r1rewards.Math(), jobs=1).score_batch(completions, [r"\sqrt{5}"] * len(completions))


def many_columns():
    # The reward reads only the completion, so most of the call's time is the conversion of Python values.
    count = 100_000
    messages = [{"role": "user", "content": "6 times 7?"}, {"role": "assistant", "content": "Let me think."}]
    scorer = r1rewards.Scorer(r1rewards.ReasoningSteps(), jobs=1)
    return lambda: scorer.score_batch(["x"] * count, prompt=[messages] * count, other=[[1, 2.5, {"a": None}]] * count)


def many_outcomes():
    outcomes = r1rewards.Scorer(r1rewards.ReasoningSteps()).score_batch(["x"] * 1_000_000)
    return lambda: (outcomes.rewards, outcomes.reasons, outcomes.extracted)


def pickled_outcomes():
    outcomes = r1rewards.Scorer(r1rewards.ReasoningSteps()).score_batch(["x"] * 200_000)
    return lambda: pickle.loads(pickle.dumps(outcomes))


# During a call that keeps the lock, the ticker could tick at most once, when the call begins or ends.
@pytest.mark.parametrize("work", [radicals, many_columns, many_outcomes, pickled_outcomes])
def test_another_thread_runs_while(work):
    call = work()
    ticks, _ = Ticker().beside(call)
    assert ticks >= 4
