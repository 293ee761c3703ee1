"""Properties of the loss other than its formulas: micro-batches give the gradient of one batch, padding is never read,
dtypes, metrics."""

import pickle
from typing import Any

import pytest
import torch
from conftest import Batch, make_batch
from r1rewards_grpo import (
    AdaptiveEntropy,
    DynamicSampling,
    GrpoLoss,
    fused_linear_loss,
    global_normalizer,
    linear_log_probs,
    token_log_probs,
)

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
    normalizer = global_normalizer(batch.mask, aggregation)
    assert normalizer == global_normalizer(batch.mask, ours)
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


def test_the_upstream_gradient_scales_the_gradients_and_backward_can_be_shared(batch: Batch) -> None:
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
def test_lower_precision_is_near_float64(batch: Batch, dtype: torch.dtype, bound: float) -> None:
    parts = {"mask": batch.mask, "advantages": batch.advantages}
    gradients = []
    for kind in (torch.float64, dtype):
        # Both dtypes get the same numbers, so that only the arithmetic differs.
        hidden, weight = (tensor.detach().to(dtype).to(kind).requires_grad_() for tensor in (batch.hidden, batch.weight))
        output = fused_linear_loss(GrpoLoss(), hidden, weight, batch.tokens, chunk=4, **parts)
        output.loss.backward()
        assert output.loss.dtype == (torch.float64 if kind == torch.float64 else torch.float32)
        gradients.append((hidden.grad.double(), weight.grad.double()))
    for wide, narrow in zip(*gradients, strict=True):
        assert (wide - narrow).abs().max() <= bound * wide.abs().max()


def test_metrics_have_the_documented_counts() -> None:
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
    assert metrics["dropped_tokens"] == 2  # one dropped by the correction, one in a stale sequence
    assert (metrics["clip_high"], metrics["clip_low"]) == pytest.approx((0.2, 0.2))
    assert (metrics["ratio_min"], metrics["ratio_median"], metrics["ratio_max"]) == pytest.approx((0.5, 1.0, 2.0))
    assert metrics["rollout_kl"] == pytest.approx(-3 / 5)


def test_metrics_of_the_mismatch_are_their_formulas(batch: Batch) -> None:
    ours = GrpoLoss(correction={"tis": {"cap": 1.2}})
    found = ours(batch.old, mask=batch.mask, advantages=batch.advantages, old_log_probs=batch.old, rollout_log_probs=batch.rollout).metrics
    log_weight = (batch.old - batch.rollout)[batch.mask]
    weight = log_weight.exp()
    product = ((batch.old - batch.rollout) * batch.mask).sum(1).exp()
    expected = {
        "correction_min": weight.min(),
        "correction_max": weight.max(),
        "correction_truncated": (weight > 1.2).double().mean(),
        "rollout_kl": -log_weight.mean(),
        "rollout_k3": (weight - 1 - log_weight).mean(),
        "rollout_chi2": weight.square().mean() - 1,
        "rollout_chi2_sequence": product.square().mean() - 1,
        "rollout_ess": weight.sum() ** 2 / weight.square().sum() / len(weight),
    }
    for name, value in expected.items():
        assert found[name] == pytest.approx(float(value), rel=1e-9), name
    same = GrpoLoss()(batch.old, mask=batch.mask, advantages=batch.advantages, rollout_log_probs=batch.old).metrics
    assert (same["rollout_ess"], same["rollout_chi2"], same["rollout_k3"]) == (1.0, 0.0, 0.0)


EVERY_LOSS = [
    "ppo_clip", "dual_clip", "two_sided", "gspo", "gspo_token", "cispo_cap", "cispo_band", "gmpo", "sapo", "dppo", "dppo_kl", "vespo",
    "fipo", "clip_cov", "kl_cov", "dro", "reinforce",
]  # fmt: skip


