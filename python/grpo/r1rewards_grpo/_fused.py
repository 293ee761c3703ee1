"""Log-probabilities and losses from hidden states and the output layer, without the logits of the whole batch.

The inputs are hidden states [B, T, H] with the weight [V, H] (and a bias [V], a scale and a soft cap if the model's
head has them), or logits [B, T, V]; in float64, float32, bfloat16 or float16, all on one device.

Position t of the hidden states predicts token t: shift them before the call. Under `torch.autocast` hidden states,
weight and bias are cast as for `torch.nn.functional.linear`. The weight must be complete: gather a head that is sharded
by ZeRO-3 or FSDP before the call.

Every function raises `ValueError`, with the shapes, for shapes, dtypes or devices that do not match, and for trainable
tokens outside the vocabulary.
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
    """Computes the log-probabilities of tokens under `logits / temperature`, with autograd.

    The graph has no copy of the logits: `backward` computes the probabilities again.

    Args:
        logits: [B, T, V].
        tokens: [B, T], int64.
        temperature: The temperature of the sampler.

    Returns:
        Log-probabilities [B, T] in nats; float64 for float64 logits, else float32.

    Raises:
        ValueError: the shapes do not match, or a token is outside the vocabulary.

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
    """Computes log-probabilities, and entropies on request, from hidden states and the output layer, with autograd.

    Args:
        hidden: Hidden states [B, T, H].
        weight: The weight of the output layer, [V, H].
        tokens: [B, T], int64.
        mask: [B, T], bool or 0/1. Places where it is 0 are not computed and have 0.
        temperature: The temperature of the sampler.
        chunk: The number of rows of logits in memory at a time, twice that with `entropy`; default: 256 on a CPU, 2048
            on a GPU. `backward` computes them again.
        entropy: Whether entropies are computed, too.
        bias: As for `fused_linear_loss`.
        scale: As for `fused_linear_loss`.
        soft_cap: As for `fused_linear_loss`.

    Returns:
        Log-probabilities [B, T], and entropies [B, T] or None; both in nats.

    Raises:
        ValueError: as for the module.

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
    """Computes the sum over the vocabulary of squared probabilities, for `token_baseline_advantages`.

    The arguments are those of `linear_log_probs`.

    Returns:
        The sums [B, T], without a gradient.

    Raises:
        ValueError: as for the module.

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
    """Computes the loss of a batch from hidden states and the output layer.

    The loss equals `loss(linear_log_probs(...), ...)`. Its gradients are computed together with it, one chunk of logits
    at a time: three matrix products for a loss of single tokens, four for a loss in which a token's term depends on
    other tokens. docs/grpo.md explains the method in "The fused loss".

    Logits are `soft_cap * tanh(scale * (hidden @ weight.T + bias) / soft_cap)`, without the parts that are not given.
    If the model's head has a bias, a scale or a soft cap, pass it: otherwise the loss is that of another model.

    The weight may be frozen (no gradient is computed for it) or tied to the embedding (autograd adds the two
    gradients). Only the output's `loss` has a gradient. It can be differentiated once, and has no graph under
    `torch.no_grad`.

    Args:
        loss: The loss with its options.
        hidden: Hidden states [B, T, H].
        weight: The weight of the output layer, [V, H].
        tokens: [B, T], int64.
        mask: As for `GrpoLoss.__call__`.
        advantages: As for `GrpoLoss.__call__`.
        chunk: The number of rows of logits in memory at a time; default: 256 on a CPU, 2048 on a GPU.
        entropy: Whether entropies are computed even if the loss does not need them.
        bias: The bias of the output layer, [V].
        scale: Cohere's `logit_scale`, or 1 / Granite's `logits_scaling`.
        soft_cap: Gemma's `final_logit_softcapping`.
        **parts: The other parts of the batch, see `BatchParts`.

    Returns:
        The loss, its metrics, and the log-probabilities.

    Raises:
        ValueError: as for the module and for `GrpoLoss.__call__`.
        TypeError: an unknown part.

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
    """Does the same as `fused_linear_loss` from logits [B, T, V].

    In addition to the logits, their gradient and one chunk are in memory.

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
        # A Function depends on `requires_grad` of its inputs and not on whether autograd is enabled.
        scores = scores.detach()
        weight, bias = (None if tensor is None else tensor.detach() for tensor in (weight, bias))
    found: dict[str, Any] = {}
    value = _fused_loss(loss, scores, weight, bias, tokens, batch, (scale, soft_cap, chunk, entropy), found)
    return LossOutput(value, found["metrics"], found["log_probs"])


def _as_autocast(hidden: Tensor, weight: Tensor, bias: Tensor | None) -> tuple[Tensor, Tensor, Tensor | None]:
    """Casts all dtypes except float64, with autograd, as autocast does for `torch.nn.functional.linear`."""
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
    """The forward pass stores no probabilities; backward computes them again."""

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
    """Yields the tensors, detached if no gradient is needed: the extension computes a gradient for each that requires
    one."""
    return (part if part is None or want else part.detach() for part, want in zip(parts, wanted, strict=True))


# `Function.apply` has no types in torch.
_log_probs: Callable[..., tuple[Tensor, Tensor | None]] = _LogProbs.apply
_fused_loss: Callable[..., Tensor] = _FusedLoss.apply
