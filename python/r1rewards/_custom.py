"""Finds custom rewards by name and calls them.

A function that can be imported has the name `module:name`. Any other object gets a name that is valid in this process
only.
"""

from __future__ import annotations

import atexit
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from ._r1rewards import Outcome, SpecError, wait_for_rewards

if TYPE_CHECKING:
    from ._loop import Slots

Row = Mapping[str, object]

_LOCAL = "local:"
# After Ctrl-C, calls of rewards may still run in other threads. The interpreter must not shut down before they return.
atexit.register(wait_for_rewards)
# Objects that cannot be imported by name. They are kept until the process ends, because a spec may still name them.
_objects: dict[str, Callable[..., object]] = {}


def check(function: object) -> None:
    """Checks that an object can be called as a reward.

    Raises:
        SpecError: it cannot be called, or it is a class whose instances are the rewards.
    """
    if not callable(function):
        raise SpecError(f"a custom reward must be a function or an object that can be called, got {function!r}")
    if isinstance(function, type) and any("__call__" in vars(base) for base in function.__mro__):
        name = function.__name__
        raise SpecError(f"a custom reward must be a function or an object that can be called, got the class {name}: write {name}()")


def name_of(function: object) -> str:
    """Returns the name under which `resolve` finds the object again."""
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


def resolve(name: str, group: bool, at_once: int) -> Caller:
    """Returns the caller of the reward that a spec names."""
    return Caller(_function(name), group, at_once)


def wanted(name: str) -> frozenset[str] | None:
    """Returns the columns that a reward has as parameters; None if it takes all columns (`**kwargs`)."""
    return _wanted(_function(name))


def waits(name: str) -> bool:
    """Returns whether a reward is a coroutine function."""
    return _is_asynchronous(_function(name))


class Caller:
    """Calls a reward with rows and returns one outcome for each row.

    An exception of the reward becomes an unscored outcome. KeyboardInterrupt and SystemExit are not caught.
    """

    def __init__(self, function: Callable[..., object], group: bool, at_once: int) -> None:
        self.name = _own_name(function)
        self.wanted = _wanted(function)
        self._function = function
        self._group = group
        self._asynchronous = _is_asynchronous(function)
        self._at_once = at_once
        self._slots = self._new_slots() if self._asynchronous else None

    def __call__(self, rows: Sequence[Row]) -> list[Outcome]:
        if self._group:
            return self._call_group(rows)
        if self._asynchronous:
            return self._call_together(rows)
        return [self._call_one(row) for row in rows]

    def _call_one(self, row: Row) -> Outcome:
        arguments = self._others(row)
        try:
            return self._of(self._awaited(self._function(row["completion"], **arguments)))
        except Exception as error:
            return self._failed(error, arguments)

    def _call_together(self, rows: Sequence[Row]) -> list[Outcome]:
        arguments = [self._others(row) for row in rows]

        def call(row: Row, beside: dict[str, object]) -> Callable[[], Awaitable[object]]:
            return lambda: self._function(row["completion"], **beside)  # type: ignore[return-value]

        results = self._run([call(row, beside) for row, beside in zip(rows, arguments)])
        return [self._outcome(result, beside) for result, beside in zip(results, arguments)]

    def _outcome(self, result: object, arguments: Mapping[str, object]) -> Outcome:
        from ._loop import Raised

        try:
            if isinstance(result, Raised):
                raise result.error
            return self._of(result)
        except Exception as error:
            return self._failed(error, arguments)

    def _call_group(self, rows: Sequence[Row]) -> list[Outcome]:
        names = dict.fromkeys(name for row in rows for name in row)
        columns = {name: [row.get(name) for row in rows] for name in names}
        completions = columns.pop("completion", [])
        arguments = self._others(columns)
        try:
            given = self._awaited(self._function(completions, **arguments))
            results = list(given) if isinstance(given, Sequence) or hasattr(given, "__iter__") else [given]
            if len(results) != len(rows):
                raise ValueError(f"{self.name} returned {len(results)} results for {len(rows)} samples")
            return [self._of(result) for result in results]
        except Exception as error:
            return [self._failed(error, arguments)] * len(rows)

    def _awaited(self, result: object) -> object:
        """Returns the result of a plain function, or awaits it if it is awaitable and returns the value."""
        if not hasattr(result, "__await__"):
            return result
        from ._loop import Raised

        async def wait() -> object:
            return await result

        given = self._run([wait])[0]
        if isinstance(given, Raised):
            raise given.error
        return given

    def _run(self, calls: Sequence[Callable[[], Awaitable[object]]]) -> list[object]:
        if self._slots is None:
            self._slots = self._new_slots()
        return self._slots.run(calls)

    def _new_slots(self) -> Slots:
        # Imported here because it imports asyncio, which is slow, and few rewards are coroutine functions.
        from ._loop import Slots

        return Slots(self._at_once)

    def _of(self, result: object) -> Outcome:
        return outcome_of(result) if result is not None else Outcome("unscored", detail=f"{self.name} returned None")

    def _failed(self, error: Exception, arguments: Mapping[str, object]) -> Outcome:
        detail = f"{type(error).__name__}: {error}"
        if isinstance(error, TypeError) and (missing := _missing(self._function, arguments)):
            columns = " and ".join(f"`{name}`" for name in missing)
            detail += f"; {self.name} requires {columns}, and the rows have no such column"
        return Outcome("unscored", reason="reward_error", detail=detail)

    def _others(self, row: Mapping[str, object]) -> dict[str, object]:
        names = self.wanted
        return {name: value for name, value in row.items() if name != "completion" and (names is None or name in names)}


