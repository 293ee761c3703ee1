"""OpenRLHF's rewards from a file, and its HTTP contract.

    --reward.remote_url /path/to/r1rewards/integrations/openrlhf.py     # R1REWARDS_SPEC=rewards.toml in the environment
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from r1rewards.integrations._common import OTHER_UNIT, SPEC_VARIABLE, components, require, scorer_for, value
from r1rewards.integrations._rows import Batch
from r1rewards.integrations._text import after_prompt, response
from r1rewards.integrations._told import tell
from r1rewards.scorer import Scorer
from r1rewards.spec import Spec


def reward_func(
    queries: Sequence[str], prompts: Sequence[str], labels: Sequence[Any], spec: Spec | Scorer | None = None
) -> dict[str, Any]:
    """Rewards for queries (prompt and response with special tokens); what follows the prompt is judged, without the tokens that end a turn.

    OpenRLHF passes three arguments; a file of your own may pass a spec or a scorer on (examples/openrlhf_reward.py). Labels are answers or tests in a
    known form (`r1rewards.forms`). A prompt that was cut from the left is found by its end; where it cannot be told from the response, nothing is judged.

    The result has `rewards` and `scores` as lists (tensors where torch is loaded) and `extra_logs`: `scored`, 0 for samples that could not be
    judged, whose reward is 0, `correct`, and each reward of a sum by name.

    Raises:
        SpecError: a reward that compares the samples of a prompt, where one sample is handed over; a reward that counts tokens.
    """
    scorer = scorer_for(spec)
    one = "use the HTTP contract with whole groups (http_response), or a reward of one sample"
    require(scorer, "OpenRLHF", group=one if len(queries) < 2 else None, tokens=OTHER_UNIT)
    texts = [after_prompt(query, prompt) for query, prompt in zip(queries, prompts, strict=True)]
    problem = "the prompt is no part of the query that can be told from the response"
    batch = Batch(
        scorer,
        ["" if text is None else response(text) for text in texts],
        labels,
        prompts=prompts,
        problems={row: problem for row, text in enumerate(texts) if text is None},
    )
    outcomes = batch.score()
    tell("openrlhf", outcomes, "Name the data set's column with the reference: --data.label_key.", becomes="0")
    rewards = _tensor([value(outcome.reward, 0.0) for outcome in outcomes])
    logs = {
        "scored": [float(outcome.is_scored) for outcome in outcomes],
        "correct": [float(outcome.is_correct) for outcome in outcomes],
    }
    each = [components(scorer, outcome, frozenset(logs)) for outcome in outcomes]
    logs.update({name: [found[name] for found in each] for name in (each[0] if each else ())})
    return {"rewards": rewards, "scores": rewards, "extra_logs": {name: _tensor(found) for name, found in logs.items()}}


def _check_spec(by_path: bool) -> None:
    """Raises what is wrong with `R1REWARDS_SPEC` where OpenRLHF loads this file: it drops what a call raises, and the reward would be none for ever."""
    if SPEC_VARIABLE in os.environ:
        group = "OpenRLHF's file contract hands over one sample; serve http_response instead" if by_path else None
        require(scorer_for(None), "OpenRLHF", group=group, tokens=OTHER_UNIT)


def http_response(body: dict[str, Any], spec: Spec | Scorer | None = None) -> dict[str, Any]:
    """The answer to a POST of `{"query": [...], "prompts": [...], "labels": [...]}`, ready to be written as JSON; for any web server."""
    result = reward_func(body["query"], body["prompts"], body["labels"], spec)
    return {name: _plain(found) for name, found in result.items()}


def _tensor(values: list[float]) -> Any:
    import sys

    torch = sys.modules.get("torch")
    return values if torch is None else torch.tensor(values)


def _plain(found: Any) -> Any:
    if isinstance(found, dict):
        return {name: _plain(value) for name, value in found.items()}
    return found.tolist() if hasattr(found, "tolist") else found


_check_spec(by_path=__name__ != "r1rewards.integrations.openrlhf")
