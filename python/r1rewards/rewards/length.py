# Written by `R1REWARDS_UPDATE=1 cargo test --test reward_pages` from the kinds in src/spec. Change those, not this file.
"""Length and repetition: length, soft_overlong, cosine_length, kimi_length, repetition, distinct."""

from __future__ import annotations

from typing import Literal

from ._base import Reward

Unit = Literal["chars", "words", "tokens", "raw_chars"]
"""What is counted; for `chars` white space at the ends is trimmed, for `raw_chars` it is not."""


class Length(Reward):
    r"""A length within bounds, counted after white space at the ends is trimmed.

    Its entry in a spec has `kind = "length"`. More examples and its limits: docs/rewards/length.md.

    Args:
        unit: What is counted; for `chars` white space at the ends is trimmed, for `raw_chars` it is not. One of chars,
            words, tokens, raw_chars; default chars.
        min: The least length that is accepted.
        max: The greatest length that is accepted.
        min_distinct_ratio: The least share of distinct words that is accepted. A number from 0 to 1.
        scope: The part of the completion that is counted. One of completion, thinking, answer, final; default
            completion.
        token_field: With the unit tokens: the row's field with the number of tokens or the list of token ids. Default
            completion_tokens.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.Length(unit="words", min=2, max=5, min_distinct_ratio=0.5))
    >>> scorer.score("two words").reward
    1.0
    >>> scorer.score("one ").reward
    0.0
    """

    kind = "length"

    def __init__(
        self,
        *,
        unit: Unit | None = None,
        min: int | None = None,
        max: int | None = None,
        min_distinct_ratio: float | None = None,
        scope: Literal["completion", "thinking", "answer", "final"] | None = None,
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
    r"""DAPO's penalty for length: 0 up to `max` − `cache`, then falling in a straight line to −1 at `max`, and −1 beyond.

    Its entry in a spec has `kind = "soft_overlong"`. More examples and its limits: docs/rewards/soft_overlong.md.

    Args:
        unit: What is counted; for `chars` white space at the ends is trimmed, for `raw_chars` it is not. One of chars,
            words, tokens, raw_chars; default tokens.
        max: The length from which on the value is −1 (Lmax in the paper). Default 20480.
        cache: The length of the slope before `max` (Lcache in the paper), at most `max`. Default 4096.
        token_field: With the unit tokens: the row's field with the number of tokens or the list of token ids. Default
            completion_tokens.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.SoftOverlong(unit="words", max=4, cache=2))
    >>> scorer.score("one two").reward
    0.0
    >>> scorer.score("one two three").reward
    -0.5
    """

    kind = "soft_overlong"

    def __init__(
        self,
        *,
        unit: Unit | None = None,
        max: int | None = None,
        cache: int | None = None,
        token_field: str | None = None,
    ) -> None:
        super().__init__(unit=unit, max=max, cache=cache, token_field=token_field)


class CosineLength(Reward):
    r"""Correctness scaled by length along a cosine: short right answers earn most, short wrong ones lose most.

    Its entry in a spec has `kind = "cosine_length"`. More examples and its limits: docs/rewards/cosine_length.md.

    Args:
        reward: The reward that decides which answers are right.
        unit: What is counted; for `chars` white space at the ends is trimmed, for `raw_chars` it is not. One of chars,
            words, tokens, raw_chars; default chars.
        max_len: The length at which the cosine has run half a turn. A whole number of at least 1; default 1000.
        min_value_wrong: The value of a wrong answer of length 0. Default -1.
        max_value_wrong: The value of a wrong answer of length `max_len`. Default -0.5.
        min_value_correct: The value of a right answer of length `max_len`. Default 0.5.
        max_value_correct: The value of a right answer of length 0. Default 1.
        clamp: Whether longer answers keep the value of `max_len`; open-r1 has false. Default True.
        token_field: With the unit tokens: the row's field with the number of tokens or the list of token ids. Default
            completion_tokens.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.CosineLength(r1rewards.Text(), max_len=4))
    >>> scorer.score("42", answer="42").reward
    0.75
    >>> scorer.score("4222", answer="42").reward
    -0.5
    """

    kind = "cosine_length"

    def __init__(
        self,
        reward: Reward,
        *,
        unit: Unit | None = None,
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
    r"""Kimi's length reward: λ = ½ − (length − shortest) / (longest − shortest) in the group; right answers earn λ, wrong
    ones min(0, λ).

    Its entry in a spec has `kind = "kimi_length"`. More examples and its limits: docs/rewards/kimi_length.md.

    Args:
        reward: The reward that decides which answers are right.
        unit: What is counted; for `chars` white space at the ends is trimmed, for `raw_chars` it is not. One of chars,
            words, tokens, raw_chars; default chars.
        token_field: With the unit tokens: the row's field with the number of tokens or the list of token ids. Default
            completion_tokens.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.KimiLength(r1rewards.Text()))
    >>> scorer.score_batch(["42", "4222", "421"], answer=["42", "42", "42"], prompt=["6*7?", "6*7?", "6*7?"]).rewards
    [0.5, -0.5, 0.0]
    """

    kind = "kimi_length"

    def __init__(self, reward: Reward, *, unit: Unit | None = None, token_field: str | None = None) -> None:
        super().__init__(reward=reward, unit=unit, token_field=token_field)


class Repetition(Reward):
    r"""The n-gram penalty: (1 − distinct/all) · max_penalty.

    Its entry in a spec has `kind = "repetition"`. More examples and its limits: docs/rewards/repetition.md.

    Args:
        ngram_size: The size of the n-grams. A whole number of at least 1; default 3.
        max_penalty: The penalty of a text that only repeats itself. A number of at most 0; default -1.
        unit: What the n-grams are made of. One of words, tokens; default words.
        token_field: With the unit tokens: the row's field with the list of token ids or texts. Default completion_ids.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.Repetition(ngram_size=2, max_penalty=-1.0))
    >>> scorer.score("a b c").reward
    0.0
    >>> scorer.score("a a A a a").reward
    -0.75
    """

    kind = "repetition"

    def __init__(
        self,
        *,
        ngram_size: int | None = None,
        max_penalty: float | None = None,
        unit: Literal["words", "tokens"] | None = None,
        token_field: str | None = None,
    ) -> None:
        super().__init__(ngram_size=ngram_size, max_penalty=max_penalty, unit=unit, token_field=token_field)


class Distinct(Reward):
    r"""The share of distinct n-grams of words, or 1 from a given share on.

    Its entry in a spec has `kind = "distinct"`. More examples and its limits: docs/rewards/distinct.md.

    Args:
        ngram_size: The size of the n-grams. A whole number of at least 1; default 1.
        min_share: The share from which on the reward is 1, and 0 below; without it the reward is the share. A number
            from 0 to 1.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.Distinct(min_share=0.5))
    >>> scorer.score("one two three three").reward
    1.0
    >>> scorer.score("the the the the").reward
    0.0
    """

    kind = "distinct"

    def __init__(self, *, ngram_size: int | None = None, min_share: float | None = None) -> None:
        super().__init__(ngram_size=ngram_size, min_share=min_share)
