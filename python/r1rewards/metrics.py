"""Metrics of judged samples: pass@k, cons@k, self-correction, self-reflection, statistics of groups of rewards, and
prompt sensitivity."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from . import _r1rewards
from ._columns import as_list
from ._r1rewards import MARKERS, SpecError

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


class VariantRate(NamedTuple):
    """The pass rate of one variant of the prompt: the mean over problems of the share of correct samples.

    `problems` and `samples` count scored ones. `standard_error` and `interval` (95 %, low and high) are None for a
    single problem.
    """

    name: str
    problems: int
    samples: int
    unscored: int
    pass_rate: float
    standard_error: float | None
    interval: tuple[float, float] | None


class PairedDifference(NamedTuple):
    """The difference of a variant and a baseline on the problems that both have.

    `left_out` counts the problems that only one of the two has; `better`, `worse` and `equal` the problems whose share
    of correct samples is higher, lower or equal under the variant. `adjusted_p_value` is Holm's for all comparisons of
    the report. What needs two problems is None for a single one.
    """

    variant: str
    baseline: str
    problems: int
    left_out: int
    difference: float
    standard_error: float | None
    interval: tuple[float, float] | None
    better: int
    worse: int
    equal: int
    p_value: float | None
    adjusted_p_value: float | None


class Spread(NamedTuple):
    """The highest pass rate minus the lowest on the problems that all variants have, with its 95 % interval (None for a
    single problem), and the names of the two variants."""

    problems: int
    spread: float
    interval: tuple[float, float] | None
    highest: str
    lowest: str


class Sensitivity(NamedTuple):
    """How much the pass rate depends on the prompt. `spread` is None if no problem is scored under every variant."""

    baseline: str
    variants: list[VariantRate]
    comparisons: list[PairedDifference]
    spread: Spread | None


def prompt_sensitivity(
    variants: Mapping[str, Mapping[str, Iterable[bool | str | None]]],
    *,
    baseline: str | None = None,
    all_pairs: bool = False,
    resamples: int = 2000,
    seed: int = 0,
) -> Sensitivity:
    """Compares the pass rates of the same problems under several variants of the prompt (templates, numbers of shots).

    Intervals and p-values are about other problems of the same kind; problems must be independent. The interval of a
    rate is Wilson's with Student's quantile and the effective number of problems (Korn and Graubard 1999); differences
    have Student's interval and the p-value of the paired t test (Miller 2024, 2411.00640); the interval of the spread is
    a bootstrap over problems of the largest deviation of any difference. docs/prompts.md explains them.

    Args:
        variants: For each variant the problems by id, and for each problem its samples: true or "correct", false or
            "incorrect", None or "unscored". An id stands for the same problem under every variant.
        baseline: The variant that the others are compared with; default: the first.
        all_pairs: Whether the others are compared with each other, too.
        resamples: The number of resamples for the interval of the spread, from 100 to 1,000,000.
        seed: The seed of the resamples.

    Raises:
        SpecError: fewer than two variants, an unknown baseline, a variant without a scored sample, two compared variants
            without a scored problem in common, or a sample that is none of the above.

    >>> zero = {f"problem-{i}": [i % 4 == 0] for i in range(20)}
    >>> few = {f"problem-{i}": [i < 15] for i in range(20)}
    >>> report = prompt_sensitivity({"zero_shot": zero, "three_shots": few})
    >>> [(rate.name, rate.pass_rate) for rate in report.variants]
    [('zero_shot', 0.25), ('three_shots', 0.75)]
    >>> against = report.comparisons[0]
    >>> against.difference, against.better, against.worse, against.equal
    (0.5, 11, 1, 8)
    >>> [round(bound, 2) for bound in against.interval]
    [0.22, 0.78]
    """
    judged = [
        (name, [(problem, [_is_correct(sample) for sample in samples]) for problem, samples in problems.items()])
        for name, problems in variants.items()
    ]
    report = _r1rewards.prompt_sensitivity(judged, baseline, all_pairs, resamples, seed)
    spread = report["spread"]
    return Sensitivity(
        report["baseline"],
        [VariantRate(**_with_pair(rate)) for rate in report["variants"]],
        [PairedDifference(**_with_pair(comparison)) for comparison in report["comparisons"]],
        None if spread is None else Spread(**_with_pair(spread)),
    )


_VERDICTS = {"correct": True, "incorrect": False, "unscored": None}


def _is_correct(sample: object) -> bool | None:
    if sample is None or isinstance(sample, bool):
        return sample
    if isinstance(sample, str) and sample in _VERDICTS:
        return _VERDICTS[sample]
    if type(sample).__name__ in ("bool", "bool_"):
        # A truth value of numpy.
        return bool(sample)
    raise SpecError(f"`variants` has the sample {sample!r}: give true or false, None, or a verdict such as \"correct\"")


def _with_pair(fields: dict[str, Any]) -> dict[str, Any]:
    interval = fields["interval"]
    return {**fields, "interval": None if interval is None else tuple(interval)}


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
