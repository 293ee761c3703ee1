"""Dynamic sampling takes correctness and raises an error for other values."""

import pytest
from r1rewards_grpo import DynamicSampling


@pytest.mark.parametrize("sample", ["incorrect", 0.5, float("nan"), 1.1, None])
def test_a_value_that_is_not_a_correctness_raises_with_the_fix(sample: object) -> None:
    with pytest.raises(ValueError, match="give outcome.is_correct, not the reward"):
        DynamicSampling(1).round([[sample, 1.0]])


def test_truth_values_ones_zeros_and_outcomes_are_correctness() -> None:
    class Outcome:
        is_correct = True

    found = DynamicSampling(1, rounds=3).round([[True, False, 1, 0.0, Outcome()]])
    assert found.state == "full" and found.kept == [0]
    assert repr(DynamicSampling(1, rounds=3)) == "DynamicSampling(1, rounds=3)"
