"""Log-probabilities and losses from hidden states and the output layer, without the logits of the whole batch.

Accepts: hidden states [B, T, H] with weight [V, H] (and a bias [V], a scale and a soft cap where the model's head has
them), or logits [B, T, V], in float64, float32, bfloat16 or float16, on one device. Refuses: shapes, dtypes and devices
that do not fit together, and tokens outside the vocabulary where they are trained on. The ``ValueError`` has the
shapes.

Position t of the hidden states predicts token t: shift them before the call. Under ``torch.autocast`` hidden states,
weight and bias are cast as for ``torch.nn.functional.linear``. The weight must be complete: gather a head that ZeRO-3
or FSDP has sharded before the call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from . import _grpo
from ._batch import BatchParts, whole_batch
from ._loss import GrpoLoss, LossOutput, exact

if TYPE_CHECKING:
    from typing_extensions import Unpack

_Head = tuple[Tensor | None, float, float | None]
"""Bias, scale, soft cap."""


def token_log_probs(logits: Tensor, tokens: Tensor, *, temperature: float = 1.0) -> Tensor:
    """Log-probabilities [B, T] of ``tokens`` [B, T] (int64) under ``logits`` [B, T, V] / ``temperature``, in nats, with
    autograd intact.

    Returns float64 for float64 logits, else float32. The graph holds no copy of the logits: ``backward`` computes the
    probabilities again. Raises ``ValueError`` for shapes that do not fit and tokens outside the vocabulary.

    >>> import torch
    >>> token_log_probs(torch.zeros(1, 2, 4), torch.tensor([[0, 3]]))
    tensor([[-1.3863, -1.3863]])
    """
    log_probs, _ = _log_probs(logits, None, None, tokens, None, (1.0, None, temperature, None, False))
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
    bias: Tensor | None = None,
    scale: float = 1.0,
    soft_cap: float | None = None,
) -> tuple[Tensor, Tensor | None]:
    """Log-probabilities [B, T] (and entropies [B, T], both in nats) from hidden states [B, T, H] and weight [V, H],
    with autograd intact.

    Holds ``chunk`` rows of logits at a time (by default 256 on a CPU and 2048 on a GPU), twice that with ``entropy``;
    ``backward`` computes them again. Places where ``mask`` [B, T], bool or 0/1, is 0 are not computed and have 0.
    ``bias``, ``scale`` and ``soft_cap`` are those of :func:`fused_linear_loss`. Raises ``ValueError`` as this module
    says.

    >>> import torch
    >>> hidden, weight = torch.zeros(1, 2, 3), torch.zeros(4, 3)
    >>> linear_log_probs(hidden, weight, torch.tensor([[0, 3]]), entropy=True)
    (tensor([[-1.3863, -1.3863]]), tensor([[1.3863, 1.3863]]))
    """
    hidden, weight, bias = _as_autocast(hidden, weight, bias)
    log_probs, found = _log_probs(hidden, weight, bias, tokens, mask, (scale, soft_cap, temperature, chunk, entropy))
    return log_probs, found


def linear_sum_squares(
    hidden: Tensor,
    weight: Tensor,
    *,
    mask: Tensor | None = None,
    temperature: float = 1.0,
    chunk: int | None = None,
    bias: Tensor | None = None,
    scale: float = 1.0,
    soft_cap: float | None = None,
) -> Tensor:
    """The sum over the vocabulary of squared probabilities [B, T], without a gradient, for
    :func:`token_baseline_advantages`.

    The arguments are those of :func:`linear_log_probs`. Raises ``ValueError`` as this module says.

    >>> import torch
    >>> linear_sum_squares(torch.zeros(1, 2, 3), torch.zeros(4, 3))
    tensor([[0.2500, 0.2500]])
    """
    hidden, weight, bias = _as_autocast(hidden, weight, bias)
    scores = (hidden.detach(), weight.detach(), None if bias is None else bias.detach(), scale, soft_cap)
    tokens = torch.zeros(hidden.shape[:2], dtype=torch.int64, device=hidden.device)
    with exact(hidden):
        _, _, squares = _grpo.log_probs(scores, tokens, mask, temperature, chunk, False, True)
    assert squares is not None
    return squares


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
    bias: Tensor | None = None,
    scale: float = 1.0,
    soft_cap: float | None = None,
    **parts: Unpack[BatchParts],
) -> LossOutput:
    """The loss of a batch from hidden states [B, T, H] and the output layer's weight [V, H]; tokens are [B, T], int64.

    The loss equals ``loss(linear_log_probs(...), ...)``. Its gradients are computed together with it: three matrix
    products for a loss of single tokens, four for a loss whose tokens depend on others, with one chunk of logits at a
    time (``chunk`` rows, by default 256 on a CPU and 2048 on a GPU). ``mask``, ``advantages`` and the other parts of
    the batch are those of :meth:`GrpoLoss.__call__`; ``entropy=True`` computes entropies where the loss does not need
    them.

    Logits are ``soft_cap * tanh(scale * (hidden @ weight.T + bias) / soft_cap)``, without the parts that are not given:
    ``scale`` is Cohere's ``logit_scale`` or 1 over Granite's ``logits_scaling``, ``soft_cap`` Gemma's
    ``final_logit_softcapping``. If the model's head has them, pass them: otherwise the loss is that of another model.

    The weight may be frozen (no gradient is computed for it) or tied to the embedding (autograd adds the two
    gradients). Only ``loss`` has a gradient. It can be differentiated once, and has no graph under ``torch.no_grad``.
    How it works: docs/grpo.md, "The fused loss".

    >>> import torch
    >>> hidden = torch.zeros(1, 2, 3, requires_grad=True)
    >>> weight = torch.ones(4, 3, requires_grad=True)
    >>> mask, advantages = torch.ones(1, 2, dtype=torch.bool), torch.ones(1)
    >>> output = fused_linear_loss(GrpoLoss(), hidden, weight, torch.tensor([[0, 3]]), mask=mask, advantages=advantages)
    >>> output.loss.backward()
    >>> round(output.loss.item(), 6), hidden.grad.shape, weight.grad.shape
    (-1.0, torch.Size([1, 2, 3]), torch.Size([4, 3]))
    """
    hidden, weight, bias = _as_autocast(hidden, weight, bias)
    batch = whole_batch(mask, advantages, parts)
    return _fused(loss, hidden, weight, (bias, scale, soft_cap), tokens, batch, chunk, entropy)


def fused_logits_loss(
    loss: GrpoLoss,
    logits: Tensor,
    tokens: Tensor,
    *,
    mask: Tensor,
    advantages: Tensor,
    chunk: int | None = None,
    entropy: bool = False,
    **parts: Unpack[BatchParts],
) -> LossOutput:
    """:func:`fused_linear_loss` from logits [B, T, V]. Beside them it holds their gradient and one chunk.

    >>> import torch
    >>> logits = torch.zeros(1, 2, 4, requires_grad=True)
    >>> mask, advantages = torch.ones(1, 2, dtype=torch.bool), torch.ones(1)
    >>> output = fused_logits_loss(GrpoLoss(), logits, torch.tensor([[0, 3]]), mask=mask, advantages=advantages)
    >>> output.loss.backward()
    >>> logits.grad[0, 0]
    tensor([-0.3750,  0.1250,  0.1250,  0.1250])
    """
    batch = whole_batch(mask, advantages, parts)
    return _fused(loss, logits, None, (None, 1.0, None), tokens, batch, chunk, entropy)


def _fused(
    loss: GrpoLoss,
    scores: Tensor,
    weight: Tensor | None,
    head: _Head,
    tokens: Tensor,
    batch: dict[str, Any],
    chunk: int | None,
    entropy: bool,
) -> LossOutput:
    bias, scale, soft_cap = head
    if not torch.is_grad_enabled():
        # A Function looks at `requires_grad`, and not at whether autograd is on.
        scores = scores.detach()
        weight, bias = (None if tensor is None else tensor.detach() for tensor in (weight, bias))
    found: dict[str, Any] = {}
    value = _fused_loss(loss, scores, weight, bias, tokens, batch, (scale, soft_cap, chunk, entropy), found)
    return LossOutput(value, found["metrics"], found["log_probs"])


def _as_autocast(hidden: Tensor, weight: Tensor, bias: Tensor | None) -> tuple[Tensor, Tensor, Tensor | None]:
    """Casts as autocast does for ``torch.nn.functional.linear``: all dtypes but float64, with autograd intact."""
    device = hidden.device.type
    if not torch.is_autocast_enabled(device):
        return hidden, weight, bias
    dtype = torch.get_autocast_dtype(device)

    def cast(tensor: Tensor) -> Tensor:
        return tensor if tensor.dtype == torch.float64 or not tensor.is_floating_point() else tensor.to(dtype)

    return cast(hidden), cast(weight), None if bias is None else cast(bias)


class _FusedLoss(Function):
    """The forward pass computes the gradients; backward multiplies them by the gradient of the loss."""

    @staticmethod
    def forward(ctx, loss, scores, weight, bias, tokens, batch, options, found):  # type: ignore[no-untyped-def]
        scale, soft_cap, chunk, entropy = options
        parts = _wanted((scores, weight, bias), ctx.needs_input_grad[1:4])
        with exact(scores):
            value, gradients, log_probs, metrics = loss._loss.fused((*parts, scale, soft_cap), tokens, batch, chunk, entropy)
        found.update(metrics=metrics, log_probs=log_probs)
        ctx.save_for_backward(*gradients)
        return value

    @staticmethod
    @once_differentiable
    def backward(ctx, upstream):  # type: ignore[no-untyped-def]
        gradients = (None if gradient is None else gradient * upstream for gradient in ctx.saved_tensors)
        return None, *gradients, None, None, None, None


class _LogProbs(Function):
    """Backward computes the probabilities again."""

    @staticmethod
    def forward(ctx, scores, weight, bias, tokens, mask, options):  # type: ignore[no-untyped-def]
        scale, soft_cap, temperature, chunk, entropy = options
        with exact(scores):
            log_probs, found, _ = _grpo.log_probs((scores, weight, bias, scale, soft_cap), tokens, mask, temperature, chunk, entropy)
        ctx.save_for_backward(scores, weight, bias, tokens, mask)
        ctx.options = options
        return log_probs, found

    @staticmethod
    @once_differentiable
    def backward(ctx, of_log_probs, of_entropy):  # type: ignore[no-untyped-def]
        scores, weight, bias, tokens, mask = ctx.saved_tensors
        scale, soft_cap, temperature, chunk, _ = ctx.options
        parts = _wanted((scores, weight, bias), ctx.needs_input_grad[:3])
        with exact(scores):
            gradients = _grpo.log_probs_backward(
                (*parts, scale, soft_cap), tokens, mask, temperature, of_log_probs.contiguous(), of_entropy, chunk
            )
        return *gradients, None, None, None


def _wanted(parts: tuple[Tensor | None, ...], wanted: tuple[bool, ...]) -> Iterator[Tensor | None]:
    """The tensors, detached where no gradient is wanted: the extension computes one for each that requires it."""
    return (part if part is None or want else part.detach() for part, want in zip(parts, wanted, strict=True))


# torch has no types for `apply`.
_log_probs: Callable[..., tuple[Tensor, Tensor | None]] = _LogProbs.apply
_fused_loss: Callable[..., Tensor] = _FusedLoss.apply
