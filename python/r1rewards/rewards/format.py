# Written by `R1REWARDS_UPDATE=1 cargo test --test reward_pages` from the kinds in src/spec. Change those, not this file.
"""The structure of a completion: format, tag_count, reasoning_steps, code_format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from ._base import Reward

Profile = Literal["open_r1"]
"""The library whose count is reproduced, instead of `sections`: open-r1 counts four exact strings with line breaks."""


class Format(Reward):
    r"""The completion has the declared structure: sections in order, each once, with visible text, and nothing outside.

    Its entry in a spec has `kind = "format"`. More examples and its limits: docs/rewards/format.md.

    Args:
        template: A known structure, instead of `sections`. One of think_answer, think, boxed, coat, open_r1, trl;
            default think_answer.
        prefilled_think: Whether the prompt ends with the first opening tag, so that the completion lacks it; `either`
            accepts both. Default False.
        soft: Whether a structure that is partly right earns something: nothing (strict), or the share of its tags or of
            its sections that is right, at most 0.9. One of strict, tags, sections; default strict.
        sections: A structure of your own, instead of `template`: names of tags, or objects with `name`, `open`,
            `close`, `count` (once, optional, some or any) and `may_be_blank`.
        ordered: With `sections`: whether they must come in the order given. Default True.
        outside: With `sections`: where other text is allowed: nowhere, after the last one (`after` requires some), or
            anywhere. One of nowhere, after, maybe_after, anywhere; default nowhere.
        min_actions: With the template coat: the least number of meta-actions. Default 1.
        require_boxed: With the template coat: whether the last step must hold a box. Default False.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.Format("think_answer"))
    >>> scorer.score("<think>6 times 7</think>\n<answer>42</answer>").reward
    1.0
    >>> scorer.score("Sure! <think>6 times 7</think><answer>42</answer>").reward
    0.0
    """

    kind = "format"

    def __init__(
        self,
        template: Literal["think_answer", "think", "boxed", "coat", "open_r1", "trl"] | None = None,
        *,
        prefilled_think: bool | Literal["either"] | None = None,
        soft: Literal["strict", "tags", "sections"] | None = None,
        sections: Sequence[str | Mapping[str, object]] | None = None,
        ordered: bool | None = None,
        outside: Literal["nowhere", "after", "maybe_after", "anywhere"] | None = None,
        min_actions: int | None = None,
        require_boxed: bool | None = None,
    ) -> None:
        super().__init__(
            template=template,
            prefilled_think=prefilled_think,
            soft=soft,
            sections=sections,
            ordered=ordered,
            outside=outside,
            min_actions=min_actions,
            require_boxed=require_boxed,
        )


class TagCount(Reward):
    r"""The share of the declared tags that occur exactly once.

    Its entry in a spec has `kind = "tag_count"`. More examples and its limits: docs/rewards/tag_count.md.

    Args:
        sections: The sections whose tags are counted, as names or objects as for `format`. Default ["think", "answer"].
        profile: The library whose count is reproduced, instead of `sections`: open-r1 counts four exact strings with
            line breaks. The word open_r1.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.TagCount())
    >>> scorer.score("<think>a</think><answer>b</answer>").reward
    1.0
    >>> scorer.score("<think>a</think>b").reward
    0.5
    """

    kind = "tag_count"

    def __init__(
        self,
        *,
        sections: Sequence[str | Mapping[str, object]] | None = None,
        profile: Profile | None = None,
    ) -> None:
        super().__init__(sections=sections, profile=profile)


class ReasoningSteps(Reward):
    r"""The number of visible step markers divided by `target`, at most 1.

    Its entry in a spec has `kind = "reasoning_steps"`. More examples and its limits: docs/rewards/reasoning_steps.md.

    Args:
        target: The number of markers that earns the full reward. A whole number from 1 to 4294967295; default 3.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.ReasoningSteps(target=2))
    >>> scorer.score("First, add.\n- then carry").reward
    1.0
    >>> scorer.score("Step 1: add").reward
    0.5
    """

    kind = "reasoning_steps"

    def __init__(self, *, target: int | None = None) -> None:
        super().__init__(target=target)


class CodeFormat(Reward):
    r"""The answer part holds a closed, visible code block in one of the languages, and every fence in it is closed.

    Its entry in a spec has `kind = "code_format"`. More examples and its limits: docs/rewards/code_format.md.

    Args:
        languages: The words that are accepted after the opening fence, for example `python`; without it every language
            is.
        profile: The library whose rule is reproduced: open-r1 applies a regular expression to the first of the
            languages, or to python without any. The word open_r1.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.CodeFormat(languages=["python", "py"]))
    >>> scorer.score("Here:\n```python\nprint(1)\n```").reward
    1.0
    >>> scorer.score("```python\nprint(1)").reward
    0.0
    """

    kind = "code_format"

    def __init__(self, *, languages: str | Sequence[str] | None = None, profile: Profile | None = None) -> None:
        super().__init__(languages=languages, profile=profile)
