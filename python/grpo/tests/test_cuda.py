"""The same numbers on a CUDA GPU as on a CPU: losses, gradients, log-probabilities, optimizer, checkpoints. Skipped
without a GPU."""

from pathlib import Path

import pytest
import torch
from conftest import Batch, make_batch
from r1rewards_grpo import GrpoLoss, GrpoOptimizer, fused_linear_loss, linear_log_probs
from test_parity import LOSSES, options

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA GPU")


def on(device: str, dtype: torch.dtype = torch.float64) -> Batch:
    batch = Batch(*(part.to(device) for part in make_batch()))
    return batch._replace(hidden=batch.hidden.to(dtype).requires_grad_(), weight=batch.weight.to(dtype).requires_grad_())


def gradients(loss: GrpoLoss, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    parts = {"advantages": batch.advantages, "old_log_probs": batch.old, "reference_log_probs": batch.reference}
    fused_linear_loss(loss, batch.hidden, batch.weight, batch.tokens, mask=batch.mask, **parts).loss.backward()
    assert batch.hidden.grad is not None and batch.weight.grad is not None
    return batch.hidden.grad, batch.weight.grad


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_has_the_gradients_of_the_cpu(name: str) -> None:
    loss = GrpoLoss(options(name, "token_mean", "k3"))
    for one, other in zip(gradients(loss, on("cpu")), gradients(loss, on("cuda")), strict=True):
        assert torch.allclose(one, other.cpu(), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_half_precision_is_as_near_to_float64_as_on_the_cpu(dtype: torch.dtype) -> None:
    exact = gradients(GrpoLoss(), on("cpu"))
    here, there = gradients(GrpoLoss(), on("cpu", dtype)), gradients(GrpoLoss(), on("cuda", dtype))
    for wanted, cpu, cuda in zip(exact, here, there, strict=True):
        error = lambda found, wanted=wanted: float((found.double().cpu() - wanted).norm() / wanted.norm())  # noqa: E731
        assert error(cuda) <= 2 * error(cpu) + 1e-7


def test_log_probs_are_those_of_the_cpu() -> None:
    (here, _), (there, _) = (linear_log_probs(batch.hidden, batch.weight, batch.tokens) for batch in (on("cpu"), on("cuda")))
    assert torch.allclose(here, there.cpu(), rtol=1e-10)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_optimizer_steps_as_on_the_cpu_and_resumes(tmp_path: Path, dtype: torch.dtype) -> None:
    found = []
    for device in ("cpu", "cuda"):
        weight = torch.linspace(-1, 1, 12, dtype=dtype, device=device).requires_grad_()
        optimizer = GrpoOptimizer([("weight", weight)], learning_rate=1e-2, weight_decay=0.1)
        for step in range(4):
            if step == 2:
                optimizer.save(tmp_path / "state.safetensors")
            (weight.float() * (step + 1)).exp().sum().backward()
            optimizer.step()
            optimizer.zero_grad()
        again = torch.zeros_like(weight).requires_grad_()
        resumed = GrpoOptimizer([("weight", again)], learning_rate=1e-2, weight_decay=0.1)
        resumed.load(tmp_path / "state.safetensors")
        for step in (2, 3):
            (again.float() * (step + 1)).exp().sum().backward()
            resumed.step()
            resumed.zero_grad()
        assert torch.equal(weight, again)
        found.append(weight.detach().float().cpu())
    assert torch.allclose(*found, rtol=1e-5 if dtype == torch.float32 else 1e-2)
