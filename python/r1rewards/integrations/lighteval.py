"""lighteval: a sample-level metric.

    metrics=[r1rewards.integrations.lighteval.metric()]
"""

from __future__ import annotations

from typing import Any

from ..rewards import Math
from ..rewards.math import Policy
from ..scorer import Scorer
from ._common import value
from ._rows import one
from ._told import tell


def metric(policy: Policy = "lenient", name: str = "r1rewards") -> Any:
    """Returns a `SampleLevelMetric` that judges math answers under a policy.

    A sample that could not be judged has 0, with one warning for each reason.
    """
    import numpy
    from lighteval.metrics.metrics_sample import SampleLevelComputation
    from lighteval.metrics.utils.metric_utils import SampleLevelMetric
    from lighteval.tasks.requests import SamplingMethod

    scorer = Scorer(Math(policy))

    class R1Rewards(SampleLevelComputation):  # type: ignore[misc]
        def compute(self, doc: Any, model_response: Any, **kwargs: Any) -> float:
            outcomes = one(scorer, model_response.final_text[0], doc.get_golds()).score()
            tell("lighteval", outcomes, "The reference is what the document's get_golds() returns.", becomes="0")
            return value(outcomes[0].reward, 0.0)

    return SampleLevelMetric(
        metric_name=name,
        higher_is_better=True,
        category=SamplingMethod.GENERATIVE,
        sample_level_fn=R1Rewards(),
        corpus_level_fn=numpy.mean,
    )
