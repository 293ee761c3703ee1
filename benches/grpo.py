"""Compares the fused loss and the optimizer with plain torch on a CPU, in one run.

    python benches/grpo.py            # N 4096, H 256, V 32768, float32; 100M parameters

Each contender of the loss runs in a separate process, so that its peak memory is measured alone. Peak is the increase
of resident memory over that before the first call, in MB of 10^6 bytes. Times are the median of the rounds. Nothing
here is a test.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import torch

CONTENDERS = ("plain torch", "fused", "fused, whole sequences")


def timed(work: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def inputs(rows: int, width: int, vocabulary: int) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    shape = (8, rows // 8)
    return {
        "hidden": torch.randn(*shape, width, generator=generator).requires_grad_(),
        "weight": (torch.randn(vocabulary, width, generator=generator) / width**0.5).requires_grad_(),
        "tokens": torch.randint(vocabulary, shape, generator=generator),
        "mask": torch.ones(shape, dtype=torch.bool),
        "advantages": torch.randn(8, generator=generator),
        "old": torch.full(shape, -10.5) + 0.1 * torch.randn(shape, generator=generator),
    }


def plain(data: dict[str, torch.Tensor]) -> torch.Tensor:
    logits = data["hidden"] @ data["weight"].T
    log_probs = logits.log_softmax(-1).gather(-1, data["tokens"].unsqueeze(-1)).squeeze(-1)
    ratio, advantages = (log_probs - data["old"]).exp(), data["advantages"].unsqueeze(1)
    return -torch.min(ratio * advantages, ratio.clamp(0.8, 1.2) * advantages).mean()


def loss_of(contender: str, data: dict[str, torch.Tensor]) -> torch.Tensor:
    if contender == "plain torch":
        return plain(data)
    from r1rewards_grpo import GrpoLoss, fused_linear_loss

    # An off-policy mask with an unreachable threshold does not change the value, but makes it a loss of whole
    # sequences.
    options = {"off_policy_mask": 1e9} if "sequences" in contender else {}
    parts = {"mask": data["mask"], "advantages": data["advantages"], "old_log_probs": data["old"]}
    return fused_linear_loss(GrpoLoss(options), data["hidden"], data["weight"], data["tokens"], **parts).loss


def gradients(contender: str, data: dict[str, torch.Tensor]) -> list[torch.Tensor]:
    return list(torch.autograd.grad(loss_of(contender, data), [data["hidden"], data["weight"]]))


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def contend(contender: str, sizes: list[int], rounds: int) -> dict[str, float]:
    # A small run first, which loads libraries and starts thread pools before the measurement.
    gradients(contender, inputs(64, 16, 128))
    data = inputs(*sizes)
    before = peak()
    gradients(contender, data)
    return {"peak": (peak() - before) / 1e6, "seconds": timed(lambda: gradients(contender, data), rounds)}


def relative(found: torch.Tensor, expected: torch.Tensor) -> float:
    return float((found - expected).abs().max() / expected.abs().max())


def bench_loss(sizes: list[int], rounds: int) -> None:
    print(f"fused loss, CPU, float32, N {sizes[0]}, H {sizes[1]}, V {sizes[2]}, {torch.get_num_threads()} threads")
    results = {}
    for contender in CONTENDERS:
        command = [sys.executable, __file__, "--contender", contender, "--sizes", *map(str, sizes), "--rounds", str(rounds)]
        results[contender] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    base = results["plain torch"]
    for contender, result in results.items():
        shares = f"peak 1/{base['peak'] / result['peak']:.1f}, time × {result['seconds'] / base['seconds']:.2f}"
        print(f"  {contender:<24}{result['seconds']:8.2f} s {result['peak']:8.0f} MB   {shares}")
    data = inputs(*sizes)
    expected = gradients("plain torch", data)
    for contender in CONTENDERS[1:]:
        errors = [relative(found, wanted) for found, wanted in zip(gradients(contender, data), expected, strict=True)]
        print(f"  {contender}: gradients differ by {errors[0]:.1e} (hidden), {errors[1]:.1e} (weight)")


def bench_optimizer(parameters: int, rounds: int) -> None:
    from r1rewards_grpo import GrpoOptimizer

    def tensors() -> list[torch.Tensor]:
        made = [torch.randn(parameters // 10).requires_grad_() for _ in range(10)]
        for tensor in made:
            tensor.grad = torch.randn_like(tensor)
        return made

    ours = GrpoOptimizer(tensors(), learning_rate=1e-4, weight_decay=0.01, max_gradient_norm=None)
    theirs = torch.optim.AdamW(tensors(), lr=1e-4, weight_decay=0.01, fused=True)
    clipping, clipped = GrpoOptimizer(tensors(), learning_rate=1e-4, weight_decay=0.01), tensors()
    clipper = torch.optim.AdamW(clipped, lr=1e-4, weight_decay=0.01, fused=True)

    def clip() -> None:
        torch.nn.utils.clip_grad_norm_(clipped, 1.0)
        clipper.step()

    steps = {"GrpoOptimizer": ours.step, "torch fused": theirs.step, "GrpoOptimizer, clip": clipping.step, "torch fused, clip": clip}
    times: dict[str, list[float]] = {name: [] for name in steps}
    for work in steps.values():
        work()
    # In turn, so that other load of the machine affects all.
    for _ in range(rounds):
        for name, work in steps.items():
            times[name].append(timed(work, 1))
    print(f"optimizer step, {parameters / 1e6:.0f}M float32 parameters")
    for name, measured in times.items():
        print(f"  {name:<24}{1e3 * statistics.median(measured):8.0f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contender", choices=CONTENDERS, help="measure this one alone and print JSON")
    parser.add_argument("--sizes", type=int, nargs=3, default=[4096, 256, 32768], metavar=("N", "H", "V"))
    parser.add_argument("--parameters", type=int, default=100_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    if options.contender:
        print(json.dumps(contend(options.contender, options.sizes, options.rounds)))
        return
    bench_loss(options.sizes, options.rounds)
    bench_optimizer(options.parameters, options.rounds)


if __name__ == "__main__":
    main()
