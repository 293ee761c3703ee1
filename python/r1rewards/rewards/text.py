"""Rewards of the spec, one class a kind: language, choice, text, data, schema, ifeval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ._base import Reward


class Language(Reward):
    r"""The share of the prose that is in a language or script; code, LaTeX, numbers and tags are left out.

    Spec: `kind = "language"`; every option, examples and limits: docs/rewards/language.md.

    Args:
        language: An ISO 639 code: en, zh, fra, ... The share is of words.
        script: One or several Unicode scripts: Latin, Han, ["Han", "Hiragana", "Katakana"], ... The share is of letters.
        min_letters: Prose with fewer letters is incorrect; 20 unless said.
        min_share: Reward 1 from this share on and 0 below; without it the reward is the share.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
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


class Choice(Reward):
    r"""The right letter, or letters, of a multiple choice.

    Spec: `kind = "choice"`; every option, examples and limits: docs/rewards/choice.md.

    Args:
        options_field: The row's field with the options' texts; choices unless said.
        letters: How many letters there are where the row does not list the options; 26 unless said.
        several: The answer is a set of letters; false unless said.
        thinking: The names of the tags around thinking, say ["think", "scratchpad"]; auto (the default) knows those of open models.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "choice"

    def __init__(
        self,
        *,
        options_field: str | None = None,
        letters: int | None = None,
        several: bool | None = None,
        thinking: str | list[str] | None = None,
    ) -> None:
        super().__init__(options_field=options_field, letters=letters, several=several, thinking=thinking)


class Text(Reward):
    r"""The answer as text: equal to a reference, matching a pattern, or sharing words with a reference.

    Spec: `kind = "text"`; every option, examples and limits: docs/rewards/text.md.

    Args:
        match: exact (the default), pattern or f1.
        ignore_case: exact: upper and lower case are alike; false unless said.
        ignore_punctuation: exact: only letters, numbers and blanks count; false unless said.
        ignore_articles: exact: a, an, the are dropped; false unless said.
        pattern: pattern: a regular expression (no look-around, no back-references).
        whole: pattern: it must match the whole part; true unless said.
        min_f1: f1: reward 1 from this F1 on and 0 below; without it the reward is the F1.
        scope: The part that is read: final (the default), answer, thinking or completion.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "text"

    def __init__(
        self,
        *,
        match: str | None = None,
        ignore_case: bool | None = None,
        ignore_punctuation: bool | None = None,
        ignore_articles: bool | None = None,
        pattern: str | None = None,
        whole: bool | None = None,
        min_f1: float | None = None,
        scope: str | None = None,
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


class Data(Reward):
    r"""A block of data is valid: JSON, YAML, TOML, XML or CSV.

    Spec: `kind = "data"`; every option, examples and limits: docs/rewards/data.md.

    Args:
        format: json, yaml, toml, xml or csv.
        block: Where the data stands: auto (the default: a fenced block, else the whole part), fenced or whole.
        scope: The part that is read: final (the default), answer, thinking or completion.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "data"

    def __init__(self, format: str, *, block: str | None = None, scope: str | None = None) -> None:
        super().__init__(format=format, block=block, scope=scope)


class Schema(Reward):
    r"""A block of JSON satisfies a JSON Schema.

    Spec: `kind = "schema"`; every option, examples and limits: docs/rewards/schema.md.

    Args:
        schema: The schema, as a table, for every row.
        schema_field: The row's field that holds its schema; schema unless said.
        block: Where the data stands: auto (the default: a fenced block, else the whole part), fenced or whole.
        scope: The part that is read: final (the default), answer, thinking or completion.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "schema"

    def __init__(
        self,
        schema: Mapping[str, object] | bool | None = None,
        *,
        schema_field: str | None = None,
        block: str | None = None,
        scope: str | None = None,
    ) -> None:
        super().__init__(schema=schema, schema_field=schema_field, block=block, scope=scope)


class IfEval(Reward):
    r"""The instructions' constraints are kept (the 25 types of IFEval).

    Spec: `kind = "ifeval"`; every option, examples and limits: docs/rewards/ifeval.md.

    Args:
        constraints: A list of tables with id and the arguments of the id; unless given each row's instruction_id_list and kwargs are read.
        fraction: Pay the share of constraints kept; false (all or nothing) unless said.
        scope: The part that is read: answer (the default), completion, thinking or final.

    Raises:
        SpecError: when a scorer is built from it, where an option has a value that the kind refuses.
    """

    kind = "ifeval"

    def __init__(
        self,
        *,
        constraints: Sequence[Mapping[str, object]] | None = None,
        fraction: bool | None = None,
        scope: str | None = None,
    ) -> None:
        super().__init__(constraints=constraints, fraction=fraction, scope=scope)
