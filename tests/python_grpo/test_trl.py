"""Losses against TRL's own code, where it is installed: the loss of its GRPO trainer, called without a trainer.

Each row of TRL's part of docs/grpo.md is one of these.
"""

import types
from typing import Any

import pytest
import torch
from conftest import Batch
from r1rewards_grpo import GrpoLoss, linear_log_probs
from test_parity import close, from_scratch, given, options

grpo_trainer = pytest.importorskip("trl.trainer.grpo_trainer")

# loss_type -> ours
TRL = {
    "grpo": ("ppo_clip", "sequence_mean"),
    "bnpo": ("ppo_clip", "token_mean"),
    "dr_grpo": ("ppo_clip", "constant_length"),
    "dapo": ("ppo_clip", "token_mean"),
    "cispo": ("cispo_cap", "token_mean"),
    "sapo": ("sapo", "sequence_mean"),
    "luspo": ("ppo_clip", "sequence_sum"),
    "vespo": ("vespo", "token_mean"),
}


# TRL warns of sequence-level ratios with the aggregations that sum over tokens.
TRL_LEVELS = [(kind, "token") for kind in TRL] + [("grpo", "sequence"), ("luspo", "sequence")]


@pytest.mark.parametrize("kind,level", TRL_LEVELS)
@pytest.mark.parametrize("beta", [0.0, 0.04])
def test_losses_equal_those_of_trl(batch: Batch, kind: str, beta: float, level: str) -> None:
    log_probs = from_scratch(batch.hidden, batch.weight, batch.tokens).detach().requires_grad_()
    clip = (3e-4, 4e-4) if level == "sequence" else (0.2, 0.28)
    theirs = trl_loss(batch, log_probs, kind, beta=beta, level=level, clip=clip)
    loss, aggregation = TRL[kind]
    constants: Any = {"ppo_clip": {"epsilon_low": clip[0], "epsilon_high": clip[1]}}.get(loss, {})
    name = "gspo" if level == "sequence" else loss
    ours = GrpoLoss(options(loss, aggregation, "k3" if beta else None), loss={name: constants}, kl=beta and {"coefficient": beta} or None)
    same(ours(log_probs, **given(batch, "k3")).loss, theirs, log_probs)


# vllm_importance_sampling_mode -> ours; TRL's cap and bounds as ours.
MODES = {
    "token_truncate": {"tis": {"level": "token", "cap": 2.0}},
    "token_mask": {"mis": {"level": "token", "low": 0.42, "high": 3.5}},
    "sequence_truncate": {"tis": {"level": "sequence", "cap": 2.0}},
    "sequence_mask": {"mis": {"level": "sequence", "high": 2.0}},
}


@pytest.mark.parametrize("mode,kind", [(mode, "dapo") for mode in MODES] + [("token_truncate", "vespo"), ("token_mask", "vespo")])
def test_corrections_equal_those_of_trl(batch: Batch, mode: str, kind: str) -> None:
    """TRL makes the ratio where it generates; the three lines are written here, the loss is its own."""
    log_probs = from_scratch(batch.hidden, batch.weight, batch.tokens).detach().requires_grad_()
    difference = (batch.old - batch.rollout) * batch.mask
    ratio = (difference.sum(1, keepdim=True) if mode.startswith("sequence") else difference).exp()
    if mode.endswith("truncate"):
        ratio = ratio.clamp(max=2.0)
    else:
        low, high = (0.42, 3.5) if mode == "token_mask" else (0.0, 2.0)
        ratio = ratio.masked_fill((ratio < low) | (ratio > high), 0.0)
    theirs = trl_loss(batch, log_probs, kind, importance_sampling_ratio=ratio)
    ours = GrpoLoss(options(TRL[kind][0], "token_mean", None), correction=MODES[mode])
    same(ours(log_probs, rollout_log_probs=batch.rollout, **given(batch, None)).loss, theirs, log_probs)


def test_two_sided_clipping_equals_that_of_trl(batch: Batch) -> None:
    log_probs = from_scratch(batch.hidden, batch.weight, batch.tokens).detach().requires_grad_()
    theirs = trl_loss(batch, log_probs, "dapo", delta=1.3, clip=(0.2, 0.2))
    ours = GrpoLoss(loss={"two_sided": {"delta": 1.3}})
    same(ours(log_probs, **given(batch, None)).loss, theirs, log_probs)


