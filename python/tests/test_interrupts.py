"""After Ctrl-C, at the end of the interpreter, and after the end of a worker's parent, no work continues whose result
is not needed.

The asserted times are generous: the judged programs would run for minutes.
"""

import os
import signal
import subprocess
import sys
import textwrap
import time

import interrupts
import pytest
from interrupts import SOON_S

import r1rewards

# 40 programs that use up twenty seconds of fuel each.
ENDLESS = (
    interrupts.INTERRUPT_AFTER
    + """
import r1rewards
tests = {"kind": "stdio", "timeout": 20, "tests": [{"output": "x"}]}
options = {"kind": "code", "fuel": 60_000_000_000}
programs = [f"while True: {number}" for number in range(40)]
def main():
"""
)


def run(body, before=ENDLESS):
    """Runs `body` in a function. Returns the completed process and the time at which it ended."""
    return interrupts.run(before + textwrap.indent(textwrap.dedent(body), "    ") + "\nmain()\n")


@pytest.mark.parametrize("isolation", ["thread", "process"])
@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_ends_a_batch(isolation, jobs):
    ended, end = run(f"""
        scorer = r1rewards.Scorer({{**options, "isolation": "{isolation}"}}, jobs={jobs})
        interrupt_after(1)
        scorer.score_batch(programs, tests=[tests] * 40)
    """)
    assert "KeyboardInterrupt" in ended.stderr and ended.returncode != 0, ended.stderr
    assert end - float(ended.stdout.split()[0]) < SOON_S


def test_ctrl_c_ends_one_sample():
    ended, end = run("""
        interrupt_after(1)
        r1rewards.Scorer(options).score(programs[0], tests=tests)
    """)
    assert "KeyboardInterrupt" in ended.stderr
    assert end - float(ended.stdout.split()[0]) < SOON_S


def test_a_scorer_can_be_used_after_ctrl_c():
    ended, _ = run("""
        scorer = r1rewards.Scorer(options, jobs=2)
        interrupt_after(1)
        try:
            scorer.score_batch(programs, tests=[tests] * 40)
        except KeyboardInterrupt:
            pass
        print(scorer.score_batch(["print('x')"] * 3, tests=[tests] * 3).rewards)
    """)
    assert ended.stdout.splitlines()[-1] == "[1.0, 1.0, 1.0]", ended.stderr


def test_ctrl_c_ends_an_asynchronous_batch():
    ended, end = run("""
        import asyncio
        interrupt_after(1)
        asyncio.run(r1rewards.Scorer(options, jobs=2).score_batch_async(programs, tests=[tests] * 40))
    """)
    assert "KeyboardInterrupt" in ended.stderr
    assert end - float(ended.stdout.split()[0]) < SOON_S


def test_an_interpreter_that_ends_does_not_wait_for_the_queue():
    ended, end = run("""
        scorer = r1rewards.Scorer(options)
        futures = [scorer.submit(program, tests=tests) for program in programs]
        time.sleep(0.5)
        print(time.time(), flush=True)
    """)
    assert ended.returncode == 0, ended.stderr
    assert end - float(ended.stdout.split()[0]) < SOON_S


def test_what_waits_when_the_interpreter_ends_is_cancelled():
    ended, _ = run("""
        scorer = r1rewards.Scorer(options)
        futures = [scorer.submit(program, tests=tests) for program in programs]
        def wait():
            try:
                futures[-1].result()
            except BaseException as error:
                print(type(error).__name__, flush=True)
            try:
                scorer.submit(programs[0], tests=tests)
            except RuntimeError as error:
                print(error, flush=True)
        threading.Thread(target=wait).start()
    """)
    assert ended.stdout.splitlines() == ["CancelledError", "cannot submit a sample: the interpreter is ending"], ended.stderr


def raises(error):
    def reward(completion, **columns):
        if completion == "13":
            raise error
        return 1.0

    return reward


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_an_error_that_is_no_exception_passes_through_a_custom_reward(jobs, error):
    scorer = r1rewards.Scorer(r1rewards.Custom(raises(error())), jobs=jobs)
    completions = [str(number) for number in range(200)]
    with pytest.raises(error):
        scorer.score_batch(completions)
    with pytest.raises(error):
        scorer.score_batch(["13"])
    with pytest.raises(error):
        scorer.score("13")
    with pytest.raises(error):
        scorer.submit("13").result(SOON_S)
    assert scorer.score("12").reward == 1.0, "the scorer can still be used"


def test_an_exception_of_a_custom_reward_has_the_reason_reward_error():
    outcome = r1rewards.Scorer(r1rewards.Custom(raises(ValueError("no")))).score("13")
    assert (outcome.reason, outcome.detail) == ("reward_error", "ValueError: no")


