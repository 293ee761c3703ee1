"""Forks, spawned processes, threads: nothing starts at import and nothing hangs. More rounds: R1REWARDS_ROUNDS=200."""

import multiprocessing
import os
import subprocess
import sys
import threading
import time

import pytest

import r1rewards

ROUNDS = int(os.environ.get("R1REWARDS_ROUNDS", "3"))
# A round takes some milliseconds where a process is forked, a second where it is spawned.
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


def test_another_thread_runs_while_a_batch_is_scored():
    scorer = r1rewards.Scorer(r1rewards.Math(), jobs=1)
    # Radicals take work: the batch is long enough to be seen.
    completions = [rf"\boxed{{\sqrt{{{number}+\sqrt{{{number}}}}}}}" for number in range(2, 2000)]
    ticks = []
    done = threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.001)

    ticker = threading.Thread(target=tick)
    ticker.start()
    scorer.score_batch(completions, [r"\sqrt{5}"] * len(completions))
    done.set()
    ticker.join()
    assert len(ticks) > 1
