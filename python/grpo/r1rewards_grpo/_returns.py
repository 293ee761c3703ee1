"""Advantages of tokens: returns with the KL penalty in the reward, whitening, and the baseline of least variance.

Tensors have shape [B, T], rewards and group ids [B], and the mask is bool or 0/1. Results are float64, without a
gradient, and 0 where the mask is 0. They can be passed as `advantages`. Every function raises `ValueError` for shapes
that do not match and for numbers that are not finite at trainable tokens.
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
    """Computes the discounted return of each token.

    The rewards are the sample's reward at its last trainable token, minus the KL penalty at every trainable token.
    Sources: 2203.02155 eq. 2, REINFORCE++ (2501.03262).

    Args:
        rewards: [B]; the reward of a sample without a trainable token may be NaN.
        mask: [B, T].
        log_probs: [B, T], of the policy at rollout; required by `kl`.
        reference_log_probs: [B, T], of the reference policy; required by `kl`.
        kl: The options of the loss's `kl`, for example `{"estimator": "k1", "coefficient": 0.001}`; default: no
            penalty.
        discount: In (0, 1].

    Returns:
        The returns [B, T].

    Raises:
        ValueError: as for the module, or only some of `kl`, `log_probs` and `reference_log_probs` are given.

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
    """Computes `(values - mean) / sqrt(variance + 1e-8)` [B, T], with the moments over the trainable tokens.

    The variance divides by n - 1. If all values are equal, the result is 0. Source: REINFORCE++ (2501.03262); verl's
    `masked_whiten`.

    Raises:
        ValueError: as for the module.

    >>> import torch
    >>> whiten(torch.tensor([[1.0, 3.0, 9.0]]), torch.tensor([[1, 1, 0]]))
    tensor([[-0.7071,  0.7071,  0.0000]], dtype=torch.float64)
    """
    return _grpo.whiten(values, mask)


def token_baseline_advantages(returns: Tensor, mask: Tensor, groups: Tensor, log_probs: Tensor, sum_squares: Tensor) -> Tensor:
    """Subtracts from the returns, at each position, the group's baseline of least variance.

    The baseline at t is the mean of the group's returns weighted by W(t), the sum up to t of 1 - 2p + sum of squared
    probabilities. W(t) is the squared gradient of a sample up to t. A token at a position that no other sample of its
    group reaches has 0. Source: verl's `optimal_token_baseline`.

    Args:
        returns: [B, T], from `token_returns`.
        mask: [B, T].
        groups: [B], integer ids.
        log_probs: [B, T], of the policy at rollout.
        sum_squares: [B, T], from `linear_sum_squares`.

    Returns:
        The advantages [B, T].

    Raises:
        ValueError: as for the module.

    >>> import torch
    >>> returns, mask = torch.tensor([[1.0], [0.0]]), torch.ones(2, 1, dtype=torch.bool)
    >>> even = torch.full((2, 1), 0.5)
    >>> token_baseline_advantages(returns, mask, torch.tensor([7, 7]), even.log(), even)
    tensor([[ 0.5000],
            [-0.5000]], dtype=torch.float64)
    """
    return _grpo.token_baseline_advantages(returns, mask, groups, log_probs, sum_squares)
