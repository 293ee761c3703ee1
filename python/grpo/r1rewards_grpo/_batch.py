"""The optional parts of a batch. This is the only list of them in the package."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from torch import Tensor


class BatchParts(TypedDict, total=False):
    """The parts of a batch of B sequences of at most T tokens that a loss takes beside ``mask`` and ``advantages``.

    Each is an argument by keyword of :meth:`GrpoLoss.__call__`, :func:`fused_linear_loss` and
    :func:`fused_logits_loss`. ``None`` stands for a part that is absent. Log-probabilities are those of the tokens that
    were sampled, in nats, at the sampler's temperature, without a gradient.
    """

    old_log_probs: Tensor | None
    """[B, T]: of the policy at rollout, computed by the trainer. Without it the step is on policy."""
    reference_log_probs: Tensor | None
    """[B, T]: of the reference policy (option ``kl``)."""
    rollout_log_probs: Tensor | None
    """[B, T]: as the sampler reported them (options ``correction`` and ``rejection``)."""
    kl_coefficients: Tensor | None
    """[B] or [B, T]: replaces the coefficient of option ``kl``, for example per turn."""
    staleness: Tensor | None
    """[B], int64: how many versions older than this policy the policy is that sampled the sequence (option
    ``max_staleness``)."""
    prompts: Tensor | None
    """[B], int64: an id of each sequence's prompt (aggregation ``prompt_mean``)."""
    prompt_tokens: Tensor | None
    """[B]: trainable tokens of all samples of the sequence's prompt, where a prompt spans micro-batches (aggregation
    ``prompt_mean``)."""
    normalizer: float | None
    """What the aggregation divides by, counted over the whole accumulated batch: see :func:`global_normalizer`. 0 means
    that no token on any rank is trained on: the loss is 0 then, and so are its gradients. Without it, the count of this
    batch."""
    entropy_coefficient: float | None
    """The weight of the entropy bonus in place of the configured one."""
    entropy_threshold: float | None
    """The entropy, in nats, from which on ``top_entropy`` keeps tokens, in place of the quantile of this batch: for
    micro-batches that must agree."""
    positives: Tensor | None
    """[B], bool or 0/1: the samples that ``positive_nll`` imitates."""
    positive_normalizer: float | None
    """Trainable tokens of all positive samples of the accumulated batch; without it, those of this batch."""


NAMES = frozenset(BatchParts.__annotations__)


def whole_batch(mask: Tensor, advantages: Tensor, parts: Mapping[str, Any]) -> dict[str, Any]:
    """The batch as the extension takes it.

    Raises ``TypeError`` for names that are no part of a batch.

    >>> import torch
    >>> mask, advantages = torch.ones(1, 2, dtype=torch.bool), torch.ones(1)
    >>> sorted(whole_batch(mask, advantages, {"normalizer": 2.0}))
    ['advantages', 'mask', 'normalizer']
    """
    if unknown := parts.keys() - NAMES:
        known = ", ".join(sorted(NAMES | {"mask", "advantages"}))
        raise TypeError(f"unknown parts of a batch: {', '.join(sorted(unknown))}; known are {known}")
    return {"mask": mask, "advantages": advantages, **parts}
