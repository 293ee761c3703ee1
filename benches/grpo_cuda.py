"""Compares the fused loss on a CUDA GPU with its three matrix products alone, plain torch and Liger's chunked GRPO
loss, in one run.

    pip install liger-kernel        # optional: without it that row is left out
    python benches/grpo_cuda.py     # N 8192, H 4096, V 151936, bfloat16: needs about 40 GB for the plain row

Peak is the largest memory of torch's allocator above the inputs, in GiB; "with inputs" adds hidden states and weight.
Times are the median of the rounds. The gradients of the fused loss and of plain bfloat16 torch are compared with
float32 on 1,024 rows. docs/grpo.md has the figures of a run.
"""

import argparse
import statistics
from collections.abc import Callable

import torch
from r1rewards_grpo import GrpoLoss, fused_linear_loss

GIB = 2**30
SEQUENCES = 8


class Inputs:
    def __init__(self, rows: int, width: int, vocabulary: int, dtype: torch.dtype) -> None:
        generator = torch.Generator("cuda").manual_seed(0)
        shape = (SEQUENCES, rows // SEQUENCES)
        normal = lambda *size: torch.randn(*size, device="cuda", dtype=dtype, generator=generator)  # noqa: E731
        self.hidden = normal(*shape, width).requires_grad_()
        self.weight = (normal(vocabulary, width) / width**0.5).requires_grad_()
        self.tokens = torch.randint(vocabulary, shape, device="cuda", generator=generator)
        self.mask = torch.ones(shape, dtype=torch.bool, device="cuda")
        self.advantages = normal(SEQUENCES).float()
        self.old = torch.full(shape, -12.4, device="cuda")

    def leaves(self) -> list[torch.Tensor]:
        return [self.hidden, self.weight]


def plain(data: Inputs) -> torch.Tensor:
    logits = (data.hidden @ data.weight.T).float()
    log_probs = logits.log_softmax(-1).gather(-1, data.tokens.unsqueeze(-1)).squeeze(-1)
    ratio, advantages = (log_probs - data.old).exp(), data.advantages.unsqueeze(1)
    return -torch.min(ratio * advantages, ratio.clamp(0.8, 1.2) * advantages).mean()


def fused(data: Inputs) -> torch.Tensor:
    parts = {"mask": data.mask, "advantages": data.advantages, "old_log_probs": data.old}
    return fused_linear_loss(GrpoLoss(), data.hidden, data.weight, data.tokens, **parts).loss


def liger() -> Callable[[Inputs], torch.Tensor] | None:
    try:
        from liger_kernel.chunked_loss import LigerFusedLinearGRPOLoss
    except ImportError:
        return None
    loss = LigerFusedLinearGRPOLoss(beta=0.0, use_ref_model=False, epsilon_low=0.2, epsilon_high=0.2, loss_type="bnpo")

    def run(data: Inputs) -> torch.Tensor:
        mask = data.mask.long()
        return loss(data.hidden, data.weight, data.tokens, mask, data.advantages, old_per_token_logps=data.old)[0]

    return run


def products(data: Inputs) -> None:
    """The least possible work: one matrix product each for the logits and the two gradients, in chunks of 2,048
    rows."""
    hidden, weight = data.hidden.detach().flatten(0, 1), data.weight.detach()
    for rows in hidden.split(2048):
        logits = rows @ weight.T
        _ = logits @ weight
        _ = logits.T @ rows


def measure(work: Callable[[], object], rounds: int) -> tuple[float, float]:
    work()
    torch.cuda.synchronize()
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    times = []
    for _ in range(rounds):
        start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        start.record()
        work()
        end.record()
        end.synchronize()
        times.append(start.elapsed_time(end))
    return statistics.median(times), (torch.cuda.max_memory_allocated() - before) / GIB


def check(rows: int, width: int, vocabulary: int, dtype: torch.dtype) -> None:
    narrow = Inputs(rows, width, vocabulary, dtype)
    wide = Inputs(rows, width, vocabulary, dtype)
    wide.hidden, wide.weight = (leaf.detach().float().requires_grad_() for leaf in narrow.leaves())
    expected = torch.autograd.grad(plain(wide), wide.leaves())
    for name, loss in {"fused": fused, "plain torch": plain}.items():
        found = torch.autograd.grad(loss(narrow), narrow.leaves())
        errors = [float((one.float() - other).norm() / other.norm()) for one, other in zip(found, expected, strict=True)]
        print(f"  {name:<14}{dtype} against float32, {rows} rows: hidden {errors[0]:.1e}, weight {errors[1]:.1e} (relative norm)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs=3, default=[8192, 4096, 151936], metavar=("N", "H", "V"))
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    if not torch.cuda.is_available():
        raise SystemExit("torch finds no CUDA GPU: run benches/grpo.py to measure on a CPU")
    torch.backends.cuda.matmul.allow_tf32 = False
    rows, width, vocabulary = options.sizes
    print(f"{torch.cuda.get_device_name()}, torch {torch.__version__}, bfloat16, N {rows}, H {width}, V {vocabulary}")
    check(1024, width, vocabulary, torch.bfloat16)
    data = Inputs(rows, width, vocabulary, torch.bfloat16)
    inputs = sum(leaf.numel() * leaf.element_size() for leaf in data.leaves()) / GIB
    losses = {"fused": fused, "liger": liger(), "plain torch": plain}
    base, _ = measure(lambda: products(data), options.rounds)
    print(f"  {'three products':<14}{base:8.1f} ms")
    for name, loss in losses.items():
        if loss is None:
            print(f"  {name:<14} not installed: pip install liger-kernel")
            continue
        try:
            spent, peak = measure(lambda loss=loss: torch.autograd.grad(loss(data), data.leaves()), options.rounds)
        except torch.cuda.OutOfMemoryError:
            print(f"  {name:<14} out of memory")
            continue
        print(f"  {name:<14}{spent:8.1f} ms  × {spent / base:.2f}  peak {peak:.2f} GiB, {peak + inputs:.2f} with inputs")


if __name__ == "__main__":
    main()
