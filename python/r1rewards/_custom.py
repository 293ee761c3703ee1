"""How rewards that users write are found by name and called.

A function that can be imported is named `module:name`; another object gets a name that holds in this process only.
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
# After Ctrl-C a reward may still be at work in another thread, which the interpreter must not end under.
atexit.register(wait_for_rewards)
# Objects without a name to import them by. They stay for the life of the process, as the spec that names them may.
_objects: dict[str, Callable[..., object]] = {}


def check(function: object) -> None:
    """Refuses what cannot be called as a reward."""
    if not callable(function):
        raise SpecError(f"a custom reward must be a function or an object that can be called, got {function!r}")
    if isinstance(function, type) and any("__call__" in vars(base) for base in function.__mro__):
        name = function.__name__
        raise SpecError(f"a custom reward must be a function or an object that can be called, got the class {name}: write {name}()")


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


def resolve(name: str, group: bool, at_once: int) -> Caller:
    """The caller for a name that a spec gives."""
    return Caller(_function(name), group, at_once)


def wanted(name: str) -> frozenset[str] | None:
    """The columns that a reward asks for by name; None where it takes all of them."""
    return _wanted(_function(name))


def waits(name: str) -> bool:
    """Whether a reward is a coroutine function."""
    return _is_asynchronous(_function(name))


class Caller:
    """Calls a reward with rows and gives one outcome a row, whatever the reward does; KeyboardInterrupt and SystemExit pass through."""

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
                raise ValueError(f"{self.name} gave {len(results)} results for {len(rows)} samples")
            return [self._of(result) for result in results]
        except Exception as error:
            return [self._failed(error, arguments)] * len(rows)

    def _awaited(self, result: object) -> object:
        """The result itself, of a plain function; what it gives when it is waited for, where it is a coroutine or the like."""
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
        # Slow to import, and few rewards wait.
        from ._loop import Slots

        return Slots(self._at_once)

    def _of(self, result: object) -> Outcome:
        return outcome_of(result) if result is not None else Outcome("unscored", detail=f"{self.name} returned None")

    def _failed(self, error: Exception, arguments: Mapping[str, object]) -> Outcome:
        detail = f"{type(error).__name__}: {error}"
        if isinstance(error, TypeError) and (missing := _missing(self._function, arguments)):
            columns = " and ".join(f"`{name}`" for name in missing)
            detail += f"; {self.name} asks for {columns}, and the rows have no such column"
        return Outcome("unscored", reason="reward_error", detail=detail)

    def _others(self, row: Mapping[str, object]) -> dict[str, object]:
        names = self.wanted
        return {name: value for name, value in row.items() if name != "completion" and (names is None or name in names)}


def outcome_of(result: object) -> Outcome:
    """What a reward returned, as an outcome: from 1 on correct, between 0 and 1 partial, else incorrect; None is unscored."""
    if isinstance(result, Outcome):
        return result
    if result is None:
        return Outcome("unscored")
    if hasattr(result, "item"):
        result = result.item()
    if not isinstance(result, (bool, int, float)):
        hint = "; a function of all samples of a prompt is Custom(function, group=True)" if isinstance(result, (list, tuple)) else ""
        raise TypeError(f"a reward must return a number, a truth value, None or an Outcome, got {type(result).__name__}{hint}")
    value = float(result)
    if value >= 1:
        return Outcome("correct", value)
    return Outcome("incorrect", value, "partial" if value > 0 else "failed")


def _function(name: str) -> Callable[..., object]:
    if name.startswith(_LOCAL):
        if name not in _objects:
            raise SpecError("it is a function of another process: put it into a module, and name it module:name")
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
    # Slow to import, and few programs write rewards of their own: importing the package stays quick.
    import inspect

    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(getattr(function, "__call__", None))


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


def _missing(function: Callable[..., object], arguments: Mapping[str, object]) -> list[str]:
    """The arguments behind the first that a function must be given and is not."""
    import inspect

    try:
        parameters = list(inspect.signature(function).parameters.values())[1:]
    except (TypeError, ValueError):
        return []
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [one.name for one in parameters if one.kind not in variable and one.default is one.empty and one.name not in arguments]
