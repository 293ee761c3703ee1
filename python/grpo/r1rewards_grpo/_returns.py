"""Advantages of tokens: returns with the KL penalty in the reward, whitening, and the baseline of least variance.

Accepts: tensors of shape [B, T], a mask that is bool or 0/1, rewards and group ids of shape [B]. Refuses with
``ValueError``: shapes that do not fit together and numbers that are not finite at trainable tokens. Results are
float64, without a gradient, and 0 where the mask is 0. They can be passed as ``advantages``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from . import _grpo
from ._options import as_json


def token_returns(
    rewards: Tensor,
    mask: Tensor,
    *,
    log_probs: Tensor | None = None,
    reference_log_probs: Tensor | None = None,
    kl: Mapping[str, Any] | None = None,
    discount: float = 1.0,
) -> Tensor:
    """The discounted return [B, T] of each token: the sample's reward at its last trainable token, minus the KL penalty
    at every trainable token.

    ``rewards`` are [B]; the reward of a sample without a trainable token may be NaN. ``kl`` has the options of the
    loss's ``kl``, for example ``{"estimator": "k1", "coefficient": 0.001}``, and needs ``log_probs`` [B, T] of the
    policy at rollout and ``reference_log_probs`` [B, T]. ``discount`` is in (0, 1]. Sources: 2203.02155 eq. 2,
    REINFORCE++ (2501.03262). Raises ``ValueError`` as this module says.

    >>> import torch
    >>> token_returns(torch.tensor([1.0]), torch.tensor([[1, 1, 0]]), discount=0.5)
    tensor([[0.5000, 1.0000, 0.0000]], dtype=torch.float64)
    """
    if (kl is None) != (log_probs is None) or (kl is None) != (reference_log_probs is None):
        raise ValueError("give `kl`, `log_probs` and `reference_log_probs` together, or none of them")
    penalty = None
    if kl is not None and log_probs is not None and reference_log_probs is not None:
        penalty = (as_json(dict(kl)), log_probs, reference_log_probs)
    return _grpo.token_returns(rewards, mask, penalty, discount)


def whiten(values: Tensor, mask: Tensor) -> Tensor:
    """``(values - mean) / sqrt(variance + 1e-8)`` [B, T], with the moments over the trainable tokens and the variance
    by n - 1.

    All 0 where the values are equal. Source: REINFORCE++ (2501.03262); verl's ``masked_whiten``. Raises ``ValueError``
    as this module says.

    >>> import torch
    >>> whiten(torch.tensor([[1.0, 3.0, 9.0]]), torch.tensor([[1, 1, 0]]))
    tensor([[-0.7071,  0.7071,  0.0000]], dtype=torch.float64)
    """
    return _grpo.whiten(values, mask)


def token_baseline_advantages(returns: Tensor, mask: Tensor, groups: Tensor, log_probs: Tensor, sum_squares: Tensor) -> Tensor:
    """Returns [B, T] minus the group's baseline of least variance at each place.

    The baseline at t is the mean of the group's returns weighted by W(t), the sum up to t of 1 - 2p + sum of squared
    probabilities, which is a sample's squared gradient up to t. ``groups`` [B] are integer ids, ``log_probs`` [B, T]
    those of the policy at rollout, ``sum_squares`` [B, T] comes from :func:`linear_sum_squares`. A token has 0 at a
    place that no other sample of its group reaches. Source: verl's ``optimal_token_baseline``. Raises ``ValueError`` as
    this module says.

    >>> import torch
    >>> returns, mask = torch.tensor([[1.0], [0.0]]), torch.ones(2, 1, dtype=torch.bool)
    >>> even = torch.full((2, 1), 0.5)
    >>> token_baseline_advantages(returns, mask, torch.tensor([7, 7]), even.log(), even)
    tensor([[ 0.5000],
            [-0.5000]], dtype=torch.float64)
    """
    return _grpo.token_baseline_advantages(returns, mask, groups, log_probs, sum_squares)
