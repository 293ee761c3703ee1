"""The countdown: write an expression that uses each given number once and equals the target.

A prompt is `3,7,8=2:`, a completion `<think>3+8=11-7=4 no wait 3+7=10-8=2 yes</think><answer>3+7-8</answer>`. The
thinking shows running totals from left to right and whether the last one is the target; ` wait ` begins another try.
`examples/reasoner.py` trains a model on it.
"""

import random
import re
import zlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import r1rewards


class Problem(NamedTuple):
    numbers: list[int]
    target: int

    @property
    def prompt(self) -> str:
        return f"{','.join(map(str, self.numbers))}={self.target}:"

    @property
    def is_held_out(self) -> bool:
        """One of five problems is never trained on, whatever the order of its numbers."""
        return zlib.crc32(f"{sorted(self.numbers)}={self.target}".encode()) % 5 == 0


class Try(NamedTuple):
    """Operations from left to right."""

    shown: str
    """With the running totals: `3+7=10-8=2`."""
    expression: str
    """Without them: `3+7-8`."""
    total: int


def random_try(numbers: Sequence[int], draw: random.Random) -> Try:
    """The numbers in a random order with random signs, so that no total is negative."""
    while True:
        first, *others = draw.sample(numbers, len(numbers))
        shown = expression = str(first)
        total = first
        for number in others:
            sign = draw.choice((1, -1))
            total += sign * number
            expression += f"{'+' if sign > 0 else '-'}{number}"
            shown += f"{'+' if sign > 0 else '-'}{number}={total}"
            if total < 0:
                break
        else:
            return Try(shown, expression, total)


def problems(numbers: int, largest: int, draw: random.Random, held_out: bool = False) -> Iterator[Problem]:
    """Problems of so many numbers from 1 to the largest: those to train on, or those to measure on."""
    while True:
        drawn = [draw.randint(1, largest) for _ in range(numbers)]
        problem = Problem(drawn, random_try(drawn, draw).total)
        if problem.is_held_out == held_out:
            yield problem


def trace(problem: Problem, draw: random.Random) -> str:
    """A text in the right form. One of five goes on trying after a miss; the others answer with their first try."""
    most = 5 if draw.random() < 0.2 else 1
    shown: list[str] = []
    while True:
        tried = random_try(problem.numbers, draw)
        hit = tried.total == problem.target
        shown.append(f"{tried.shown} {'yes' if hit else 'no'}")
        if hit or len(shown) == most:
            return f"<think>{' wait '.join(shown)}</think><answer>{tried.expression}</answer>"


# The reward: verified by r1rewards. Two rules are our own: which numbers an answer may use, and that the thinking must
# not hold a false sum. Without the second, a policy learns to write `3+7=2 yes` below any answer.

NUMBER = r"\(*(0|[1-9][0-9]*)\)*"
EXPRESSION = re.compile(f"{NUMBER}([-+*]{NUMBER})*")


def answer_of(completion: str) -> str | None:
    """The answer that ends a completion. There is none if several are given: a policy must not bet on two."""
    found = re.fullmatch(r"(?s:.*)<answer>(.*?)</answer>\s*", completion)
    return found.group(1) if found and completion.count("<answer>") == 1 else None


def uses_each_number_once(completion: str, numbers: list[int]) -> bool:
    """Whether the answer is made of the numbers of the problem, signs and brackets. What it equals is judged by `Math`."""
    answer = answer_of(completion)
    if answer is None or len(answer) > 256 or not EXPRESSION.fullmatch(answer):
        return False
    return sorted(map(int, re.findall("[0-9]+", answer))) == sorted(numbers)


def sums_are_true(completion: str) -> bool:
    """Whether every step `a+b=c` of the thinking is right; `3+7=10-8=2` has two."""
    thinking = completion.partition("</think>")[0]
    for run in re.findall("[-+*=0-9]+", thinking):
        parts = run.split("=")
        # Each part begins with the total of the one before.
        for step, following in zip(parts, parts[1:]):
            total = re.match("[0-9]*", following)
            if not (total and EXPRESSION.fullmatch(step) and r1rewards.math.verify(total.group(), step, extract="none")):
                return False
    return True


def make_scorer() -> r1rewards.Scorer:
    """1 for an expression of the numbers that equals the target, and 0.1 for the form.

    The rows need `answer`, the target as text, and `numbers`. `Math` refuses brackets that do not match, thinking that
    never ends, and another number between the thinking and the answer.

    >>> row = {"answer": "2", "numbers": [3, 7, 8]}
    >>> make_scorer().score("<think>3+7=10-8=2 yes</think><answer>3+7-8</answer>", **row).reward
    1.1
    >>> make_scorer().score("<think>3+7=10-8=2 yes</think><answer>2</answer>", **row).reason
    'gated'
    """
    value = r1rewards.Math(extract="answer_tag")
    rules = r1rewards.All([r1rewards.Custom(uses_each_number_once), r1rewards.Custom(sums_are_true)])
    countdown = r1rewards.Gate(condition=rules, reward=value)
    return r1rewards.Scorer([countdown.named("countdown"), (0.1, r1rewards.Format("think_answer"))])
