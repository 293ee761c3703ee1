"""Open-Instruct's verifiers.

    from r1rewards.integrations.open_instruct import verifier
    build_all_verifiers()["r1rewards"] = verifier()
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..scorer import Scorer
from ..spec import Spec
from ._common import require, scorer_for, value
from ._rows import one, token_columns
from ._text import response
from ._told import tell


def verifier(spec: Spec | Scorer | None = None, *, name: str = "r1rewards", weight: float = 1.0) -> Any:
    """Returns a `VerifierFunction` of the framework that judges with the rewards of a spec.

    A sample that could not be judged has score 0, with the reason. The label is an answer or tests in a known form
    (`r1rewards.forms`), including lists of assertions. The query is the prompt. Rewards may read the entries of the
    rollout's state as columns.

    Raises:
        SpecError: a reward of the spec compares the samples of a prompt.
    """
    from open_instruct.ground_truth_utils import VerificationResult, VerifierFunction

    scorer = require(scorer_for(spec), "Open-Instruct", group="use a reward of one sample")

    class R1RewardsVerifier(VerifierFunction):  # type: ignore[misc]
        def __call__(
            self, tokenized_prediction: Any, prediction: str, label: Any, query: str | None = None, rollout_state: Any = None
        ) -> Any:
            state = dict(rollout_state) if isinstance(rollout_state, Mapping) else {}
            row = {**state, **token_columns(tokenized_prediction)}
            outcomes = one(scorer, response(prediction), label, prompt=query, columns=row).score()
            tell("open_instruct", outcomes, "The label is the data set's column `ground_truth`.", becomes="0")
            outcome = outcomes[0]
            reasoning = outcome.why if outcome.is_scored else f"{outcome.reason}: {outcome.detail or outcome.why}"
            return VerificationResult(score=value(outcome.reward, 0.0), cost=0.0, reasoning=reasoning)

    return R1RewardsVerifier(name, weight=weight)
