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
    """AdamW by libtorch's fused step, updating ``parameters`` in place.

    ``parameters`` are tensors, (name, tensor) pairs, or groups as torch's optimizers take them: mappings with
    ``params`` (tensors or pairs) and the group's own ``learning_rate``, ``beta1``, ``beta2``, ``epsilon`` and
    ``weight_decay``, or by torch's names ``lr``, ``betas`` and ``eps``. Parameters that require no gradient are left
    out. Checkpoints use the names; without names parameters are numbered through all groups.

    Options, all optional: ``learning_rate`` (1e-6), ``beta1`` (0.9), ``beta2`` (0.999), ``epsilon`` (1e-8),
    ``weight_decay`` (0), ``max_gradient_norm`` (1.0; ``None`` for no clipping), ``master_weights`` (``True``: float32
    copies of half-precision parameters, taken when the optimizer is made, so load a model's weights before),
    ``schedule`` (``{"warmup_steps": 10, "decay": {"cosine": {"steps": 1000, "floor": 0.1}}}``; ``decay`` is
    ``"constant"``, ``cosine`` or ``linear``).

    Sources: AdamW (1711.05101), ``torch.optim.AdamW(fused=True)`` for the arithmetic, SGDR (1608.03983) for the cosine.

    Raises ``ValueError`` for options out of range, no parameter, two parameters of one name, one tensor under two
    names, or a group without ``params``.

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
            raise ValueError("parameters are groups and tensors mixed: give mappings with `params` only, or none")
        count, groups = 0, []
        for group in wholes or [{"params": entries}]:
            if "params" not in group:
                raise ValueError(f"a group has no `params` but {', '.join(sorted(group)) or 'nothing'}: give its tensors there")
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
        """The rate of the next step."""
        return self._optimizer.learning_rate

    def step(self) -> dict[str, Any]:
        """Clips the gradients and applies them. Parameters without a gradient do not change.

        Returns ``learning_rate``, ``gradient_norm`` (before clipping; NaN or infinite where the step was skipped;
        ``None`` without clipping, because the norm takes a pass over all gradients), ``clipped``, and ``skipped``
        (nothing was updated because the norm is not finite). Clipping scales the gradients in place. Raises
        ``RuntimeError`` for errors of libtorch.
        """
        return self._optimizer.step()

    def zero_grad(self) -> None:
        """Sets all gradients to 0, in place."""
        self._optimizer.zero_grad()

    def save(self, path: str | PathLike[str]) -> None:
        """Writes parameters and state to a safetensors file, which appears complete or not at all.

        Raises ``OSError``, and ``ValueError`` for parameters that FSDP has sharded (DTensor), whose memory is
        elsewhere.
        """
        self._optimizer.save(path)

    def load(self, path: str | PathLike[str]) -> None:
        """Reads parameters and state from a file, in place. On a CPU, training then gives the same bits as if it had
        not stopped.

        Raises ``OSError`` for a file that cannot be read and ``ValueError`` for a file of other or more parameters.
        Nothing is changed then.
        """
        self._optimizer.load(path)


def _named_as_here(group: Mapping[str, Any]) -> dict[str, Any]:
    """A group's options, with torch's names replaced by those of this package."""
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
    """Updates the reference policy's parameters in place: a copy of the policy's every ``every`` steps, or an
    exponential moving average with ``decay``.

    ``reference`` and ``policy`` are modules of the same parameters. R1 replaced its reference every 400 steps
    (2501.12948). The average of a reference in half precision is kept in float32 beside it, because a step may be below
    the resolution of half precision; what is loaded into the reference later is lost. Raises ``ValueError`` where
    parameters differ in name or shape, and where not exactly one of ``every`` (steps) and ``decay`` (in [0, 1]) is
    given.

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
            raise ValueError(f"reference and policy differ in parameters: {different}")
        self._reference = _grpo.Reference([(theirs[name], ours[name]) for name in theirs], every, decay)

    def after_step(self, step: int) -> bool:
        """Updates the reference after step ``step`` (counted from 1). Returns whether it has changed."""
        return self._reference.after_step(step)
