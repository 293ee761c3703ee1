"""Every loss × aggregation × KL against the float64 reference: value and gradients to 1e-6, from log-probabilities and fused from hidden states."""

import itertools
import types
from typing import Any

import pytest
import reference
import torch
from conftest import Batch, make_batch
from r1rewards_grpo import GrpoLoss, fused_linear_loss, fused_logits_loss, linear_log_probs, token_log_probs

LOSSES = [
    "ppo_clip", "dual_clip", "two_sided", "gspo", "gspo_token", "cispo_cap", "cispo_band", "gmpo", "sapo", "dppo", "reinforce",
]  # fmt: skip
AGGREGATIONS = ["token_mean", "sequence_mean", "sequence_sum", "constant_length", "prompt_mean"]
KLS = [None, "k1", "k2", "k3", "k3_straight_through", "k3_unbiased"]
BOUND = 1e-6


def close(found: torch.Tensor, expected: torch.Tensor) -> None:
    assert expected.abs().max() > 1e-9, "a comparison with nothing says nothing"
    error = (found - expected).abs().max() / expected.abs().max()
    assert error <= BOUND, f"relative error {error:.2e}"


def from_scratch(hidden: torch.Tensor, weight: torch.Tensor, tokens: torch.Tensor, temperature: float = 1.0) -> torch.Tensor:
    return (hidden @ weight.T / temperature).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1)


def options(loss: str, aggregation: str, kl: str | None) -> dict[str, Any]:
    named: Any = {"constant_length": {"length": 16}} if aggregation == "constant_length" else aggregation
    return {"loss": loss, "aggregation": named, "kl": kl and {"estimator": kl, "coefficient": 0.3}}


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
# Decoupled weights are per token, and refused with a loss of whole sequences.
CORRECTED = [(loss, *rule) for loss in ("ppo_clip", "gspo", "dppo") for rule in RULES if (loss, rule[0]) != ("gspo", "decoupled")]


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


TRL = {
    "grpo": ("ppo_clip", "sequence_mean"),
    "bnpo": ("ppo_clip", "token_mean"),
    "dr_grpo": ("ppo_clip", "constant_length"),
    "dapo": ("ppo_clip", "token_mean"),
    "cispo": ("cispo_cap", "token_mean"),
    "sapo": ("sapo", "sequence_mean"),
    "luspo": ("ppo_clip", "sequence_sum"),
}


# TRL refuses sequence-level ratios with the aggregations that sum over tokens.
TRL_LEVELS = [(kind, "token") for kind in TRL] + [("grpo", "sequence"), ("luspo", "sequence")]


@pytest.mark.parametrize("kind,level", TRL_LEVELS)
@pytest.mark.parametrize("beta", [0.0, 0.04])
def test_losses_equal_those_of_trl(batch: Batch, kind: str, beta: float, level: str) -> None:
    trainer = pytest.importorskip("trl.trainer.grpo_trainer").GRPOTrainer
    log_probs = from_scratch(batch.hidden, batch.weight, batch.tokens).detach().requires_grad_()
    clip = (3e-4, 4e-4) if level == "sequence" else (0.2, 0.28)
    args = types.SimpleNamespace(
        use_bias_correction_kl=False, delta=None, sapo_temperature_pos=1.0, sapo_temperature_neg=1.05,
        steps_per_generation=1, report_to=[],
    )  # fmt: skip
    fake = _FakeTrainer(
        _get_per_token_logps_and_entropies=lambda *_, **__: (log_probs, torch.zeros_like(log_probs), None),
        model=types.SimpleNamespace(training=False), args=args, loss_type=kind, beta=beta, importance_sampling_level=level,
        epsilon_low=clip[0], epsilon_high=5.0 if kind == "cispo" else clip[1], off_policy_mask_threshold=None,
        top_entropy_quantile=1.0, aux_loss_enabled=False, use_vllm=False, vllm_importance_sampling_correction=False,
        current_gradient_accumulation_steps=1, max_completion_length=16, _entropy_bonus_enabled=False,
        accelerator=types.SimpleNamespace(num_processes=1),
    )  # fmt: skip
    inputs = {
        "prompt_ids": batch.tokens[:, :1], "prompt_mask": batch.mask[:, :1], "completion_ids": batch.tokens,
        "completion_mask": batch.mask.double(), "advantages": batch.advantages, "old_per_token_logps": batch.old,
        "ref_per_token_logps": batch.reference, "num_items_in_batch": batch.mask.sum(),
    }  # fmt: skip
    try:
        theirs = trainer._compute_loss(fake, None, inputs)
    except _Done as done:
        theirs = done.loss

    loss, aggregation = TRL[kind]
    constants: Any = {"ppo_clip": {"epsilon_low": clip[0], "epsilon_high": clip[1]}}.get(loss, {})
    name = "gspo" if level == "sequence" else loss
    ours = GrpoLoss(options(loss, aggregation, "k3" if beta else None), loss={name: constants}, kl=beta and {"coefficient": beta} or None)
    found = ours(log_probs, **given(batch, "k3"))
    close(found.loss.detach(), theirs.detach())
    close(*(torch.autograd.grad(value, log_probs)[0] for value in (found.loss, theirs)))


class _Done(Exception):
    def __init__(self, loss: torch.Tensor) -> None:
        self.loss = loss


class _FakeTrainer(types.SimpleNamespace):
    """What TRL's loss reads of its trainer; it stops where TRL begins to log, which needs a running trainer."""

    @property
    def _metrics(self) -> Any:
        import inspect

        frame = inspect.currentframe()
        assert frame is not None and frame.f_back is not None
        raise _Done(frame.f_back.f_locals["loss"])
