"""The formulas of docs/grpo.md in plain torch and float64, for autograd: written from the papers, not from the crate.

Accepts: padded tensors [B, T]. Refuses: nothing; it is a yardstick, slow and short. Sources are at the options in docs/grpo.md.
"""

import torch
from torch import Tensor

Options = dict[str, object]


def sequence_mean(values: Tensor, mask: Tensor) -> Tensor:
    return ((values * mask).sum(1) / mask.sum(1).clamp(min=1)).unsqueeze(1).expand_as(values)


def clipped(ratio: Tensor, advantages: Tensor, low: float, high: float, free: Tensor | None = None) -> Tensor:
    free = ratio if free is None else free
    return -torch.min(free * advantages, ratio.clamp(1 - low, 1 + high) * advantages)


def policy_loss(name: str, log_probs: Tensor, old: Tensor, behaviour: Tensor, advantages: Tensor, mask: Tensor) -> Tensor:
    ratio = (log_probs - old).exp()
    if name == "ppo_clip":
        return clipped(ratio, advantages, 0.2, 0.2)
    if name == "dual_clip":
        loss = clipped(ratio, advantages, 0.2, 0.2)
        return torch.where(advantages < 0, torch.min(loss, -3.0 * advantages), loss)
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
    if name == "reinforce":
        return -advantages * log_probs
    raise KeyError(name)


def divergence(name: str, log_probs: Tensor, old: Tensor, reference: Tensor) -> Tensor:
    d = log_probs - reference
    k3 = ((-d).exp() - 1 + d).clamp(-10, 10)
    k2 = d**2 / 2
    if name == "k3_straight_through":
        return k3.detach() + k2 - k2.detach()
    if name == "k3_unbiased":
        return (log_probs - old).exp() * k3
    return {"k1": d, "k2": k2, "k3": k3}[name]


def correction(rule: str, level: str, old: Tensor, rollout: Tensor, mask: Tensor) -> Tensor:
    log_weight = old - rollout
    if level == "sequence":
        log_weight = (log_weight * mask).sum(1, keepdim=True).expand_as(old)
    if level == "geometric":
        log_weight = sequence_mean(log_weight, mask)
    weight = log_weight.exp()
    return {
        "tis": weight.clamp(max=2.0),
        "mis": torch.where((weight >= 0.5) & (weight <= 5.0), weight, 0.0),
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