@pytest.mark.parametrize("loss", EVERY_LOSS)
@pytest.mark.parametrize("normalizer", [None, 0.0, 7.0])
def test_a_batch_without_trainable_tokens_has_loss_and_gradients_of_0(loss: str, normalizer: float | None) -> None:
    """A normalizer of 7 is that of a rank whose tokens are all masked while other ranks have trainable tokens."""
    mask, advantages = torch.zeros(2, 3), torch.full((2,), float("nan"))
    ours = GrpoLoss(loss=loss, kl={}, correction=None, top_entropy=0.5)
    log_probs = torch.zeros(2, 3, requires_grad=True)
    parts: Any = {"mask": mask, "advantages": advantages, "normalizer": normalizer, "reference_log_probs": torch.zeros(2, 3)}
    output = ours(log_probs, entropy=torch.ones(2, 3), **parts)
    output.loss.backward()
    assert output.loss.item() == 0 and not log_probs.grad.any() and output.metrics["tokens"] == 0
    hidden, weight = torch.ones(2, 3, 4, requires_grad=True), torch.ones(5, 4, requires_grad=True)
    fused = fused_linear_loss(ours, hidden, weight, torch.zeros(2, 3, dtype=torch.int64), **parts)
    fused.loss.backward()
    assert fused.loss.item() == 0 and not hidden.grad.any() and not weight.grad.any()


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float32, torch.uint8])
def test_a_mask_in_any_dtype_is_counted_exactly(dtype: torch.dtype) -> None:
    mask = torch.ones(70, 1001)
    mask[0, 0] = 0
    assert global_normalizer(mask.to(dtype)) == 70 * 1001 - 1
    assert global_normalizer(mask.to(dtype), "sequence_mean") == 70


def test_a_loss_that_overflows_is_logged_as_infinity() -> None:
    log_probs, mask = torch.tensor([[-1.0, -1.0]]), torch.ones(1, 2)
    output = GrpoLoss()(log_probs, mask=mask, advantages=torch.tensor([-3e38]), old_log_probs=log_probs - 5)
    assert output.metrics["loss"] == output.loss.item() == float("inf")


def test_the_loss_accepts_the_normalizer_of_a_masked_batch() -> None:
    mask = torch.zeros(2, 3, dtype=torch.bool)
    for name in ("token_mean", "sequence_mean"):
        loss = GrpoLoss(aggregation=name)(torch.zeros(2, 3), mask=mask, advantages=torch.ones(2), normalizer=global_normalizer(mask, name)).loss
        assert loss.item() == 0


@pytest.mark.parametrize("loss,expected", [("gspo", "sequence_mean"), ("gspo_token", "sequence_mean"), ("gmpo", "sequence_mean"),
                                           ("sapo", "sequence_mean"), ("ppo_clip", "token_mean"), ("vespo", "token_mean")])  # fmt: skip
def test_the_default_aggregation_is_that_of_the_paper(batch: Batch, loss: str, expected: str) -> None:
    parts: dict[str, Any] = {"mask": batch.mask, "advantages": batch.advantages, "old_log_probs": batch.old}
    unsaid, said = GrpoLoss(loss=loss), GrpoLoss(loss=loss, aggregation=expected)
    assert unsaid.config == said.config
    assert torch.equal(unsaid(batch.rollout, **parts).loss, said(batch.rollout, **parts).loss)
    other = GrpoLoss(loss=loss, aggregation="token_mean" if expected == "sequence_mean" else "sequence_mean")
    assert not torch.equal(other(batch.rollout, **parts).loss, said(batch.rollout, **parts).loss)


