"""The optional parts of a batch. This is the only list of them in the package."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from torch import Tensor


class BatchParts(TypedDict, total=False):
    """The optional parts of a batch of B sequences of at most T tokens, in addition to `mask` and `advantages`.

    Each is a keyword argument of `GrpoLoss.__call__`, `fused_linear_loss` and `fused_logits_loss`. `None` means that
    the part is absent. Log-probabilities are those of the sampled tokens, in nats, at the sampler's temperature,
    without a gradient.
    """

    old_log_probs: Tensor | None
    """[B, T]: log-probabilities of the policy at rollout, computed by the trainer. Without it the step is on policy."""
    reference_log_probs: Tensor | None
    """[B, T]: log-probabilities of the reference policy (option `kl`)."""
    rollout_log_probs: Tensor | None
    """[B, T]: log-probabilities as the sampler reported them (options `correction` and `rejection`)."""
    kl_coefficients: Tensor | None
    """[B] or [B, T]: replaces the coefficient of option `kl`, for example per turn."""
    staleness: Tensor | None
    """[B], int64: the age of the policy that sampled the sequence, in versions before the current policy (option
    `max_staleness`)."""
    prompts: Tensor | None
    """[B], int64: an id of each sequence's prompt (aggregation `prompt_mean`)."""
    prompt_tokens: Tensor | None
    """[B]: the number of trainable tokens of all samples of the sequence's prompt.

    Give it if the samples of a prompt are in several micro-batches (aggregation `prompt_mean`)."""
    normalizer: float | None
    """The divisor of the aggregation, counted over the whole accumulated batch (see `global_normalizer`); default: the
    count of this batch. 0 means that no rank has a trainable token: the loss and its gradients are then 0."""
    entropy_coefficient: float | None
    """The weight of the entropy bonus; default: the configured one."""
    entropy_threshold: float | None
    """The smallest entropy, in nats, of tokens that `top_entropy` keeps; default: the quantile of this batch.

    Give it if several micro-batches must have the same threshold."""
    positives: Tensor | None
    """[B], bool or 0/1: the samples whose negative log-likelihood `positive_nll` adds to the loss."""
    positive_normalizer: float | None
    """The number of trainable tokens of all positive samples of the accumulated batch; default: that of this batch."""


NAMES = frozenset(BatchParts.__annotations__)


def whole_batch(mask: Tensor, advantages: Tensor, parts: Mapping[str, Any]) -> dict[str, Any]:
    """Combines the parts of a batch to the mapping that the extension takes.

    Raises:
        TypeError: a name in `parts` is not that of a part.

    >>> import torch
    >>> mask, advantages = torch.ones(1, 2, dtype=torch.bool), torch.ones(1)
    >>> sorted(whole_batch(mask, advantages, {"normalizer": 2.0}))
    ['advantages', 'mask', 'normalizer']
    """
    if unknown := parts.keys() - NAMES:
        known = ", ".join(sorted(NAMES | {"mask", "advantages"}))
        raise TypeError(f"unknown parts of a batch: {', '.join(sorted(unknown))}; known are {known}")
    return {"mask": mask, "advantages": advantages, **parts}
