"""Options other than the policy loss equal the float64 reference: rejection with correction, denominators,
`top_entropy`, `positive_nll`, heads, returns."""

import itertools
from typing import Any

import pytest
import reference
import torch
from conftest import Batch
from r1rewards_grpo import (
    GrpoLoss,
    fused_linear_loss,
    linear_log_probs,
    linear_sum_squares,
    rejection_mask,
    token_baseline_advantages,
    token_returns,
    whiten,
)
from test_parity import close, from_scratch, given, options

# Bounds at each level that drop some tokens of the batch and keep others.
BOUNDS = {"token": (0.8, 1.5), "sequence": (0.3, 6.0), "geometric": (0.8, 1.5)}
# Weights per token are an error with a loss that has one ratio for each sequence.
REJECTIONS = [
    (loss, level, rule)
    for loss, level, rule in itertools.product(["ppo_clip", "gspo", "dppo"], BOUNDS, [None, "tis", "decoupled"])
    if (loss, rule) != ("gspo", "decoupled")
]


def compare(batch: Batch, ours: GrpoLoss, expected: torch.Tensor, parts: dict[str, Any], kl: str | None = None, **head: Any) -> None:
    """Compares value and gradients from hidden states and weight, fused in small chunks and from log-probabilities."""
    leaves = [batch.hidden, batch.weight, *(tensor for tensor in head.values() if isinstance(tensor, torch.Tensor))]
    gradients = torch.autograd.grad(expected, leaves)
    parts = {**given(batch, kl), **parts}
    fused = fused_linear_loss(ours, batch.hidden, batch.weight, batch.tokens, chunk=4, **parts, **head)
    now, entropy = linear_log_probs(batch.hidden, batch.weight, batch.tokens, entropy=True, chunk=5, **head)
    plain = ours(now, entropy=entropy, **parts)
    for found in (fused, plain):
        close(found.loss.detach(), expected.detach())
        for ours_gradient, gradient in zip(torch.autograd.grad(found.loss, leaves), gradients, strict=True):
            close(ours_gradient, gradient)


def leaves(batch: Batch) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    hidden, weight = batch.hidden.requires_grad_(), batch.weight.requires_grad_()
    return from_scratch(hidden, weight, batch.tokens), batch.advantages.unsqueeze(1).expand_as(batch.old), batch.mask


@pytest.mark.parametrize("loss,level,rule", REJECTIONS)
@pytest.mark.parametrize("denominator", ["fixed", "kept"])
def test_a_rejection_and_a_correction_of_other_levels(batch: Batch, loss: str, level: str, rule: str | None, denominator: str) -> None:
    log_probs, advantages, mask = leaves(batch)
    weight = reference.mismatch(level, batch.old, batch.rollout, mask)
    low, high = BOUNDS[level]
    inside = (weight >= low) & (weight <= high) & mask
    assert 0 < inside.sum() < mask.sum()
    trained = inside if denominator == "kept" else mask
    old = batch.rollout if loss == "dppo" and rule is None else batch.old
    losses = reference.policy_loss(loss, log_probs, old, batch.rollout, advantages, trained)
    if rule:
        losses = losses * reference.correction(rule, "token", batch.old, batch.rollout, trained)
    losses = losses * inside + 0.3 * reference.divergence("k3", log_probs, batch.old, batch.reference)
    expected = reference.aggregate("token_mean", losses, trained, batch.prompts)
    rejection = {"level": level, "low": low, "high": high}
    ours = GrpoLoss(options(loss, "token_mean", "k3"), correction=rule, rejection=rejection, denominator=denominator)
    parts = {"rollout_log_probs": batch.rollout}
    compare(batch, ours, expected, parts, "k3")

    found = ours(log_probs, **given(batch, "k3"), **parts).metrics
    assert found["rejected_tokens"] == int((mask & ~inside).sum())
    assert found["tokens"] == int(trained.sum())
    assert torch.equal(rejection_mask(mask, batch.old, batch.rollout, level=level, low=low, high=high), inside)


@pytest.mark.parametrize("rule,level", list(itertools.product(["tis", "mis"], BOUNDS)))
def test_an_on_policy_correction_is_relative_to_the_policy_itself(batch: Batch, rule: str, level: str) -> None:
    log_probs, advantages, mask = leaves(batch)
    now = log_probs.detach()
    losses = reference.policy_loss("ppo_clip", log_probs, now, batch.rollout, advantages, mask)
    losses = losses * reference.correction(rule, level, now, batch.rollout, mask)
    expected = reference.aggregate("token_mean", losses, mask, batch.prompts)
    ours = GrpoLoss(options("ppo_clip", "token_mean", None), correction={rule: {"level": level}})
    compare(batch, ours, expected, {"rollout_log_probs": batch.rollout, "old_log_probs": None})


