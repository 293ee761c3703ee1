"""Types of the extension module, which takes tensors by position and options as JSON. Users import the package
instead."""

from os import PathLike
from typing import Any

from torch import Tensor

__version__: str

_Scores = tuple[Tensor, Tensor | None, Tensor | None, float, float | None]
_Gradients = tuple[Tensor | None, Tensor | None, Tensor | None]

class Loss:
    config: dict[str, Any]
    def __new__(cls, config: str) -> Loss: ...
    def loss(self, log_probs: Tensor, entropy: Tensor | None, batch: dict[str, Any]) -> tuple[Tensor, dict[str, float]]: ...
    def fused(
        self,
        scores: _Scores,
        tokens: Tensor,
        batch: dict[str, Any],
        chunk: int | None = None,
        entropy: bool = False,
    ) -> tuple[Tensor, _Gradients, Tensor, dict[str, float]]: ...

class Optimizer:
    config: dict[str, Any]
    steps: int
    learning_rate: float
    def __new__(cls, groups: list[tuple[list[tuple[str, Tensor]], str]], config: str) -> Optimizer: ...
    def step(self) -> dict[str, Any]: ...
    def zero_grad(self) -> None: ...
    def save(self, path: str | PathLike[str]) -> None: ...
    def load(self, path: str | PathLike[str]) -> None: ...

class Reference:
    def __new__(cls, pairs: list[tuple[Tensor, Tensor]], every: int | None = None, decay: float | None = None) -> Reference: ...
    def after_step(self, step: int) -> bool: ...

class DynamicSampling:
    def __new__(cls, groups: int, rounds: int = 10) -> DynamicSampling: ...
    def round(self, groups: list[list[bool]]) -> tuple[str, list[int], int]: ...

class AdaptiveEntropy:
    """Adapts the weight of the entropy bonus, by `step` and up to `limit`, so that the mean entropy stays near
    `target`.

    The target is in nats. The bonus applies only while the entropy is at or below the target. Source: Skywork-OR1
    (2505.22312); `limit` is TRL's `entropy_coef_max`.
    """

    weight: float
    def __new__(cls, target: float, step: float = 0.005, weight: float = 0.0, limit: float | None = None) -> AdaptiveEntropy: ...
    def observe(self, entropy: float) -> float:
        """Takes the mean entropy of a step, in nats, and returns the coefficient for the next step.

        Raises:
            ValueError: the entropy is below 0 or not finite.
        """

def log_probs(
    scores: _Scores,
    tokens: Tensor,
    mask: Tensor | None,
    temperature: float,
    chunk: int | None = None,
    entropy: bool = False,
    squares: bool = False,
) -> tuple[Tensor, Tensor | None, Tensor | None]: ...
def log_probs_backward(
    scores: _Scores,
    tokens: Tensor,
    mask: Tensor | None,
    temperature: float,
    log_prob_gradient: Tensor,
    entropy_gradient: Tensor | None = None,
    chunk: int | None = None,
) -> _Gradients: ...
def rejection_mask(options: str, mask: Tensor, old: Tensor, rollout: Tensor) -> Tensor: ...
def token_returns(rewards: Tensor, mask: Tensor, kl: tuple[str, Tensor, Tensor] | None, discount: float) -> Tensor: ...
def whiten(values: Tensor, mask: Tensor) -> Tensor: ...
def token_baseline_advantages(returns: Tensor, mask: Tensor, groups: Tensor, log_probs: Tensor, squares: Tensor) -> Tensor: ...
