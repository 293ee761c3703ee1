"""Rewards of the spec, one class a kind: length, soft_overlong, cosine_length, kimi_length, repetition, distinct."""

from __future__ import annotations

from ._base import Reward


class Length(Reward):
    r"""A length within bounds, counted after white space at the ends is trimmed.

    Spec: `kind = "length"`; every option, examples and limits: docs/rewards/length.md.

    Args:
        unit: What is counted: chars (the default; white space at the ends is trimmed), words, tokens, or raw_chars (untrimmed).
        min: At least this many.
        max: At most this many.
        min_distinct_ratio: At least this share of the words is distinct.
        scope: The part that is counted: completion (the default), thinking, answer or final.
        token_field: The row's field with the token count, or the list of token ids, where tokens are counted.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "length"

    def __init__(
        self,
        *,
        unit: str | None = None,
        min: int | None = None,
        max: int | None = None,
        min_distinct_ratio: float | None = None,
        scope: str | None = None,
        token_field: str | None = None,
    ) -> None:
        super().__init__(
            unit=unit,
            min=min,
            max=max,
            min_distinct_ratio=min_distinct_ratio,
            scope=scope,
            token_field=token_field,
        )


class SoftOverlong(Reward):
    r"""DAPO's punishment: 0 up to max − cache, then falling in a line to −1 at max, −1 beyond.

    Spec: `kind = "soft_overlong"`; every option, examples and limits: docs/rewards/soft_overlong.md.

    Args:
        unit: What is counted: tokens (the default), chars, words, or raw_chars (untrimmed).
        max: Lmax; 20480 unless said.
        cache: Lcache, the length of the slope; 4096 unless said.
        token_field: The row's field with the token count, or the list of token ids, where tokens are counted.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "soft_overlong"

    def __init__(
        self,
        *,
        unit: str | None = None,
        max: int | None = None,
        cache: int | None = None,
        token_field: str | None = None,
    ) -> None:
        super().__init__(unit=unit, max=max, cache=cache, token_field=token_field)


class CosineLength(Reward):
    r"""Correctness scaled by length along a cosine: short right answers earn most, short wrong ones lose most.

    Spec: `kind = "cosine_length"`; every option, examples and limits: docs/rewards/cosine_length.md.

    Args:
        reward: The reward that says which answers are right, as a table with a kind.
        unit: What is counted: chars (the default; white space at the ends is trimmed), words, tokens, or raw_chars (untrimmed).
        max_len: The length at which the cosine has run half a turn; 1000 unless said.
        min_value_wrong: A wrong answer of no length; −1 unless said.
        max_value_wrong: A wrong answer of max_len; −0.5 unless said.
        min_value_correct: A right answer of max_len; 0.5 unless said.
        max_value_correct: A right answer of no length; 1 unless said.
        clamp: Hold the value of max_len beyond it; true unless said (open-r1: false).
        token_field: The row's field with the token count, or the list of token ids, where tokens are counted.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "cosine_length"

    def __init__(
        self,
        reward: Reward,
        *,
        unit: str | None = None,
        max_len: int | None = None,
        min_value_wrong: float | None = None,
        max_value_wrong: float | None = None,
        min_value_correct: float | None = None,
        max_value_correct: float | None = None,
        clamp: bool | None = None,
        token_field: str | None = None,
    ) -> None:
        super().__init__(
            reward=reward,
            unit=unit,
            max_len=max_len,
            min_value_wrong=min_value_wrong,
            max_value_wrong=max_value_wrong,
            min_value_correct=min_value_correct,
            max_value_correct=max_value_correct,
            clamp=clamp,
            token_field=token_field,
        )


class KimiLength(Reward):
    r"""Kimi's length reward: λ = ½ − the place in the group's span of lengths; wrong answers earn min(0, λ).

    Spec: `kind = "kimi_length"`; every option, examples and limits: docs/rewards/kimi_length.md.

    Args:
        reward: The reward that says which answers are right, as a table with a kind.
        unit: What is counted: chars (the default; white space at the ends is trimmed), words, tokens, or raw_chars (untrimmed).
        token_field: The row's field with the token count, or the list of token ids, where tokens are counted.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "kimi_length"

    def __init__(self, reward: Reward, *, unit: str | None = None, token_field: str | None = None) -> None:
        super().__init__(reward=reward, unit=unit, token_field=token_field)


class Repetition(Reward):
    r"""The n-gram penalty: (1 − distinct/all) · max_penalty.

    Spec: `kind = "repetition"`; every option, examples and limits: docs/rewards/repetition.md.

    Args:
        ngram_size: The size of the n-grams; 3 unless said.
        max_penalty: The penalty of a text that only repeats itself, 0 or negative; −1 unless said.
        unit: What the n-grams are made of: words (the default) or tokens, from a list of ids or texts in a field of the row.
        token_field: The row's field with the token count, or the list of token ids, where tokens are counted.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "repetition"

    def __init__(
        self,
        *,
        ngram_size: int | None = None,
        max_penalty: float | None = None,
        unit: str | None = None,
        token_field: str | None = None,
    ) -> None:
        super().__init__(ngram_size=ngram_size, max_penalty=max_penalty, unit=unit, token_field=token_field)


class Distinct(Reward):
    r"""The share of distinct n-grams of words, or 1 from a share on.

    Spec: `kind = "distinct"`; every option, examples and limits: docs/rewards/distinct.md.

    Args:
        ngram_size: The size of the n-grams; 1 unless said.
        min_share: Reward 1 from this share on, 0 below.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "distinct"

    def __init__(self, *, ngram_size: int | None = None, min_share: float | None = None) -> None:
        super().__init__(ngram_size=ngram_size, min_share=min_share)
