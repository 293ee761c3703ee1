"""Fused losses equal Liger's chunked GRPO loss. Skipped if Liger is not installed.

Each row of Liger's part of the table of names in docs/grpo.md is a case here.
"""

from typing import Any

import names
import pytest
import torch
from conftest import Batch
from r1rewards_grpo import GrpoLoss, fused_linear_loss
from test_parity import close, given

liger = pytest.importorskip("liger_kernel.chunked_loss.grpo_loss")

OURS = names.of("Liger")
PAPER = {"importance_sampling_level": "sequence", "epsilon_low": 3e-4, "epsilon_high": 4e-4}
# The options in Liger.
THEIRS: dict[str, dict[str, Any]] = {
    'loss_type="grpo"': {"loss_type": "grpo"},
    'loss_type="grpo", importance_sampling_level="sequence"': {"loss_type": "grpo", **PAPER},
    'loss_type="bnpo"': {"loss_type": "bnpo"},
    'loss_type="dr_grpo"': {"loss_type": "dr_grpo", "max_completion_length": 16},
    'loss_type="dapo"': {"loss_type": "dapo"},
    'loss_type="cispo"': {"loss_type": "cispo", "epsilon_high": 5.0},
    'loss_type="sapo"': {"loss_type": "sapo"},
    'loss_type="luspo", importance_sampling_level="sequence"': {"loss_type": "luspo", **PAPER},
    'loss_type="vespo"': {"loss_type": "vespo"},
    "delta=1.3": {"loss_type": "dapo", "delta": 1.3},
}  # fmt: skip


def test_every_row_of_the_table_is_a_case() -> None:
    assert OURS.keys() == THEIRS.keys()


@pytest.mark.parametrize("there,beta", [(there, beta) for there in THEIRS for beta in (0.0, 0.04) if not (beta and "luspo" in there)])
@pytest.mark.parametrize("with_bias", [False, True])
def test_losses_equal_those_of_liger(batch: Batch, there: str, beta: float, with_bias: bool) -> None:
    # Liger computes log-probabilities in float32.
    bound = 1e-5
    hidden, weight = batch.hidden.requires_grad_(), batch.weight.requires_grad_()
    bias = torch.randn(23, dtype=torch.float64, generator=torch.Generator().manual_seed(3)).requires_grad_() if with_bias else None
    leaves = [hidden, weight] + ([bias] if bias is not None else [])
    own = liger.LigerFusedLinearGRPOLoss(beta=beta, compiled=False, use_ref_model=True, temperature=0.8, **THEIRS[there])
    theirs, _ = own(
        hidden, weight, batch.tokens, batch.mask.double(), batch.advantages, bias=bias,
        ref_per_token_logps=batch.reference, old_per_token_logps=batch.old,
    )  # fmt: skip
    kl = {"kl": {"coefficient": beta}} if beta else {}
    ours = GrpoLoss(OURS[there] | kl, temperature=0.8)
    found = fused_linear_loss(ours, hidden, weight, batch.tokens, bias=bias, chunk=5, **given(batch, "k3")).loss
    close(found.detach(), theirs.detach().double(), bound)
    for one, other in zip(torch.autograd.grad(found, leaves), torch.autograd.grad(theirs, leaves), strict=True):
        close(one, other, bound)
