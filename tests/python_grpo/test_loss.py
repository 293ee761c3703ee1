"""What the loss promises beside its formulas: one big batch and its parts agree, padding is never read, errors name shapes, metrics count."""

import pickle
from typing import Any

import pytest
import torch
from conftest import Batch, make_batch
from r1rewards_grpo import AdaptiveEntropy, GrpoLoss, fused_linear_loss, global_normalizer, token_log_probs

AGGREGATIONS = ["token_mean", "sequence_mean", "sequence_sum", {"constant_length": {"length": 9}}]


def run(loss: GrpoLoss, batch: Batch, rows: slice, normalizer: float | None) -> None:
    parts: dict[str, Any] = {"mask": batch.mask[rows], "advantages": batch.advantages[rows], "old_log_probs": batch.old[rows]}
    fused_linear_loss(loss, batch.hidden[rows], batch.weight, batch.tokens[rows], normalizer=normalizer, **parts).loss.backward()


@pytest.mark.parametrize("loss", ["ppo_clip", "gspo"])
@pytest.mark.parametrize("aggregation", AGGREGATIONS)
def test_eight_micro_batches_give_the_gradient_of_one_batch(loss: str, aggregation: Any) -> None:
    batch = make_batch(sequences=8)._replace(prompts=torch.arange(8))
    batch.weight.requires_grad_()
    ours = GrpoLoss(loss=loss, aggregation=aggregation)
    run(ours, batch, slice(None), None)
    whole = batch.weight.grad.clone()
    batch.weight.grad = None
    normalizer = global_normalizer(batch.mask, aggregation if isinstance(aggregation, str) else "constant_length")
    for start in range(8):
        run(ours, batch, slice(start, start + 1), normalizer)
    assert (batch.weight.grad - whole).abs().max() <= 1e-6 * whole.abs().max()


def test_a_prompt_in_two_micro_batches_is_still_one_prompt(batch: Batch) -> None:
    log_probs = batch.old.clone().requires_grad_()
    ours = GrpoLoss(aggregation="prompt_mean", loss="reinforce")
    ours(log_probs, mask=batch.mask, advantages=batch.advantages, prompts=batch.prompts).loss.backward()
    whole, log_probs.grad = log_probs.grad, None
    counts = batch.mask.sum(1)
    tokens = torch.stack([counts[batch.prompts == prompt].sum() for prompt in batch.prompts])
    for row in range(len(tokens)):
        part = slice(row, row + 1)
        parts = {"mask": batch.mask[part], "advantages": batch.advantages[part], "prompt_tokens": tokens[part]}
        ours(log_probs[part], normalizer=3.0, **parts).loss.backward()
    assert torch.allclose(log_probs.grad, whole, rtol=1e-9)


def test_padding_is_never_read(batch: Batch) -> None:
    def gradient(fill: float, token: int) -> torch.Tensor:
        hidden = torch.where(batch.mask.unsqueeze(-1), batch.hidden, fill).requires_grad_()
        old = torch.where(batch.mask, batch.old, fill)
        tokens = torch.where(batch.mask, batch.tokens, token)
        parts = {"mask": batch.mask, "advantages": batch.advantages, "old_log_probs": old}
        fused_linear_loss(GrpoLoss(), hidden, batch.weight, tokens, **parts).loss.backward()
        return hidden.grad

    assert torch.equal(gradient(0.0, 0), gradient(float("nan"), -100))


def test_what_flows_in_scales_the_gradients_and_backward_can_be_shared(batch: Batch) -> None:
    hidden = batch.hidden.requires_grad_()
    loss = fused_linear_loss(GrpoLoss(), hidden, batch.weight, batch.tokens, mask=batch.mask, advantages=batch.advantages).loss
    (once,) = torch.autograd.grad(loss, hidden, retain_graph=True)
    (scaled,) = torch.autograd.grad(0.25 * loss + hidden.sum(), hidden)
    assert torch.allclose(scaled, 0.25 * once + 1, atol=1e-12)


