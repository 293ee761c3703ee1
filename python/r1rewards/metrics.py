"""Metrics over judged samples: pass@k, cons@k, self-correction, self-reflection, groups of rewards."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple

from . import _r1rewards
from ._columns import as_list
from ._r1rewards import MARKERS

Same = Callable[[str, str], object]


def pass_at_k(samples: int, correct: int, k: int) -> float:
    """The unbiased estimate 1 - C(n-c, k)/C(n, k). Source: Chen et al. 2021 (2107.03374) eq. 1.

    Raises:
        SpecError: k is 0 or above `samples`, or `correct` is above `samples`.

    >>> pass_at_k(4, 1, 2)
    0.5
    """
    return _r1rewards.pass_at_k(samples, correct, k)


def pass_at_1(samples: int, correct: int) -> float:
    """The share of correct samples.

    Raises:
        SpecError: `samples` is 0, or `correct` is above it.

    >>> pass_at_1(4, 1)
    0.25
    """
    return _r1rewards.pass_at_1(samples, correct)


def mean_pass_at_k(problems: Iterable[tuple[int, int]], k: int) -> float:
    """The mean of pass@k over problems, each (samples, correct).

    Raises:
        SpecError: no problem; a problem with fewer than k samples, or with more correct ones than samples.

    >>> mean_pass_at_k([(4, 1), (4, 4)], 2)
    0.75
    """
    return _r1rewards.mean_pass_at_k(list(problems), k)


def consensus(answers: Sequence[str | None], same: Same | None = None) -> tuple[list[list[int]], int | None]:
    """The classes of equal answers, as places, and which class wins the vote; None votes for nobody.

    `same` says whether two answers are equal: equal text unless given. For math: `functools.partial(math.verify, extract="none")`.

    >>> consensus(["4", "5", "5", None])
    ([[0], [1, 2]], 1)
    """
    return _r1rewards.consensus(list(answers), same)


def cons_at_k(answers: Sequence[str | None], correct: Sequence[bool], k: int, same: Same | None = None) -> bool:
    """Whether the majority of the first k answers is correct. Source: self-consistency (2203.11171).

    Raises:
        SpecError: lists of different lengths, k out of range.

    >>> cons_at_k(["4", "5", "5"], [False, True, True], 3)
    True
    """
    return _r1rewards.cons_at_k(list(answers), list(correct), k, same)


class GroupStatistics(NamedTuple):
    """A batch of grouped rewards: how many groups still teach anything (a dead group has equal rewards)."""

    groups: int
    samples: int
    unscored: int
    dead: int
    dead_high: int
    dead_low: int
    mean: float
    std: float
    within_std: float


def group_statistics(groups: Iterable[Hashable], rewards: Iterable[float | None]) -> GroupStatistics:
    """Statistics of rewards by group; None is a sample without a reward.

    Raises:
        SpecError: lists of different lengths, a reward that is not finite.

    >>> group_statistics("aabb", [1.0, 0.0, 0.1, 0.1]).dead
    1
    """
    return GroupStatistics(**_r1rewards.group_statistics(group_numbers(groups), list(rewards)))


class SelfCorrectionMetrics(NamedTuple):
    """SCoRe's metrics as shares of all problems. Source: SCoRe (2409.12917) section 3."""

    accuracy_t1: float
    accuracy_t2: float
    delta: float
    incorrect_to_correct: float
    correct_to_incorrect: float
    problems: int


def self_correction(first: Iterable[bool], second: Iterable[bool]) -> SelfCorrectionMetrics:
    """From the correctness of two attempts at each problem.

    Raises:
        SpecError: no problem, or lists of different lengths.

    >>> self_correction([True, False], [True, True]).delta
    0.5
    """
    return SelfCorrectionMetrics(**_r1rewards.self_correction(list(first), list(second)))


class Reflection(NamedTuple):
    """What a response shows of reflection: its markers, its words, and whether the answer changed after the first marker.

    `changed` is None where there is no marker, or no answer before it.
    """

    markers: int
    words: int
    changed: bool | None


def reflection(
    text: str,
    markers: Iterable[str] = MARKERS,
    *,
    answer: Callable[[str], str | None] | None = None,
    same: Same | None = None,
) -> Reflection:
    """Counts words that announce reflection ("wait", "however", ...) and looks at the answer before and after the first one.

    A heuristic to watch a run with. It is no reward: a policy that is paid for the words writes them.

    Args:
        markers: Lower case; one counts where no letter, digit or hyphen adjoins it.
        answer: Reads the latest answer of a text; without it `changed` is None.
        same: Whether two answers are equal: equal text unless given.

    >>> last_number = lambda text: next((word for word in reversed(text.split()) if word.isdigit()), None)
    >>> reflection("It is 41 . Wait, it is 42", answer=last_number)
    Reflection(markers=1, words=8, changed=True)
    """
    return Reflection(*_r1rewards.reflection(text, list(markers), answer, same))


class ReflectionSummary(NamedTuple):
    """Reflection over many responses: markers and words a response, the shares with a marker and with a changed answer."""

    responses: int
    markers: float
    words: float
    with_marker: float
    changed: float


def summarize_reflection(responses: Iterable[Reflection]) -> ReflectionSummary:
    """The averages of many responses; zeros for none.

    >>> summarize_reflection([reflection("Wait"), reflection("Done")]).with_marker
    0.5
    """
    return ReflectionSummary(**_r1rewards.summarize_reflection(list(responses)))


def group_numbers(groups: Iterable[Hashable]) -> list[int]:
    """Group ids of any kind as numbers, in the order in which they first occur: hashable ones, arrays and tensors of numbers, prompts as lists of messages.

    >>> group_numbers([[{"role": "user", "content": "1+1"}], [{"role": "user", "content": "1+1"}]])
    [0, 0]
    """
    numbers: dict[Hashable, int] = {}
    ids = groups if isinstance(groups, str) else as_list("groups", groups)
    return [numbers.setdefault(_key(group), len(numbers)) for group in ids]


def _key(group: object) -> Hashable:
    if hasattr(group, "tolist"):
        # The number in a tensor: the object itself is equal to no other.
        group = group.tolist()
    if isinstance(group, (list, dict)):
        return json.dumps(group, sort_keys=True, default=repr)
    return group
