"""AdamW with clipping and a schedule, and updates of the reference policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from os import PathLike
from typing import Any

from torch import Tensor
from torch.nn import Module

from . import _grpo
from ._options import as_json


class GrpoOptimizer:
    """AdamW with libtorch's fused step. It updates the parameters in place.

    Sources: AdamW (1711.05101), `torch.optim.AdamW(fused=True)` for the arithmetic, SGDR (1608.03983) for the cosine.

    Args:
        parameters: Tensors, (name, tensor) pairs, or groups as in torch's optimizers: mappings with `params` (tensors
            or pairs) and the group's own `learning_rate`, `beta1`, `beta2`, `epsilon` and `weight_decay`, or torch's
            names `lr`, `betas` and `eps`. Parameters that require no gradient are left out. Checkpoints store
            parameters by name; without names, they are numbered through all groups.
        **options: `learning_rate` (default: 1e-6), `beta1` (0.9), `beta2` (0.999), `epsilon` (1e-8), `weight_decay`
            (0), `max_gradient_norm` (1.0; `None` for no clipping), `master_weights` (`True`: float32 copies of
            half-precision parameters, copied when the optimizer is created, so load the model's weights before), and
            `schedule`, for example `{"warmup_steps": 10, "decay": {"cosine": {"steps": 1000, "floor": 0.1}}}`; `decay`
            is `"constant"`, `cosine` or `linear`.

    Raises:
        ValueError: an option is out of range, there is no parameter, two parameters have one name, one tensor is given
            twice, or a group has no `params`.

    >>> import torch
    >>> layer = torch.nn.Linear(2, 1, bias=False)
    >>> optimizer = GrpoOptimizer(layer.named_parameters(), learning_rate=0.1)
    >>> layer(torch.ones(1, 2)).sum().backward()
    >>> report = optimizer.step()
    >>> optimizer.zero_grad()
    >>> round(report["gradient_norm"], 4), report["clipped"], report["skipped"]
    (1.4142, True, False)

    Biases without weight decay:

    >>> layer = torch.nn.Linear(2, 1)
    >>> groups = [{"params": [layer.weight]}, {"params": [("bias", layer.bias)], "weight_decay": 0.0}]
    >>> GrpoOptimizer(groups, learning_rate=0.1, weight_decay=0.1).config["weight_decay"]
    0.1
    """

    def __init__(
        self, parameters: Iterable[Tensor] | Iterable[tuple[str, Tensor]] | Iterable[Mapping[str, Any]], **options: Any
    ) -> None:
        entries = list(parameters)
        wholes = [entry for entry in entries if isinstance(entry, Mapping)]
        if wholes and len(wholes) != len(entries):
            raise ValueError("`parameters` mixes groups and tensors: give only mappings with `params`, or only tensors")
        count, groups = 0, []
        for group in wholes or [{"params": entries}]:
            if "params" not in group:
                raise ValueError(f"a group has no `params`, only {', '.join(sorted(group)) or 'nothing'}: give its tensors as `params`")
            given = group["params"]
            tensors = [given] if isinstance(given, Tensor) else list(given)
            named = [entry if isinstance(entry, tuple) else (str(count + place), entry) for place, entry in enumerate(tensors)]
            count += len(named)
            trained = [(name, tensor) for name, tensor in named if tensor.requires_grad]
            groups.append((trained, as_json(_named_as_here(group))))
        self._optimizer = _grpo.Optimizer(groups, as_json(options))

    @property
    def config(self) -> dict[str, Any]:
        """All options, defaults included."""
        return self._optimizer.config

    @property
    def steps(self) -> int:
        """The number of steps, skipped ones included."""
        return self._optimizer.steps

    @property
    def learning_rate(self) -> float:
        """The learning rate of the next step."""
        return self._optimizer.learning_rate

    def step(self) -> dict[str, Any]:
        """Clips the gradients in place and applies them. Parameters without a gradient do not change.

        Returns:
            `learning_rate`; `gradient_norm` before clipping (NaN or infinite if the step was skipped; `None` without
            clipping, because the norm needs a pass over all gradients); `clipped`; and `skipped` (True if nothing was
            updated because the norm is not finite).

        Raises:
            RuntimeError: an error of libtorch.
        """
        return self._optimizer.step()

    def zero_grad(self) -> None:
        """Sets all gradients to 0, in place."""
        self._optimizer.zero_grad()

    def save(self, path: str | PathLike[str]) -> None:
        """Writes parameters and state to a safetensors file. The file is written completely or not at all.

        Raises:
            OSError: the file cannot be written.
            ValueError: a parameter is sharded by FSDP (a DTensor), so its memory is not in this tensor.
        """
        self._optimizer.save(path)

    def load(self, path: str | PathLike[str]) -> None:
        """Reads parameters and state from a file, in place.

        On a CPU, training then continues bit for bit as if it had not stopped. After an error nothing is changed.

        Raises:
            OSError: the file cannot be read.
            ValueError: the file has other or more parameters than the optimizer.
        """
        self._optimizer.load(path)


def _named_as_here(group: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the options of a group, with torch's names replaced by those of this package."""
    found: dict[str, Any] = {}
    for name, value in group.items():
        if name == "params":
            continue
        if name == "betas":
            found["beta1"], found["beta2"] = value
        else:
            found[_OF_TORCH.get(name, name)] = value
    return found


_OF_TORCH = {"lr": "learning_rate", "eps": "epsilon"}


class Reference:
    """Updates the parameters of a reference policy in place, by copying the policy or by an exponential moving average.

    The average of a half-precision reference is stored in float32, because one step may be below the resolution of half
    precision. Weights that are loaded into the reference later are therefore overwritten by the next update.

    Args:
        reference: The reference policy.
        policy: The policy, a module with the same parameters.
        every: The number of steps between two copies of the policy. R1 used 400 (2501.12948).
        decay: The decay of the moving average, in [0, 1].

    Raises:
        ValueError: the parameters differ in name or shape, or not exactly one of `every` and `decay` is given.

    >>> import copy, torch
    >>> policy = torch.nn.Linear(2, 1)
    >>> reference = Reference(copy.deepcopy(policy), policy, every=2)
    >>> reference.after_step(1), reference.after_step(2)
    (False, True)
    """

    def __init__(self, reference: Module, policy: Module, *, every: int | None = None, decay: float | None = None) -> None:
        theirs, ours = dict(reference.named_parameters()), dict(policy.named_parameters())
        if theirs.keys() != ours.keys():
            different = ", ".join(sorted(theirs.keys() ^ ours.keys()))
            raise ValueError(f"reference and policy have different parameters: {different}")
        self._reference = _grpo.Reference([(theirs[name], ours[name]) for name in theirs], every, decay)

    def after_step(self, step: int) -> bool:
        """Updates the reference after step number `step`, counted from 1. Returns whether it has changed."""
        return self._reference.after_step(step)
