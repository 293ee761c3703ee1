"""Invalid input to the loss: each error names the argument, its shape or number, and the fix."""

from typing import Any

import pytest
import torch
from conftest import Batch
from r1rewards_grpo import (
    BatchParts,
    GrpoLoss,
    fused_linear_loss,
    global_normalizer,
    linear_log_probs,
    rejection_mask,
    token_returns,
    whiten,
)

T = torch.zeros(2, 3)
WRONG = [
    ({"mask": torch.ones(2, 4)}, {}, r"`mask` has shape \[2, 4\] where `log_probs` has \[2, 3\]"),
    ({"mask": torch.full((2, 3), 0.5)}, {}, "6 entries that are neither 0 nor 1"),
    ({"advantages": torch.ones(3)}, {}, r"`advantages` has shape \[3\].*give \[2\]"),
    ({"advantages": torch.ones(2, dtype=torch.int64)}, {}, "`advantages` has dtype Int64"),
    ({"advantages": torch.tensor([1.0, float("nan")])}, {}, "`advantages` is not finite at 3 of 6"),
    ({"old_log_probs": torch.zeros(2, 3, 1)}, {}, r"`old_log_probs` has shape \[2, 3, 1\]"),
    ({}, {"kl": {}}, "`reference_log_probs` is missing: option `kl` needs it"),
    ({}, {"correction": "tis"}, "`rollout_log_probs` is missing"),
    ({}, {"aggregation": "prompt_mean"}, "`prompts` is missing"),
    ({}, {"entropy_coefficient": 0.1}, "`entropy` is missing"),
    ({"staleness": torch.zeros(2, dtype=torch.int64)}, {}, "`staleness` is given without option `max_staleness`"),
    ({"normalizer": 0.0}, {}, "`normalizer` is 0 where 6 tokens are trained on"),
    ({"normalizer": -1.0}, {}, "`normalizer` is -1"),
    ({"normalizer": float("nan")}, {}, "`normalizer` is NaN"),
    ({"entropy": torch.full((2, 3), float("nan"))}, {}, "`entropy` is not finite at 6 of 6"),
    ({"entropy": torch.full((2, 3), -0.5)}, {}, "`entropy` is below 0 at 6 of 6"),
    ({"entropy": torch.ones(2, 3), "entropy_coefficient": float("nan")}, {}, "`entropy_coefficient` is NaN"),
    ({"entropy": torch.ones(2, 3), "entropy_coefficient": -0.1}, {}, "`entropy_coefficient` is -0.1: give a finite number of at least 0"),
    ({}, {"top_entropy": 0.2}, "`entropy` is missing: option `top_entropy` needs it"),
    ({"entropy_threshold": 1.0}, {}, "`entropy_threshold` is given without option `top_entropy`"),
    ({}, {"rejection": {}}, "`rollout_log_probs` is missing: option `rejection` needs it"),
    ({"rollout_log_probs": T}, {"rejection": {}}, "`old_log_probs` is missing: option `rejection` needs it"),
    ({"rollout_log_probs": T}, {"correction": "mis", "denominator": "kept"}, "`old_log_probs` is missing: option `denominator = kept` needs it"),
    ({"rollout_log_probs": T * float("nan"), "old_log_probs": T}, {"rejection": {}, "denominator": "kept"}, "`rollout_log_probs` is not finite"),
    ({}, {"positive_nll": 0.1}, "`positives` is missing"),
    ({"positives": torch.ones(2)}, {}, "`positives` are given without option `positive_nll`"),
    ({"positives": torch.full((2,), 0.5)}, {"positive_nll": 0.1}, "`positives` .2. has 2 entries that are neither 0 nor 1"),
    ({"reference_log_probs": T, "kl_coefficients": torch.tensor([0.1, -0.1])}, {"kl": {}}, "`kl_coefficients` is below 0 at 3 of 6"),
    ({"prompt_tokens": torch.tensor([6.0, float("nan")])}, {"aggregation": "prompt_mean"}, "`prompt_tokens` has 1 of 2 entries that are below"),
    ({"prompt_tokens": torch.tensor([6, 2])}, {"aggregation": "prompt_mean"}, "`prompt_tokens` has 1 of 2 entries that are below"),
    ({"positives": torch.ones(2), "positive_normalizer": 0.0}, {"positive_nll": 0.1}, "`positive_normalizer` is 0 where"),
]


@pytest.mark.parametrize("parts,config,message", WRONG)
def test_wrong_input_is_named_with_its_shape(parts: dict[str, Any], config: dict[str, Any], message: str) -> None:
    good: dict[str, Any] = {"mask": torch.ones(2, 3), "advantages": torch.ones(2)}
    with pytest.raises(ValueError, match=message):
        GrpoLoss(config)(T, **{**good, **parts})


