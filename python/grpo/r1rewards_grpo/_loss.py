"""The loss of a batch from log-probabilities, with autograd intact.

Accepts: tensors of shape [B, T] (B sequences of at most T tokens) or [B]. Refuses: shapes, dtypes and devices that do not fit together, masks that are not 0 or
1, numbers that are not finite at trainable tokens: ``ValueError`` with the names and shapes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor

from . import _grpo


class LossOutput(NamedTuple):
    """What a loss returns."""

    loss: Tensor
    """A number; ``backward`` goes on into the graph of the inputs."""
    metrics: dict[str, float]
    """What to log: ``loss``, ``policy_loss``, ``kl``, ``entropy``, quantiles of the ratio, ``clip_low``, ``clip_high``, ``dropped_tokens`` ..."""
    log_probs: Tensor
    """[B, T], without a gradient: the log-probabilities the loss was computed from."""


class GrpoLoss:
    """The GRPO loss with its options.

    ``config`` is a mapping, and keywords are added to it. The options (docs/grpo.md has them all):

    - ``loss``: ``"ppo_clip"`` (default), ``"dual_clip"``, ``"two_sided"``, ``"gspo"``, ``"gspo_token"``, ``"cispo_cap"``, ``"cispo_band"``, ``"gmpo"``, ``"sapo"``,
      ``"dppo"``, ``"reinforce"``; or with constants ``{"ppo_clip": {"epsilon_low": 0.2, "epsilon_high": 0.28}}``
    - ``aggregation``: ``"token_mean"`` (default), ``"sequence_mean"``, ``"sequence_sum"``, ``{"constant_length": {"length": 8192}}``, ``"prompt_mean"``
    - ``kl``: ``{"estimator": "k1" | "k2" | "k3" | "k3_straight_through" | "k3_unbiased", "coefficient": 0.001}``
    - ``correction``: ``"tis"``, ``"mis"``, ``"decoupled"``, or with constants ``{"tis": {"level": "sequence", "cap": 2.0}}``
    - ``off_policy_mask``, ``max_staleness``, ``entropy_coefficient``, ``temperature``: numbers

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
    ValueError: GRPO options: unknown variant `pppo`, expected one of `ppo_clip`, `dual_clip`, `two_sided`, `gspo`, `gspo_token`, `cispo_cap`, `cispo_band`, `gmpo`, `sapo`, `dppo`, `reinforce` at line 1 column 15
    """

    def __init__(self, config: Mapping[str, Any] | None = None, /, **options: Any) -> None:
        self._loss = _grpo.Loss(json.dumps({**(config or {}), **options}))

    @property
    def config(self) -> dict[str, Any]:
        """All options, defaults included.

        >>> GrpoLoss().config["temperature"]
        1.0
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
    ) -> LossOutput:
        """The loss of the tokens with these log-probabilities.

        ``log_probs`` [B, T] are the policy's, of the tokens sampled, in nats, at the sampler's temperature (:func:`token_log_probs`). ``mask`` [B, T], bool or 0/1,
        is 1 where a token is trained on; what other places hold does not matter. ``advantages`` are [B] or [B, T].

        ``old_log_probs`` [B, T] are the trainer's at rollout (without them the step is on policy), ``reference_log_probs`` [B, T] the reference's (option ``kl``),
        ``rollout_log_probs`` [B, T] the sampler's (option ``correction``). ``kl_coefficients`` [B] or [B, T] replace the coefficient, for example per turn.
        ``staleness`` [B] (option ``max_staleness``) counts policy versions. ``prompts`` [B] are ids, ``prompt_tokens`` [B] the trainable tokens of all samples of
        the prompt (aggregation ``prompt_mean``). ``entropy`` [B, T] in nats is for the entropy bonus.

        ``normalizer`` is what the aggregation divides by, for the whole accumulated batch: see :func:`global_normalizer`.

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
        }
        loss, metrics = self._loss.loss(log_probs, entropy, batch)
        return LossOutput(loss, metrics, log_probs.detach())


def global_normalizer(mask: Tensor, aggregation: str = "token_mean", *, group: Any = None) -> float:
    """What the aggregation divides by, over all ranks, for gradients that are averaged over ranks (DDP, FSDP).

    ``mask`` [B, T] covers every micro-batch of this rank until the optimizer steps (concatenate them, or sum the results). Counts trainable tokens for
    ``token_mean`` and sequences that have one otherwise, sums over ranks and divides by their number, so that the averaged gradient is that of one big
    batch. Every rank must call it. Without ``torch.distributed`` it is the local count. ``prompt_mean`` counts prompts, which a mask does not know:
    ``ValueError``.

    >>> import torch
    >>> global_normalizer(torch.tensor([[1, 1, 0], [1, 0, 0]]))
    3.0
    >>> global_normalizer(torch.tensor([[1, 1, 0], [1, 0, 0]]), "sequence_mean")
    2.0
    """
    if aggregation == "prompt_mean":
        raise ValueError("aggregation `prompt_mean` is normalised by the number of prompts: sum that over ranks and divide by their number")
    counted = mask.sum() if aggregation == "token_mean" else (mask.sum(-1) > 0).sum()
    count = counted.to(torch.float64)
    if not torch.distributed.is_available() or not torch.distributed.is_initialized():
        return float(count)
    torch.distributed.all_reduce(count, group=group)
    return float(count) / torch.distributed.get_world_size(group)