def test_a_frozen_weight_gets_no_gradient_and_a_tied_one_gets_both(batch: Batch) -> None:
    parts = {"mask": batch.mask, "advantages": batch.advantages}
    hidden = batch.hidden.requires_grad_()
    fused_linear_loss(GrpoLoss(), hidden, batch.weight, batch.tokens, **parts).loss.backward()
    assert batch.weight.grad is None and hidden.grad is not None

    tied = batch.weight.clone().requires_grad_()
    fused_linear_loss(GrpoLoss(), tied[batch.tokens], tied, batch.tokens, **parts).loss.backward()
    found, tied.grad = tied.grad, None
    GrpoLoss()(token_log_probs(tied[batch.tokens] @ tied.T, batch.tokens), **parts).loss.backward()
    assert torch.allclose(found, tied.grad, rtol=1e-6)


@pytest.mark.parametrize("dtype,bound", [(torch.float32, 1e-5), (torch.bfloat16, 3e-2), (torch.float16, 1e-2)])
def test_narrow_numbers_stay_near_the_wide_ones(batch: Batch, dtype: torch.dtype, bound: float) -> None:
    parts = {"mask": batch.mask, "advantages": batch.advantages}
    gradients = []
    for kind in (torch.float64, dtype):
        # The same numbers in both: what is measured is the arithmetic.
        hidden, weight = (tensor.detach().to(dtype).to(kind).requires_grad_() for tensor in (batch.hidden, batch.weight))
        output = fused_linear_loss(GrpoLoss(), hidden, weight, batch.tokens, chunk=4, **parts)
        output.loss.backward()
        assert output.loss.dtype == (torch.float64 if kind == torch.float64 else torch.float32)
        gradients.append((hidden.grad.double(), weight.grad.double()))
    for wide, narrow in zip(*gradients, strict=True):
        assert (wide - narrow).abs().max() <= bound * wide.abs().max()


def test_metrics_count_what_they_say() -> None:
    old = torch.zeros(3, 2)
    log_probs = torch.log(torch.tensor([[2.0, 1.0], [0.5, 1.0], [1.0, 1.0]]))
    mask = torch.tensor([[1, 1], [1, 1], [1, 0]])
    ours = GrpoLoss(max_staleness=2, kl={"coefficient": 0.0}, correction={"mis": {"low": 0.5, "high": 2.0}})
    rollout = torch.tensor([[0.0, -3.0], [0.0, 0.0], [0.0, 0.0]])
    metrics = ours(
        log_probs,
        mask=mask,
        advantages=torch.tensor([1.0, -1.0, 0.0]),
        old_log_probs=old,
        reference_log_probs=old,
        rollout_log_probs=rollout,
        staleness=torch.tensor([0, 0, 3]),
    ).metrics
    assert (metrics["tokens"], metrics["sequences"], metrics["dead_sequences"], metrics["stale_sequences"]) == (5, 3, 1, 1)
    assert metrics["dropped_tokens"] == 2  # one by the correction, one stale
    assert (metrics["clip_high"], metrics["clip_low"]) == pytest.approx((0.2, 0.2))
    assert (metrics["ratio_min"], metrics["ratio_median"], metrics["ratio_max"]) == pytest.approx((0.5, 1.0, 2.0))
    assert metrics["rollout_kl"] == pytest.approx(-3 / 5)


def test_nothing_to_train_on_is_a_loss_of_nothing() -> None:
    log_probs = torch.zeros(2, 3, requires_grad=True)
    output = GrpoLoss(loss="gspo")(log_probs, mask=torch.zeros(2, 3), advantages=torch.ones(2))
    output.loss.backward()
    assert output.loss.item() == 0 and not log_probs.grad.any() and output.metrics["tokens"] == 0


