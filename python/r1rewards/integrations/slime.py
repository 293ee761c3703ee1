"""slime's custom reward: `--custom-rm-path r1rewards.integrations.slime.reward` (`group_reward` with `--group-rm`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._r1rewards import Outcome
from ..scorer import Scorer
from ._common import TOKENS, components, require, scorer_for, token_fields, value
from ._rows import Batch, spare, table, token_columns
from ._text import response
from ._told import tell

_KEYS = frozenset({"reward", "acc", "scored"})


async def reward(args: Any, sample: Any, **kwargs: Any) -> float | dict[str, float] | list[float | dict[str, float]]:
    """Returns the reward of one sample: `sample.response` without its special tokens, judged against `sample.label`.

    Rewards may read the entries of `sample.metadata` as columns. A sample that could not be judged has reward 0 and
    `remove_sample` set, so that no loss is computed on it. With `--reward-key` the reward is a mapping: the value under
    that key, `acc`, `scored`, and each reward of a sum by name. If a rollout gives several samples, slime passes them
    as a list, and the result is a list with one reward for each.

    Raises:
        SpecError: a reward of the spec compares the samples of a prompt.
    """
    scorer = require(scorer_for(None), "slime without --group-rm", group="use --group-rm with r1rewards.integrations.slime.group_reward")
    if isinstance(sample, (list, tuple)):
        return await _judge(args, scorer, sample)
    return (await _judge(args, scorer, [sample]))[0]


async def group_reward(args: Any, samples: Sequence[Any], **kwargs: Any) -> list[float | dict[str, float]]:
    """Returns the rewards of the samples of one prompt, judged together; see `reward`."""
    return await _judge(args, scorer_for(None), samples)


async def _judge(args: Any, scorer: Scorer, samples: Sequence[Any]) -> list[float | dict[str, float]]:
    tokens = bool(token_fields(scorer))
    columns, golds = table([_columns(sample, tokens) for sample in samples]), [sample.label for sample in samples]
    outcomes = await Batch(
        scorer,
        [response(sample.response) for sample in samples],
        golds,
        prompts=[sample.prompt for sample in samples],
        columns=columns,
        tests=spare(golds, columns),
    ).score_async()
    silent = [outcome for sample, outcome in zip(samples, outcomes, strict=True) if not _removed(sample, outcome)]
    tell("slime", silent, "Name the data set's column with the reference: --label-key.", becomes="0")
    tell("slime", outcomes, "Name the data set's column with the reference: --label-key.")
    return [_result(args, scorer, outcome) for outcome in outcomes]


def _columns(sample: Any, tokens: bool) -> dict[str, Any]:
    metadata = getattr(sample, "metadata", None)
    row = dict(metadata) if isinstance(metadata, Mapping) else {}
    length = getattr(sample, "response_length", None)
    if tokens and length is not None:
        ids = getattr(sample, "tokens", None)
        row.update(token_columns(ids[len(ids) - length :] if ids is not None and length <= len(ids) else None))
        row[TOKENS[0]] = length
    return row


def _removed(sample: Any, outcome: Outcome) -> bool:
    """Sets `remove_sample` on an unscored sample.

    Returns False if the sample is unscored and does not have this field.
    """
    if outcome.is_scored or not hasattr(sample, "remove_sample"):
        return outcome.is_scored
    sample.remove_sample = True
    return True


def _result(args: Any, scorer: Scorer, outcome: Outcome) -> float | dict[str, float]:
    reward = value(outcome.reward, 0.0)
    key = getattr(args, "reward_key", None)
    if not key:
        return reward
    own = {key: reward, "acc": float(outcome.is_correct), "scored": float(outcome.is_scored)}
    return {**components(scorer, outcome, _KEYS | {key}), **own}
