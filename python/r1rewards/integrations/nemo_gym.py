"""NeMo Gym: the answer to `POST /verify` of a resources server.

    async def verify(self, body):
        return nemo_gym.verify(body.model_dump(), answer="expected_answer")
"""

from __future__ import annotations

from typing import Any

from ..scorer import Scorer
from ..spec import Spec
from ._common import scorer_for, value


def verify(body: dict[str, Any], spec: Spec | Scorer | None = None, *, answer: str = "expected_answer") -> dict[str, Any]:
    """The body with `reward` (0 where the sample could not be judged), `verdict` and `reason`."""
    outcome = scorer_for(spec).score(_text(body["response"]), body.get(answer))
    return {**body, "reward": value(outcome.reward, 0.0), "verdict": outcome.verdict, "reason": outcome.reason}


def _text(response: dict[str, Any]) -> str:
    """The text of the last assistant message of a response in the form of the Responses API."""
    for item in reversed(response.get("output", [])):
        if item.get("type") == "message" and item.get("role") == "assistant":
            return "".join(part.get("text", "") for part in item.get("content", []))
    return ""
