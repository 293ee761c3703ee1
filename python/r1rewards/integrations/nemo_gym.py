"""NeMo Gym: the answer to `POST /verify` of a resources server.

    class MyConfig(BaseResourcesServerConfig):
        REVERIFY_MODE: ClassVar[ReverifyMode] = ReverifyMode[nemo_gym.REVERIFY_MODE]

    async def verify(self, body):
        return nemo_gym.verify(body.model_dump(), answer="expected_answer")
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..scorer import Scorer
from ..spec import Spec
from ._common import TOKENS, components, require, scorer_for, value
from ._rows import one, token_columns
from ._text import response as reply
from ._told import tell

REVERIFY_MODE = "STATELESS"
"""The name of the server's `ReverifyMode`: judging a rollout again, without a session, gives the same reward."""

_CALL = frozenset({"response", "responses_create_params"})
_ELSEWHERE = ("expected_answer", "ground_truth", "answer", "unit_tests", "test_list", "assertions")


def verify(body: dict[str, Any], spec: Spec | Scorer | None = None, *, answer: str = "expected_answer") -> dict[str, Any]:
    """Returns the body with `reward`, `reward_components`, `verdict` and `reason`.

    A sample that could not be judged has reward 0, `mask_sample` and a `failure_reason`. Rewards may read the task's
    other fields, those of its `verifier_metadata`, and the number of tokens and their ids if the response has them.

    Args:
        body: The body of the request.
        spec: The rewards; default: `R1REWARDS_SPEC`.
        answer: The task's field with the reference, an answer or tests in a known form (`r1rewards.forms`). If the task
            does not have it, this name and other usual names are looked up in `verifier_metadata`.

    Raises:
        SpecError: a reward of the spec compares the samples of a prompt.
    """
    scorer = require(scorer_for(spec), "NeMo Gym", group="use a reward of one sample")
    metadata = body.get("verifier_metadata")
    inner = dict(metadata) if isinstance(metadata, Mapping) else {}
    row = {**inner, **{name: found for name, found in body.items() if name not in _CALL}, **_tokens(body["response"])}
    gold = body.get(answer)
    if gold is None:
        gold = next((inner[name] for name in (answer, *_ELSEWHERE) if inner.get(name) is not None), None)
    prompt = (body.get("responses_create_params") or {}).get("input")
    outcomes = one(scorer, reply(_text(body["response"])), gold, prompt=prompt, columns=row).score()
    tell("nemo_gym", outcomes, f"The reference is the task's field `{answer}`: verify(..., answer=...).")
    outcome = outcomes[0]
    reward = value(outcome.reward, 0.0)
    each = components(scorer, outcome) or {scorer.names[0]: reward}
    result = {**body, "reward": reward, "reward_components": each, "verdict": outcome.verdict, "reason": outcome.reason}
    if not outcome.is_scored:
        result.update(mask_sample=True, failure_reason=f"{outcome.reason}: {outcome.detail or outcome.why}")
    return result


def _text(response: dict[str, Any]) -> Any:
    """Returns the text of the last assistant message of a response of the Responses API. A content that is not text is
    returned unchanged."""
    for item in reversed(response.get("output") or []):
        if item.get("type") == "message" and item.get("role") == "assistant":
            content = item.get("content")
            if not isinstance(content, list):
                return "" if content is None else content
            texts = [part.get("text") or "" for part in content]
            return next((text for text in texts if not isinstance(text, str)), None) or "".join(texts)
    return ""


def _tokens(response: dict[str, Any]) -> dict[str, Any]:
    ids = [number for item in response.get("output") or [] for number in item.get("generation_token_ids") or ()]
    if ids:
        return token_columns(ids)
    count = (response.get("usage") or {}).get("output_tokens")
    return {} if count is None else {TOKENS[0]: count}
