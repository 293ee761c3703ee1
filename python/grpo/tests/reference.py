"""The formulas of docs/grpo.md in plain torch and float64, for autograd.

They are written from the papers and not from the crate, so that tests can compare the two. Tensors are padded, [B, T].
docs/grpo.md has the source of each option.
"""

import torch
from torch import Tensor

Options = dict[str, object]


def sequence_mean(values: Tensor, mask: Tensor) -> Tensor:
    return ((values * mask).sum(1) / mask.sum(1).clamp(min=1)).unsqueeze(1).expand_as(values)


def clipped(ratio: Tensor, advantages: Tensor, low: float, high: float, free: Tensor | None = None) -> Tensor:
    free = ratio if free is None else free
    return -torch.min(free * advantages, ratio.clamp(1 - low, 1 + high) * advantages)


def dual_clipped(ratio: Tensor, advantages: Tensor, low: float, high: float, bound: float) -> Tensor:
    loss = clipped(ratio, advantages, low, high)
    return torch.where(advantages < 0, torch.min(loss, -bound * advantages), loss)


def masked_mean(values: Tensor, mask: Tensor) -> Tensor:
    return (values * mask).sum() / mask.sum()


def covariances(log_probs: Tensor, advantages: Tensor, mask: Tensor) -> Tensor:
    log_probs = log_probs.detach()
    return (advantages - masked_mean(advantages, mask)) * (log_probs - masked_mean(log_probs, mask))


def future(log_ratio: Tensor, mask: Tensor, half_life: float, bound: float) -> Tensor:
    """Computes the discounted sum of log-ratios from each position on, with a loop over positions."""
    counted = log_ratio * mask * (log_ratio.exp() <= bound)
    sums, running = torch.zeros_like(log_ratio), torch.zeros(len(mask), dtype=log_ratio.dtype)
    for t in reversed(range(mask.shape[1])):
        running = counted[:, t] + 2 ** (-1 / half_life) * running
        sums[:, t] = running
    return sums


def policy_loss(
    name: str, log_probs: Tensor, old: Tensor, behaviour: Tensor, advantages: Tensor, mask: Tensor, weight: Tensor | None = None
) -> Tensor:
    """Computes the policy loss.

    `weight` is the factor of a correction, for losses that multiply it into their ratio.
    """
    ratio = (log_probs - old).exp()
    if name == "ppo_clip":
        return clipped(ratio, advantages, 0.2, 0.2)
    if name == "dual_clip":
        return dual_clipped(ratio, advantages, 0.2, 0.2, 3.0)
    if name == "two_sided":
        return clipped(ratio, advantages, 0.2, 0.2, free=ratio.clamp(max=4.0))
    if name == "gspo":
        return clipped(sequence_mean(log_probs - old, mask).exp(), advantages, 3e-4, 4e-4)
    if name == "gspo_token":
        sequence = sequence_mean(log_probs - old, mask).detach()
        return clipped((sequence + log_probs - log_probs.detach()).exp(), advantages, 3e-4, 4e-4)
    if name == "cispo_cap":
        return -ratio.detach().clamp(max=5.0) * advantages * log_probs
    if name == "cispo_band":
        return -ratio.detach().clamp(0.8, 1.2) * advantages * log_probs
    if name == "gmpo":
        sign = advantages.sign()
        directed = sign * (log_probs - old)
        return -sequence_mean(sign * torch.min(directed, directed.clamp(-0.4, 0.4)), mask).exp() * advantages
    if name == "sapo":
        tau = torch.where(advantages > 0, 1.0, 1.05)
        return -torch.sigmoid(tau * (ratio - 1)) * 4 / tau * advantages
    if name == "dppo":
        moved = log_probs.detach().exp() - behaviour.exp()
        drop = ((advantages > 0) & (moved > 0.2)) | ((advantages < 0) & (-moved > 0.2))
        return -ratio * advantages * ~drop
    if name == "dppo_kl":
        p, q = behaviour.exp(), log_probs.detach().exp()
        divergence = p * (p / q).log() + (1 - p) * ((1 - p) / (1 - q)).log()
        drop = (divergence > 0.05) & (((advantages > 0) & (q > p)) | ((advantages < 0) & (q < p)))
        return -ratio * advantages * ~drop
    if name == "vespo":
        w = ((log_probs - old).detach() * mask).sum(1, keepdim=True).exp()
        if weight is not None:
            w = w * torch.where(mask, weight, 1.0).prod(1, keepdim=True)
        w = w.clamp(1e-8, 2.718281828459045**20)
        k, rate = torch.where(advantages >= 0, 2.0, 3.0), torch.where(advantages >= 0, 3.0, 2.0)
        return -(w**k) * (rate * (1 - w)).exp() * advantages * log_probs
    if name == "fipo":
        factor = future((log_probs - old).detach(), mask, 4.0, 2.0).exp().clamp(0.7, 1.2)
        factor = torch.where((advantages < 0) & (ratio.detach() > 1.5), factor.clamp(0.8, 1.0), factor)
        loss = dual_clipped(ratio, advantages * factor, 0.2, 0.28, 2.0)
        bounded = ((advantages < 0) & (ratio.detach() > 2.0) & mask).sum(1, keepdim=True)
        return loss * (bounded <= 1)
    if name == "clip_cov":
        moved = ratio.detach()
        cut = ((advantages > 0) & (moved > 1.2)) | ((advantages < 0) & (moved < 0.8))
        between = covariances(log_probs, advantages, mask)
        return clipped(ratio, advantages, 0.2, 0.2) * ~((between > 0.1) & (between < 2.0) & ~cut)
    if name == "kl_cov":
        ranked = covariances(log_probs, advantages, mask).masked_fill(~mask, -torch.inf).flatten()
        chosen = torch.zeros_like(ranked).index_fill(0, ranked.topk(int(0.2 * mask.sum())).indices, 1.0).view_as(mask)
        return -ratio * advantages + 0.5 * (log_probs - old).abs() * chosen
    if name == "dro":
        return -advantages * log_probs + (log_probs - old) ** 2 / 2
    if name == "reinforce":
        return -advantages * log_probs
    raise KeyError(name)


