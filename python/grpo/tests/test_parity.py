"""Every loss × aggregation × KL equals the float64 reference: value and gradients to 1e-6, from log-probabilities and
fused from hidden states."""

import itertools
from typing import Any

import pytest
import reference
import torch
from conftest import Batch, make_batch
from r1rewards_grpo import GrpoLoss, fused_linear_loss, fused_logits_loss, linear_log_probs, token_log_probs

LOSSES = [
    "ppo_clip", "dual_clip", "two_sided", "gspo", "gspo_token", "cispo_cap", "cispo_band", "gmpo", "sapo", "dppo", "dppo_kl", "vespo",
    "fipo", "clip_cov", "kl_cov", "dro", "reinforce",
]  # fmt: skip
# Constants with which a batch of 40 tokens reaches every branch. With a share of 1, `clip_cov` is not random.
CONSTANTS: dict[str, dict[str, float]] = {
    "fipo": {"bound": 2.0, "half_life": 4.0, "weight_low": 0.7, "safety": 1.5},
    "clip_cov": {"share": 1.0, "low": 0.1, "high": 2.0},
    "kl_cov": {"share": 0.2, "coefficient": 0.5},
}
AGGREGATIONS = ["token_mean", "sequence_mean", "sequence_sum", "constant_length", "prompt_mean"]
KLS = [None, "k1", "k2", "k3", "k3_straight_through", "k3_unbiased"]
BOUND = 1e-6


def close(found: torch.Tensor, expected: torch.Tensor, bound: float = BOUND) -> None:
    assert expected.abs().max() > 1e-9, "the expected values are all 0, so the comparison would test nothing"
    error = (found - expected).abs().max() / expected.abs().max()
    assert error <= bound, f"relative error {error:.2e}"


def from_scratch(hidden: torch.Tensor, weight: torch.Tensor, tokens: torch.Tensor, temperature: float = 1.0) -> torch.Tensor:
    return (hidden @ weight.T / temperature).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1)


def options(loss: str, aggregation: str, kl: str | None) -> dict[str, Any]:
    named: Any = {"constant_length": {"length": 16}} if aggregation == "constant_length" else aggregation
    return {"loss": {loss: CONSTANTS.get(loss, {})}, "aggregation": named, "kl": kl and {"estimator": kl, "coefficient": 0.3}}


def given(batch: Batch, kl: str | None) -> dict[str, Any]:
    parts = {"mask": batch.mask, "advantages": batch.advantages, "old_log_probs": batch.old, "prompts": batch.prompts}
    return {**parts, "reference_log_probs": batch.reference} if kl else parts


@pytest.mark.parametrize("loss,aggregation,kl", list(itertools.product(LOSSES, AGGREGATIONS, KLS)))
def test_every_combination_equals_the_reference(loss: str, aggregation: str, kl: str | None) -> None:
    for seed in range(2):
        batch = make_batch(seed)
        hidden, weight = batch.hidden.requires_grad_(), batch.weight.requires_grad_()
        advantages = batch.advantages.unsqueeze(1).expand_as(batch.old)
        log_probs = from_scratch(hidden, weight, batch.tokens)
        losses = reference.policy_loss(loss, log_probs, batch.old, batch.old, advantages, batch.mask)
        if kl:
            losses = losses + 0.3 * reference.divergence(kl, log_probs, batch.old, batch.reference)
        expected = reference.aggregate(aggregation, losses, batch.mask, batch.prompts)
        gradients = torch.autograd.grad(expected, [hidden, weight])

        ours = GrpoLoss(options(loss, aggregation, kl))
        plain = ours(from_scratch(hidden, weight, batch.tokens), **given(batch, kl)).loss
        fused = fused_linear_loss(ours, hidden, weight, batch.tokens, chunk=5, **given(batch, kl)).loss
        for found in (plain, fused):
            close(found.detach(), expected.detach())
            for ours_gradient, gradient in zip(torch.autograd.grad(found, [hidden, weight]), gradients, strict=True):
                close(ours_gradient, gradient)


