"""The extension module: tensors by position, options as JSON. Its faces are the other modules of this package."""

from os import PathLike
from typing import Any

from torch import Tensor

__version__: str

class Loss:
    config: dict[str, Any]
    def __new__(cls, config: str) -> Loss: ...
    def loss(self, log_probs: Tensor, entropy: Tensor | None, batch: dict[str, Any]) -> tuple[Tensor, dict[str, float]]: ...
    def fused(
        self,
        input: Tensor,
        weight: Tensor | None,
        tokens: Tensor,
        batch: dict[str, Any],
        chunk: int | None = None,
        entropy: bool = False,
    ) -> tuple[Tensor, Tensor | None, Tensor | None, Tensor, dict[str, float]]: ...

class Optimizer:
    config: dict[str, Any]
    steps: int
    learning_rate: float
    def __new__(cls, parameters: list[tuple[str, Tensor]], config: str) -> Optimizer: ...
    def step(self) -> dict[str, Any]: ...
    def zero_grad(self) -> None: ...
    def save(self, path: str | PathLike[str]) -> None: ...
    def load(self, path: str | PathLike[str]) -> None: ...

class Reference:
    def __new__(cls, pairs: list[tuple[Tensor, Tensor]], every: int | None = None, decay: float | None = None) -> Reference: ...
    def after_step(self, step: int) -> bool: ...

class AdaptiveEntropy:
    """Moves the weight of the entropy bonus by ``step`` so that the mean entropy stays near ``target`` (nats).

    The bonus applies only while the entropy is at or below the target. Source: Skywork-OR1 (2505.22312).
    """

    weight: float
    def __new__(cls, target: float, step: float = 0.005, weight: float = 0.0) -> AdaptiveEntropy: ...
    def observe(self, entropy: float) -> float:
        """Take the mean entropy of a step; return the coefficient for the next."""

def log_probs(
    input: Tensor,
    weight: Tensor | None,
    tokens: Tensor,
    mask: Tensor | None,
    temperature: float,
    chunk: int | None = None,
    entropy: bool = False,
) -> tuple[Tensor, Tensor | None]: ...
def log_probs_backward(
    input: Tensor,
    weight: Tensor | None,
    tokens: Tensor,
    mask: Tensor | None,
    temperature: float,
    log_prob_gradient: Tensor,
    entropy_gradient: Tensor | None = None,
    chunk: int | None = None,
) -> tuple[Tensor | None, Tensor | None]: ...