REFUSED = [
    ({"loss": {"ppo_clip": {"epsilon": 0.2}}}, "unknown field `epsilon`, expected `epsilon_low` or `epsilon_high`"),
    ({"loss": {"dual_clip": {"bound": 1.0}}}, "`bound` got 1"),
    ({"loss": {"two_sided": {"delta": 1.1}}}, "`delta` got 1.1: give a finite number above 1.2"),
    ({"loss": "gspo", "correction": "decoupled"}, "use `tis` or `mis` with level `geometric`"),
    ({"loss": "reinforce", "correction": "decoupled"}, "which `reinforce` has not"),
    ({"correction": {"mis": {"low": 3.0, "high": 2.0}}}, "`correction.low` got 3"),
    ({"temperature": 0.0}, "`temperature` got 0"),
    ({"temperature": float("nan")}, "option `temperature` got nan: give a finite number"),
    ({"loss": {"two_sided": {"delta": float("inf")}}}, "option `loss.two_sided.delta` got inf"),
    ({"aggregation": {"constant_length": {"length": 0}}}, "`aggregation.length` got 0"),
    ({"beta": 0.1}, "unknown field `beta`, expected one of `loss`"),
    ({"entropy_coefficient": -1.0}, "`entropy_coefficient` got -1"),
    ({"kl": {"clamp": 0.0}}, "`kl.clamp` got 0"),
    ({"rejection": {"low": None, "high": None}}, "`rejection` got no bound"),
    ({"rejection": {"low": 2.0, "high": 1.0}}, "`rejection.low` got 2"),
    ({"denominator": "kept"}, "nothing is dropped before the loss"),
    ({"denominator": "kept", "correction": "tis"}, "nothing is dropped before the loss"),
    ({"top_entropy": 1.0}, "`top_entropy` got 1"),
    ({"positive_nll": -1.0}, "`positive_nll` got -1"),
    ({"loss": "vespo", "correction": {"tis": {"level": "sequence"}}}, "use level `token`"),
    ({"loss": {"dppo": {"threshold": 1.5}}}, "`threshold` got 1.5"),
    ({"loss": {"dppo_kl": {"threshold": 0.0}}}, "`threshold` got 0"),
    ({"loss": {"vespo": {"k_positive": -1.0}}}, "`k_positive` got -1"),
    ({"loss": {"fipo": {"half_life": 0.0}}}, "`half_life` got 0"),
    ({"loss": {"fipo": {"weight_low": 2.0}}}, "`weight_high` got 1.2"),
    ({"loss": {"clip_cov": {"share": 0.0}}}, "`share` got 0"),
    ({"loss": {"clip_cov": {"low": 5.0}}}, "`high` got 5"),
    ({"loss": {"kl_cov": {"share": 2.0}}}, "`share` got 2"),
    ({"loss": {"gmpo": {"clip_low": 0.0}}}, "`clip_low` got 0"),
]


@pytest.mark.parametrize("config,message", REFUSED)
def test_invalid_options_raise(config: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        GrpoLoss(config)


def test_arguments_that_are_not_tensors_and_tokens_outside_the_vocabulary_raise(batch: Batch) -> None:
    with pytest.raises(TypeError, match="`mask`: got list: give a torch.Tensor"):
        GrpoLoss()(T, mask=[[1]], advantages=torch.ones(2))  # type: ignore[arg-type]
    parts = {"mask": batch.mask, "advantages": batch.advantages}
    with pytest.raises(ValueError, match="outside the vocabulary of 23"):
        fused_linear_loss(GrpoLoss(), batch.hidden, batch.weight, batch.tokens + 23, **parts)
    with pytest.raises(ValueError, match=r"`weight` has shape \[23, 7\] where `hidden` has \[6, 9, 8\]"):
        fused_linear_loss(GrpoLoss(), batch.hidden, batch.weight[:, :7], batch.tokens, **parts)
    for call in (
        lambda: fused_linear_loss(GrpoLoss(), batch.hidden, batch.weight, batch.tokens, advantage=1, **parts),  # type: ignore[call-arg]
        lambda: GrpoLoss()(batch.old, advantage=1, **parts),  # type: ignore[call-arg]
    ):
        with pytest.raises(TypeError, match="unknown parts of a batch: advantage"):
            call()


@pytest.mark.parametrize("name", BatchParts.__annotations__)
def test_the_extension_reads_every_part_of_a_batch_that_the_package_takes(name: str) -> None:
    wrong: Any = {name: ["neither a tensor nor a number"]}
    with pytest.raises(TypeError, match=f"`{name}`: got list: give a "):
        GrpoLoss()(T, mask=T == 0, advantages=torch.ones(2), **wrong)


@pytest.mark.parametrize("name", ["token-mean", "tokens", "seq-mean-token-mean", ""])
def test_a_normalizer_of_an_unknown_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"unknown aggregation `{name}`: give one of `token_mean`"):
        global_normalizer(torch.ones(2, 3), name)


