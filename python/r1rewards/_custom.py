"""How rewards that users write are found by name and called.

A function that can be imported is named `module:name`; another object gets a name that holds in this process only.
"""

from __future__ import annotations

import atexit
from collections.abc import Callable, Mapping, Sequence

from ._r1rewards import Outcome, SpecError, wait_for_rewards

Row = Mapping[str, object]

_LOCAL = "local:"
# After Ctrl-C a reward may still be at work in another thread, which the interpreter must not end under.
atexit.register(wait_for_rewards)
# Objects without a name to import them by. They stay for the life of the process, as the spec that names them may.
_objects: dict[str, Callable[..., object]] = {}


def check(function: object) -> None:
    """Refuses what cannot be called as a reward."""
    if not callable(function):
        raise SpecError(f"a custom reward must be a function or an object that can be called, got {function!r}")
    # Slow to import, and few programs write rewards of their own: importing the package stays quick.
    import inspect

    if inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(getattr(function, "__call__", None)):
        raise SpecError(f"{_own_name(function)} is a coroutine function: give a plain function, and call scorer.score_async around it")


def name_of(function: object) -> str:
    """The name under which `resolve` finds the object again."""
    module, name = getattr(function, "__module__", None), getattr(function, "__qualname__", None)
    if isinstance(module, str) and isinstance(name, str) and module != "__main__":
        try:
            if _find(module, name) is function:
                return f"{module}:{name}"
        except (ImportError, AttributeError):
            pass
    for known, kept in _objects.items():
        if kept is function:
            return known
    assert callable(function)
    own = f"{_LOCAL}{len(_objects)}"
    _objects[own] = function
    return own


def resolve(name: str, group: bool) -> Caller:
    """The caller for a name that a spec gives."""
    if name.startswith(_LOCAL):
        if name not in _objects:
            raise SpecError("it is a function of another process: put it into a module, and name it module:name")
        return Caller(_objects[name], group)
    module, _, attribute = name.partition(":")
    if not attribute:
        raise SpecError("write module:name")
    function = _find(module, attribute)
    check(function)
    assert callable(function)
    return Caller(function, group)


class Caller:
    """Calls a reward with rows and gives one outcome a row, whatever the reward does; KeyboardInterrupt and SystemExit pass through."""

    def __init__(self, function: Callable[..., object], group: bool) -> None:
        self.name = _own_name(function)
        self._function = function
        self._group = group
        self._wanted = _wanted(function)

    def __call__(self, rows: Sequence[Row]) -> list[Outcome]:
        if self._group:
            return self._call_group(rows)
        return [self._call_one(row) for row in rows]

    def _call_one(self, row: Row) -> Outcome:
        try:
            return outcome_of(self._function(row["completion"], **self._others(row)))
        except Exception as error:
            return _failed(error)

    def _call_group(self, rows: Sequence[Row]) -> list[Outcome]:
        names = dict.fromkeys(name for row in rows for name in row)
        columns = {name: [row.get(name) for row in rows] for name in names}
        completions = columns.pop("completion", [])
        try:
            given = self._function(completions, **self._others(columns))
            results = list(given) if isinstance(given, Sequence) or hasattr(given, "__iter__") else [given]
            if len(results) != len(rows):
                raise ValueError(f"{self.name} gave {len(results)} results for {len(rows)} samples")
            return [outcome_of(result) for result in results]
        except Exception as error:
            return [_failed(error)] * len(rows)

    def _others(self, row: Mapping[str, object]) -> dict[str, object]:
        wanted = self._wanted
        return {name: value for name, value in row.items() if name != "completion" and (wanted is None or name in wanted)}


def outcome_of(result: object) -> Outcome:
    """What a reward returned, as an outcome: from 1 on correct, between 0 and 1 partial, else incorrect; None is unscored."""
    if isinstance(result, Outcome):
        return result
    if result is None:
        return Outcome("unscored")
    if hasattr(result, "item"):
        result = result.item()
    if not isinstance(result, (bool, int, float)):
        raise TypeError(f"a reward must return a number, a truth value, None or an Outcome, got {type(result).__name__}")
    value = float(result)
    if value >= 1:
        return Outcome("correct", value)
    return Outcome("incorrect", value, "partial" if value > 0 else "failed")


def _failed(error: Exception) -> Outcome:
    return Outcome("unscored", reason="reward_error", detail=f"{type(error).__name__}: {error}")


def _find(module: str, name: str) -> object:
    import importlib

    found: object = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return found


def _own_name(function: object) -> str:
    name = getattr(function, "__name__", None)
    return name if isinstance(name, str) else type(function).__name__


def _wanted(function: Callable[..., object]) -> frozenset[str] | None:
    """The names of the keyword arguments that a function takes; None for all."""
    import inspect

    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return None
    return frozenset(list(parameter.name for parameter in parameters)[1:])
