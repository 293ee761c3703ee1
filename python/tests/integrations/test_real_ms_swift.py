"""ms-swift: our class is registered in its rewards, and is created and called as the GRPO trainer does it."""

import pytest

# ms-swift's module of rewards imports its inference engines, which import transformers and modelscope.
rewards = pytest.importorskip("swift.rewards", exc_type=ImportError)

from real_forms import FORMS, fenced

from r1rewards.integrations.ms_swift import R1Rewards


def test_the_registered_reward_is_called_with_the_columns_of_the_data_set(monkeypatch):
    monkeypatch.setitem(rewards.orms, "r1rewards", R1Rewards)
    # The trainer passes its arguments to the constructor, and every column by name.
    judge = rewards.orms["r1rewards"](args=None)
    found = judge([r"\boxed{42}", r"\boxed{41}"], solution=["42", "42"], messages=[[], []], response_token_ids=[[1], [2]], trainer_state=None)
    assert found == [1.0, 0.0]


@pytest.mark.parametrize("form", FORMS)
def test_rows_in_the_forms_of_real_data_sets_are_judged(form):
    gold, right, wrong = FORMS[form]
    judge = R1Rewards(args=None)
    assert judge([fenced(right), fenced(wrong)], solution=[gold, gold], messages=[[], []], trainer_state=None) == [1.0, 0.0]
