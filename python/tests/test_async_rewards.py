"""Rewards that are coroutine functions, such as judges on another machine."""

import asyncio
import os
import pickle
import signal
import textwrap
import threading
import time

import interrupts
import pytest
from interrupts import SOON_S

import r1rewards

running, most = 0, 0
_lock = threading.Lock()


async def judge(completion, answer=None):
    """Counts how many of its calls run at the same time."""
    global running, most
    with _lock:
        running += 1
        most = max(most, running)
    try:
        await asyncio.sleep(0.2)
    finally:
        with _lock:
            running -= 1
    if completion == "bad":
        raise ValueError("no")
    return completion == answer


class Judge:
    async def __call__(self, completion, answer):
        await asyncio.sleep(0)
        return completion == answer


async def longest(completions, **columns):
    await asyncio.sleep(0)
    return [len(completion) / max(map(len, completions)) for completion in completions]


async def endless(completion):
    await asyncio.sleep(600)


def later(completion):
    """A plain function that returns an awaitable."""
    return judge(completion, "1")


@pytest.mark.parametrize("reward", [judge, Judge()])
def test_every_method_waits_for_it(reward):
    scorer = r1rewards.Scorer(r1rewards.Custom(reward))
    completions, answers = ["1", "2", "3"], ["1", "1", "3"]
    expected = [1.0, 0.0, 1.0]

    async def both():
        single = await scorer.score_async("1", "1")
        return [single.reward, *(await scorer.score_batch_async(completions, answers)).rewards]

    assert scorer.score("1", "1").reward == 1.0
    assert scorer.score_batch(completions, answers).rewards == expected
    assert scorer.score_rows([{"completion": one, "answer": gold} for one, gold in zip(completions, answers)]).rewards == expected
    assert asyncio.run(both()) == [1.0, *expected]
    assert [one.reward for one in scorer.results([{"completion": "1", "answer": "1"}])] == [1.0]
    assert pickle.loads(pickle.dumps(r1rewards.Scorer(r1rewards.Custom(judge)))).score("1", "1").reward == 1.0


def test_plain_functions_that_give_an_awaitable_and_group_rewards_are_waited_for():
    assert r1rewards.Scorer(r1rewards.Custom(later)).score("1").reward == 1.0
    grouped = r1rewards.Scorer(r1rewards.Custom(longest, group=True))
    assert grouped.score_batch(["aa", "a", "b"], prompt=["p", "p", "q"]).rewards == [1.0, 0.5, 1.0]


@pytest.mark.parametrize("prompts", [None, ["p"] * 48, [str(number) for number in range(48)]])
def test_the_rows_of_a_batch_wait_together_up_to_the_bound(prompts):
    global most
    for at_once in (None, 8):
        most = 0
        scorer = r1rewards.Scorer(r1rewards.Custom(judge, at_once=at_once), jobs=1)
        assert scorer.score_batch(["1"] * 48, ["1"] * 48, prompt=prompts).rewards == [1.0] * 48
        assert 8 < most <= 48 if at_once is None else 4 < most <= 8


def test_an_exception_makes_only_its_sample_unscored():
    outcomes = r1rewards.Scorer(r1rewards.Custom(judge)).score_batch(["1", "bad", "1"], ["1"] * 3, prompt=["p"] * 3)
    assert outcomes.rewards == [1.0, None, 1.0]
    assert (outcomes[1].reason, outcomes[1].detail) == ("reward_error", "ValueError: no")


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_an_error_that_is_no_exception_passes_through(error):
    async def raises(completion):
        raise error

    scorer = r1rewards.Scorer(r1rewards.Custom(raises))
    with pytest.raises(error):
        scorer.score("a")
    with pytest.raises(error):
        scorer.score_batch(["a", "b"])
    assert r1rewards.Scorer(r1rewards.Custom(judge)).score("1", "1").reward == 1.0, "the event loop can still be used"


def test_a_bound_of_zero_raises():
    with pytest.raises(r1rewards.SpecError, match="at_once"):
        r1rewards.Scorer(r1rewards.Custom(judge, at_once=0))


def test_it_works_inside_other_rewards():
    scorer = r1rewards.Scorer(r1rewards.Gate(r1rewards.Math(), r1rewards.Custom(judge)))
    assert scorer.score_batch([r"\boxed{1}", r"\boxed{2}"], ["1", "1"]).rewards == [0.0, 0.0]


WAITING = """
import asyncio
import r1rewards
async def endless(completion):
    await asyncio.sleep(600)
scorer = r1rewards.Scorer(r1rewards.Custom(endless), jobs={jobs})
"""


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    "call",
    ["scorer.score('a')", "scorer.score_batch(['a'] * 300)", "asyncio.run(scorer.score_batch_async(['a'] * 300))", "list(scorer.results([{'completion': 'a'}]))"],
)
def test_ctrl_c_ends_what_waits(jobs, call):
    ended, end = interrupts.run(interrupts.INTERRUPT_AFTER + WAITING.format(jobs=jobs) + "interrupt_after(1)\n" + call)
    assert "KeyboardInterrupt" in ended.stderr and ended.returncode != 0, ended.stderr
    assert end - float(ended.stdout.split()[0]) < SOON_S


def test_an_interpreter_that_ends_does_not_wait_for_it():
    body = """
        import threading, time
        threading.Thread(target=scorer.score_batch, args=(["a"] * 3,), daemon=True).start()
        time.sleep(0.5)
    """
    start = time.time()
    ended, end = interrupts.run(WAITING.format(jobs=2) + textwrap.dedent(body), "-X", "dev")
    assert ended.returncode == 0 and "never" not in ended.stderr, ended.stderr
    assert end - start < SOON_S


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked here")
def test_a_forked_child_has_a_loop_of_its_own():
    scorer = r1rewards.Scorer(r1rewards.Custom(judge))
    assert scorer.score("1", "1").reward == 1.0
    child = os.fork()
    if child == 0:
        os._exit(0 if scorer.score("1", "1").reward == 1.0 else 1)
    for _ in range(10 * SOON_S):
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            break
        time.sleep(0.1)
    else:
        os.kill(child, signal.SIGKILL)
    assert done and status == 0
