"""lm-evaluation-harness: `process_results` of a task.

    process_results: !function r1rewards.integrations.lm_eval.process_results
    metric_list: [{metric: exact_match, aggregation: mean, higher_is_better: true}]
"""

from __future__ import annotations

from typing import Any

from ..rewards import Math
from ..scorer import Scorer
from ._common import value
from ._rows import one
from ._told import tell

_SCORER = Scorer(Math("lenient"))


def process_results(doc: dict[str, Any], results: list[str]) -> dict[str, float]:
    """Returns `exact_match` of the first result against the document's `answer`; 0, with one warning for each reason,
    if it could not be judged."""
    outcomes = one(_SCORER, results[0], doc.get("answer")).score()
    tell("lm_eval", outcomes, "The reference is the document's `answer`.", becomes="0")
    return {"exact_match": value(outcomes[0].reward, 0.0)}