def test_the_penalty_has_a_gradient_for_unlikely_tokens_unless_it_is_clamped() -> None:
    policy = torch.tensor([[0.01]], dtype=torch.float64).log().requires_grad_()
    reference = torch.tensor([[0.5]], dtype=torch.float64).log()
    parts: Any = {"mask": torch.ones(1, 1), "advantages": torch.zeros(1, dtype=torch.float64), "reference_log_probs": reference}
    found = []
    for clamp in (None, 10.0):
        loss = GrpoLoss(kl={"coefficient": 0.1, "clamp": clamp})(policy, **parts).loss
        found.append((loss.item(), torch.autograd.grad(loss, policy)[0].item()))
    k3 = 50 - 1 - torch.tensor(50.0).log().item()
    assert found == [pytest.approx((0.1 * k3, -0.1 * 49)), (1.0, 0.0)]


def test_under_autocast_dtypes_are_mixed_as_for_a_linear_of_torch(batch: Batch) -> None:
    head = torch.nn.Linear(8, 23)
    hidden = batch.hidden.to(torch.bfloat16).requires_grad_()
    parts: Any = {"mask": batch.mask, "advantages": batch.advantages.float(), "prompts": batch.prompts}
    for loss in ("ppo_clip", "gspo"):
        ours = GrpoLoss(loss=loss, aggregation="prompt_mean")
        with torch.autocast("cpu", dtype=torch.bfloat16):
            plain = ours(token_log_probs(head(hidden), batch.tokens), **parts).loss
            found = fused_linear_loss(ours, hidden, head.weight, batch.tokens, bias=head.bias, **parts).loss
            again, _ = linear_log_probs(hidden, head.weight, batch.tokens, bias=head.bias)
            assert torch.allclose(ours(again, **parts).loss, found, rtol=2e-2)
        assert found.dtype == torch.float32 and torch.allclose(found, plain, rtol=2e-2)
        leaves = [hidden, head.weight, head.bias]
        for own, expected in zip(torch.autograd.grad(found, leaves), torch.autograd.grad(plain, leaves), strict=True):
            assert own.dtype == expected.dtype
            assert (own - expected).abs().max() <= 3e-2 * expected.abs().max()


def test_a_backward_under_autocast_is_that_without(batch: Batch) -> None:
    def gradients(on: bool) -> list[torch.Tensor]:
        hidden, weight = batch.hidden.float().requires_grad_(), batch.weight.float().requires_grad_()
        log_probs, _ = linear_log_probs(hidden, weight, batch.tokens)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=on):
            log_probs.sum().backward()
        return [hidden.grad, weight.grad]  # type: ignore[list-item]

    assert all(map(torch.equal, gradients(True), gradients(False)))


def test_without_autocast_mixed_dtypes_raise_with_the_fix(batch: Batch) -> None:
    parts: Any = {"mask": batch.mask, "advantages": batch.advantages}
    with pytest.raises(ValueError, match="`weight` is Float and `hidden` BFloat16: give both in one dtype, or call under torch.autocast"):
        fused_linear_loss(GrpoLoss(), batch.hidden.bfloat16(), batch.weight.float(), batch.tokens, **parts)