def test_tokens_that_a_correction_drops_can_be_excluded_from_the_denominator(batch: Batch) -> None:
    log_probs, advantages, mask = leaves(batch)
    weight = reference.correction("mis", "token", batch.old, batch.rollout, mask)
    kept = mask & (weight > 0)
    losses = reference.policy_loss("ppo_clip", log_probs, batch.old, batch.rollout, advantages, kept) * weight
    expected = reference.aggregate("token_mean", losses, kept, batch.prompts)
    ours = GrpoLoss(options("ppo_clip", "token_mean", None), correction="mis", denominator="kept")
    compare(batch, ours, expected, {"rollout_log_probs": batch.rollout})


def test_the_ratio_of_dppo_is_to_the_policy_that_sampled(batch: Batch) -> None:
    for loss in ("dppo", "dppo_kl"):
        log_probs, advantages, mask = leaves(batch)
        losses = reference.policy_loss(loss, log_probs, batch.rollout, batch.rollout, advantages, mask)
        expected = reference.aggregate("token_mean", losses, mask, batch.prompts)
        compare(batch, GrpoLoss(options(loss, "token_mean", None)), expected, {"rollout_log_probs": batch.rollout})


@pytest.mark.parametrize("loss", ["dppo", "dppo_kl"])
def test_a_cap_bounds_the_gradient_of_dppo_as_verl_bounds_it(batch: Batch, loss: str) -> None:
    log_probs, advantages, mask = leaves(batch)
    kept = reference.policy_loss(loss, log_probs, batch.old, batch.old, advantages, mask) != 0
    ratio = (log_probs - batch.old).exp().detach().clamp(max=1.1)
    verl = reference.aggregate("token_mean", -ratio * advantages * log_probs * kept, mask, batch.prompts)
    found = GrpoLoss(options(loss, "token_mean", None), loss={loss: {"cap": 1.1}})(log_probs, **given(batch, None)).loss
    inputs = [batch.hidden, batch.weight]
    for ours, theirs in zip(torch.autograd.grad(found, inputs, retain_graph=True), torch.autograd.grad(verl, inputs), strict=True):
        close(ours, theirs)


@pytest.mark.parametrize("rule", [None, "tis", "mis", "decoupled"])
def test_vespo_takes_the_correction_into_its_weight(batch: Batch, rule: str | None) -> None:
    log_probs, advantages, mask = leaves(batch)
    weight = None if rule is None else reference.correction(rule, "token", batch.old, batch.rollout, mask)
    losses = reference.policy_loss("vespo", log_probs, batch.old, batch.rollout, advantages, mask, weight)
    expected = reference.aggregate("token_mean", losses, mask, batch.prompts)
    compare(batch, GrpoLoss(options("vespo", "token_mean", None), correction=rule), expected, {"rollout_log_probs": batch.rollout})


def test_only_uncertain_tokens_have_a_policy_loss(batch: Batch) -> None:
    log_probs, advantages, mask = leaves(batch)
    entropy = torch.distributions.Categorical(logits=batch.hidden @ batch.weight.T).entropy()
    cut = entropy[mask].detach().quantile(0.7)
    losses = reference.policy_loss("ppo_clip", log_probs, batch.old, batch.old, advantages, mask) * (entropy >= cut)
    losses = losses + 0.3 * reference.divergence("k3", log_probs, batch.old, batch.reference)
    expected = reference.aggregate("token_mean", losses, mask, batch.prompts)
    ours = GrpoLoss(options("ppo_clip", "token_mean", "k3"), top_entropy=0.3)
    compare(batch, ours, expected, {}, "k3")
    # Two micro-batches with the given threshold have the same result as one batch.
    whole = fused_linear_loss(ours, batch.hidden, batch.weight, batch.tokens, chunk=4, **given(batch, "k3"))
    halves = 0.0
    for rows in (slice(0, 2), slice(2, None)):
        parts = {name: value[rows] for name, value in given(batch, "k3").items()}
        parts |= {"normalizer": float(mask.sum()), "entropy_threshold": float(cut)}
        halves += fused_linear_loss(ours, batch.hidden[rows], batch.weight, batch.tokens[rows], chunk=4, **parts).loss
    close(halves.detach(), whole.loss.detach())


