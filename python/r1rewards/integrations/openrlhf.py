"""OpenRLHF's rewards from a file, and its HTTP contract.

    --remote_rm_url /path/to/r1rewards/integrations/openrlhf.py     # R1REWARDS_SPEC=rewards.toml in the environment
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from r1rewards.integrations._common import reference, scorer_for, value
from r1rewards.scorer import Scorer
from r1rewards.spec import Spec


def reward_func(
    queries: Sequence[str], prompts: Sequence[str], labels: Sequence[Any], spec: Spec | Scorer | None = None
) -> dict[str, Any]:
    """Rewards for queries (prompt and response with special tokens); what follows the prompt is judged.

    OpenRLHF passes three arguments; a file of your own may pass a spec or a scorer on (examples/openrlhf_reward.py).

    The result has `rewards` and `scores` as lists (tensors where torch is loaded) and `extra_logs`. Samples that could not be judged
    have the reward 0 and are counted in `extra_logs`.
    """
    responses = [query[len(prompt) :] if query.startswith(prompt) else query for query, prompt in zip(queries, prompts, strict=True)]
    references = [reference(label) for label in labels]
    outcomes = scorer_for(spec).score_batch(
        responses, [found.get("answer") for found in references], tests=[found.get("tests") for found in references], prompt=prompts
    )
    rewards = _tensor([value(reward, 0.0) for reward in outcomes.rewards])
    scored = _tensor([float(reward is not None) for reward in outcomes.rewards])
    return {"rewards": rewards, "scores": rewards, "extra_logs": {"scored": scored}}


def http_response(body: dict[str, Any]) -> dict[str, Any]:
    """The answer to a POST of `{"query": [...], "prompts": [...], "labels": [...]}`, ready to be written as JSON; for any web server."""
    result = reward_func(body["query"], body["prompts"], body["labels"])
    return {name: _plain(found) for name, found in result.items()}


def _tensor(values: list[float]) -> Any:
    import sys

    torch = sys.modules.get("torch")
    return values if torch is None else torch.tensor(values)


def _plain(found: Any) -> Any:
    if isinstance(found, dict):
        return {name: _plain(value) for name, value in found.items()}
    return found.tolist() if hasattr(found, "tolist") else found
