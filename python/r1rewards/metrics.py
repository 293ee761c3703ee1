"""Metrics of judged samples: pass@k, cons@k, self-correction, self-reflection, and statistics of groups of rewards."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple

from . import _r1rewards
from ._columns import as_list
from ._r1rewards import MARKERS

Same = Callable[[str, str], object]


def pass_at_k(samples: int, correct: int, k: int) -> float:
    """Computes the unbiased estimate of pass@k, 1 - C(n-c, k)/C(n, k) with n `samples` of which c are `correct`.

    Source: Chen et al. 2021 (2107.03374) eq. 1.

    Raises:
        SpecError: `k` is 0 or above `samples`, or `correct` is above `samples`.

    >>> pass_at_k(4, 1, 2)
    0.5
    """
    return _r1rewards.pass_at_k(samples, correct, k)


def pass_at_1(samples: int, correct: int) -> float:
    """Computes the share of correct samples.

    Raises:
        SpecError: `samples` is 0, or `correct` is above it.

    >>> pass_at_1(4, 1)
    0.25
    """
    return _r1rewards.pass_at_1(samples, correct)


def mean_pass_at_k(problems: Iterable[tuple[int, int]], k: int) -> float:
    """Computes the mean of pass@k over problems, each given as (samples, correct).

    Raises:
        SpecError: no problem, a problem with fewer than `k` samples, or a problem with more correct samples than
            samples.

    >>> mean_pass_at_k([(4, 1), (4, 4)], 2)
    0.75
    """
    return _r1rewards.mean_pass_at_k(list(problems), k)


def consensus(answers: Sequence[str | None], same: Same | None = None) -> tuple[list[list[int]], int | None]:
    """Groups equal answers into classes and finds the class of the majority vote.

    Args:
        answers: The answers. None is no answer: it is in no class and has no vote.
        same: Returns whether two answers are equal; default: equal text. For math: `functools.partial(math.verify,
            extract="none")`.

    Returns:
        The classes, each as the indices of its answers, and the index of the class with the most votes (None if there
        is none).

    >>> consensus(["4", "5", "5", None])
    ([[0], [1, 2]], 1)
    """
    return _r1rewards.consensus(list(answers), same)


def cons_at_k(answers: Sequence[str | None], correct: Sequence[bool], k: int, same: Same | None = None) -> bool:
    """Computes whether the majority answer of the first `k` answers is correct. Source: self-consistency (2203.11171).

    Raises:
        SpecError: lists of different lengths, or `k` out of range.

    >>> cons_at_k(["4", "5", "5"], [False, True, True], 3)
    True
    """
    return _r1rewards.cons_at_k(list(answers), list(correct), k, same)


class GroupStatistics(NamedTuple):
    """Statistics of a batch of grouped rewards. A dead group has equal rewards and so no gradient."""

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
    """Computes statistics of rewards by group. A reward of None is a sample without a reward.

    Raises:
        SpecError: lists of different lengths, or a reward that is not finite.

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
    """Computes SCoRe's metrics from the correctness of two attempts at each problem.

    Raises:
        SpecError: no problem, or lists of different lengths.

    >>> self_correction([True, False], [True, True]).delta
    0.5
    """
    return SelfCorrectionMetrics(**_r1rewards.self_correction(list(first), list(second)))


class Reflection(NamedTuple):
    """Reflection in a response: the numbers of markers and of words, and whether the answer changed after the first
    marker.

    `changed` is None if there is no marker, or no answer before it.
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
    """Counts words that announce reflection ("wait", "however", ...) and compares the answers before and after the
    first one.

    This is a heuristic for monitoring a run. Do not use it as a reward: the policy would learn to write the words.

    Args:
        text: The response.
        markers: The words, in lower case. An occurrence counts if no letter, digit or hyphen is next to it.
        answer: Returns the last answer of a text; without it `changed` is None.
        same: Returns whether two answers are equal; default: equal text.

    >>> last_number = lambda text: next((word for word in reversed(text.split()) if word.isdigit()), None)
    >>> reflection("It is 41 . Wait, it is 42", answer=last_number)
    Reflection(markers=1, words=8, changed=True)
    """
    return Reflection(*_r1rewards.reflection(text, list(markers), answer, same))


class ReflectionSummary(NamedTuple):
    """Averages over responses: markers and words for each response, and the shares of responses with a marker and with
    a changed answer."""

    responses: int
    markers: float
    words: float
    with_marker: float
    changed: float


def summarize_reflection(responses: Iterable[Reflection]) -> ReflectionSummary:
    """Computes the averages over responses; all 0 if there are none.

    >>> summarize_reflection([reflection("Wait"), reflection("Done")]).with_marker
    0.5
    """
    return ReflectionSummary(**_r1rewards.summarize_reflection(list(responses)))


def group_numbers(groups: Iterable[Hashable]) -> list[int]:
    """Numbers group ids from 0 in the order of their first occurrence.

    Ids are hashable objects, arrays or tensors of numbers, or prompts as lists of messages.

    >>> group_numbers([[{"role": "user", "content": "1+1"}], [{"role": "user", "content": "1+1"}]])
    [0, 0]
    """
    numbers: dict[Hashable, int] = {}
    ids = groups if isinstance(groups, str) else as_list("groups", groups)
    return [numbers.setdefault(_key(group), len(numbers)) for group in ids]


def _key(group: object) -> Hashable:
    if hasattr(group, "tolist"):
        # Tensors are hashed by identity, so the number in the tensor is used instead.
        group = group.tolist()
    if isinstance(group, (list, dict)):
        return json.dumps(group, sort_keys=True, default=repr)
    return group
