"""OpenRLHF's reward function from a file, and its HTTP interface.

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
    """Returns the rewards of queries, each a prompt and a response with special tokens.

    The text after the prompt is judged, without the special tokens that end a turn. A prompt that was cut from the left
    is found by its end. If it cannot be separated from the response, the sample is unscored.

    Args:
        queries: Prompt and response of each sample.
        prompts: The prompts.
        labels: The references, answers or tests in a known form (`r1rewards.forms`).
        spec: A spec or a scorer. OpenRLHF does not pass it; your own file may (examples/openrlhf_reward.py). Default:
            `R1REWARDS_SPEC`.

    Returns:
        `rewards` and `scores`, as lists (tensors if torch is imported), and `extra_logs` with `scored`, `correct`, and
        each reward of a sum by name. A sample that could not be judged has reward 0 and `scored` 0.

    Raises:
        SpecError: a reward of the spec compares the samples of a prompt and only one sample is passed, or a reward
            counts tokens.
    """
    scorer = scorer_for(spec)
    one = "use the HTTP interface with whole groups (http_response), or a reward of one sample"
    require(scorer, "OpenRLHF", group=one if len(queries) < 2 else None, tokens=OTHER_UNIT)
    texts = [after_prompt(query, prompt) for query, prompt in zip(queries, prompts, strict=True)]
    problem = "the prompt cannot be separated from the response in the query"
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
    """Checks `R1REWARDS_SPEC` when OpenRLHF loads this file.

    OpenRLHF discards the exceptions of later calls, so an invalid spec would give no reward during the whole training.

    Raises:
        SpecError: the spec is invalid or needs what OpenRLHF does not pass.
    """
    if SPEC_VARIABLE in os.environ:
        group = "OpenRLHF passes one sample to a reward file; serve http_response instead" if by_path else None
        require(scorer_for(None), "OpenRLHF", group=group, tokens=OTHER_UNIT)


def http_response(body: dict[str, Any], spec: Spec | Scorer | None = None) -> dict[str, Any]:
    """Returns the response, as JSON data, to a POST of `{"query": [...], "prompts": [...], "labels": [...]}`; for any
    web server."""
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
