# Written by `R1REWARDS_UPDATE=1 cargo test --test reward_pages` from the kinds in src/spec. Change those, not this file.
"""The samples of a prompt together: majority, diversity."""

from __future__ import annotations

from typing import Literal

from ._base import Reward


class Majority(Reward):
    r"""Agreement with the most frequent answer of the prompt's samples (TTRL); needs all of them in one batch.

    Its entry in a spec has `kind = "majority"`. More examples and its limits: docs/rewards/majority.md.

    Args:
        extract: Where the answer is looked for: in the last box and, without one, in the final part (`auto`), or in one
            of the two alone. One of auto, boxed, final; default auto.
        same: The reward that decides whether two answers are the same: they are if it judges one correct with the other
            as reference. By default their texts must be equal.
        min_share: The least share of the samples that the majority must have; where it has less, the group is unscored.
            A number from 0 to 1; default 0.5.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.Majority(same=r1rewards.Math(extract="none")))
    >>> scorer.score_batch([r"so \boxed{1/2}", r"\boxed{0.5}", r"\boxed{3}"], prompt=["p", "p", "p"]).rewards
    [1.0, 1.0, 0.0]
    """

    kind = "majority"

    def __init__(
        self,
        *,
        extract: Literal["auto", "boxed", "final"] | None = None,
        same: Reward | None = None,
        min_share: float | None = None,
    ) -> None:
        super().__init__(extract=extract, same=same, min_share=min_share)


class Diversity(Reward):
    r"""How little a completion shares with the others of its prompt; needs all of them in one batch.

    Its entry in a spec has `kind = "diversity"`. More examples and its limits: docs/rewards/diversity.md.

    Args:
        ngram_size: The number of words in the n-grams that are compared. A whole number of at least 1; default 3.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.Diversity(ngram_size=2))
    >>> scorer.score_batch(["a b", "a b", "c d"], prompt=["p", "p", "p"]).rewards
    [0.5, 0.5, 1.0]
    """

    kind = "diversity"

    def __init__(self, *, ngram_size: int | None = None) -> None:
        super().__init__(ngram_size=ngram_size)