@pytest.mark.parametrize("loss", ["ppo_clip", "gspo"])
def test_under_no_grad_there_is_a_loss_and_no_gradient(batch: Batch, loss: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from r1rewards_grpo import _fused

    hidden, weight = batch.hidden.requires_grad_(), batch.weight.requires_grad_()
    parts: Any = {"mask": batch.mask, "advantages": batch.advantages, "old_log_probs": batch.old}
    kept: list[Any] = []
    inner = _fused._FusedLoss.forward

    def watched(ctx: Any, *arguments: Any) -> Any:
        value = inner(ctx, *arguments)
        kept.append(ctx.to_save)
        return value

    monkeypatch.setattr(_fused._FusedLoss, "forward", staticmethod(watched))
    expected = fused_linear_loss(GrpoLoss(loss=loss), hidden, weight, batch.tokens, **parts).loss
    with torch.no_grad():
        found = fused_linear_loss(GrpoLoss(loss=loss), hidden, weight, batch.tokens, **parts).loss
    assert torch.equal(found, expected) and not found.requires_grad
    assert [gradient is None for gradient in kept[0]] == [False, False, True]
    assert kept[1] == (None, None, None), "no gradient was computed"


def test_clip_cov_drops_its_share_by_the_seed(batch: Batch) -> None:
    ours = GrpoLoss(loss={"clip_cov": {"share": 0.1, "low": 0.0, "high": 9.0}})
    hidden = batch.hidden.requires_grad_()
    parts: Any = {"mask": batch.mask, "advantages": batch.advantages, "old_log_probs": batch.old}

    def run(seed: int) -> tuple[float, torch.Tensor]:
        torch.manual_seed(seed)
        output = fused_linear_loss(ours, hidden, batch.weight, batch.tokens, chunk=4, **parts)
        (gradient,) = torch.autograd.grad(output.loss, hidden)
        return output.metrics["dropped_tokens"], gradient

    found = [run(seed) for seed in (0, 0, 1, 2)]
    assert all(dropped == int(0.1 * batch.mask.sum()) for dropped, _ in found)
    assert torch.equal(found[0][1], found[1][1])
    assert not all(torch.equal(found[0][1], other) for _, other in found[2:])


def test_stale_sequences_are_dropped_but_still_counted_in_the_divisor(batch: Batch) -> None:
    ours = GrpoLoss(max_staleness=0, loss="reinforce")
    staleness = torch.tensor([1, 0, 0, 0, 0, 0])
    parts = {"mask": batch.mask, "advantages": batch.advantages}
    found = ours(batch.old, staleness=staleness, **parts).loss
    without = {"mask": batch.mask[1:], "advantages": batch.advantages[1:], "normalizer": float(batch.mask.sum())}
    assert torch.allclose(found, GrpoLoss(loss="reinforce")(batch.old[1:], **without).loss)


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
    # On some machines a matrix product sums a transposed operand in another order: torch's `hidden @ weight.T` differs
    # in the last bits, too. Elements read from a wrong place would differ in the first digits.
    torch.testing.assert_close(fused_linear_loss(GrpoLoss(), hidden, weight, batch.tokens, **parts).loss, expected, rtol=1e-13, atol=0)


def test_a_loss_pickles_through_its_options() -> None:
    loss = GrpoLoss(loss={"ppo_clip": {"epsilon_high": 0.28}}, kl={"estimator": "k2"})
    assert pickle.loads(pickle.dumps(loss)).config == loss.config


def test_an_adaptive_bonus_follows_the_entropy() -> None:
    bonus = AdaptiveEntropy(0.2)
    assert [bonus.observe(0.1), bonus.observe(0.1), bonus.observe(0.3)] == [0.005, 0.01, 0.0]
    with pytest.raises(ValueError, match="`target` got -1"):
        AdaptiveEntropy(-1.0)


def test_an_adaptive_bonus_has_a_limit_and_raises_for_an_invalid_entropy() -> None:
    bonus = AdaptiveEntropy(0.2, limit=0.012)
    assert [bonus.observe(0.1) for _ in range(4)] == pytest.approx([0.005, 0.01, 0.012, 0.012])
    for entropy in (float("nan"), -0.1):
        with pytest.raises(ValueError, match="`entropy` got"):
            bonus.observe(entropy)
    assert bonus.weight == pytest.approx(0.012)
    with pytest.raises(ValueError, match="`limit` got 0"):
        AdaptiveEntropy(0.2, limit=0.0)


def test_dynamic_sampling_collects_until_the_step_is_full_or_its_rounds_are_spent() -> None:
    sampling = DynamicSampling(2, rounds=2)
    assert sampling.round([[True, False], [True, True]]) == ("sample", [0], 1)
    assert sampling.round([[False, False]]) == ("exhausted", [], 1)
    assert sampling.round(torch.tensor([[1, 0], [0, 1], [1, 0]])) == ("full", [0, 1], 0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="`groups` got 0"):
        DynamicSampling(0)
