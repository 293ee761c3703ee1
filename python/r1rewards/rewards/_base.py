"""The base class of reward objects: a kind, its options, and an optional weight and name for its place in a sum."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import ClassVar, TypeVar, Union

from .. import _r1rewards
from .._r1rewards import SpecError

Self = TypeVar("Self", bound="Reward")


class Reward:
    """A reward: an entry of a spec. It is immutable, and is compared, hashed and pickled by its spec.

    >>> import r1rewards
    >>> r1rewards.Format("think_answer").weighted(0.1).spec
    {'kind': 'format', 'weight': 0.1, 'template': 'think_answer'}
    """

    kind: ClassVar[str] = ""

    def __init__(self, **options: object) -> None:
        self._options = {name: value for name, value in options.items() if value is not None}
        self._weight: float | None = None
        self._name: str | None = None

    @property
    def spec(self) -> dict[str, object]:
        """The reward as an entry of a spec. Options that were not given are left out."""
        spec: dict[str, object] = {"kind": self.kind}
        if self._name is not None:
            spec["name"] = self._name
        if self._weight is not None:
            spec["weight"] = self._weight
        spec.update((name, self._plain(name, value)) for name, value in self._options.items())
        return spec

    def _plain(self, name: str, value: object) -> object:
        """Converts an option to data."""
        del name
        return plain(value)

    def weighted(self: Self, weight: float) -> Self:
        """Returns the same reward with a weight in a sum. With weight 0 it is reported but does not change the sum."""
        changed = copy.copy(self)
        changed._weight = weight
        return changed

    def named(self: Self, name: str) -> Self:
        """Returns the same reward with another name in results."""
        changed = copy.copy(self)
        changed._name = name
        return changed

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reward) and self.spec == other.spec

    def __hash__(self) -> int:
        return hash(_r1rewards.config_hash(self.spec))

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={value!r}" for name, value in self._options.items())
        text = f"{type(self).__name__}({options})"
        if self._weight is not None:
            text += f".weighted({self._weight!r})"
        if self._name is not None:
            text += f".named({self._name!r})"
        return text


Rewards = Sequence[Union[Reward, tuple[float, Reward]]]
"""Rewards to be combined. Each is a reward (weight 1) or (weight, reward)."""


class Entry(Reward):
    """A reward that a spec described as data."""

    def __init__(self, spec: dict[str, object]) -> None:
        super().__init__(**spec)

    @property
    def spec(self) -> dict[str, object]:
        """The entry, with the weight and the name that were set on this object."""
        changed = {"weight": self._weight, "name": self._name}
        return {**self._options, **{name: value for name, value in changed.items() if value is not None}}

    def __repr__(self) -> str:
        return f"from_spec({self.spec!r})"


def plain(value: object) -> object:
    """Converts an option to data: rewards in it become entries of a spec.

    Raises:
        SpecError: a class or a function in the place of a reward, or a weight after its reward.
    """
    if isinstance(value, Reward):
        return value.spec
    if isinstance(value, tuple) and len(value) == 2:
        first, second = value
        if isinstance(second, Reward) and not isinstance(first, Reward):
            return {**second.spec, "weight": _weight(first, second)}
        if isinstance(first, Reward) and isinstance(second, (int, float)):
            raise SpecError(f"a weight comes before its reward: write ({second!r}, {first!r}) for ({first!r}, {second!r})")
    if isinstance(value, (list, tuple)):
        if len(value) == 2 and isinstance(value[0], Reward) and isinstance(value[1], (int, float)):
            reward, weight = value
            raise SpecError(f"a weight comes before its reward: write ({weight!r}, {reward!r}) for ({reward!r}, {weight!r})")
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, type) and issubclass(value, Reward):
        raise SpecError(f"a reward must be an object, got the class {value.__name__}: write {value.__name__}(...)")
    if callable(value):
        name = getattr(value, "__name__", None) or type(value).__name__
        written = name if name.isidentifier() else "function"
        raise SpecError(f"a reward must be an object of this package, got the function {name}: write r1rewards.Custom({written})")
    return value


def _weight(weight: object, reward: Reward) -> float:
    try:
        return float(weight)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise SpecError(f"a weight must be a number, got {weight!r} before {reward!r}: write (0.1, {reward!r})") from None
