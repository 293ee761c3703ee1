"""AdamW equals torch's, clips like torch, resumes bit for bit, and never steps on what is not finite."""

import copy
from pathlib import Path
from typing import Any

import pytest
import torch
from r1rewards_grpo import GrpoOptimizer, Reference
from torch import nn


def model(dtype: torch.dtype = torch.float32) -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(5, 7), nn.Tanh(), nn.Linear(7, 2)).to(dtype)


def push(net: nn.Module, step: int) -> None:
    generator = torch.Generator().manual_seed(step)
    kind = next(net.parameters()).dtype
    net(torch.randn(4, 5, generator=generator).to(kind)).square().sum().backward()


def test_steps_equal_those_of_torch() -> None:
    ours, theirs = model(), model()
    optimizer = GrpoOptimizer(ours.named_parameters(), learning_rate=1e-2, weight_decay=0.1, max_gradient_norm=0.5)
    reference = torch.optim.AdamW(theirs.parameters(), lr=1e-2, weight_decay=0.1, fused=True)
    for step in range(5):
        push(ours, step)
        push(theirs, step)
        norm = nn.utils.clip_grad_norm_(theirs.parameters(), 0.5)
        report = optimizer.step()
        reference.step()
        optimizer.zero_grad()
        reference.zero_grad()
        assert report["gradient_norm"] == pytest.approx(float(norm), rel=1e-5) and report["clipped"]
    for one, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.allclose(one, other, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_checkpoint_resumes_bit_for_bit(tmp_path: Path, dtype: torch.dtype) -> None:
    options: dict[str, Any] = {"learning_rate": 1e-2, "schedule": {"warmup_steps": 2, "decay": {"cosine": {"steps": 9}}}}
    straight = model(dtype)
    optimizer = GrpoOptimizer(straight.named_parameters(), **options)
    for step in range(6):
        if step == 3:
            optimizer.save(tmp_path / "state.safetensors")
        push(straight, step)
        optimizer.step()
        optimizer.zero_grad()

    resumed = model(dtype)
    again = GrpoOptimizer(resumed.named_parameters(), **options)
    again.load(tmp_path / "state.safetensors")
    assert again.steps == 3
    for step in range(3, 6):
        push(resumed, step)
        again.step()
        again.zero_grad()
    assert again.learning_rate == optimizer.learning_rate
    for one, other in zip(straight.parameters(), resumed.parameters(), strict=True):
        assert torch.equal(one, other)


def test_a_checkpoint_of_another_model_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "state.safetensors"
    GrpoOptimizer(nn.Linear(2, 3).named_parameters()).save(path)
    other = nn.Linear(2, 4)
    before = copy.deepcopy(other.state_dict())
    with pytest.raises(ValueError, match=r"`parameter.weight` has shape \[3, 2\] and the parameter \[4, 2\]"):
        GrpoOptimizer(other.named_parameters()).load(path)
    with pytest.raises(ValueError, match="has no `parameter.0`"):
        GrpoOptimizer(other.parameters()).load(path)
    (tmp_path / "text").write_text("no checkpoint")
    with pytest.raises(ValueError, match="is no checkpoint"):
        GrpoOptimizer(other.named_parameters()).load(tmp_path / "text")
    with pytest.raises(OSError, match="missing"):
        GrpoOptimizer(other.named_parameters()).load(tmp_path / "missing")
    assert all(torch.equal(before[name], tensor) for name, tensor in other.state_dict().items())


def test_master_weights_keep_steps_below_the_resolution_of_bfloat16() -> None:
    moved = []
    for master in (True, False):
        weight = torch.ones(1, dtype=torch.bfloat16, requires_grad=True)
        optimizer = GrpoOptimizer([weight], learning_rate=1e-4, master_weights=master)
        for _ in range(100):
            weight.sum().backward()
            optimizer.step()
            optimizer.zero_grad()
        moved.append(1 - weight.item())
    assert moved[0] == pytest.approx(0.01, abs=0.005) and moved[1] == 0


def test_gradients_that_are_not_finite_are_skipped_and_reported() -> None:
    weight = torch.ones(2, requires_grad=True)
    optimizer = GrpoOptimizer([weight], learning_rate=0.1)
    (weight.sum() * float("nan")).backward()
    assert optimizer.step()["skipped"] and torch.equal(weight, torch.ones(2))


def test_the_reference_is_replaced_on_time_or_little_by_little() -> None:
    policy, reference = nn.Linear(1, 1), nn.Linear(1, 1)
    periodic = Reference(reference, policy, every=3)
    assert [periodic.after_step(step) for step in (1, 2, 3)] == [False, False, True]
    assert torch.equal(reference.weight, policy.weight)
    before = reference.weight.detach().clone()
    with torch.no_grad():
        policy.weight += 1
    assert Reference(reference, policy, decay=0.9).after_step(1)
    assert torch.allclose(reference.weight, before + 0.1)
    with pytest.raises(ValueError, match="either `every` or `decay`"):
        Reference(reference, policy)
    with pytest.raises(ValueError, match="`decay` got 2"):
        Reference(reference, policy, decay=2.0)


WRONG = [
    ({"learning_rate": -1.0}, "`learning_rate` got -1"),
    ({"beta1": 1.0}, "`beta1` got 1"),
    ({"max_gradient_norm": 0.0}, "`max_gradient_norm` got 0"),
    ({"schedule": {"warmup_steps": 5, "decay": {"cosine": {"steps": 5}}}}, "`steps` got 5: give more than the 5 of the warm-up"),
    ({"lr": 1.0}, "unknown field `lr`"),
]


@pytest.mark.parametrize("options,message", WRONG)
def test_options_out_of_range_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        GrpoOptimizer(model().parameters(), **options)


def test_names_must_differ_and_something_must_be_trained() -> None:
    weight = torch.ones(1, requires_grad=True)
    with pytest.raises(ValueError, match="two parameters are named `a`"):
        GrpoOptimizer([("a", weight), ("a", weight)])
    with pytest.raises(ValueError, match="no parameters to optimize"):
        GrpoOptimizer([torch.ones(1)])
