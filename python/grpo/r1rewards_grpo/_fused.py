"""Log-probabilities and losses straight from hidden states and the output layer, without the logits of the batch.

Accepts: hidden states [B, T, H] with weight [V, H], or logits [B, T, V], in float64, float32, bfloat16 or float16, on one device. Refuses: what does not fit
together (``ValueError`` with the shapes) and tokens outside the vocabulary where they are trained on.

Position t of the hidden states predicts token t: shift before you call.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from . import _grpo
from ._loss import GrpoLoss, LossOutput


def token_log_probs(logits: Tensor, tokens: Tensor, *, temperature: float = 1.0) -> Tensor:
    """Log-probabilities [B, T] of ``tokens`` [B, T] (int64) under ``logits`` [B, T, V] / ``temperature``, in nats, with autograd intact.

    Returns float64 for float64 logits and float32 otherwise. The graph holds no copy of the logits: probabilities are computed again in ``backward``.
    Raises ``ValueError`` for shapes that do not fit and tokens outside the vocabulary.

    >>> import torch
    >>> token_log_probs(torch.zeros(1, 2, 4), torch.tensor([[0, 3]]))
    tensor([[-1.3863, -1.3863]])
    """
    log_probs, _ = _log_probs(logits, None, tokens, None, temperature, None, False)
    return log_probs


def linear_log_probs(
    hidden: Tensor,
    weight: Tensor,
    tokens: Tensor,
    *,
    mask: Tensor | None = None,
    temperature: float = 1.0,
    chunk: int | None = None,
    entropy: bool = False,
) -> tuple[Tensor, Tensor | None]:
    """Log-probabilities [B, T] (and entropies [B, T], both in nats) from hidden states [B, T, H] and weight [V, H], with autograd intact.

    Never holds more than ``chunk`` rows of logits (256 on a CPU and 2048 on a GPU unless given; twice that with ``entropy``). ``backward`` computes them
    again. Places where ``mask`` [B, T] is 0 are skipped and get 0. Raises ``ValueError`` as this module says.

    >>> import torch
    >>> hidden, weight = torch.zeros(1, 2, 3), torch.zeros(4, 3)
    >>> linear_log_probs(hidden, weight, torch.tensor([[0, 3]]), entropy=True)
    (tensor([[-1.3863, -1.3863]]), tensor([[1.3863, 1.3863]]))
    """
    log_probs, found = _log_probs(hidden, weight, tokens, mask, temperature, chunk, entropy)
    return log_probs, found


def fused_linear_loss(
    loss: GrpoLoss,
    hidden: Tensor,
    weight: Tensor,
    tokens: Tensor,
    *,
    mask: Tensor,
    advantages: Tensor,
    chunk: int | None = None,
    entropy: bool = False,
    **batch: Any,
) -> LossOutput:
    """The loss of a batch from hidden states [B, T, H] and the output layer's weight [V, H]; tokens are [B, T], int64.

    Equal to ``loss(linear_log_probs(...), ...)`` but with the gradients computed on the way: three matrix products for a token-level loss, four for one of whole
    sequences, and never more than one chunk of logits (``chunk`` rows; 256 on a CPU and 2048 on a GPU unless given). ``mask``, ``advantages`` and
    the rest of the batch are those of :meth:`GrpoLoss.__call__`; ``entropy=True`` measures entropies where the loss does not need them.

    The weight may be frozen (no gradient is computed for it) or tied to the embedding (autograd adds the two gradients). Gradients exist for
    ``loss`` only, once; do not differentiate twice. Source of the trade: docs/grpo.md, "The fused loss".

    >>> import torch
    >>> hidden = torch.zeros(1, 2, 3, requires_grad=True)
    >>> weight = torch.ones(4, 3, requires_grad=True)
    >>> mask, advantages = torch.ones(1, 2, dtype=torch.bool), torch.ones(1)
    >>> output = fused_linear_loss(GrpoLoss(), hidden, weight, torch.tensor([[0, 3]]), mask=mask, advantages=advantages)
    >>> output.loss.backward()
    >>> round(output.loss.item(), 6), hidden.grad.shape, weight.grad.shape
    (-1.0, torch.Size([1, 2, 3]), torch.Size([4, 3]))
    """
    return _fused(loss, hidden, weight, tokens, {"mask": mask, "advantages": advantages, **batch}, chunk, entropy)


def fused_logits_loss(
    loss: GrpoLoss,
    logits: Tensor,
    tokens: Tensor,
    *,
    mask: Tensor,
    advantages: Tensor,
    chunk: int | None = None,
    entropy: bool = False,
    **batch: Any,
) -> LossOutput:
    """:func:`fused_linear_loss` where only logits [B, T, V] are at hand: beside them it holds their gradient and one chunk.

    >>> import torch
    >>> logits = torch.zeros(1, 2, 4, requires_grad=True)
    >>> mask, advantages = torch.ones(1, 2, dtype=torch.bool), torch.ones(1)
    >>> output = fused_logits_loss(GrpoLoss(), logits, torch.tensor([[0, 3]]), mask=mask, advantages=advantages)
    >>> output.loss.backward()
    >>> logits.grad[0, 0]
    tensor([-0.3750,  0.1250,  0.1250,  0.1250])
    """
    return _fused(loss, logits, None, tokens, {"mask": mask, "advantages": advantages, **batch}, chunk, entropy)


def _fused(
    loss: GrpoLoss,
    scores: Tensor,
    weight: Tensor | None,
    tokens: Tensor,
    batch: dict[str, Any],
    chunk: int | None,
    entropy: bool,
) -> LossOutput:
    unknown = batch.keys() - _BATCH
    if unknown:
        raise TypeError(f"unknown parts of a batch: {', '.join(sorted(unknown))}; known are {', '.join(sorted(_BATCH))}")
    found: dict[str, Any] = {}
    value = _fused_loss(loss, scores, weight, tokens, batch, chunk, entropy, found)
    return LossOutput(value, found["metrics"], found["log_probs"])


_BATCH = {
    "mask",
    "advantages",
    "old_log_probs",
    "reference_log_probs",
    "rollout_log_probs",
    "kl_coefficients",
    "staleness",
    "prompts",
    "prompt_tokens",
    "normalizer",
    "entropy_coefficient",
}


class _FusedLoss(Function):
    """Gradients are known when the forward pass ends; backward scales them by what flows in."""

    @staticmethod
    def forward(ctx, loss, scores, weight, tokens, batch, chunk, entropy, found):  # type: ignore[no-untyped-def]
        wants = (scores.requires_grad and ctx.needs_input_grad[1], weight is not None and ctx.needs_input_grad[2])
        scores_in = scores if wants[0] else scores.detach()
        weight_in = weight if weight is None or wants[1] else weight.detach()
        value, of_scores, of_weight, log_probs, metrics = loss._loss.fused(scores_in, weight_in, tokens, batch, chunk, entropy)
        found.update(metrics=metrics, log_probs=log_probs)
        ctx.save_for_backward(of_scores, of_weight)
        return value

    @staticmethod
    @once_differentiable
    def backward(ctx, upstream):  # type: ignore[no-untyped-def]
        of_scores, of_weight = (None if gradient is None else gradient * upstream for gradient in ctx.saved_tensors)
        return None, of_scores, of_weight, None, None, None, None, None


class _LogProbs(Function):
    """Probabilities are computed again in backward."""

    @staticmethod
    def forward(ctx, scores, weight, tokens, mask, temperature, chunk, entropy):  # type: ignore[no-untyped-def]
        log_probs, found = _grpo.log_probs(scores, weight, tokens, mask, temperature, chunk, entropy)
        ctx.save_for_backward(scores, weight, tokens, mask)
        ctx.options = (temperature, chunk)
        return log_probs, found

    @staticmethod
    @once_differentiable
    def backward(ctx, of_log_probs, of_entropy):  # type: ignore[no-untyped-def]
        scores, weight, tokens, mask = ctx.saved_tensors
        temperature, chunk = ctx.options
        if not ctx.needs_input_grad[0]:
            scores = scores.detach()
        if weight is not None and not ctx.needs_input_grad[1]:
            weight = weight.detach()
        of_scores, of_weight = _grpo.log_probs_backward(
            scores, weight, tokens, mask, temperature, of_log_probs.contiguous(), of_entropy, chunk
        )
        return of_scores, of_weight, None, None, None, None, None


# torch has no types for `apply`.
_log_probs: Callable[..., tuple[Tensor, Tensor | None]] = _LogProbs.apply
_fused_loss: Callable[..., Tensor] = _FusedLoss.apply
