"""AdamW equals torch's, clips as torch does, resumes bit for bit, and skips steps with a norm that is not finite."""

import copy
import threading
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


def test_checkpoints_of_ranks_in_one_folder_keep_their_own_state(tmp_path: Path) -> None:
    (tmp_path / "state.unfinished").write_text("mine")
    optimizers = [GrpoOptimizer([nn.Parameter(torch.full((100_000,), float(rank)))]) for rank in range(2)]
    threads = [
        threading.Thread(target=lambda rank=rank: [optimizers[rank].save(tmp_path / f"state.rank{rank}") for _ in range(20)])  # type: ignore[misc]
        for rank in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for rank in range(2):
        parameter = nn.Parameter(torch.full((100_000,), -1.0))
        GrpoOptimizer([parameter]).load(tmp_path / f"state.rank{rank}")
        assert torch.equal(parameter.detach(), torch.full((100_000,), float(rank)))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["state.rank0", "state.rank1", "state.unfinished"]
    assert (tmp_path / "state.unfinished").read_text() == "mine"


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


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_gradients_that_are_not_finite_are_skipped_and_reported_with_their_norm(value: float) -> None:
    weight = torch.ones(2, requires_grad=True)
    optimizer = GrpoOptimizer([weight], learning_rate=0.1)
    (weight.sum() * value).backward()
    report = optimizer.step()
    assert report["skipped"] and torch.equal(weight, torch.ones(2))
    assert repr(report["gradient_norm"]) == repr(value)


def test_groups_step_as_those_of_torch() -> None:
    def groups(net: nn.Module) -> list[dict[str, Any]]:
        first, last = list(net.children())[0], list(net.children())[2]
        frozen = nn.Parameter(torch.ones(2), requires_grad=False)
        return [
            {"params": [first.weight, last.weight], "weight_decay": 0.1},
            {"params": [first.bias, frozen], "lr": 3e-2, "betas": (0.8, 0.95), "eps": 1e-6},
            {"params": last.bias},
        ]

    ours, theirs = model(), model()
    optimizer = GrpoOptimizer(groups(ours), learning_rate=1e-2, max_gradient_norm=0.5)
    reference = torch.optim.AdamW(groups(theirs), lr=1e-2, weight_decay=0.0, fused=True)
    for step in range(5):
        push(ours, step)
        push(theirs, step)
        nn.utils.clip_grad_norm_(theirs.parameters(), 0.5)
        optimizer.step()
        reference.step()
        optimizer.zero_grad()
        reference.zero_grad()
    for one, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.allclose(one, other, rtol=1e-6, atol=1e-7)


def test_a_schedule_moves_the_rates_of_all_groups() -> None:
    fast, slow = (torch.ones(1, requires_grad=True) for _ in range(2))
    groups = [{"params": [fast]}, {"params": [slow], "learning_rate": 0.01}]
    optimizer = GrpoOptimizer(groups, learning_rate=0.1, max_gradient_norm=None, schedule={"warmup_steps": 4})
    (fast * slow).sum().backward()
    assert optimizer.step()["learning_rate"] == pytest.approx(0.025)
    assert (1 - fast.item(), 1 - slow.item()) == pytest.approx((0.025, 0.0025), rel=1e-4)


def test_groups_resume_from_a_checkpoint(tmp_path: Path) -> None:
    def build(net: nn.Module) -> GrpoOptimizer:
        named = list(net.named_parameters())
        return GrpoOptimizer([{"params": named[:2]}, {"params": named[2:], "lr": 1e-3}], learning_rate=1e-2)

    straight, resumed = model(), model()
    optimizer = build(straight)
    push(straight, 0)
    optimizer.step()
    optimizer.save(tmp_path / "state.safetensors")
    again = build(resumed)
    again.load(tmp_path / "state.safetensors")
    for net, one in ((straight, optimizer), (resumed, again)):
        one.zero_grad()
        push(net, 1)
        one.step()
    assert all(torch.equal(one, other) for one, other in zip(straight.parameters(), resumed.parameters(), strict=True))


def test_wrong_groups_are_named() -> None:
    weight = torch.ones(1, requires_grad=True)
    with pytest.raises(ValueError, match="a group has no `params`, only lr"):
        GrpoOptimizer([{"lr": 0.1}])
    with pytest.raises(ValueError, match="mixes groups and tensors"):
        GrpoOptimizer([{"params": [weight]}, weight])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="unknown field `momentum`"):
        GrpoOptimizer([{"params": [weight], "momentum": 0.1}])
    with pytest.raises(ValueError, match="`learning_rate` got -1"):
        GrpoOptimizer([{"params": [weight], "lr": -1.0}])
    with pytest.raises(ValueError, match="two parameters are named `a`"):
        GrpoOptimizer([{"params": [("a", weight)]}, {"params": [("a", torch.ones(1, requires_grad=True))]}])


def test_the_reference_is_copied_periodically_or_moved_by_an_average() -> None:
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
