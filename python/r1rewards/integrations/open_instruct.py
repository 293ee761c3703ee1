"""Open-Instruct's verifiers.

    from r1rewards.integrations.open_instruct import verifier
    build_all_verifiers()["r1rewards"] = verifier()
"""

from __future__ import annotations

from typing import Any

from ..scorer import Scorer
from ..spec import Spec
from ._common import reference, scorer_for, value


def verifier(spec: Spec | Scorer | None = None, *, name: str = "r1rewards", weight: float = 1.0) -> Any:
    """A `VerifierFunction` of the framework that judges with the rewards of a spec; 0 where a sample could not be judged."""
    from open_instruct.ground_truth_utils import VerificationResult, VerifierFunction

    scorer = scorer_for(spec)

    class R1RewardsVerifier(VerifierFunction):  # type: ignore[misc]
        def __call__(
            self, tokenized_prediction: Any, prediction: str, label: Any, query: str | None = None, rollout_state: Any = None
        ) -> Any:
            outcome = scorer.score(prediction, **reference(label), completion_tokens=len(tokenized_prediction or ()))
            return VerificationResult(score=value(outcome.reward, 0.0), cost=0.0, reasoning=outcome.why)

    return R1RewardsVerifier(name, weight=weight)
