# Written by `R1REWARDS_UPDATE=1 cargo test --test reward_pages` from the kinds in src/spec. Change those, not this file.
"""What a completion says: text, choice, language, data, schema, ifeval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from ._base import Reward

Scope = Literal["completion", "thinking", "answer", "final"]
"""The part that is read: all of the completion, the text inside thinking, the text outside of it (`answer`), or the text in its `<answer>` tags (`final`; without tags as `answer`)."""
Block = Literal["auto", "fenced", "whole"]
"""Where the data is: in a fenced block or, without one, the whole part (`auto`), or only one of the two."""


class Text(Reward):
    r"""The answer as text: equal to a reference, matching a pattern, or sharing words with a reference.

    Its entry in a spec has `kind = "text"`. More examples and its limits: docs/rewards/text.md.

    Args:
        match: Whether the text must equal a reference or match a pattern, or is rewarded for the words that it shares
            with a reference. One of exact, pattern, f1; default exact.
        ignore_case: With `match` exact: whether upper and lower case are the same. Default False.
        ignore_punctuation: With `match` exact: whether only letters, numbers and blanks are compared. Default False.
        ignore_articles: With `match` exact: whether the words a, an and the are left out. Default False.
        pattern: With `match` pattern, which needs it: a regular expression without look-around and back-references.
        whole: With `match` pattern: whether it must match the whole part. Default True.
        min_f1: With `match` f1: the F1 from which on the reward is 1, and 0 below; without it the reward is the F1. A
            number from 0 to 1.
        scope: The part that is read: all of the completion, the text inside thinking, the text outside of it
            (`answer`), or the text in its `<answer>` tags (`final`; without tags as `answer`). One of completion,
            thinking, answer, final; default final.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.Text(ignore_case=True, ignore_punctuation=True))
    >>> scorer.score("<think>?</think><answer>PARIS.</answer>", answer="Paris").reward
    1.0
    >>> scorer.score("Paris or Rome", answer="Paris").reward
    0.0
    """

    kind = "text"

    def __init__(
        self,
        *,
        match: Literal["exact", "pattern", "f1"] | None = None,
        ignore_case: bool | None = None,
        ignore_punctuation: bool | None = None,
        ignore_articles: bool | None = None,
        pattern: str | None = None,
        whole: bool | None = None,
        min_f1: float | None = None,
        scope: Scope | None = None,
    ) -> None:
        super().__init__(
            match=match,
            ignore_case=ignore_case,
            ignore_punctuation=ignore_punctuation,
            ignore_articles=ignore_articles,
            pattern=pattern,
            whole=whole,
            min_f1=min_f1,
            scope=scope,
        )


class Choice(Reward):
    r"""The right letter, or letters, of a multiple choice.

    Its entry in a spec has `kind = "choice"`. More examples and its limits: docs/rewards/choice.md.

    Args:
        options_field: The row's field with the texts of the options. Default choices.
        letters: The number of letters to choose from, where the row does not list the options. A whole number from 2 to
            26; default 26.
        several: Whether the answer may be a set of letters. Default False.
        thinking: The names of the tags around thinking, for example `think` or `scratchpad`; `auto` is the list of
            names that open models use. Default auto.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.Choice(letters=4))
    >>> scorer.score("So the answer is (B).", answer="B").reward
    1.0
    >>> scorer.score("The answer is A or B", answer="B").reward
    0.0
    """

    kind = "choice"

    def __init__(
        self,
        *,
        options_field: str | None = None,
        letters: int | None = None,
        several: bool | None = None,
        thinking: str | Sequence[str] | None = None,
    ) -> None:
        super().__init__(options_field=options_field, letters=letters, several=several, thinking=thinking)


class Language(Reward):
    r"""The share of the prose that is in a language or script; code, LaTeX, numbers and tags are left out.

    Its entry in a spec has `kind = "language"`. More examples and its limits: docs/rewards/language.md.

    Args:
        language: An ISO 639 code, for example `en` or `fra`, instead of `script`. The share is of words.
        script: One or several Unicode scripts, for example `Latin` or `Han`, instead of `language`. The share is of
            letters.
        min_letters: The number of letters that prose must have; with fewer it is incorrect. Default 20.
        min_share: The share from which on the reward is 1, and 0 below; without it the reward is the share. A number
            from 0 to 1.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.Language(script="Latin", min_share=0.95))
    >>> scorer.score("The sum of the digits is twelve.").reward
    1.0
    >>> scorer.score("The sum of the digits 是十二。").reward
    0.0
    """

    kind = "language"

    def __init__(
        self,
        language: str | None = None,
        *,
        script: str | Sequence[str] | None = None,
        min_letters: int | None = None,
        min_share: float | None = None,
    ) -> None:
        super().__init__(language=language, script=script, min_letters=min_letters, min_share=min_share)


class Data(Reward):
    r"""The completion holds a block of valid data: JSON, YAML, TOML, XML or CSV.

    Its entry in a spec has `kind = "data"`. More examples and its limits: docs/rewards/data.md.

    Args:
        format: The format of the data. One of json, yaml, toml, xml, csv.
        block: Where the data is: in a fenced block or, without one, the whole part (`auto`), or only one of the two.
            One of auto, fenced, whole; default auto.
        scope: The part that is read: all of the completion, the text inside thinking, the text outside of it
            (`answer`), or the text in its `<answer>` tags (`final`; without tags as `answer`). One of completion,
            thinking, answer, final; default final.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.Data("json"))
    >>> scorer.score('Sure:\n```json\n{"a": [1, 2]}\n```').reward
    1.0
    >>> scorer.score('{"a": }').reward
    0.0
    """

    kind = "data"

    def __init__(
        self,
        format: Literal["json", "yaml", "toml", "xml", "csv"],
        *,
        block: Block | None = None,
        scope: Scope | None = None,
    ) -> None:
        super().__init__(format=format, block=block, scope=scope)


class Schema(Reward):
    r"""The completion holds a block of JSON that satisfies a JSON Schema.

    Its entry in a spec has `kind = "schema"`. More examples and its limits: docs/rewards/schema.md.

    Args:
        schema: The schema for every row, instead of `schema_field`.
        schema_field: The row's field that holds its schema. Default schema.
        block: Where the data is: in a fenced block or, without one, the whole part (`auto`), or only one of the two.
            One of auto, fenced, whole; default auto.
        scope: The part that is read: all of the completion, the text inside thinking, the text outside of it
            (`answer`), or the text in its `<answer>` tags (`final`; without tags as `answer`). One of completion,
            thinking, answer, final; default final.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.Schema({"properties": {"age": {"type": "integer"}}, "required": ["age"], "type": "object"}))
    >>> scorer.score('{"age": 7}').reward
    1.0
    >>> scorer.score('{"age": 7.5}').reward
    0.0
    """

    kind = "schema"

    def __init__(
        self,
        schema: Mapping[str, object] | bool | None = None,
        *,
        schema_field: str | None = None,
        block: Block | None = None,
        scope: Scope | None = None,
    ) -> None:
        super().__init__(schema=schema, schema_field=schema_field, block=block, scope=scope)


class IfEval(Reward):
    r"""The completion keeps the constraints of its instructions (the 25 types of IFEval).

    Its entry in a spec has `kind = "ifeval"`. More examples and its limits: docs/rewards/ifeval.md.

    Args:
        constraints: The constraints for every row: objects with `id` and the arguments of that id. Without it each
            row's `instruction_id_list` and `kwargs` are read.
        fraction: Whether the reward is the share of constraints that are kept, instead of all or nothing. Default
            False.
        scope: The part that is read: all of the completion, the text inside thinking, the text outside of it
            (`answer`), or the text in its `<answer>` tags (`final`; without tags as `answer`). One of completion,
            thinking, answer, final; default answer.

    Raises:
        SpecError: an option has a value that is refused; raised where a scorer is built from the reward.

    >>> import r1rewards
    >>> scorer = r1rewards.Scorer(r1rewards.IfEval(fraction=True))
    >>> scorer.score(
    ...     "no commas here",
    ...     instruction_id_list=["punctuation:no_comma", "startend:quotation"],
    ...     kwargs=[{}, {}],
    ... ).reward
    0.5
    >>> scorer.score(
    ...     '"no commas here"',
    ...     instruction_id_list=["punctuation:no_comma", "startend:quotation"],
    ...     kwargs=[{}, {}],
    ... ).reward
    1.0
    """

    kind = "ifeval"

    def __init__(
        self,
        *,
        constraints: Sequence[Mapping[str, object]] | None = None,
        fraction: bool | None = None,
        scope: Scope | None = None,
    ) -> None:
        super().__init__(constraints=constraints, fraction=fraction, scope=scope)
