"""The loss of a batch from log-probabilities, with autograd intact.

Accepts: tensors of shape [B, T] (B sequences of at most T tokens) or [B]. Refuses: shapes, dtypes and devices that do
not fit together, masks that are not 0 or 1, numbers that are not finite at trainable tokens. The ``ValueError`` has the
names and shapes.
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
    """A loss and what belongs to it."""

    loss: Tensor
    """One number; its ``backward`` continues into the graph of the inputs."""
    metrics: dict[str, float]
    """Numbers for the log: ``loss``, ``policy_loss``, ``kl``, ``entropy``, quantiles of the ratio, ``clip_low``,
    ``clip_high``, ``dropped_tokens``, the mismatch of sampler and trainer (``rollout_kl``, ``rollout_chi2``,
    ``rollout_ess``) and others; docs/grpo.md lists all."""
    log_probs: Tensor
    """[B, T], without a gradient: the log-probabilities that the loss was computed from."""


class GrpoLoss:
    """The GRPO loss with its options.

    ``config`` is a mapping of options; keywords are added to it. The options (docs/grpo.md explains them):

    - ``loss``: ``"ppo_clip"`` (default), ``"dual_clip"``, ``"two_sided"``, ``"gspo"``, ``"gspo_token"``,
      ``"cispo_cap"``, ``"cispo_band"``, ``"gmpo"``, ``"sapo"``, ``"dppo"``, ``"dppo_kl"``, ``"vespo"``, ``"fipo"``,
      ``"clip_cov"``, ``"kl_cov"``, ``"dro"``, ``"reinforce"``; or with constants ``{"ppo_clip": {"epsilon_low": 0.2,
      "epsilon_high": 0.28}}``
    - ``aggregation``: ``"token_mean"``, ``"sequence_mean"``, ``"sequence_sum"``, ``{"constant_length": {"length":
      8192}}``, ``"prompt_mean"``; without it ``"sequence_mean"`` for ``gspo``, ``gspo_token``, ``gmpo`` and ``sapo``,
      ``"token_mean"`` for the others
    - ``kl``: ``{"estimator": "k1" | "k2" | "k3" | "k3_straight_through" | "k3_unbiased", "coefficient": 0.001, "clamp":
      None}``; above ``clamp`` (verl has 10) the penalty has no gradient
    - ``correction``: ``"tis"``, ``"mis"``, ``"decoupled"``, or with constants ``{"tis": {"level": "sequence", "cap":
      2.0}}``
    - ``rejection``: ``{"level": "geometric", "low": 0.999, "high": 1.002}``; with ``denominator="kept"`` dropped tokens
      are treated as if they were masked
    - ``off_policy_mask``, ``max_staleness``, ``top_entropy``, ``positive_nll``, ``entropy_coefficient``,
      ``temperature``: numbers

    Sources: docs/grpo.md has the formula and the paper of each option.

    Raises ``ValueError`` for unknown options (with the known ones), constants out of range and options that contradict
    each other.

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
            raise TypeError(f"options are given by name: write GrpoLoss(loss={config!r})")
        self._loss = _grpo.Loss(as_json({**(config or {}), **options}))

    @property
    def config(self) -> dict[str, Any]:
        """All options, defaults included. The aggregation is the one that is used, also where the options gave none.

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
        """The loss of the tokens with these log-probabilities.

        ``log_probs`` [B, T] are the policy's, of the tokens that were sampled, in nats, at the sampler's temperature
        (:func:`token_log_probs`). ``mask`` [B, T], bool or 0/1, is 1 where a token is trained on; other places may hold
        any numbers. ``advantages`` are [B] or [B, T]. ``entropy`` [B, T], in nats, is needed for the entropy bonus and
        for option ``top_entropy``. ``parts`` are those of :class:`BatchParts`: ``old_log_probs``,
        ``reference_log_probs``, ``rollout_log_probs``, ``normalizer`` and others.

        Computes in float64 where ``log_probs`` is float64, else in float32. Raises ``ValueError`` as this module says,
        ``TypeError`` for arguments of another type and for unknown parts.
        """
        batch = whole_batch(mask, advantages, parts)
        with exact(mask):
            loss, metrics = self._loss.loss(log_probs, entropy, batch)
        return LossOutput(loss, metrics, log_probs.detach())


def global_normalizer(mask: Tensor, aggregation: str | Mapping[str, Any] | GrpoLoss = "token_mean", *, group: Any = None) -> float:
    """What the aggregation divides by, over all ranks, for gradients that are averaged over ranks (DDP, FSDP).

    ``mask`` [B, T], bool or 0/1, covers all micro-batches of this rank between two optimizer steps (concatenate them,
    or sum the results). ``aggregation`` is the loss's, by its name or as the options have it, or the :class:`GrpoLoss`
    itself. For ``token_mean`` trainable tokens are counted, else sequences that have one. The count is summed over
    ranks and divided by their number, so that the averaged gradient is that of one large batch. Every rank must call
    this function. Without ``torch.distributed`` the result is the local count. It is 0 where no token on any rank is
    trained on; the loss accepts that.

    Raises ``ValueError`` for unknown names, masks that are not 0 or 1, and ``prompt_mean``, because a mask does not
    tell which sequences share a prompt.

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
        raise ValueError("aggregation `prompt_mean` is normalised by the number of prompts: sum that over ranks and divide by their number")
    if name not in _COUNTED:
        known = ", ".join(f"`{known}`" for known in _COUNTED)
        raise ValueError(f"unknown aggregation `{name}`: give one of {known}, or the GrpoLoss")
    if mask.dtype != torch.bool and bool(((mask != 0) & (mask != 1)).any()):
        raise ValueError(f"`mask` {list(mask.shape)} has entries that are neither 0 nor 1")
    # Counted as bool: a sum in half precision would be rounded, or infinite.
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
    """``mask`` [B, T] without the tokens whose w = old / rollout probability, at ``level``, lies outside [``low``,
    ``high``]; bool.

    This is the option ``rejection`` with ``denominator="kept"``, as a mask for several micro-batches: count it with
    :func:`global_normalizer`, and pass it as the loss's ``mask``. ``level`` is ``"token"``, ``"sequence"`` (the
    product) or ``"geometric"`` (the mean of logs). ``None`` stands for no bound. Source: "When speed kills stability"
    (Liu et al. 2025); the defaults are those of seq-mask-TIS. Raises ``ValueError`` for shapes that do not fit, masks
    that are not 0 or 1, numbers that are not finite at trainable tokens, and bounds that no w can lie within.

    >>> import torch
    >>> mask, old = torch.ones(2, 2, dtype=torch.bool), torch.full((2, 2), -1.0)
    >>> rollout = torch.tensor([[-1.0, -1.1], [-1.0, -3.0]])
    >>> rejection_mask(mask, old, rollout, low=0.5, high=2.0)
    tensor([[ True,  True],
            [False, False]])
    """
    return _grpo.rejection_mask(as_json({"level": level, "low": low, "high": high}), mask, old_log_probs, rollout_log_probs)


def exact(tensor: Tensor) -> AbstractContextManager[Any]:
    """Switches autocast off, which would compute counts and ratios in half precision."""
    # An argument that is not a tensor is refused later, with its name.
    return torch.autocast(tensor.device.type if isinstance(tensor, Tensor) else "cpu", enabled=False)
