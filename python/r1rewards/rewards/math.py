# Written by `R1REWARDS_UPDATE=1 cargo test --test reward_pages` from the kinds in src/spec. Change those, not this file.
"""Answers: math, auto."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ._base import Reward

Policy = Literal["strict", "lenient", "science", "math_verify", "hendrycks"]
"""The set of switches to start from: it decides `decimals` and every switch that is not given."""
Extract = Literal["auto", "boxed", "answer_tag", "last_number", "none"]
"""Where the answer is looked for: in the first marked place (`auto`), only in one kind of place, or the whole text is the answer (`none`)."""
DecimalMark = Literal[".", ","]
"""The mark before the decimals of a number, on both sides; with a comma, points group thousands (`1.234,5`)."""


class Math(Reward):
    r"""The final answer equals one of the row's gold answers.

    Its entry in a spec has `kind = "math"`. More examples and its limits: docs/rewards/math.md.

    Args:
        policy: The set of switches to start from: it decides `decimals` and every switch that is not given. One of
            strict, lenient, science, math_verify, hendrycks; default strict.
        extract: Where the answer is looked for: in the first marked place (`auto`), only in one kind of place, or the
            whole text is the answer (`none`). One of auto, boxed, answer_tag, last_number, none; default auto.
        thinking: The names of the tags around thinking, for example `think` or `scratchpad`; `auto` is the list of
            names that open models use. Default auto.
        decimals: A rounded decimal agrees with an exact value if it has at least this number of significant digits and
            all of them are right; with 0 it never does. A whole number from 0 to 4294967295.
        relative_tolerance: A number counts as equal where its distance from the reference is at most this share of the
            reference. An option of this kind replaces those of the policy. A number from 0 to 0.5.
        absolute_tolerance: A number counts as equal where its distance from the reference, in the unit of the
            reference, is at most this. A number of at least 0.
        significant_digits: A number counts as equal where its distance from the reference is at most half a unit in
            this significant digit of the reference. A whole number from 1 to 100.
        functions: Names of functions: with `y`, `y(x+1)` is a value of y and never a product.
        matrices: Names of matrices or operators: the order of their products counts.
        vectors: Names of vectors: their dot and cross products are kept apart.
        positive: Names of positive numbers: with `a`, `\sqrt{a^2}` is a.
        decimal_mark: The mark before the decimals of a number, on both sides; with a comma, points group thousands
            (`1.234,5`). One of ., ,; default ..
        labels: Words before the answer, as the prompt asks for them (`Final result:`): under `extract = "auto"` the
            answer is the line after the last of them, before all other places.
        choices: The row's field with the options of a multiple choice: a list of texts, an object from letters to
            texts, or one of `label` and `text`. The reference is a letter or the text of an option; its letter, its
            text and its value are right, unless a wrong option has the same value.
        row_options: The row's field with options of this kind that hold for the row alone, for example
            `{"relative_tolerance": 0.05}`.
        last_box: Where several boxes are not equal, the last one counts; without this switch the answer is refused as a
            hedge.
        box_list: Boxes with little text between them are read as one list of answers.
        last_number: Where no mark such as a box or an answer phrase is found, the last formula or number counts.
        unclosed_box: A box that is never closed counts, up to the end of its line.
        assignment: `x = 5` counts as 5, `f(x) = 2x` as 2x, `x \in S` as S.
        inequality_interval: An inequality in one unknown counts as its interval.
        percent_sign: A percent sign may be added or dropped.
        missing_unit: The answer may leave out the unit that the reference has.
        other_label: Words after a number that are not a known unit may differ.
        missing_base: The answer may leave out the index that gives the base of the reference: `365` for `365_8`.
        constant_names: `k` counts as Boltzmann's constant `k_B` beside a temperature or a logarithm, `h` as 2πħ, and
            `E/kT` as E/(kT).
        ratio_fraction: A ratio of two values counts as their quotient: `3:4` is equal to `3/4`.
        decimal_comma: `3,5` is also read as 3.5 where the other side is not a list, set or tuple.
        space_thousands: `1 000` is one number.
        approximate: An answer after `≈` counts.
        any_brackets: A tuple, a vector and a matrix of one row or column are equal where their components are; two
            tuples in different brackets need at least three components.
        last_of_chain: The last side of a chain such as `x = 2 + 3 = 5` counts, whether or not the other sides are equal
            to it.
        bare_braces: An answer `{1, 2}` without backslashes is also read as a tuple.
        repeated_items: A bare list may repeat an item: `1, 1, 2` is equal to `1, 2`.
        phrase_first: An answer phrase such as `The final answer is …` is preferred to a box.
        stated_choice: Where the reference is the letter of an option, an option named in a sentence counts as the
            answer; where it is yes or no, a sentence that begins with the word.
        ordered_lists: The items of a bare list must be in the order of the reference.
        any_name: Values that are given to different names are compared as values: `R = 5` is equal to `x = 5`.
        further_names: The answer may also give values of other names than the one name of the reference: `a = 2, T = 5`
            for `a = 2`.
        scalar_capitals: Capitals are numbers, whose products commute: `I^2R` is equal to `RI^2`, `C(a+b)` to `Ca+Cb`.
        positive_roots: A letter that stands alone under an even root or in a logarithm is positive: `\sqrt{a}\sqrt{b}`
            is equal to `\sqrt{ab}`.
        up_to_constant: Formulas with symbols are equal where their difference is a number or a constant of integration
            (`C`, `K`, `C_1`, …), as antiderivatives are.
        slash_products: All factors behind a slash are below it: `h/2\pi` is h/(2π), where the numerator is not a
            number.
        cross_products: `\times` between letters that are neither vectors nor capitals multiplies: `l \times w` is `lw`.
        plain_text: Answers are compared as text after removing LaTeX decoration, as in the MATH data set's own grader.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.Math("strict"))
    >>> scorer.score(r"Halving gives \boxed{\frac{6}{4}}.", answer="1.5").reward
    1.0
    >>> scorer.score(r"\boxed{1.4}", answer="1.5").reward
    0.0
    """

    kind = "math"

    def __init__(
        self,
        policy: Policy | None = None,
        *,
        extract: Extract | None = None,
        thinking: str | Sequence[str] | None = None,
        decimals: int | None = None,
        relative_tolerance: float | None = None,
        absolute_tolerance: float | None = None,
        significant_digits: int | None = None,
        functions: str | Sequence[str] | None = None,
        matrices: str | Sequence[str] | None = None,
        vectors: str | Sequence[str] | None = None,
        positive: str | Sequence[str] | None = None,
        decimal_mark: DecimalMark | None = None,
        labels: str | Sequence[str] | None = None,
        choices: str | None = None,
        row_options: str | None = None,
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
        constant_names: bool | None = None,
        ratio_fraction: bool | None = None,
        decimal_comma: bool | None = None,
        space_thousands: bool | None = None,
        approximate: bool | None = None,
        any_brackets: bool | None = None,
        last_of_chain: bool | None = None,
        bare_braces: bool | None = None,
        repeated_items: bool | None = None,
        phrase_first: bool | None = None,
        stated_choice: bool | None = None,
        ordered_lists: bool | None = None,
        any_name: bool | None = None,
        further_names: bool | None = None,
        scalar_capitals: bool | None = None,
        positive_roots: bool | None = None,
        up_to_constant: bool | None = None,
        slash_products: bool | None = None,
        cross_products: bool | None = None,
        plain_text: bool | None = None,
    ) -> None:
        super().__init__(
            policy=policy,
            extract=extract,
            thinking=thinking,
            decimals=decimals,
            relative_tolerance=relative_tolerance,
            absolute_tolerance=absolute_tolerance,
            significant_digits=significant_digits,
            functions=functions,
            matrices=matrices,
            vectors=vectors,
            positive=positive,
            decimal_mark=decimal_mark,
            labels=labels,
            choices=choices,
            row_options=row_options,
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
            constant_names=constant_names,
            ratio_fraction=ratio_fraction,
            decimal_comma=decimal_comma,
            space_thousands=space_thousands,
            approximate=approximate,
            any_brackets=any_brackets,
            last_of_chain=last_of_chain,
            bare_braces=bare_braces,
            repeated_items=repeated_items,
            phrase_first=phrase_first,
            stated_choice=stated_choice,
            ordered_lists=ordered_lists,
            any_name=any_name,
            further_names=further_names,
            scalar_capitals=scalar_capitals,
            positive_roots=positive_roots,
            up_to_constant=up_to_constant,
            slash_products=slash_products,
            cross_products=cross_products,
            plain_text=plain_text,
        )


class Auto(Reward):
    r"""Each row is judged by what it has: its own `reward` spec, else its `tests` by `code`, else its `answer` by `math`;
    without any it is unscored.

    Its entry in a spec has `kind = "auto"`. More examples and its limits: docs/rewards/auto.md.

    Args:
        policy: The set of switches to start from: it decides `decimals` and every switch that is not given. One of
            strict, lenient, science, math_verify, hendrycks; default strict.
        extract: Where the answer is looked for: in the first marked place (`auto`), only in one kind of place, or the
            whole text is the answer (`none`). One of auto, boxed, answer_tag, last_number, none; default auto.
        thinking: The names of the tags around thinking, for example `think` or `scratchpad`; `auto` is the list of
            names that open models use. Default auto.
        decimals: A rounded decimal agrees with an exact value if it has at least this number of significant digits and
            all of them are right; with 0 it never does. A whole number from 0 to 4294967295.
        relative_tolerance: A number counts as equal where its distance from the reference is at most this share of the
            reference. An option of this kind replaces those of the policy. A number from 0 to 0.5.
        absolute_tolerance: A number counts as equal where its distance from the reference, in the unit of the
            reference, is at most this. A number of at least 0.
        significant_digits: A number counts as equal where its distance from the reference is at most half a unit in
            this significant digit of the reference. A whole number from 1 to 100.
        functions: Names of functions: with `y`, `y(x+1)` is a value of y and never a product.
        matrices: Names of matrices or operators: the order of their products counts.
        vectors: Names of vectors: their dot and cross products are kept apart.
        positive: Names of positive numbers: with `a`, `\sqrt{a^2}` is a.
        decimal_mark: The mark before the decimals of a number, on both sides; with a comma, points group thousands
            (`1.234,5`). One of ., ,; default ..
        labels: Words before the answer, as the prompt asks for them (`Final result:`): under `extract = "auto"` the
            answer is the line after the last of them, before all other places.
        choices: The row's field with the options of a multiple choice: a list of texts, an object from letters to
            texts, or one of `label` and `text`. The reference is a letter or the text of an option; its letter, its
            text and its value are right, unless a wrong option has the same value.
        row_options: The row's field with options of this kind that hold for the row alone, for example
            `{"relative_tolerance": 0.05}`.
        last_box: Where several boxes are not equal, the last one counts; without this switch the answer is refused as a
            hedge.
        box_list: Boxes with little text between them are read as one list of answers.
        last_number: Where no mark such as a box or an answer phrase is found, the last formula or number counts.
        unclosed_box: A box that is never closed counts, up to the end of its line.
        assignment: `x = 5` counts as 5, `f(x) = 2x` as 2x, `x \in S` as S.
        inequality_interval: An inequality in one unknown counts as its interval.
        percent_sign: A percent sign may be added or dropped.
        missing_unit: The answer may leave out the unit that the reference has.
        other_label: Words after a number that are not a known unit may differ.
        missing_base: The answer may leave out the index that gives the base of the reference: `365` for `365_8`.
        constant_names: `k` counts as Boltzmann's constant `k_B` beside a temperature or a logarithm, `h` as 2πħ, and
            `E/kT` as E/(kT).
        ratio_fraction: A ratio of two values counts as their quotient: `3:4` is equal to `3/4`.
        decimal_comma: `3,5` is also read as 3.5 where the other side is not a list, set or tuple.
        space_thousands: `1 000` is one number.
        approximate: An answer after `≈` counts.
        any_brackets: A tuple, a vector and a matrix of one row or column are equal where their components are; two
            tuples in different brackets need at least three components.
        last_of_chain: The last side of a chain such as `x = 2 + 3 = 5` counts, whether or not the other sides are equal
            to it.
        bare_braces: An answer `{1, 2}` without backslashes is also read as a tuple.
        repeated_items: A bare list may repeat an item: `1, 1, 2` is equal to `1, 2`.
        phrase_first: An answer phrase such as `The final answer is …` is preferred to a box.
        stated_choice: Where the reference is the letter of an option, an option named in a sentence counts as the
            answer; where it is yes or no, a sentence that begins with the word.
        ordered_lists: The items of a bare list must be in the order of the reference.
        any_name: Values that are given to different names are compared as values: `R = 5` is equal to `x = 5`.
        further_names: The answer may also give values of other names than the one name of the reference: `a = 2, T = 5`
            for `a = 2`.
        scalar_capitals: Capitals are numbers, whose products commute: `I^2R` is equal to `RI^2`, `C(a+b)` to `Ca+Cb`.
        positive_roots: A letter that stands alone under an even root or in a logarithm is positive: `\sqrt{a}\sqrt{b}`
            is equal to `\sqrt{ab}`.
        up_to_constant: Formulas with symbols are equal where their difference is a number or a constant of integration
            (`C`, `K`, `C_1`, …), as antiderivatives are.
        slash_products: All factors behind a slash are below it: `h/2\pi` is h/(2π), where the numerator is not a
            number.
        cross_products: `\times` between letters that are neither vectors nor capitals multiplies: `l \times w` is `lw`.
        plain_text: Answers are compared as text after removing LaTeX decoration, as in the MATH data set's own grader.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.Auto())
    >>> scorer.score(r"so \boxed{42}", answer="42").reward
    1.0
    >>> scorer.score("B", answer="B", reward={"kind": "choice"}).reward
    1.0
    """

    kind = "auto"

    def __init__(
        self,
        policy: Policy | None = None,
        *,
        extract: Extract | None = None,
        thinking: str | Sequence[str] | None = None,
        decimals: int | None = None,
        relative_tolerance: float | None = None,
        absolute_tolerance: float | None = None,
        significant_digits: int | None = None,
        functions: str | Sequence[str] | None = None,
        matrices: str | Sequence[str] | None = None,
        vectors: str | Sequence[str] | None = None,
        positive: str | Sequence[str] | None = None,
        decimal_mark: DecimalMark | None = None,
        labels: str | Sequence[str] | None = None,
        choices: str | None = None,
        row_options: str | None = None,
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
        constant_names: bool | None = None,
        ratio_fraction: bool | None = None,
        decimal_comma: bool | None = None,
        space_thousands: bool | None = None,
        approximate: bool | None = None,
        any_brackets: bool | None = None,
        last_of_chain: bool | None = None,
        bare_braces: bool | None = None,
        repeated_items: bool | None = None,
        phrase_first: bool | None = None,
        stated_choice: bool | None = None,
        ordered_lists: bool | None = None,
        any_name: bool | None = None,
        further_names: bool | None = None,
        scalar_capitals: bool | None = None,
        positive_roots: bool | None = None,
        up_to_constant: bool | None = None,
        slash_products: bool | None = None,
        cross_products: bool | None = None,
        plain_text: bool | None = None,
    ) -> None:
        super().__init__(
            policy=policy,
            extract=extract,
            thinking=thinking,
            decimals=decimals,
            relative_tolerance=relative_tolerance,
            absolute_tolerance=absolute_tolerance,
            significant_digits=significant_digits,
            functions=functions,
            matrices=matrices,
            vectors=vectors,
            positive=positive,
            decimal_mark=decimal_mark,
            labels=labels,
            choices=choices,
            row_options=row_options,
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
            constant_names=constant_names,
            ratio_fraction=ratio_fraction,
            decimal_comma=decimal_comma,
            space_thousands=space_thousands,
            approximate=approximate,
            any_brackets=any_brackets,
            last_of_chain=last_of_chain,
            bare_braces=bare_braces,
            repeated_items=repeated_items,
            phrase_first=phrase_first,
            stated_choice=stated_choice,
            ordered_lists=ordered_lists,
            any_name=any_name,
            further_names=further_names,
            scalar_capitals=scalar_capitals,
            positive_roots=positive_roots,
            up_to_constant=up_to_constant,
            slash_products=slash_products,
            cross_products=cross_products,
            plain_text=plain_text,
        )
