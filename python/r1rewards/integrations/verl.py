"""verl's reward functions.

    reward.custom_reward_function.path=pkg://r1rewards.integrations.verl
    reward.custom_reward_function.name=compute_score          # or compute_score_batch with the batch manager
    +reward.custom_reward_function.reward_kwargs.spec=rewards.toml
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._r1rewards import Outcome, SpecError
from ..scorer import Scorer
from ._common import OTHER_UNIT, TOKENS, components, listed, require, scorer_for, token_fields, value
from ._rows import Batch, spare, table, token_columns
from ._told import tell

_KEYS = frozenset({"score", "acc", "correct", "scored", "reward"})
_IDS = ("response_ids", "response_token_ids", "valid_response_ids")
_LENGTHS = ("response_length", "valid_response_length", "completion_tokens")
_TOKENS = f"use verl's manager `dapo` for it (`overlong_buffer_cfg`), put `completion_tokens` into `extra_info`, or {OTHER_UNIT}"


def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: Any,
    extra_info: dict[str, Any] | None = None,
    spec: str | None = None,
    unscored: float = 0.0,
    **kwargs: Any,
) -> dict[str, float]:
    """Scores one response.

    Args:
        data_source: The data set's name; rewards may read it as a column.
        solution_str: The response.
        ground_truth: The reference: an answer, `{"target": [...]}`, or tests in a known form (`r1rewards.forms`). The JSON
            text of a list of texts is a list of acceptable answers.
        extra_info: The row's other columns, for example `kwargs` of IFEval, the column that a `route` reads, or a row's
            own `reward`.
        spec: A path, a kind, or text; default: `R1REWARDS_SPEC`.
        unscored: The score of a sample that could not be judged. Its `scored` is 0.

    Returns:
        `score`, `acc` (1 if the answer is correct, else 0), `correct` (equal to `acc`), `scored`, and each reward of a
        sum by name. The keys are the same for every sample.

    Raises:
        SpecError: a reward of the spec compares the samples of a prompt, or counts tokens that verl's manager does not
            pass.
    """
    scorer = scorer_for(spec)
    require(scorer, "verl's reward loop", group="use compute_score_batch with the batch manager, or a reward of one sample")
    given = _columns(data_source, extra_info, kwargs)
    _need_tokens(scorer, [given])
    outcomes = _judge(scorer, [solution_str], [ground_truth], [given])
    return _result(scorer, outcomes[0], unscored)


def compute_score_batch(
    data_sources: Sequence[str],
    solution_strs: Sequence[str],
    ground_truths: Sequence[Any],
    extra_infos: Sequence[dict[str, Any] | None] | None = None,
    spec: str | None = None,
    unscored: float = 0.0,
    **kwargs: Any,
) -> list[dict[str, float]]:
    """Scores a batch of responses on all cores; see `compute_score`.

    For rewards that compare the samples of a prompt, the prompt is identified by `uid`, `prompt` or `index` of
    `extra_info`.

    Raises:
        SpecError: a reward of the spec compares the samples of a prompt and none of these is given, or counts tokens
            that verl's manager does not pass.
    """
    del kwargs
    scorer = scorer_for(spec)
    extras = extra_infos if extra_infos is not None else [None] * len(solution_strs)
    rows = [_columns(source, extra, {}) for source, extra in zip(data_sources, extras, strict=True)]
    _need_tokens(scorer, rows)
    prompts = [_prompt(row) for row in rows] if scorer.needs_whole_group else None
    if prompts is not None and None in prompts:
        raise SpecError(
            "verl's batch manager passes no prompts, and a reward of the spec compares the samples of a prompt: put `index` or `uid` into `extra_info`"
        )
    return [_result(scorer, outcome, unscored) for outcome in _judge(scorer, solution_strs, ground_truths, rows, prompts)]


def _judge(
    scorer: Scorer, texts: Sequence[str], golds: Sequence[Any], rows: list[dict[str, Any]], prompts: list[Any] | None = None
) -> list[Outcome]:
    columns = table(rows)
    # Skywork-OR1 and data sets like it store acceptable answers as the JSON text of a list, as the preset `verl` reads them.
    golds = [listed(gold) for gold in golds]
    outcomes = Batch(scorer, texts, golds, prompts=prompts, columns=columns, tests=spare(golds, columns)).score()
    tell("verl", outcomes, "The reference is the row's reward_model.ground_truth.")
    return outcomes


def _columns(data_source: str, extra_info: Mapping[str, Any] | None, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    row = {**extra_info} if isinstance(extra_info, Mapping) else {}
    both = {**row, **kwargs}
    row.update(next((token_columns(both[name]) for name in _IDS if both.get(name) is not None), {}))
    length = next((both[name] for name in _LENGTHS if both.get(name) is not None), None)
    if length is not None:
        row.setdefault(TOKENS[0], int(length))
    return {**row, "data_source": data_source}


def _need_tokens(scorer: Scorer, rows: list[dict[str, Any]]) -> None:
    fields = token_fields(scorer).intersection(TOKENS)
    if fields and not any(fields <= set(row) for row in rows):
        require(scorer, "verl's reward manager", tokens=_TOKENS)


def _prompt(row: dict[str, Any]) -> str | None:
    found = next((row[name] for name in ("uid", "prompt", "index") if row.get(name) is not None), None)
    return None if found is None else f"{row.get('data_source')}/{row.get('split')}/{found}"


def _result(scorer: Scorer, outcome: Outcome, unscored: float) -> dict[str, float]:
    correct = float(outcome.is_correct)
    own = {"score": value(outcome.reward, unscored), "acc": correct, "correct": correct, "scored": float(outcome.is_scored)}
    return {**own, **components(scorer, outcome, _KEYS, unscored)}