def divergence(name: str, log_probs: Tensor, old: Tensor, reference: Tensor) -> Tensor:
    d = log_probs - reference
    k3 = (-d).exp() - 1 + d
    k2 = d**2 / 2
    if name == "k3_straight_through":
        return k3.detach() + k2 - k2.detach()
    if name == "k3_unbiased":
        return (log_probs - old).exp() * k3
    return {"k1": d, "k2": k2, "k3": k3}[name]


def mismatch(level: str, old: Tensor, rollout: Tensor, mask: Tensor) -> Tensor:
    log_weight = old - rollout
    if level == "sequence":
        log_weight = (log_weight * mask).sum(1, keepdim=True).expand_as(old)
    if level == "geometric":
        log_weight = sequence_mean(log_weight, mask)
    return log_weight.exp()


def correction(rule: str, level: str, old: Tensor, rollout: Tensor, mask: Tensor) -> Tensor:
    weight = mismatch(level, old, rollout, mask)
    low = 0.0 if level == "sequence" else 0.5
    return {
        "tis": weight.clamp(max=2.0),
        "mis": torch.where((weight >= low) & (weight <= 5.0), weight, 0.0),
        "decoupled": weight,
    }[rule]


def aggregate(name: str, losses: Tensor, mask: Tensor, prompts: Tensor) -> Tensor:
    masked = losses * mask
    if name == "token_mean":
        return masked.sum() / mask.sum()
    if name == "sequence_mean":
        return (masked.sum(1) / mask.sum(1)).mean()
    if name == "sequence_sum":
        return masked.sum(1).mean()
    if name == "constant_length":
        return masked.sum() / (len(mask) * 16)
    if name == "prompt_mean":
        ids = prompts.unique()
        return sum(masked[prompts == i].sum() / mask[prompts == i].sum() for i in ids) / len(ids)
    raise KeyError(name)


def returns(rewards: Tensor, mask: Tensor, penalty: Tensor, discount: float) -> Tensor:
    """Computes returns token by token from the end, as in the PPO paper."""
    found = torch.zeros_like(penalty)
    for row in range(len(mask)):
        places = mask[row].nonzero().flatten().tolist()
        running = torch.zeros((), dtype=penalty.dtype)
        for t in reversed(range(mask.shape[1])):
            own = -penalty[row, t] if mask[row, t] else torch.zeros(())
            running = own + (rewards[row] if places and t == places[-1] else 0.0) + discount * running
            found[row, t] = running if mask[row, t] else 0.0
    return found


def token_baseline(returns: Tensor, mask: Tensor, groups: Tensor, log_probs: Tensor, squares: Tensor) -> Tensor:
    growth = (1 - 2 * log_probs.exp() + squares) * mask
    weight = growth.cumsum(1) * mask
    found = torch.zeros_like(returns)
    for group in groups.unique():
        rows = (groups == group).nonzero().flatten()
        for t in range(mask.shape[1]):
            here = [int(row) for row in rows if mask[row, t]]
            if len(here) < 2:
                continue
            baseline = sum(returns[row, t] * weight[row, t] for row in here) / sum(weight[row, t] for row in here)
            for row in here:
                found[row, t] = returns[row, t] - baseline
    return found
