"""Computes the loss of a batch from log-probabilities, with autograd.

Tensors have shape [B, T] (B sequences of at most T tokens) or [B]. Every function raises `ValueError`, with names and
shapes, for shapes, dtypes or devices that do not match, masks with entries other than 0 and 1, and numbers that are not
finite at trainable tokens.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor

from . import _grpo
from ._batch import BatchParts, whole_batch
from ._options import as_json

if TYPE_CHECKING:
    from typing_extensions import Unpack


class LossOutput(NamedTuple):
    """The result of a loss."""

    loss: Tensor
    """A scalar; its `backward` continues into the graph of the inputs."""
    metrics: dict[str, float]
    """Numbers for the log: `loss`, `policy_loss`, `kl`, `entropy`, quantiles of the ratio, `clip_low`,
    `clip_high`, `dropped_tokens`, the mismatch of sampler and trainer (`rollout_kl`, `rollout_chi2`,
    `rollout_ess`) and others; docs/grpo.md lists all."""
    log_probs: Tensor
    """[B, T], without a gradient: the log-probabilities from which the loss was computed."""


class GrpoLoss:
    """The GRPO loss with its options.

    The options (docs/grpo.md explains them and has the formula and the paper of each):

    - `loss`: `"ppo_clip"` (default), `"dual_clip"`, `"two_sided"`, `"gspo"`, `"gspo_token"`,
      `"cispo_cap"`, `"cispo_band"`, `"gmpo"`, `"sapo"`, `"dppo"`, `"dppo_kl"`, `"vespo"`, `"fipo"`,
      `"clip_cov"`, `"kl_cov"`, `"dro"`, `"reinforce"`; or with constants `{"ppo_clip": {"epsilon_low": 0.2,
      "epsilon_high": 0.28}}`
    - `aggregation`: `"token_mean"`, `"sequence_mean"`, `"sequence_sum"`, `{"constant_length": {"length":
      8192}}`, `"prompt_mean"`; default: `"sequence_mean"` for `gspo`, `gspo_token`, `gmpo` and `sapo`,
      `"token_mean"` for the others
    - `kl`: `{"estimator": "k1" | "k2" | "k3" | "k3_straight_through" | "k3_unbiased", "coefficient": 0.001, "clamp":
      None}`; where the penalty is above `clamp` (verl: 10) it has no gradient
    - `correction`: `"tis"`, `"mis"`, `"decoupled"`, or with constants `{"tis": {"level": "sequence", "cap":
      2.0}}`
    - `rejection`: `{"level": "geometric", "low": 0.999, "high": 1.002}`; with `denominator="kept"` dropped tokens
      are treated as if they were masked
    - `off_policy_mask`, `max_staleness`, `top_entropy`, `positive_nll`, `entropy_coefficient`,
      `temperature`: numbers

    Args:
        config: Options by name.
        **options: Options by name, added to `config`.

    Raises:
        ValueError: an option is unknown (the message lists the known ones), a constant is out of range, or two options
            contradict each other.
        TypeError: a value has a wrong type.

    >>> import torch
    >>> log_probs = torch.tensor([[-1.0, -2.0], [-0.5, 0.0]], requires_grad=True)
    >>> mask = torch.tensor([[True, True], [True, False]])
    >>> loss = GrpoLoss(loss={"ppo_clip": {"epsilon_high": 0.28}})
    >>> output = loss(log_probs, mask=mask, advantages=torch.tensor([1.0, -1.0]))
    >>> output.loss.backward()
    >>> log_probs.grad
    tensor([[-0.3333, -0.3333],
            [ 0.3333,  0.0000]])
    >>> GrpoLoss(loss="pppo")
    Traceback (most recent call last):
        ...
    ValueError: GRPO options: unknown variant `pppo`, expected one of `ppo_clip`, `dual_clip`, `two_sided`, `gspo`, `gspo_token`, `cispo_cap`, `cispo_band`, `gmpo`, `sapo`, `dppo`, `dppo_kl`, `vespo`, `fipo`, `clip_cov`, `kl_cov`, `dro`, `reinforce`; docs/grpo.md has the names that trainers use
    """

    def __init__(self, config: Mapping[str, Any] | None = None, /, **options: Any) -> None:
        if isinstance(config, str):
            raise TypeError(f"GrpoLoss takes options by name, got the text {config!r}: write GrpoLoss(loss={config!r})")
        self._loss = _grpo.Loss(as_json({**(config or {}), **options}))

    @property
    def config(self) -> dict[str, Any]:
        """All options, defaults included. The aggregation is the one in use, even if the options gave none.

        >>> GrpoLoss().config["temperature"], GrpoLoss(loss="gspo").config["aggregation"]
        (1.0, 'sequence_mean')
        """
        return self._loss.config

    def __repr__(self) -> str:
        return f"GrpoLoss({self.config!r})"

    def __reduce__(self) -> tuple[type[GrpoLoss], tuple[dict[str, Any]]]:
        return GrpoLoss, (self.config,)

    def __call__(
        self,
        log_probs: Tensor,
        *,
        mask: Tensor,
        advantages: Tensor,
        entropy: Tensor | None = None,
        **parts: Unpack[BatchParts],
    ) -> LossOutput:
        """Computes the loss; in float64 if `log_probs` is float64, else in float32.

        Args:
            log_probs: [B, T], the policy's log-probabilities of the sampled tokens, in nats, at the sampler's
                temperature (`token_log_probs`).
            mask: [B, T], bool or 0/1: 1 for trainable tokens. Where it is 0, the other tensors may have any numbers.
            advantages: [B] or [B, T].
            entropy: [B, T], in nats; required by the entropy bonus and by option `top_entropy`.
            **parts: The parts of `BatchParts`: `old_log_probs`, `reference_log_probs`, `rollout_log_probs`,
                `normalizer` and others.

        Raises:
            ValueError: as for the module.
            TypeError: an argument has a wrong type, or a part is unknown.
        """
        batch = whole_batch(mask, advantages, parts)
        with exact(mask):
            loss, metrics = self._loss.loss(log_probs, entropy, batch)
        return LossOutput(loss, metrics, log_probs.detach())


def global_normalizer(mask: Tensor, aggregation: str | Mapping[str, Any] | GrpoLoss = "token_mean", *, group: Any = None) -> float:
    """Computes the divisor of the aggregation over all ranks, for gradients that are averaged over ranks (DDP, FSDP).

    For `token_mean` trainable tokens are counted, for other aggregations sequences that have at least one. The count is
    summed over ranks and divided by their number, so that the averaged gradient is that of one large batch. Every rank
    must call this function. Without `torch.distributed` the result is the local count.

    Args:
        mask: [B, T], bool or 0/1: that of all micro-batches of this rank between two optimizer steps (concatenate the
            masks, or add the results).
        aggregation: The aggregation of the loss, as its name or as in the options, or the `GrpoLoss`.
        group: The process group; default: all ranks.

    Returns:
        The divisor. It is 0 if no rank has a trainable token; the loss accepts 0.

    Raises:
        ValueError: the aggregation is unknown, the mask has entries other than 0 and 1, or the aggregation is
            `prompt_mean`, because a mask does not show which sequences share a prompt.

    >>> import torch
    >>> mask = torch.tensor([[1, 1, 0], [1, 0, 0]])
    >>> global_normalizer(mask), global_normalizer(mask, "sequence_mean"), global_normalizer(mask, GrpoLoss(loss="gspo"))
    (3.0, 2.0, 2.0)
    >>> global_normalizer(mask, "token-mean")
    Traceback (most recent call last):
        ...
    ValueError: unknown aggregation `token-mean`: give one of `token_mean`, `sequence_mean`, `sequence_sum`, `constant_length`, or the GrpoLoss
    """
    name = aggregation.config["aggregation"] if isinstance(aggregation, GrpoLoss) else aggregation
    if isinstance(name, Mapping):
        name = next(iter(name), "")
    if name == "prompt_mean":
        raise ValueError("aggregation `prompt_mean` divides by the number of prompts: sum it over ranks and divide by the number of ranks")
    if name not in _COUNTED:
        known = ", ".join(f"`{known}`" for known in _COUNTED)
        raise ValueError(f"unknown aggregation `{name}`: give one of {known}, or the GrpoLoss")
    if mask.dtype != torch.bool and bool(((mask != 0) & (mask != 1)).any()):
        raise ValueError(f"`mask` {list(mask.shape)} has entries that are neither 0 nor 1")
    # Counted as bool, because a sum in half precision would be rounded or overflow.
    trained = mask != 0
    counted = trained.sum() if name == "token_mean" else trained.any(-1).sum()
    count = counted.to(torch.float64)
    if not torch.distributed.is_available() or not torch.distributed.is_initialized():
        return float(count)
    torch.distributed.all_reduce(count, group=group)
    return float(count) / torch.distributed.get_world_size(group)


_COUNTED = ("token_mean", "sequence_mean", "sequence_sum", "constant_length")


def rejection_mask(
    mask: Tensor,
    old_log_probs: Tensor,
    rollout_log_probs: Tensor,
    *,
    level: str = "geometric",
    low: float | None = 0.999,
    high: float | None = 1.002,
) -> Tensor:
    """Removes from a mask the tokens whose ratio w = old / rollout probability is outside [`low`, `high`].

    This is the option `rejection` with `denominator="kept"`, as a mask for several micro-batches: count it with
    `global_normalizer`, and pass it as the loss's `mask`. Source: "When speed kills stability" (Liu et al. 2025); the
    defaults are those of seq-mask-TIS.

    Args:
        mask: [B, T], bool or 0/1.
        old_log_probs: [B, T], of the policy at rollout, computed by the trainer.
        rollout_log_probs: [B, T], as the sampler reported them.
        level: `"token"` (w of the token), `"sequence"` (the product over the sequence) or `"geometric"` (the geometric
            mean).
        low: The lower bound of w; `None` for no bound.
        high: The upper bound of w; `None` for no bound.

    Returns:
        The mask [B, T], bool.

    Raises:
        ValueError: the shapes do not match, the mask has entries other than 0 and 1, a number is not finite at a
            trainable token, or no w can be within the bounds.

    >>> import torch
    >>> mask, old = torch.ones(2, 2, dtype=torch.bool), torch.full((2, 2), -1.0)
    >>> rollout = torch.tensor([[-1.0, -1.1], [-1.0, -3.0]])
    >>> rejection_mask(mask, old, rollout, low=0.5, high=2.0)
    tensor([[ True,  True],
            [False, False]])
    """
    return _grpo.rejection_mask(as_json({"level": level, "low": low, "high": high}), mask, old_log_probs, rollout_log_probs)


def exact(tensor: Tensor) -> AbstractContextManager[Any]:
    """Disables autocast, which would compute counts and ratios in half precision."""
    # For an argument that is not a tensor, a later check raises the error with its name.
    return torch.autocast(tensor.device.type if isinstance(tensor, Tensor) else "cpu", enabled=False)