def test_a_mask_that_is_not_0_or_1_is_refused_everywhere(batch: Batch) -> None:
    labels = torch.where(batch.mask, 1, -100)
    count = int((~batch.mask).sum())
    message = f"`mask` .6, 9. has ({count} )?entries that are neither 0 nor 1"
    with pytest.raises(ValueError, match=message):
        linear_log_probs(batch.hidden, batch.weight, batch.tokens, mask=labels)
    with pytest.raises(ValueError, match=message):
        fused_linear_loss(GrpoLoss(), batch.hidden, batch.weight, batch.tokens, mask=labels, advantages=batch.advantages)
    with pytest.raises(ValueError, match=message):
        rejection_mask(labels, batch.old, batch.rollout)
    with pytest.raises(ValueError, match=message):
        global_normalizer(labels)


def test_the_lower_bound_of_masked_sampling_is_none_for_products_and_can_be_none_anywhere() -> None:
    assert GrpoLoss(correction="mis").config["correction"] == {"mis": {"level": "token", "low": 0.5, "high": 5.0}}
    for level, options, low in [("sequence", {}, None), ("geometric", {}, 0.5), ("sequence", {"low": 0.1}, 0.1), ("token", {"low": None}, None)]:
        found = GrpoLoss(correction={"mis": {"level": level, **options}}).config["correction"]["mis"]
        assert found["low"] == low, level


def test_a_soft_cap_and_a_scale_must_be_above_0(batch: Batch) -> None:
    parts: Any = {"mask": batch.mask, "advantages": batch.advantages}
    for head, message in [({"scale": 0.0}, "`scale` got 0"), ({"soft_cap": -1.0}, "`soft_cap` got -1"),
                          ({"bias": torch.ones(22).double()}, r"`bias` has shape \[22\]")]:  # fmt: skip
        with pytest.raises(ValueError, match=message):
            fused_linear_loss(GrpoLoss(), batch.hidden, batch.weight, batch.tokens, **parts, **head)


def test_returns_raise_for_shapes_that_do_not_match() -> None:
    rewards, mask = torch.ones(2), torch.ones(2, 3)
    with pytest.raises(ValueError, match=r"`rewards` has shape \[3\]"):
        token_returns(torch.ones(3), mask)
    with pytest.raises(ValueError, match="`discount` got 1.5"):
        token_returns(rewards, mask, discount=1.5)
    with pytest.raises(ValueError, match="give `kl`, `log_probs` and `reference_log_probs` together"):
        token_returns(rewards, mask, kl={})
    with pytest.raises(ValueError, match="`reference_log_probs` is not finite at 6 of 6"):
        token_returns(rewards, mask, kl={}, log_probs=torch.zeros(2, 3), reference_log_probs=torch.full((2, 3), float("nan")))
    with pytest.raises(ValueError, match="unknown field `beta`"):
        token_returns(rewards, mask, kl={"beta": 1.0}, log_probs=torch.zeros(2, 3), reference_log_probs=torch.zeros(2, 3))
    with pytest.raises(ValueError, match="neither 0 nor 1"):
        whiten(torch.ones(2, 3), mask * 2)


@pytest.mark.parametrize("chunk", [0, -1])
def test_chunks_below_one_row_raise(batch: Batch, chunk: int) -> None:
    parts: dict[str, Any] = {"mask": batch.mask, "advantages": batch.advantages, "chunk": chunk}
    with pytest.raises(ValueError, match=f"`chunk` got {chunk}: give at least 1 row"):
        fused_linear_loss(GrpoLoss(), batch.hidden, batch.weight, batch.tokens, **parts)
    with pytest.raises(ValueError, match=f"`chunk` got {chunk}"):
        linear_log_probs(batch.hidden, batch.weight, batch.tokens, chunk=chunk)


def test_a_rejection_raises_for_nan_at_trainable_tokens(batch: Batch) -> None:
    with pytest.raises(ValueError, match="`rollout_log_probs` is not finite at .* trainable tokens"):
        rejection_mask(batch.mask, batch.old, batch.rollout * float("nan"))
    holes = torch.where(batch.mask, batch.rollout, float("nan"))
    assert torch.equal(rejection_mask(batch.mask, batch.old, holes), rejection_mask(batch.mask, batch.old, batch.rollout))


def test_a_sample_without_trainable_tokens_may_have_no_reward() -> None:
    mask = torch.tensor([[1, 1], [0, 0]])
    found = token_returns(torch.tensor([1.0, float("nan")]), mask)
    assert torch.equal(found, torch.tensor([[1.0, 1.0], [0.0, 0.0]], dtype=torch.float64))
    with pytest.raises(ValueError, match="`rewards` is not finite at 1 of 2"):
        token_returns(torch.tensor([1.0, float("nan")]), torch.ones(2, 2))


def test_options_may_be_numbers_of_torch() -> None:
    assert GrpoLoss(temperature=torch.tensor(2.0)).config["temperature"] == 2.0
    with pytest.raises(TypeError, match="option `temperature` got a value of type object"):
        GrpoLoss(temperature=object())
