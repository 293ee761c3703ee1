"""Losses, corrections, penalties and advantages equal those of verl's code. Skipped if verl is not installed.

Each row of verl's part of the table of names in docs/grpo.md is a case here.
"""

from typing import Any

import names
import numpy
import pytest
import reference
import torch
from conftest import Batch
from r1rewards_grpo import GrpoLoss, linear_sum_squares, token_baseline_advantages, token_returns
from test_parity import close, from_scratch, given

try:
    from verl.trainer.ppo import core_algos, rollout_corr_helper
    from verl.workers.config import ActorConfig
except ImportError:
    pytest.skip("verl is not installed, or lacks what it imports", allow_module_level=True)

OURS = names.of("verl")
PLAIN: dict[str, Any] = {"loss_mode": "vanilla"}
# The options in verl: the loss, its constants, and the aggregation, penalty or correction that is used with it.
THEIRS: dict[str, dict[str, Any]] = {
    "loss_mode=vanilla": PLAIN,
    "loss_mode=dppo_tv": {"loss_mode": "dppo_tv"},
    "loss_mode=dppo_kl": {"loss_mode": "dppo_kl"},
    "loss_mode=gspo, loss_agg_mode=seq-mean-token-mean": {"loss_mode": "gspo", "agg": "seq-mean-token-mean"},
    "loss_mode=sapo, loss_agg_mode=seq-mean-token-mean": {"loss_mode": "sapo", "agg": "seq-mean-token-mean"},
    "loss_mode=gpg": {"loss_mode": "gpg"},
    "loss_mode=clip_cov": {"loss_mode": "clip_cov", "policy": {"clip_cov_ratio": 1.0, "clip_cov_lb": 0.1, "clip_cov_ub": 2.0}},
    "loss_mode=kl_cov": {"loss_mode": "kl_cov", "policy": {"kl_cov_ratio": 0.2}},
    "loss_mode=geo_mean": {"loss_mode": "geo_mean", "actor": {"clip_ratio_high": 0.3}},
    "loss_mode=dro": {"loss_mode": "dro", "policy": {"dro_beta": 0.5}},
    "loss_mode=cispo": {"loss_mode": "cispo"},
    "loss_agg_mode=token-mean": {**PLAIN, "agg": "token-mean"},
    "loss_agg_mode=seq-mean-token-mean": {**PLAIN, "agg": "seq-mean-token-mean"},
    "loss_agg_mode=seq-mean-token-sum": {**PLAIN, "agg": "seq-mean-token-sum"},
    "loss_agg_mode=seq-mean-token-sum-norm": {**PLAIN, "agg": "seq-mean-token-sum-norm"},
    "kl_loss_type=low_var_kl": {"loss_mode": "ppo", "kl": "low_var_kl"},
    "kl_loss_type=k3+": {"loss_mode": "ppo", "kl": "k3+"},
    "rollout_is=token, rollout_is_threshold=2.0": {**PLAIN, "rollout": {"rollout_is": "token", "rollout_is_threshold": 2.0}},
    "rollout_is=token, rollout_is_threshold=0.5_5.0": {
        **PLAIN, "rollout": {"rollout_is": "token", "rollout_is_threshold": "0.5_5.0"},
    },
    "rollout_is=token, rollout_rs=seq_mean_k1, rollout_rs_threshold=0.8_1.25": {
        **PLAIN, "rollout": {"rollout_is": "token", "rollout_rs": "seq_mean_k1", "rollout_rs_threshold": "0.8_1.25"},
    },
    "rollout_rs=token_k1, rollout_rs_threshold=0.5_2.0": {
        **PLAIN, "rollout": {"rollout_rs": "token_k1", "rollout_rs_threshold": "0.5_2.0"},
    },
    "rollout_rs=seq_sum_k1, rollout_rs_threshold=0.2_5.0": {
        **PLAIN, "rollout": {"rollout_rs": "seq_sum_k1", "rollout_rs_threshold": "0.2_5.0"},
    },
}  # fmt: skip
# verl's value of these losses is that of another loss with the same gradient: −A·min(r, cap)·log πθ.
OTHER_VALUE = {"loss_mode=dppo_tv", "loss_mode=dppo_kl"}


def test_every_row_of_the_table_is_a_case() -> None:
    assert OURS.keys() == THEIRS.keys()


@pytest.mark.parametrize("there", THEIRS)
def test_losses_equal_those_of_verl(batch: Batch, there: str) -> None:
    log_probs = from_scratch(batch.hidden, batch.weight, batch.tokens).detach().requires_grad_()
    parts: dict[str, Any] = given(batch, "k3")
    if "rollout" in THEIRS[there]:
        parts["rollout_log_probs"] = batch.rollout
    ours = GrpoLoss(OURS[there])(log_probs, **parts).loss
    theirs = verl_loss(batch, log_probs, **THEIRS[there])
    if there not in OTHER_VALUE:
        close(ours.detach(), theirs.detach())
    close(*(torch.autograd.grad(value, log_probs)[0] for value in (ours, theirs)))