def test_ctrl_c_reaches_a_custom_reward_on_the_main_thread():
    ended, end = run("""
        def reward(completion, **columns):
            time.sleep(60)
            return 1.0
        interrupt_after(1)
        r1rewards.Scorer(r1rewards.Custom(reward), jobs=1).score_batch(["x"] * 3)
    """)
    assert "KeyboardInterrupt" in ended.stderr
    assert end - float(ended.stdout.split()[0]) < SOON_S


def test_ctrl_c_waits_only_for_running_calls_of_custom_rewards():
    ended, end = run("""
        def reward(completion, **columns):
            time.sleep(2)
            return 1.0
        interrupt_after(1)
        r1rewards.Scorer(r1rewards.Custom(reward), jobs=2).score_batch([str(n) for n in range(200)])
    """)
    assert "KeyboardInterrupt" in ended.stderr and ended.returncode in (1, 130, -signal.SIGINT), ended
    # Without the interruption the calls would sleep for 200 seconds on two threads.
    assert end - float(ended.stdout.split()[0]) < SOON_S


def test_ctrl_c_loses_no_result():
    ended, end = run("""
        quick = "import sys; print('x')"
        rows = [{"completion": quick, "tests": tests}] * 3 + [{"completion": program, "tests": tests} for program in programs[:2]]
        results = r1rewards.Scorer(options).results(rows)
        had = []
        try:
            for outcome in results:
                had.append(outcome.reward)
                if len(had) == 2:
                    # The third is scored during the sleep, the others run too long.
                    interrupt_after(2)
                    time.sleep(60)
        except KeyboardInterrupt:
            had += [outcome.reward for outcome in results.ready()]
        print(had, flush=True)
    """)
    assert ended.stdout.splitlines()[-1] == "[1.0, 1.0, 1.0]", (ended.stdout, ended.stderr)
    assert end - float(ended.stdout.split()[0]) < SOON_S


def test_results_can_be_continued_after_ctrl_c():
    ended, _ = run("""
        rows = [{"completion": "import time\\nprint('x')", "tests": tests}, {"completion": programs[0], "tests": {**tests, "timeout": 4}}]
        results = r1rewards.Scorer({"kind": "code", "fuel": 20_000_000_000}).results(rows * 2)
        interrupt_after(1)
        had = []
        while len(had) < 4:
            try:
                for outcome in results:
                    had.append(outcome.reason)
            except KeyboardInterrupt:
                had.append("interrupted")
        print(*had)
    """)
    reasons = ended.stdout.splitlines()[-1].split()
    assert reasons.count("interrupted") == 1 and [reason for reason in reasons if reason != "interrupted"][:3] == ["passed", "out_of_fuel", "passed"], ended


def test_ctrl_c_ends_the_reading_of_rows():
    ended, _ = run("""
        row = {"completion": "1", "reward": [{"kind": "math"}], "level": [1] * 200}
        interrupt_after(0.5)
        try:
            r1rewards.Scorer("auto").score_rows([row] * 100_000)
        except KeyboardInterrupt:
            print(time.time())
    """)
    pressed, ended_at = map(float, ended.stdout.split())
    # Reading them all takes several seconds.
    assert ended_at - pressed < 1.5


def is_alive(process):
    try:
        with open(f"/proc/{process}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="children are found in /proc")
def test_workers_end_with_their_parent_even_where_a_forked_child_lives():
    program = ENDLESS + textwrap.indent(
        textwrap.dedent("""
        scorer = r1rewards.Scorer({**options, "isolation": "process"}, jobs=2)
        threading.Thread(target=scorer.score_batch, args=(programs,), kwargs={"tests": [tests] * 40}, daemon=True).start()
        workers = []
        while len(workers) < 2:
            time.sleep(0.1)
            workers = [id for task in os.listdir("/proc/self/task") for id in open(f"/proc/self/task/{task}/children").read().split()]
        time.sleep(1)
        child = os.fork()
        if child == 0:
            time.sleep(600)
        print(child, *workers, flush=True)
        time.sleep(600)
        """),
        "    ",
    )
    parent = subprocess.Popen([sys.executable, "-c", program + "\nmain()\n"], stdout=subprocess.PIPE, text=True)
    child, *workers = parent.stdout.readline().split()
    try:
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        assert is_alive(child) and len(workers) == 2
        start = time.monotonic()
        while any(is_alive(worker) for worker in workers) and time.monotonic() < start + SOON_S:
            time.sleep(0.05)
        assert not any(is_alive(worker) for worker in workers)
    finally:
        os.kill(int(child), signal.SIGKILL)
        parent.stdout.close()