def outcome_of(result: object) -> Outcome:
    """Converts the value that a reward returned to an outcome.

    Numbers of at least 1 are correct. Numbers between 0 and 1 are incorrect with reason `partial`, other numbers
    incorrect with reason `failed`. None is unscored, and an `Outcome` is returned unchanged.

    Raises:
        TypeError: the value is of another type.
    """
    if isinstance(result, Outcome):
        return result
    if result is None:
        return Outcome("unscored")
    if hasattr(result, "item"):
        result = result.item()
    if not isinstance(result, (bool, int, float)):
        hint = "; for a function of all samples of a prompt write Custom(function, group=True)" if isinstance(result, (list, tuple)) else ""
        raise TypeError(f"a reward must return a number, a truth value, None or an Outcome, got {type(result).__name__}{hint}")
    value = float(result)
    if value >= 1:
        return Outcome("correct", value)
    return Outcome("incorrect", value, "partial" if value > 0 else "failed")


def _function(name: str) -> Callable[..., object]:
    if name.startswith(_LOCAL):
        if name not in _objects:
            raise SpecError("the function belongs to another process: put it into a module, and name it module:name")
        return _objects[name]
    module, _, attribute = name.partition(":")
    if not attribute:
        raise SpecError("write module:name")
    function = _find(module, attribute)
    check(function)
    assert callable(function)
    return function


def _find(module: str, name: str) -> object:
    import importlib

    found: object = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return found


def _own_name(function: object) -> str:
    name = getattr(function, "__name__", None)
    return name if isinstance(name, str) else type(function).__name__


def _is_asynchronous(function: object) -> bool:
    # Imported here because `inspect` is slow to import and few programs use custom rewards.
    import inspect

    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(getattr(function, "__call__", None))


def _wanted(function: Callable[..., object]) -> frozenset[str] | None:
    """Returns the names of a function's parameters after the first; None if it takes any keyword (`**kwargs`)."""
    import inspect

    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return None
    return frozenset(list(parameter.name for parameter in parameters)[1:])


def _missing(function: Callable[..., object], arguments: Mapping[str, object]) -> list[str]:
    """Returns the required parameters after the first for which no argument is given."""
    import inspect

    try:
        parameters = list(inspect.signature(function).parameters.values())[1:]
    except (TypeError, ValueError):
        return []
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [one.name for one in parameters if one.kind not in variable and one.default is one.empty and one.name not in arguments]