def verl_loss(
    batch: Batch,
    log_probs: torch.Tensor,
    loss_mode: str,
    agg: str = "token-mean",
    policy: dict[str, float] | None = None,
    actor: dict[str, float] | None = None,
    kl: str | None = None,
    rollout: dict[str, Any] | None = None,
) -> torch.Tensor:
    config = ActorConfig(strategy="fsdp", rollout_n=1, ppo_micro_batch_size_per_gpu=1, **(actor or {}))
    for name, value in (policy or {}).items():
        object.__setattr__(config.policy_loss, name, value)
    advantages = batch.advantages.unsqueeze(1).expand_as(batch.old).contiguous()
    mask, weights = batch.mask.double(), None
    if rollout:
        found, mask, _ = rollout_corr_helper.compute_rollout_correction_and_rejection_mask(batch.old, batch.rollout, mask, **rollout)
        weights = None if found is None else found.batch["rollout_is_weights"]
    if loss_mode == "ppo":
        # The clipped loss without dual clip, to which verl's actor adds the penalty.
        loss = reference.masked_mean(reference.policy_loss("ppo_clip", log_probs, batch.old, batch.old, advantages, batch.mask), batch.mask)
    else:
        function = core_algos.get_policy_loss_fn(loss_mode)
        if loss_mode == "gpg":
            # verl computes this loss from the plain product of log-probabilities and advantages, without an old policy.
            loss, _ = function(batch.old, log_probs, advantages, mask, agg, config)
        else:
            loss, _ = function(batch.old, log_probs, advantages, mask, agg, config, weights)
    if kl:
        penalty = core_algos.kl_penalty(log_probs, batch.reference, kl)
        loss = loss + 0.001 * core_algos.agg_loss(penalty, mask, "token-mean")
    return loss


def test_metrics_of_the_mismatch_equal_those_of_verl(batch: Batch) -> None:
    theirs = rollout_corr_helper.compute_offpolicy_metrics(batch.old, batch.rollout, batch.mask.double())
    ours = GrpoLoss()(batch.old, rollout_log_probs=batch.rollout, **given(batch, None)).metrics
    pairs = {"rollout_kl": "kl", "rollout_k3": "k3_kl", "rollout_chi2": "chi2_token", "rollout_chi2_sequence": "chi2_seq"}
    for name, other in pairs.items():
        assert ours[name] == pytest.approx(theirs[other], rel=1e-6), name


def test_the_baseline_of_tokens_equals_that_of_verl(batch: Batch) -> None:
    rewards = torch.tensor([1.0, 0.0, 0.0, 1.0, 0.5, 1.0], dtype=torch.float64)
    squares = linear_sum_squares(batch.hidden, batch.weight)
    now = from_scratch(batch.hidden, batch.weight, batch.tokens)
    mask = batch.mask.double()
    last = batch.mask.double().cumsum(1) == batch.mask.sum(1, keepdim=True)
    each = rewards.unsqueeze(1) * (last & batch.mask)
    theirs, _ = core_algos.compute_optimal_token_baseline_advantage(
        each, mask, numpy.array(batch.prompts.tolist()), now, squares, handle_zero_tail=False, epsilon=0.0
    )
    found = token_baseline_advantages(token_returns(rewards, batch.mask), batch.mask, batch.prompts, now, squares)
    # A token at a position that no other sample reaches has its return in verl and 0 here.
    company = torch.stack([(batch.mask & (batch.prompts == prompt).unsqueeze(1)).sum(0) for prompt in batch.prompts]) > 1
    close(found[company & batch.mask], theirs[company & batch.mask])


def test_returns_whitened_over_tokens_equal_those_of_verl(batch: Batch) -> None:
    from r1rewards_grpo import whiten

    rewards = torch.tensor([1.0, 0.0, 0.0, 1.0, 0.5, 1.0], dtype=torch.float64)
    full = batch.mask.clone()
    full[0, 1] = True  # filled, because verl resets the return at a hole in the mask
    last = full.double().cumsum(1) == full.sum(1, keepdim=True)
    config = type("Config", (), {"gamma": 0.9})()
    theirs, _ = core_algos.compute_reinforce_plus_plus_outcome_advantage(rewards.unsqueeze(1) * (last & full), full.double(), config)
    close(whiten(token_returns(rewards, full, discount=0.9), full), theirs)
