"""Our metric in lighteval's classes: a document, a model's response, and the aggregation over the corpus."""

import pytest

pytest.importorskip("lighteval")

from lighteval.metrics import apply_metric
from lighteval.metrics.utils.metric_utils import SampleLevelMetric
from lighteval.models.model_output import ModelResponse
from lighteval.tasks.requests import Doc, SamplingMethod

from r1rewards.integrations.lighteval import metric


def doc(*golds):
    return Doc(query="?", choices=list(golds), gold_index=list(range(len(golds))))


def test_the_metric_is_computed_by_the_framework():
    judge = metric(policy="strict", name="math")
    assert isinstance(judge, SampleLevelMetric) and judge.category == SamplingMethod.GENERATIVE
    docs = [doc("42"), doc("42"), doc("1/3", "1/2")]
    responses = [ModelResponse(text=[text]) for text in (r"\boxed{42}", r"\boxed{41}", r"\boxed{0.5}")]
    found = apply_metric(responses=responses, docs=docs, metrics=[judge])
    assert [row["math"] for row in found] == [1.0, 0.0, 1.0]
    assert judge.get_corpus_aggregations()["math"]([row["math"] for row in found]) == pytest.approx(2 / 3)
    # The framework writes this into its logs.
    assert "R1Rewards" in str(judge.sample_level_fn)


def test_the_reasoning_that_the_framework_took_out_is_not_judged():
    response = ModelResponse(text=[r"<think>\boxed{41}</think> \boxed{42}"], text_post_processed=[r"\boxed{42}"])
    assert metric().compute_sample(doc=doc("42"), model_response=response) == {"r1rewards": 1.0}
