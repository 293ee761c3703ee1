"""A batch that reaches every branch of every formula: ratios near to and far from 1, advantages of both signs,
sequences of different lengths."""

from typing import NamedTuple

import pytest
import torch
from torch import Tensor


# One thread is faster for tensors this small.
torch.set_num_threads(1)


class Batch(NamedTuple):
    hidden: Tensor
    weight: Tensor
    tokens: Tensor
    mask: Tensor
    advantages: Tensor
    old: Tensor
    reference: Tensor
    rollout: Tensor
    prompts: Tensor


def make_batch(seed: int = 0, sequences: int = 6, length: int = 9, width: int = 8, vocabulary: int = 23) -> Batch:
    generator = torch.Generator().manual_seed(seed)
    normal = lambda *shape: torch.randn(*shape, dtype=torch.float64, generator=generator)  # noqa: E731
    hidden, weight = normal(sequences, length, width), normal(vocabulary, width) * 0.4
    tokens = torch.randint(vocabulary, (sequences, length), generator=generator)
    log_probs = (hidden @ weight.T).log_softmax(-1).gather(-1, tokens.unsqueeze(-1)).squeeze(-1)
    lengths = torch.randint(2, length + 1, (sequences,), generator=generator)
    mask = torch.arange(length) < lengths.unsqueeze(1)
    mask[0, 1] = False  # a hole in the mask, for example the text of a tool
    near = torch.where(torch.rand(sequences, length, generator=generator) < 0.3, 0.01, 1.0)
    return Batch(
        hidden,
        weight,
        tokens,
        mask,
        normal(sequences),
        log_probs + 0.7 * normal(sequences, length) * near,
        log_probs + 0.5 * normal(sequences, length),
        log_probs + 0.6 * normal(sequences, length),
        torch.tensor([7, 7, 3, 3, 3, 9])[:sequences],
    )


@pytest.fixture
def batch() -> Batch:
    return make_batch()