RULES = [*itertools.product(["tis", "mis"], ["token", "sequence", "geometric"]), ("decoupled", "token")]
# Decoupled weights are per token, which is an error with a loss of whole sequences.
CORRECTED = [(loss, *rule) for loss in ("ppo_clip", "gspo", "dppo", "dppo_kl") for rule in RULES if (loss, rule[0]) != ("gspo", "decoupled")]


@pytest.mark.parametrize("loss,rule,level", CORRECTED)
def test_corrections_equal_the_reference(batch: Batch, loss: str, rule: str, level: str) -> None:
    hidden, weight = batch.hidden.requires_grad_(), batch.weight.requires_grad_()
    advantages = batch.advantages.unsqueeze(1).expand_as(batch.old)
    log_probs = from_scratch(hidden, weight, batch.tokens)
    losses = reference.policy_loss(loss, log_probs, batch.old, batch.rollout, advantages, batch.mask)
    losses = losses * reference.correction(rule, level, batch.old, batch.rollout, batch.mask)
    losses = losses + 0.3 * reference.divergence("k3", log_probs, batch.old, batch.reference)
    expected = reference.aggregate("token_mean", losses, batch.mask, batch.prompts)
    gradients = torch.autograd.grad(expected, [hidden, weight])

    named: Any = rule if rule == "decoupled" else {rule: {"level": level}}
    ours = GrpoLoss(options(loss, "token_mean", "k3"), correction=named)
    found = fused_linear_loss(ours, hidden, weight, batch.tokens, chunk=4, rollout_log_probs=batch.rollout, **given(batch, "k3"))
    close(found.loss.detach(), expected.detach())
    for ours_gradient, gradient in zip(torch.autograd.grad(found.loss, [hidden, weight]), gradients, strict=True):
        close(ours_gradient, gradient)


@pytest.mark.parametrize("loss", ["ppo_clip", "gspo"])
def test_entropy_temperature_and_the_off_policy_mask_equal_the_reference(batch: Batch, loss: str) -> None:
    hidden, weight = batch.hidden.requires_grad_(), batch.weight.requires_grad_()
    advantages = batch.advantages.unsqueeze(1).expand_as(batch.old)
    log_probs = from_scratch(hidden, weight, batch.tokens, 0.7)
    losses = reference.policy_loss(loss, log_probs, batch.old, batch.old, advantages, batch.mask)
    stray = reference.sequence_mean(batch.old - log_probs.detach(), batch.mask)
    drop = (advantages < 0) & (stray > 0.05)
    assert drop[batch.mask].any() and not drop[batch.mask].all()
    distribution = torch.distributions.Categorical(logits=hidden @ weight.T / 0.7)
    losses = losses * ~drop - 0.02 * distribution.entropy()
    expected = reference.aggregate("sequence_mean", losses, batch.mask, batch.prompts)
    gradients = torch.autograd.grad(expected, [hidden, weight])

    ours = GrpoLoss(loss=loss, aggregation="sequence_mean", temperature=0.7, entropy_coefficient=0.02, off_policy_mask=0.05)
    fused = fused_linear_loss(ours, hidden, weight, batch.tokens, chunk=4, **given(batch, None))
    now, entropy = linear_log_probs(hidden, weight, batch.tokens, temperature=0.7, entropy=True, chunk=7)
    plain = ours(now, entropy=entropy, **given(batch, None))
    logits = fused_logits_loss(ours, hidden @ weight.T, batch.tokens, chunk=3, **given(batch, None))
    for found in (fused, plain, logits):
        close(found.loss.detach(), expected.detach())
        for ours_gradient, gradient in zip(torch.autograd.grad(found.loss, [hidden, weight]), gradients, strict=True):
            close(ours_gradient, gradient)


def test_log_probs_from_logits_equal_log_softmax(batch: Batch) -> None:
    logits = (batch.hidden @ batch.weight.T).requires_grad_()
    expected = (logits / 1.3).log_softmax(-1).gather(-1, batch.tokens.unsqueeze(-1)).squeeze(-1)
    found = token_log_probs(logits, batch.tokens, temperature=1.3)
    close(found.detach(), expected.detach())
    weights = torch.arange(expected.numel()).view_as(expected)
    close(*(torch.autograd.grad((value * weights).sum(), logits)[0] for value in (found, expected)))