def test_the_off_policy_mask_equals_that_of_trl(batch: Batch) -> None:
    log_probs = from_scratch(batch.hidden, batch.weight, batch.tokens).detach().requires_grad_()
    theirs = trl_loss(batch, log_probs, "dapo", off_policy=0.05, clip=(0.2, 0.2))
    same(GrpoLoss(off_policy_mask=0.05)(log_probs, **given(batch, None)).loss, theirs, log_probs)


def test_the_bias_correction_of_kl_equals_that_of_trl(batch: Batch) -> None:
    log_probs = from_scratch(batch.hidden, batch.weight, batch.tokens).detach().requires_grad_()
    theirs = trl_loss(batch, log_probs, "dapo", beta=0.04, unbiased=True, clip=(0.2, 0.2))
    ours = GrpoLoss(kl={"estimator": "k3_unbiased", "coefficient": 0.04})
    same(ours(log_probs, **given(batch, "k3")).loss, theirs, log_probs)


def test_the_mask_of_uncertain_tokens_equals_that_of_trl(batch: Batch) -> None:
    log_probs = from_scratch(batch.hidden, batch.weight, batch.tokens).detach().requires_grad_()
    _, entropy = linear_log_probs(batch.hidden, batch.weight, batch.tokens, entropy=True)
    theirs = trl_loss(batch, log_probs, "dapo", beta=0.04, top_entropy=0.3, entropies=entropy, clip=(0.2, 0.2))
    ours = GrpoLoss(top_entropy=0.3, kl={"coefficient": 0.04})
    same(ours(log_probs, entropy=entropy, **given(batch, "k3")).loss, theirs, log_probs)


def same(ours: torch.Tensor, theirs: torch.Tensor, log_probs: torch.Tensor) -> None:
    close(ours.detach(), theirs.detach())
    close(*(torch.autograd.grad(value, log_probs)[0] for value in (ours, theirs)))


def trl_loss(
    batch: Batch,
    log_probs: torch.Tensor,
    kind: str,
    *,
    beta: float = 0.0,
    level: str = "token",
    clip: tuple[float, float] = (0.2, 0.2),
    delta: float | None = None,
    off_policy: float | None = None,
    unbiased: bool = False,
    top_entropy: float = 1.0,
    entropies: torch.Tensor | None = None,
    importance_sampling_ratio: torch.Tensor | None = None,
) -> torch.Tensor:
    """TRL's loss of these log-probabilities."""
    trainer = grpo_trainer.GRPOTrainer
    args = types.SimpleNamespace(
        use_bias_correction_kl=unbiased, delta=delta, sapo_temperature_pos=1.0, sapo_temperature_neg=1.05,
        steps_per_generation=1, report_to=[], vespo_k_pos=2.0, vespo_lambda_pos=3.0, vespo_k_neg=3.0, vespo_lambda_neg=2.0,
    )  # fmt: skip
    corrected = importance_sampling_ratio is not None
    alone = types.SimpleNamespace(num_processes=1, pad_across_processes=lambda tensor, **_: tensor, gather=lambda tensor: tensor)
    fake = _FakeTrainer(
        _get_per_token_logps_and_entropies=lambda *_, **__: (
            log_probs, torch.zeros_like(log_probs) if entropies is None else entropies, None,
        ),
        model=types.SimpleNamespace(training=False), args=args, loss_type=kind, beta=beta, importance_sampling_level=level,
        epsilon_low=clip[0], epsilon_high=5.0 if kind == "cispo" else clip[1], off_policy_mask_threshold=off_policy,
        top_entropy_quantile=top_entropy, aux_loss_enabled=False, use_vllm=corrected, vllm_importance_sampling_correction=corrected,
        current_gradient_accumulation_steps=1, max_completion_length=16, _entropy_bonus_enabled=False, accelerator=alone,
        get_gamma_weights=trainer.get_gamma_weights, get_off_policy_mask=trainer.get_off_policy_mask,
    )  # fmt: skip
    fake.get_high_entropy_mask = types.MethodType(trainer.get_high_entropy_mask, fake)
    inputs = {
        "prompt_ids": batch.tokens[:, :1], "prompt_mask": batch.mask[:, :1], "completion_ids": batch.tokens,
        "completion_mask": batch.mask.double(), "advantages": batch.advantages, "old_per_token_logps": batch.old,
        "ref_per_token_logps": batch.reference, "num_items_in_batch": batch.mask.sum(),
    }  # fmt: skip
    if corrected:
        inputs["importance_sampling_ratio"] = importance_sampling_ratio
    try:
        return trainer._compute_loss(fake, None, inputs)
    except _Done as done:
        return done.loss


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