def test_stale_sequences_are_dropped_and_the_count_stays(batch: Batch) -> None:
    ours = GrpoLoss(max_staleness=0, loss="reinforce")
    staleness = torch.tensor([1, 0, 0, 0, 0, 0])
    parts = {"mask": batch.mask, "advantages": batch.advantages}
    found = ours(batch.old, staleness=staleness, **parts).loss
    without = {"mask": batch.mask[1:], "advantages": batch.advantages[1:], "normalizer": float(batch.mask.sum())}
    assert torch.allclose(found, GrpoLoss(loss="reinforce")(batch.old[1:], **without).loss)


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
    ({"normalizer": 0.0}, {}, "`normalizer` is 0"),
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
    ({"aggregation": {"constant_length": {"length": 0}}}, "`aggregation.length` got 0"),
    ({"beta": 0.1}, "unknown field `beta`, expected one of `loss`"),
]


@pytest.mark.parametrize("config,message", REFUSED)
def test_options_that_mean_nothing_are_refused(config: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        GrpoLoss(config)


def test_what_is_no_tensor_and_tokens_outside_the_vocabulary_are_refused(batch: Batch) -> None:
    with pytest.raises(TypeError, match="`mask`: got list: give a torch.Tensor"):
        GrpoLoss()(T, mask=[[1]], advantages=torch.ones(2))  # type: ignore[arg-type]
    parts = {"mask": batch.mask, "advantages": batch.advantages}
    with pytest.raises(ValueError, match="outside the vocabulary of 23"):
        fused_linear_loss(GrpoLoss(), batch.hidden, batch.weight, batch.tokens + 23, **parts)
    with pytest.raises(ValueError, match=r"`weight` has shape \[23, 7\] where `hidden` has \[6, 9, 8\]"):
        fused_linear_loss(GrpoLoss(), batch.hidden, batch.weight[:, :7], batch.tokens, **parts)
    with pytest.raises(TypeError, match="unknown parts of a batch: advantage"):
        fused_linear_loss(GrpoLoss(), batch.hidden, batch.weight, batch.tokens, advantage=1, **parts)


def test_parts_that_are_not_contiguous_are_read_right(batch: Batch) -> None:
    parts = {"mask": batch.mask, "advantages": batch.advantages, "old_log_probs": batch.old}
    turned = {name: tensor.T.contiguous().T if tensor.dim() == 2 else tensor for name, tensor in parts.items()}
    assert not turned["mask"].is_contiguous()
    expected = fused_linear_loss(GrpoLoss(), batch.hidden, batch.weight, batch.tokens, **parts).loss
    assert torch.equal(fused_linear_loss(GrpoLoss(), batch.hidden, batch.weight, batch.tokens, **turned).loss, expected)


def test_hidden_states_and_weights_that_are_not_contiguous_are_read_right(batch: Batch) -> None:
    parts = {"mask": batch.mask, "advantages": batch.advantages, "old_log_probs": batch.old}
    expected = fused_linear_loss(GrpoLoss(), batch.hidden, batch.weight, batch.tokens, **parts).loss
    hidden, weight = batch.hidden.transpose(0, 1).contiguous().transpose(0, 1), batch.weight.T.contiguous().T
    assert not hidden.is_contiguous() and not weight.is_contiguous()
    # A matrix product may sum a transposed operand in another order, by machine: `hidden @ weight.T` of torch itself differs in
    # the last bits. Elements read from the wrong place would differ in the first.
    torch.testing.assert_close(fused_linear_loss(GrpoLoss(), hidden, weight, batch.tokens, **parts).loss, expected, rtol=1e-13, atol=0)


def test_a_loss_pickles_through_its_options() -> None:
    loss = GrpoLoss(loss={"ppo_clip": {"epsilon_high": 0.28}}, kl={"estimator": "k2"})
    assert pickle.loads(pickle.dumps(loss)).config == loss.config


def test_an_adaptive_bonus_follows_the_entropy() -> None:
    bonus = AdaptiveEntropy(0.2)
    assert [bonus.observe(0.1), bonus.observe(0.1), bonus.observe(0.3)] == [0.005, 0.01, 0.0]
    with pytest.raises(ValueError, match="`target` got -1"):
        AdaptiveEntropy(-1.0)
