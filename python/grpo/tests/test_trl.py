"""Losses equal those of TRL's GRPO trainer, whose code is called without a trainer. Skipped if TRL is not installed.

Each row of TRL's part of the table of names in docs/grpo.md is a case here.
"""

import types
from typing import Any

import names
import pytest
import torch
from conftest import Batch
from r1rewards_grpo import GrpoLoss, linear_log_probs
from test_parity import close, from_scratch, given

grpo_trainer = pytest.importorskip("trl.trainer.grpo_trainer")

OURS = names.of("TRL")
PAPER = {"clip": (3e-4, 4e-4), "level": "sequence"}
# The options in TRL, as arguments of `trl_loss`.
THEIRS: dict[str, dict[str, Any]] = {
    'loss_type="grpo"': {"kind": "grpo"},
    'loss_type="grpo", importance_sampling_level="sequence"': {"kind": "grpo", **PAPER},
    'loss_type="bnpo"': {"kind": "bnpo"},
    'loss_type="dr_grpo"': {"kind": "dr_grpo"},
    'loss_type="dapo"': {"kind": "dapo"},
    'loss_type="cispo"': {"kind": "cispo", "clip": (0.2, 5.0)},
    'loss_type="sapo"': {"kind": "sapo"},
    'loss_type="luspo", importance_sampling_level="sequence"': {"kind": "luspo", **PAPER},
    'loss_type="vespo"': {"kind": "vespo"},
    "delta=1.3": {"delta": 1.3},
    "off_policy_mask_threshold=0.05": {"off_policy": 0.05},
    "use_bias_correction_kl=True": {"beta": 0.04, "unbiased": True},
    "top_entropy_quantile=0.3": {"beta": 0.04, "top_entropy": 0.3},
    'vllm_importance_sampling_mode="token_truncate"': {"mode": ("token", None, 2.0)},
    'vllm_importance_sampling_mode="token_mask"': {"mode": ("token", (0.42, 3.5), None)},
    'vllm_importance_sampling_mode="sequence_truncate"': {"mode": ("sequence", None, 2.0)},
    'vllm_importance_sampling_mode="sequence_mask"': {"mode": ("sequence", (0.0, 2.0), None)},
}


def test_every_row_of_the_table_is_a_case() -> None:
    assert OURS.keys() == THEIRS.keys()


@pytest.mark.parametrize("there", THEIRS)
def test_losses_equal_those_of_trl(batch: Batch, there: str) -> None:
    compare(batch, OURS[there], THEIRS[there])


@pytest.mark.parametrize("there", [there for there in THEIRS if there.startswith("loss_type")])
def test_losses_with_the_penalty_equal_those_of_trl(batch: Batch, there: str) -> None:
    compare(batch, OURS[there] | {"kl": {"coefficient": 0.04}}, THEIRS[there] | {"beta": 0.04})


@pytest.mark.parametrize("mode", ["token_truncate", "token_mask"])
def test_vespo_takes_the_sampler_into_its_weight_as_in_trl(batch: Batch, mode: str) -> None:
    there = f'vllm_importance_sampling_mode="{mode}"'
    compare(batch, {"loss": "vespo", **OURS[there]}, THEIRS[there] | {"kind": "vespo"})


def compare(batch: Batch, ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    log_probs = from_scratch(batch.hidden, batch.weight, batch.tokens).detach().requires_grad_()
    _, entropy = linear_log_probs(batch.hidden, batch.weight, batch.tokens, entropy=True)
    parts: dict[str, Any] = given(batch, "k3")
    if "mode" in theirs:
        parts["rollout_log_probs"] = batch.rollout
    found = GrpoLoss(ours)(log_probs, entropy=entropy, **parts).loss
    same(found, trl_loss(batch, log_probs, entropies=entropy, **theirs), log_probs)


def importance_sampling_ratio(batch: Batch, level: str, mask: tuple[float, float] | None, cap: float | None) -> torch.Tensor:
    """Computes TRL's ratio.

    TRL computes it during generation, which needs a running trainer, so the formula is repeated here.
    """
    difference = (batch.old - batch.rollout) * batch.mask
    ratio = (difference.sum(1, keepdim=True) if level == "sequence" else difference).exp()
    if mask is None:
        return ratio.clamp(max=cap)
    return ratio.masked_fill((ratio < mask[0]) | (ratio > mask[1]), 0.0)


def same(ours: torch.Tensor, theirs: torch.Tensor, log_probs: torch.Tensor) -> None:
    close(ours.detach(), theirs.detach())
    close(*(torch.autograd.grad(value, log_probs)[0] for value in (ours, theirs)))


def trl_loss(
    batch: Batch,
    log_probs: torch.Tensor,
    kind: str = "dapo",
    *,
    beta: float = 0.0,
    level: str = "token",
    clip: tuple[float, float] = (0.2, 0.2),
    delta: float | None = None,
    off_policy: float | None = None,
    unbiased: bool = False,
    top_entropy: float = 1.0,
    entropies: torch.Tensor | None = None,
    mode: tuple[str, tuple[float, float] | None, float | None] | None = None,
) -> torch.Tensor:
    """Computes TRL's loss of these log-probabilities."""
    trainer = grpo_trainer.GRPOTrainer
    args = types.SimpleNamespace(
        use_bias_correction_kl=unbiased, delta=delta, sapo_temperature_pos=1.0, sapo_temperature_neg=1.05,
        steps_per_generation=1, report_to=[], vespo_k_pos=2.0, vespo_lambda_pos=3.0, vespo_k_neg=3.0, vespo_lambda_neg=2.0,
    )  # fmt: skip
    corrected = mode is not None
    alone = types.SimpleNamespace(num_processes=1, pad_across_processes=lambda tensor, **_: tensor, gather=lambda tensor: tensor)
    fake = _FakeTrainer(
        _get_per_token_logps_and_entropies=lambda *_, **__: (
            log_probs, torch.zeros_like(log_probs) if entropies is None else entropies, None,
        ),
        model=types.SimpleNamespace(training=False), args=args, loss_type=kind, beta=beta, importance_sampling_level=level,
        epsilon_low=clip[0], epsilon_high=clip[1], off_policy_mask_threshold=off_policy,
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
    if mode is not None:
        inputs["importance_sampling_ratio"] = importance_sampling_ratio(batch, *mode)
    try:
        return trainer._compute_loss(fake, None, inputs)
    except _Done as done:
        return done.loss


class _Done(Exception):
    def __init__(self, loss: torch.Tensor) -> None:
        self.loss = loss


class _FakeTrainer(types.SimpleNamespace):
    """The attributes of the trainer that TRL's loss reads.

    It stops when TRL begins to log, which needs a running trainer.
    """

    @property
    def _metrics(self) -> Any:
        import inspect

        frame = inspect.currentframe()
        assert frame is not None and frame.f_back is not None
        raise _Done(frame.f_back.f_locals["loss"])
