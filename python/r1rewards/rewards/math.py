"""Rewards of the spec, one class a kind: math, auto."""

from __future__ import annotations

from typing import Literal

from ._base import Reward

Policy = Literal["strict", "lenient", "math_verify", "hendrycks"]
"""The sets of switches."""
Extract = Literal["auto", "boxed", "answer_tag", "last_number", "none"]
"""Where the answer is looked for."""


class Math(Reward):
    r"""The final answer equals one of the row's gold answers.

    Spec: `kind = "math"`; every option, examples and limits: docs/rewards/math.md.

    Args:
        policy: The set of switches to start from: strict (the default), lenient, math_verify or hendrycks.
        extract: Where the answer is looked for: auto, boxed, answer_tag, last_number or none.
        thinking: The names of the tags around thinking, say ["think", "scratchpad"]; auto (the default) knows those of open models.
        decimals: Decimals agree with an exact value from this many significant digits on, when all of them are right; 0 never.
        last_box: Of several boxes that disagree the last counts; off, they are a hedge.
        box_list: Boxes that follow each other closely are one list of answers.
        last_number: Where nothing marks an answer, the last formula or number counts.
        unclosed_box: A box that is never closed counts to the end of the text.
        assignment: `x = 5` counts as 5, `f(x) = 2x` as 2x, `x \in S` as S.
        inequality_interval: An inequality in one unknown counts as its interval.
        percent_sign: A percent sign may be added or dropped.
        missing_unit: The answer may leave out the unit that the reference has.
        other_label: Words behind a number that are no known unit may differ.
        missing_base: The answer may leave out the index that names the base.
        decimal_comma: `3,5` may be 3.5 where the other side is one number.
        space_thousands: `1 000` is one number.
        approximate: An answer behind `≈` counts.
        any_brackets: Tuples of three and more, vectors and column matrices may stand in any bracket.
        last_of_chain: Of `x = 2 + 3 = 5` the last side counts, whatever the others are.
        bare_braces: `{1, 2}` without backslashes may be a tuple.
        repeated_items: An item of a bare list may be repeated.
        phrase_first: `The final answer is …` counts before a box.
        stated_choice: Where the reference is a letter, an option named in a sentence counts.
        plain_text: Answers are compared as text after removing LaTeX decoration, as the MATH data set's own grader does.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "math"

    def __init__(
        self,
        policy: Policy | None = None,
        *,
        extract: Extract | None = None,
        thinking: str | list[str] | None = None,
        decimals: int | None = None,
        last_box: bool | None = None,
        box_list: bool | None = None,
        last_number: bool | None = None,
        unclosed_box: bool | None = None,
        assignment: bool | None = None,
        inequality_interval: bool | None = None,
        percent_sign: bool | None = None,
        missing_unit: bool | None = None,
        other_label: bool | None = None,
        missing_base: bool | None = None,
        decimal_comma: bool | None = None,
        space_thousands: bool | None = None,
        approximate: bool | None = None,
        any_brackets: bool | None = None,
        last_of_chain: bool | None = None,
        bare_braces: bool | None = None,
        repeated_items: bool | None = None,
        phrase_first: bool | None = None,
        stated_choice: bool | None = None,
        plain_text: bool | None = None,
    ) -> None:
        super().__init__(
            policy=policy,
            extract=extract,
            thinking=thinking,
            decimals=decimals,
            last_box=last_box,
            box_list=box_list,
            last_number=last_number,
            unclosed_box=unclosed_box,
            assignment=assignment,
            inequality_interval=inequality_interval,
            percent_sign=percent_sign,
            missing_unit=missing_unit,
            other_label=other_label,
            missing_base=missing_base,
            decimal_comma=decimal_comma,
            space_thousands=space_thousands,
            approximate=approximate,
            any_brackets=any_brackets,
            last_of_chain=last_of_chain,
            bare_braces=bare_braces,
            repeated_items=repeated_items,
            phrase_first=phrase_first,
            stated_choice=stated_choice,
            plain_text=plain_text,
        )


class Auto(Reward):
    r"""Routes by the row: its own `reward` spec where it has one, else `tests` to code, else `answer` to math, else unscored.

    Spec: `kind = "auto"`; every option, examples and limits: docs/rewards/auto.md.

    Args:
        policy: The set of switches to start from: strict (the default), lenient, math_verify or hendrycks.
        extract: Where the answer is looked for: auto, boxed, answer_tag, last_number or none.
        thinking: The names of the tags around thinking, say ["think", "scratchpad"]; auto (the default) knows those of open models.
        decimals: Decimals agree with an exact value from this many significant digits on, when all of them are right; 0 never.
        last_box: Of several boxes that disagree the last counts; off, they are a hedge.
        box_list: Boxes that follow each other closely are one list of answers.
        last_number: Where nothing marks an answer, the last formula or number counts.
        unclosed_box: A box that is never closed counts to the end of the text.
        assignment: `x = 5` counts as 5, `f(x) = 2x` as 2x, `x \in S` as S.
        inequality_interval: An inequality in one unknown counts as its interval.
        percent_sign: A percent sign may be added or dropped.
        missing_unit: The answer may leave out the unit that the reference has.
        other_label: Words behind a number that are no known unit may differ.
        missing_base: The answer may leave out the index that names the base.
        decimal_comma: `3,5` may be 3.5 where the other side is one number.
        space_thousands: `1 000` is one number.
        approximate: An answer behind `≈` counts.
        any_brackets: Tuples of three and more, vectors and column matrices may stand in any bracket.
        last_of_chain: Of `x = 2 + 3 = 5` the last side counts, whatever the others are.
        bare_braces: `{1, 2}` without backslashes may be a tuple.
        repeated_items: An item of a bare list may be repeated.
        phrase_first: `The final answer is …` counts before a box.
        stated_choice: Where the reference is a letter, an option named in a sentence counts.
        plain_text: Answers are compared as text after removing LaTeX decoration, as the MATH data set's own grader does.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "auto"

    def __init__(
        self,
        *,
        policy: Policy | None = None,
        extract: Extract | None = None,
        thinking: str | list[str] | None = None,
        decimals: int | None = None,
        last_box: bool | None = None,
        box_list: bool | None = None,
        last_number: bool | None = None,
        unclosed_box: bool | None = None,
        assignment: bool | None = None,
        inequality_interval: bool | None = None,
        percent_sign: bool | None = None,
        missing_unit: bool | None = None,
        other_label: bool | None = None,
        missing_base: bool | None = None,
        decimal_comma: bool | None = None,
        space_thousands: bool | None = None,
        approximate: bool | None = None,
        any_brackets: bool | None = None,
        last_of_chain: bool | None = None,
        bare_braces: bool | None = None,
        repeated_items: bool | None = None,
        phrase_first: bool | None = None,
        stated_choice: bool | None = None,
        plain_text: bool | None = None,
    ) -> None:
        super().__init__(
            policy=policy,
            extract=extract,
            thinking=thinking,
            decimals=decimals,
            last_box=last_box,
            box_list=box_list,
            last_number=last_number,
            unclosed_box=unclosed_box,
            assignment=assignment,
            inequality_interval=inequality_interval,
            percent_sign=percent_sign,
            missing_unit=missing_unit,
            other_label=other_label,
            missing_base=missing_base,
            decimal_comma=decimal_comma,
            space_thousands=space_thousands,
            approximate=approximate,
            any_brackets=any_brackets,
            last_of_chain=last_of_chain,
            bare_braces=bare_braces,
            repeated_items=repeated_items,
            phrase_first=phrase_first,
            stated_choice=stated_choice,
            plain_text=plain_text,
        )
