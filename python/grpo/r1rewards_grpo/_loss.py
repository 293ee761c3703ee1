"""The loss of a batch from log-probabilities, with autograd intact.

Accepts: tensors of shape [B, T] (B sequences of at most T tokens) or [B]. Refuses: shapes, dtypes and devices that do not fit together, masks that are not 0 or
1, numbers that are not finite at trainable tokens: ``ValueError`` with the names and shapes.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

import torch
from torch import Tensor

from . import _grpo
from ._options import as_json


class LossOutput(NamedTuple):
    """What a loss returns."""

    loss: Tensor
    """A number; ``backward`` goes on into the graph of the inputs."""
    metrics: dict[str, float]
    """What to log: ``loss``, ``policy_loss``, ``kl``, ``entropy``, quantiles of the ratio, ``clip_low``, ``clip_high``, ``dropped_tokens``, the mismatch of sampler
    and trainer (``rollout_kl``, ``rollout_chi2``, ``rollout_ess`` ...); docs/grpo.md has them all."""
    log_probs: Tensor
    """[B, T], without a gradient: the log-probabilities the loss was computed from."""


class GrpoLoss:
    """The GRPO loss with its options.

    ``config`` is a mapping, and keywords are added to it. The options (docs/grpo.md has them all):

    - ``loss``: ``"ppo_clip"`` (default), ``"dual_clip"``, ``"two_sided"``, ``"gspo"``, ``"gspo_token"``, ``"cispo_cap"``, ``"cispo_band"``, ``"gmpo"``, ``"sapo"``,
      ``"dppo"``, ``"dppo_kl"``, ``"vespo"``, ``"fipo"``, ``"clip_cov"``, ``"kl_cov"``, ``"dro"``, ``"reinforce"``; or with constants
      ``{"ppo_clip": {"epsilon_low": 0.2, "epsilon_high": 0.28}}``
    - ``aggregation``: ``"token_mean"``, ``"sequence_mean"``, ``"sequence_sum"``, ``{"constant_length": {"length": 8192}}``, ``"prompt_mean"``; without it the loss's
      own: ``"sequence_mean"`` for ``gspo``, ``gspo_token``, ``gmpo`` and ``sapo``, ``"token_mean"`` for the others
    - ``kl``: ``{"estimator": "k1" | "k2" | "k3" | "k3_straight_through" | "k3_unbiased", "coefficient": 0.001, "clamp": None}``; with ``clamp`` (verl has 10) a token
      whose ``k3`` is larger has no gradient of the penalty
    - ``correction``: ``"tis"``, ``"mis"``, ``"decoupled"``, or with constants ``{"tis": {"level": "sequence", "cap": 2.0}}``
    - ``rejection``: ``{"level": "geometric", "low": 0.999, "high": 1.002}``; with ``denominator="kept"`` what is dropped is as if masked
    - ``off_policy_mask``, ``max_staleness``, ``top_entropy``, ``positive_nll``, ``entropy_coefficient``, ``temperature``: numbers

    Sources: the formulas with their papers are at each option in docs/grpo.md.

    Raises ``ValueError`` for unknown options (with the known ones), constants out of range and combinations that contradict each other.

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
        """All options, defaults included; the aggregation is the one that is used.

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
        old_log_probs: Tensor | None = None,
        reference_log_probs: Tensor | None = None,
        rollout_log_probs: Tensor | None = None,
        kl_coefficients: Tensor | None = None,
        staleness: Tensor | None = None,
        prompts: Tensor | None = None,
        prompt_tokens: Tensor | None = None,
        normalizer: float | None = None,
        entropy: Tensor | None = None,
        entropy_coefficient: float | None = None,
        entropy_threshold: float | None = None,
        positives: Tensor | None = None,
        positive_normalizer: float | None = None,
    ) -> LossOutput:
        """The loss of the tokens with these log-probabilities.

        ``log_probs`` [B, T] are the policy's, of the tokens sampled, in nats, at the sampler's temperature (:func:`token_log_probs`). ``mask`` [B, T], bool or 0/1,
        is 1 where a token is trained on; what other places hold does not matter. ``advantages`` are [B] or [B, T].

        ``old_log_probs`` [B, T] are the trainer's at rollout (without them the step is on policy), ``reference_log_probs`` [B, T] the reference's (option ``kl``),
        ``rollout_log_probs`` [B, T] the sampler's (option ``correction``). ``kl_coefficients`` [B] or [B, T] replace the coefficient, for example per turn.
        ``staleness`` [B] (option ``max_staleness``) counts policy versions. ``prompts`` [B] are ids, ``prompt_tokens`` [B] the trainable tokens of all samples of
        the prompt (aggregation ``prompt_mean``). ``entropy`` [B, T] in nats is for the entropy bonus and ``top_entropy``, whose cut ``entropy_threshold`` replaces
        where micro-batches must agree. ``positives`` [B], bool or 0/1, are the samples that ``positive_nll`` imitates, ``positive_normalizer`` their trainable tokens
        in the whole accumulated batch.

        ``normalizer`` is what the aggregation divides by, for the whole accumulated batch: see :func:`global_normalizer`. 0 is for a batch of which nothing is
        trained on, on any rank: its loss is 0, with gradients of 0.

        Computes in float64 where ``log_probs`` is, in float32 otherwise. Raises ``ValueError`` as this module says, ``TypeError`` for what is no tensor.
        """
        batch = {
            "mask": mask,
            "advantages": advantages,
            "old_log_probs": old_log_probs,
            "reference_log_probs": reference_log_probs,
            "rollout_log_probs": rollout_log_probs,
            "kl_coefficients": kl_coefficients,
            "staleness": staleness,
            "prompts": prompts,
            "prompt_tokens": prompt_tokens,
            "normalizer": normalizer,
            "entropy_coefficient": entropy_coefficient,
            "entropy_threshold": entropy_threshold,
            "positives": positives,
            "positive_normalizer": positive_normalizer,
        }
        with exact(mask):
            loss, metrics = self._loss.loss(log_probs, entropy, batch)
        return LossOutput(loss, metrics, log_probs.detach())


def global_normalizer(mask: Tensor, aggregation: str | Mapping[str, Any] | GrpoLoss = "token_mean", *, group: Any = None) -> float:
    """What the aggregation divides by, over all ranks, for gradients that are averaged over ranks (DDP, FSDP).

    ``mask`` [B, T], bool or 0/1, covers every micro-batch of this rank until the optimizer steps (concatenate them, or sum the results). ``aggregation`` is that of the
    loss, by its name, as the options have it, or the :class:`GrpoLoss` itself. Counts trainable tokens for ``token_mean`` and sequences that have one otherwise, sums
    over ranks and divides by their number, so that the averaged gradient is that of one big batch. Every rank must call it. Without ``torch.distributed`` it is the
    local count; 0 where nothing anywhere is trained on, which the loss takes. Raises ``ValueError`` for other names, masks that are not 0 or 1, and ``prompt_mean``,
    which counts prompts that a mask does not know.

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
    # Counted as bool: a sum in half precision is rounded to a few digits, or infinite.
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
    """``mask`` [B, T] without the tokens whose w = old / rollout probability, at ``level``, lies outside [``low``, ``high``]; bool.

    As the option ``rejection`` with ``denominator="kept"``, for a mask that several micro-batches share: count it with :func:`global_normalizer` and train with it.
    ``level`` is ``"token"``, ``"sequence"`` (the product) or ``"geometric"`` (the mean of logs); a bound of ``None`` is none. Source: "When speed kills stability"
    (Liu et al. 2025); the defaults are those of seq-mask-TIS. Raises ``ValueError`` for shapes that do not fit, masks that are not 0 or 1, numbers that are
    not finite at trainable tokens, and bounds that leave nothing.

    >>> import torch
    >>> mask, old = torch.ones(2, 2, dtype=torch.bool), torch.full((2, 2), -1.0)
    >>> rollout = torch.tensor([[-1.0, -1.1], [-1.0, -3.0]])
    >>> rejection_mask(mask, old, rollout, low=0.5, high=2.0)
    tensor([[ True,  True],
            [False, False]])
    """
    return _grpo.rejection_mask(as_json({"level": level, "low": low, "high": high}), mask, old_log_probs, rollout_log_probs)


def exact(tensor: Tensor) -> AbstractContextManager[Any]:
    """Without autocast, which would compute counts and ratios in half precision."""
    # What is no tensor is refused by name, further on.
    return torch.autocast(tensor.device.type if isinstance(tensor, Tensor) else "cpu", enabled=False)
