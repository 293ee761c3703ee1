"""Two gloo processes with DistributedDataParallel give the gradient of one process with the whole batch."""

from pathlib import Path

import pytest
import torch
from conftest import make_batch
from r1rewards_grpo import GrpoLoss, fused_linear_loss, global_normalizer
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel


class Policy(nn.Module):
    """A layer on the hidden states and the weight of the output layer, as parameters of one module."""

    def __init__(self) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(1)
        self.layer = nn.Parameter(torch.randn(8, 8, dtype=torch.float64, generator=generator))
        self.head = nn.Parameter(make_batch().weight)

    def forward(self, hidden: torch.Tensor, tokens: torch.Tensor, loss: GrpoLoss, parts: dict[str, torch.Tensor]) -> torch.Tensor:
        return fused_linear_loss(loss, hidden @ self.layer, self.head, tokens, **parts).loss


def masked(which: str) -> torch.Tensor:
    """Returns the mask of the batch without the tokens of no rank, of the first rank, or of all ranks."""
    mask = make_batch().mask
    mask[{"none": slice(0), "first": slice(0, 1), "all": slice(None)}[which]] = False
    return mask


def step(policy: nn.Module, rows: slice, normalizer: float | None, which: str) -> None:
    batch = make_batch()
    parts = {"mask": masked(which)[rows], "advantages": batch.advantages[rows], "old_log_probs": batch.old[rows]}
    loss = GrpoLoss(loss="ppo_clip")
    policy(batch.hidden[rows], batch.tokens[rows], loss, {**parts, "normalizer": normalizer}).backward()


def worker(rank: int, folder: str, which: str) -> None:
    distributed.init_process_group("gloo", init_method=f"file://{folder}/rendezvous", rank=rank, world_size=2)
    # The ranks have unequal shares, so an average of per-rank means would be wrong.
    rows = slice(0, 1) if rank == 0 else slice(1, None)
    policy = Policy()
    step(DistributedDataParallel(policy), rows, global_normalizer(masked(which)[rows]), which)
    if rank == 0:
        torch.save([parameter.grad for parameter in policy.parameters()], f"{folder}/gradients.pt")
    distributed.destroy_process_group()


@pytest.mark.parametrize("which", ["none", "first", "all"])
def test_two_ranks_give_the_gradient_of_one(tmp_path: Path, which: str) -> None:
    torch.multiprocessing.spawn(worker, (str(tmp_path), which), nprocs=2)
    alone = Policy()
    step(alone, slice(None), None, which)
    for parameter, found in zip(alone.parameters(), torch.load(tmp_path / "gradients.pt"), strict=True):
        assert (parameter.grad - found).abs().max() <= 1e-6 * parameter.grad.abs().max()
        assert bool(found.any()) == (which != "all")
