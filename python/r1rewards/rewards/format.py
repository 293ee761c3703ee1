"""Rewards of the spec, one class a kind: format, tag_count, reasoning_steps, code_format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from ._base import Reward


class Format(Reward):
    r"""The completion has the declared structure: sections in order, each once, with visible text, and nothing outside.

    Spec: `kind = "format"`; every option, examples and limits: docs/rewards/format.md.

    Args:
        template: think_answer (the default), think, boxed, coat, open_r1 or trl; leave it out with `sections`.
        prefilled_think: true where the prompt ends with the first opening tag, false (the default), or "either".
        soft: strict (the default), tags or sections: pay the share of them that is right, at most 0.9 where the whole is not.
        sections: Your own structure: a list of names, or of tables with name, open, close, count (once, optional, some, any), may_be_blank.
        ordered: Whether the sections come in the order given; true unless said.
        outside: Where text may stand outside the sections: nowhere (the default), after (it must), maybe_after or anywhere.
        min_actions: coat: at least this many meta-actions; 1 unless said.
        require_boxed: coat: the last step must hold a box; false unless said.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "format"

    def __init__(
        self,
        template: str | None = None,
        *,
        prefilled_think: bool | Literal["either"] | None = None,
        soft: str | None = None,
        sections: Sequence[str | Mapping[str, object]] | None = None,
        ordered: bool | None = None,
        outside: str | None = None,
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

    Spec: `kind = "tag_count"`; every option, examples and limits: docs/rewards/tag_count.md.

    Args:
        sections: The sections whose tags count, as for format; think and answer unless said.
        profile: open_r1: four exact strings with line breaks, as open-r1 counts.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "tag_count"

    def __init__(
        self,
        *,
        sections: Sequence[str | Mapping[str, object]] | None = None,
        profile: str | None = None,
    ) -> None:
        super().__init__(sections=sections, profile=profile)


class ReasoningSteps(Reward):
    r"""Visible step markers: min(1, markers / target).

    Spec: `kind = "reasoning_steps"`; every option, examples and limits: docs/rewards/reasoning_steps.md.

    Args:
        target: The number of markers that earns the full reward; 3 unless said.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "reasoning_steps"

    def __init__(self, *, target: int | None = None) -> None:
        super().__init__(target=target)


class CodeFormat(Reward):
    r"""The answer part holds a closed, visible code block in one of the languages, and every fence in it is closed.

    Spec: `kind = "code_format"`; every option, examples and limits: docs/rewards/code_format.md.

    Args:
        languages: The words after the fence that are accepted; any language unless said.
        profile: open_r1: its regular expression for the first of the languages (python unless said).

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "code_format"

    def __init__(self, *, languages: str | Sequence[str] | None = None, profile: str | None = None) -> None:
        super().__init__(languages=languages, profile=profile)
