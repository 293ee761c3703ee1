"""ART (OpenPipe): rewards of trajectories.

    trajectory = art.Trajectory(messages_and_choices=[...], reward=0.0, metadata={"answer": row["answer"]})
    score(trajectory, spec="rewards.toml")

    groups = await art.gather_trajectory_groups(groups, after_each=score_group)       # whole groups, for rewards that compare
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..scorer import Scorer
from ..spec import Spec
from ._common import OTHER_UNIT, components, require, scorer_for, value
from ._rows import Batch, spare, table
from ._told import tell

_KEYS = frozenset({"correct", "scored", "reward"})


def score(trajectory: Any, gold: Any = None, spec: Spec | Scorer | None = None, *, answer: str = "answer") -> Any:
    """Judges the last reply of a trajectory, sets its `reward` and its `metrics`, and returns it.

    The metrics are `correct`, `scored`, and each reward of a sum by name. Rewards may read the entries of the
    trajectory's metadata.

    Args:
        trajectory: The trajectory.
        gold: The reference, an answer or tests in a known form (`r1rewards.forms`); default: the entry `answer` of the
            metadata.
        spec: The rewards; default: `R1REWARDS_SPEC`.
        answer: The entry of the metadata with the reference.

    Raises:
        SpecError: a reward of the spec compares the samples of a prompt (use `score_group`) or counts tokens.
    """
    scorer = require(scorer_for(spec), "a single trajectory of ART", group="use score_group")
    _judge(scorer, [trajectory], [gold], answer)
    return trajectory


async def score_group(group: Any, gold: Any = None, spec: Spec | Scorer | None = None, *, answer: str = "answer") -> Any:
    """Does the same as `score` for all trajectories of a group together, and returns the group."""
    import asyncio

    trajectories = list(group)
    await asyncio.to_thread(_judge, scorer_for(spec), trajectories, [gold] * len(trajectories), answer)
    return group


def _judge(scorer: Scorer, trajectories: Sequence[Any], golds: Sequence[Any], answer: str) -> None:
    require(scorer, "ART", tokens=OTHER_UNIT)
    rows = [dict(trajectory.metadata or {}) for trajectory in trajectories]
    columns, given = table(rows), [row.get(answer) if gold is None else gold for gold, row in zip(golds, rows, strict=True)]
    talks = [list(trajectory.messages()) for trajectory in trajectories]
    outcomes = Batch(
        scorer,
        talks,
        given,
        # The messages before the first reply are equal in a group.
        prompts=[_prompt(talk) for talk in talks],
        columns=columns,
        tests=spare(given, columns),
    ).score()
    tell("art", outcomes, f"The reference is the argument `gold`, or the trajectory's metadata[{answer!r}].")
    for trajectory, outcome in zip(trajectories, outcomes, strict=True):
        trajectory.reward = value(outcome.reward, 0.0)
        own = {"correct": float(outcome.is_correct), "scored": float(outcome.is_scored)}
        trajectory.metrics.update({**components(scorer, outcome, _KEYS), **own})


def _prompt(talk: list[Any]) -> list[Any]:
    first = next((place for place, message in enumerate(talk) if message.get("role") == "assistant"), len(talk))
    return talk[:first]
