"""The math verifier by itself: is this answer that one, and why.

>>> verify(r"\\frac{1}{2}", "0.5").rule
'canonical'
>>> print(explain("1/2", r"\\boxed{0.5}"))  # doctest: +ELLIPSIS
gold     1/2
...
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from ._r1rewards import MathVerifier, Outcome
from .rewards.math import Policy


class Parsed(NamedTuple):
    """An answer as the verifier reads it: the text, what was extracted, its normal form and its kind; None where it cannot be read."""

    text: str
    extracted: str | None
    normal_form: str | None
    kind: str | None


class Explanation(NamedTuple):
    """A comparison in words: both sides and the outcome. `str()` writes it for people."""

    gold: Parsed
    answer: Parsed
    outcome: Outcome
    text: str

    def __str__(self) -> str:
        return self.text


def verify(gold: str | int | float | Sequence[str], answer: str, policy: Policy = "strict", **options: object) -> Outcome:
    """Judges an answer, bare or a whole completion, against a gold answer or a list of acceptable ones.

    The outcome is true exactly where the answer is correct. `policy` is strict, lenient, math_verify or hendrycks; `options` are those of
    the reward `math`: `extract` and every switch (docs/rewards/math.md).

    Raises:
        SpecError: an unknown policy or option; lists the known ones.

    >>> bool(verify("x^2 - 1", "(x - 1)(x + 1)"))
    True
    >>> verify("0.333", "1/3").reason
    'different'
    """
    return _verifier(policy, tuple(options.items())).verify(gold, answer)


def parse(text: str, policy: Policy = "strict", **options: object) -> Parsed:
    """The final answer of a completion as the verifier reads it.

    Raises:
        SpecError: as for `verify`.

    >>> parse(r"So it is \\boxed{\\frac{2}{4}}.").normal_form
    '1/2'
    """
    return Parsed(**_verifier(policy, tuple(options.items())).parse(text))


def explain(gold: str, answer: str, policy: Policy = "strict", **options: object) -> Explanation:
    """Why an answer is or is not the gold one: both sides as they were read, the rule that decided.

    Raises:
        SpecError: as for `verify`.

    >>> explain("1/2", r"\\boxed{0.5}").answer.kind
    'number'
    """
    verifier = _verifier(policy, tuple(options.items()))
    text, sides = verifier.explain(gold, answer)
    return Explanation(Parsed(**sides["gold"]), Parsed(**sides["answer"]), verifier.verify(gold, answer), text)


@lru_cache(maxsize=64)
def _verifier(policy: str, options: tuple[tuple[str, object], ...]) -> MathVerifier:
    return MathVerifier({"policy": policy, **dict(options)})
