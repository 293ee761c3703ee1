"""Parameters and gradients with any memory layout, checkpoints beside files of killed processes, and averages below the
resolution of a dtype."""

import os
from pathlib import Path

import pytest
import torch
from r1rewards_grpo import GrpoOptimizer, Reference
from torch import distributed
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.nn import Linear, Module, Parameter


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_gradient_with_another_memory_layout_than_its_parameter_is_read_by_index(dtype: torch.dtype) -> None:
    before = torch.arange(12, dtype=dtype).view(3, 4).t()
    parameter = Parameter(before.clone())
    optimizer = GrpoOptimizer([parameter], learning_rate=0.5, max_gradient_norm=None)
    parameter.grad = torch.tensor([[1.0, -1.0, 1.0], [1.0, 1.0, -1.0]] * 2, dtype=dtype)  # row-major; the parameter is column-major
    assert parameter.grad.stride() != parameter.stride()
    optimizer.step()
    # The first step of AdamW has the size of the learning rate and the sign opposite to the gradient's.
    torch.testing.assert_close(parameter.detach(), before - 0.5 * parameter.grad)


def test_a_parameter_that_is_part_of_a_tensor_is_stepped_and_its_neighbours_are_not() -> None:
    whole = torch.zeros(3, 4)
    parameter = Parameter(whole[:, :2])
    optimizer = GrpoOptimizer([parameter], learning_rate=0.5, max_gradient_norm=None)
    parameter.sum().backward()
    optimizer.step()
    torch.testing.assert_close(whole, torch.tensor([[-0.5, -0.5, 0.0, 0.0]] * 3))


def test_gradients_that_are_views_of_a_bucket_are_set_to_zero() -> None:
    layer = Linear(3, 2)
    bucket = torch.zeros(8)  # as in DDP with gradient_as_bucket_view
    layer.weight.grad, layer.bias.grad = bucket[:6].view(2, 3), bucket[6:]
    optimizer = GrpoOptimizer(layer.named_parameters())
    layer(torch.ones(1, 3)).sum().backward()
    assert bool((bucket != 0).all())
    optimizer.zero_grad()
    assert bool((bucket == 0).all())


@pytest.mark.parametrize("named", [False, True])
def test_one_tensor_given_twice_is_refused(named: bool) -> None:
    weight = Parameter(torch.ones(2))
    parameters = [{"params": [("a", weight)]}, {"params": [("b", weight)]}] if named else [weight, weight]
    with pytest.raises(ValueError, match="are one tensor, which would be updated twice a step"):
        GrpoOptimizer(parameters)  # type: ignore[arg-type]


def test_the_norm_of_gradients_in_half_precision_is_not_infinite_where_they_are_finite() -> None:
    weight = Parameter(torch.zeros(1000, dtype=torch.float16))
    optimizer = GrpoOptimizer([weight], master_weights=False)
    weight.grad = torch.full((1000,), 6e4, dtype=torch.float16)
    report = optimizer.step()
    assert not report["skipped"] and report["gradient_norm"] == pytest.approx(6e4 * 1000**0.5, rel=1e-3)


def test_files_of_a_killed_process_with_the_same_id_do_not_prevent_a_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "state"
    for count in range(1000):
        (tmp_path / f"state.{os.getpid()}.{count}.unfinished").touch()
    GrpoOptimizer([Parameter(torch.ones(2))]).save(path)
    assert path.stat().st_size > 0


def test_a_checkpoint_of_more_parameters_is_refused(tmp_path: Path) -> None:
    path, weight = tmp_path / "state", Parameter(torch.zeros(2))
    GrpoOptimizer([Parameter(torch.ones(2)), Parameter(torch.ones(2))]).save(path)
    with pytest.raises(ValueError, match="has the parameter `1`, which the optimizer has not"):
        GrpoOptimizer([weight]).load(path)
    assert torch.equal(weight.detach(), torch.zeros(2))


def sharded(folder: str) -> None:
    distributed.init_process_group("gloo", init_method=f"file://{folder}/rendezvous", rank=0, world_size=1)
    layer = Linear(3, 2)
    fully_shard(layer, mesh=init_device_mesh("cpu", (1,)))
    optimizer = GrpoOptimizer(layer.named_parameters())
    with pytest.raises(ValueError, match="`parameter.weight` has no memory of its own.* DTensor"):
        optimizer.save(f"{folder}/state")
    distributed.destroy_process_group()


def test_a_checkpoint_of_sharded_parameters_is_refused_and_does_not_end_the_process(tmp_path: Path) -> None:
    # In another process, because without the check it would crash on a null pointer.
    spawned = torch.multiprocessing.get_context("spawn").Process(target=sharded, args=(str(tmp_path),))
    spawned.start()
    spawned.join()
    assert spawned.exitcode == 0


class One(Module):
    def __init__(self, value: float) -> None:
        super().__init__()
        self.weight = Parameter(torch.full((2,), value, dtype=torch.bfloat16))


def test_an_average_in_half_precision_moves_by_less_than_its_resolution() -> None:
    moved = One(1.0)
    reference = Reference(moved, One(1.5), decay=0.999)
    for step in range(1, 1001):
        reference.after_step(step)
    # 1.5 - 0.5 * 0.999^1000 is 1.316.
    torch.testing.assert_close(moved.weight.detach().float(), torch.full((2,), 1.316), atol=0.01, rtol=0)
