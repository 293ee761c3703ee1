"""Rewards of the spec, one class a kind: majority, diversity."""

from __future__ import annotations

from ._base import Reward


class Majority(Reward):
    r"""Agreement with the most frequent answer of the prompt's samples (TTRL); needs all of them in one batch.

    Spec: `kind = "majority"`; every option, examples and limits: docs/rewards/majority.md.

    Args:
        extract: Where the answer is: auto (the default: the last box, else the final part), boxed or final.
        same: The reward that says whether two answers are the same, as a table with a kind; equal text unless said.
        min_share: A smaller majority labels nothing: the group is unscored; 0.5 unless said.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "majority"

    def __init__(
        self,
        *,
        extract: str | None = None,
        same: Reward | None = None,
        min_share: float | None = None,
    ) -> None:
        super().__init__(extract=extract, same=same, min_share=min_share)


class Diversity(Reward):
    r"""How little a completion shares with the others of its prompt; needs all of them in one batch.

    Spec: `kind = "diversity"`; every option, examples and limits: docs/rewards/diversity.md.

    Args:
        ngram_size: The size of the n-grams of words that are compared; 3 unless said.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "diversity"

    def __init__(self, *, ngram_size: int | None = None) -> None:
        super().__init__(ngram_size=ngram_size)
