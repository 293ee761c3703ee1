"""The math verifier as functions: whether an answer equals a reference, and why.

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
    """An answer as the verifier reads it: the text, the extracted answer, its normal form and its kind.

    A field is None if the text has no answer or the answer cannot be read.
    """

    text: str
    extracted: str | None
    normal_form: str | None
    kind: str | None


class Explanation(NamedTuple):
    """An explained comparison: both sides and the outcome. `str()` returns `text`, which is formatted for people."""

    gold: Parsed
    answer: Parsed
    outcome: Outcome
    text: str

    def __str__(self) -> str:
        return self.text


def verify(gold: str | int | float | Sequence[str], answer: str, policy: Policy = "strict", **options: object) -> Outcome:
    """Judges an answer against a reference.

    Args:
        gold: The reference, or a list of acceptable ones.
        answer: An answer alone, or a whole completion.
        policy: strict, lenient, science, math_verify or hendrycks.
        **options: The other options of the reward `math`: `extract` and every switch (docs/rewards/math.md).

    Returns:
        The outcome. It is true if and only if the answer is correct.

    Raises:
        SpecError: an unknown policy or option; the message lists the known ones.

    >>> bool(verify("x^2 - 1", "(x - 1)(x + 1)"))
    True
    >>> verify("0.333", "1/3").reason
    'different'
    """
    return _verifier(policy, tuple(options.items())).verify(gold, answer)


def parse(text: str, policy: Policy = "strict", **options: object) -> Parsed:
    """Extracts and parses the final answer of a completion, as the verifier does.

    Raises:
        SpecError: as for `verify`.

    >>> parse(r"So it is \\boxed{\\frac{2}{4}}.").normal_form
    '1/2'
    """
    return Parsed(**_verifier(policy, tuple(options.items())).parse(text))


def explain(gold: str, answer: str, policy: Policy = "strict", **options: object) -> Explanation:
    """Explains why an answer is or is not equal to the reference: both sides as they were read, and the rule that
    decided.

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