def test_positive_samples_are_imitated(batch: Batch) -> None:
    log_probs, advantages, mask = leaves(batch)
    positives = torch.tensor([1, 0, 0, 1, 0, 1])
    of_positives = mask & positives.bool().unsqueeze(1)
    losses = reference.policy_loss("ppo_clip", log_probs, batch.old, batch.old, advantages, mask)
    expected = reference.aggregate("sequence_mean", losses, mask, batch.prompts)
    expected = expected - 0.1 * (log_probs * of_positives).sum() / of_positives.sum()
    ours = GrpoLoss(options("ppo_clip", "sequence_mean", None), positive_nll=0.1)
    compare(batch, ours, expected, {"positives": positives})
    halves = 0.0
    for rows in (slice(0, 2), slice(2, None)):
        parts = {name: value[rows] for name, value in given(batch, None).items()}
        parts |= {"normalizer": 6.0, "positives": positives[rows], "positive_normalizer": float(of_positives.sum())}
        halves += ours(log_probs[rows], **parts).loss
    close(halves.detach(), expected.detach())


HEADS = [{"bias": True}, {"scale": 0.3}, {"soft_cap": 1.5}, {"bias": True, "scale": 1.7, "soft_cap": 2.0}]


@pytest.mark.parametrize("loss", ["ppo_clip", "gspo"])
@pytest.mark.parametrize("parts", HEADS, ids=str)
def test_heads_with_bias_scale_and_soft_cap(batch: Batch, loss: str, parts: dict[str, Any]) -> None:
    batch.hidden.requires_grad_()
    batch.weight.requires_grad_()
    head = dict(parts)
    if "bias" in head:
        head["bias"] = torch.randn(23, dtype=torch.float64, generator=torch.Generator().manual_seed(3)).requires_grad_()
    logits = batch.hidden @ batch.weight.T + head.get("bias", 0.0)
    logits = logits * head.get("scale", 1.0)
    if "soft_cap" in head:
        logits = head["soft_cap"] * (logits / head["soft_cap"]).tanh()
    log_probs = logits.log_softmax(-1).gather(-1, batch.tokens.unsqueeze(-1)).squeeze(-1)
    advantages = batch.advantages.unsqueeze(1).expand_as(batch.old)
    losses = reference.policy_loss(loss, log_probs, batch.old, batch.old, advantages, batch.mask)
    losses = losses - 0.02 * torch.distributions.Categorical(logits=logits).entropy()
    expected = reference.aggregate("sequence_mean", losses, batch.mask, batch.prompts)
    ours = GrpoLoss(options(loss, "sequence_mean", None), entropy_coefficient=0.02)
    compare(batch, ours, expected, {}, **head)


def test_the_sum_of_squared_probabilities_is_that_of_a_softmax(batch: Batch) -> None:
    expected = (batch.hidden @ batch.weight.T / 0.8).softmax(-1).square().sum(-1)
    close(linear_sum_squares(batch.hidden, batch.weight, temperature=0.8, chunk=5), expected)


@pytest.mark.parametrize("estimator", [None, "k1", "k2", "k3"])
@pytest.mark.parametrize("length", [9, 300])
def test_returns_with_the_penalty_in_the_reward(estimator: str | None, length: int) -> None:
    generator = torch.Generator().manual_seed(5)
    now, base = (-2 * torch.rand(4, length, dtype=torch.float64, generator=generator) for _ in range(2))
    mask = torch.rand(4, length, generator=generator) < 0.8
    mask[3] = False
    rewards = torch.tensor([1.0, 0.0, -0.5, 1.0], dtype=torch.float64)
    penalty = 0.1 * reference.divergence(estimator, now, now, base) if estimator else torch.zeros_like(now)
    expected = reference.returns(rewards, mask, penalty, 0.97)
    padded = torch.where(mask, now, torch.nan)
    parts: Any = {"kl": {"estimator": estimator, "coefficient": 0.1}, "log_probs": padded, "reference_log_probs": base}
    found = token_returns(rewards, mask, discount=0.97, **(parts if estimator else {}))
    close(found, expected)
    white = whiten(found, mask)
    trained = expected[mask]
    close(white[mask], (trained - trained.mean()) / (trained.var() + 1e-8).sqrt())
    assert not white[~mask].any() and not found[~mask].any()


def test_the_baseline_of_tokens(batch: Batch) -> None:
    squares = linear_sum_squares(batch.hidden, batch.weight)
    now = from_scratch(batch.hidden, batch.weight, batch.tokens)
    rewards = torch.tensor([1.0, 0.0, 0.0, 1.0, 0.5, 1.0], dtype=torch.float64)
    returns = token_returns(rewards, batch.mask)
    found = token_baseline_advantages(returns, batch.mask, batch.prompts, now, squares)
    close(found, reference.token_baseline(returns, batch.mask, batch.prompts, now, squares))
    assert not found[5].any(), "a sample alone is compared with nothing"
    same = token_baseline_advantages(token_returns(torch.full((6,), 0.1 + 0.2), batch.mask), batch.mask, batch.prompts, now, squares)
    assert not same.any(), "a dead group is exactly zero"
