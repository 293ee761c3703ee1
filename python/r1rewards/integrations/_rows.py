"""Prepares the rows of trainers for scoring. A row that cannot be used is unscored and does not affect the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .._r1rewards import Outcome, RowError, read_golds, unreadable
from ..scorer import Scorer
from ._common import entries

_OWN = frozenset({"answer", "completion", "completions", "id", "prompt", "prompts", "tests"})
"""Columns that are passed to the scorer by other arguments."""
_BY_FORM = frozenset({"math", "auto", "code"})
"""Kinds for which JSON text is never the answer itself."""


class Batch:
    """Completions with the other columns of their rows.

    Args:
        scorer: The scorer.
        completions: The completions.
        golds: The reference of each completion, an answer or tests in a known form (`r1rewards.forms`).
        prompts: The prompt of each completion, text or messages. Images in messages are replaced by a hash of their
            content.
        columns: The other columns. A column without one entry for each completion is left out.
        tests: The tests of each completion, for data sets with a separate column of tests. Tests in `golds` take
            precedence.
        problems: The rows that cannot be judged, each with the reason.

    Raises:
        RowError: there are not as many references as completions.
    """

    def __init__(
        self,
        scorer: Scorer,
        completions: Sequence[Any],
        golds: Sequence[Any] | None = None,
        *,
        prompts: Sequence[Any] | None = None,
        columns: Mapping[str, Any] | None = None,
        tests: Sequence[Any] | None = None,
        problems: Mapping[int, str] | None = None,
    ) -> None:
        self._scorer = scorer
        self._count = len(completions)
        self._problems: dict[int, str] = dict(problems or {})
        given: dict[str, list[Any]] = {"answer": [None] * self._count, "tests": [None] * self._count}
        if golds is not None and len(golds) != self._count:
            raise RowError(f"there are {self._count} completions and {len(golds)} references: give one reference for each completion, None where there is none")
        if golds is not None and _reads_reference(scorer):
            own = _column((columns or {}).get("reward"), self._count) or [None] * self._count
            given["answer"], given["tests"] = self._references(list(golds), own)
        if tests is not None and len(tests) == self._count:
            given["tests"] = [own if known is None else known for own, known in zip(tests, given["tests"], strict=True)]
        if prompts is not None and len(prompts) == self._count:
            given["prompt"] = _prompts(prompts)
        for name, values in (columns or {}).items():
            if name not in _OWN and (values := _column(values, self._count)) is not None:
                given[name] = values
        self._completions = list(completions)
        self._given = {name: values for name, values in given.items() if any(value is not None for value in values)}

    def _references(self, golds: list[Any], own_specs: list[Any]) -> tuple[list[Any], list[Any]]:
        kinds = {entry["kind"] for entry in entries(self._scorer.config)}
        # If no reward reads known forms, text is the answer itself, even if it is JSON.
        plain = not kinds & _BY_FORM and self._scorer._engine.use_of("tests", False) is None
        texts = [plain and _is_text(gold) for gold in golds]
        answers, tests, problems = read_golds([None if text else gold for gold, text in zip(golds, texts, strict=True)])
        answers = [gold if text else answer for gold, text, answer in zip(golds, texts, answers, strict=True)]
        for row, problem in problems:
            # A row with its own spec is judged by that spec, which may not need the reference.
            if "auto" not in kinds or not isinstance(own_specs[row], (str, list, dict)):
                self._problems.setdefault(row, f"the reference {problem}")
        return answers, tests

    def score(self) -> list[Outcome]:
        """Returns one outcome for each completion, in order.

        A row that cannot be read is unscored with reason `bad_row`.
        """
        good = self._good()
        return self._all(list(self._scorer._unwarned(*self._rows(good))) if good else [])

    async def score_async(self) -> list[Outcome]:
        """Does the same as `score` in a thread, so that the event loop is not blocked.

        Cancelling the task ends the work.
        """
        good = self._good()
        return self._all(list(await self._scorer._unwarned_async(*self._rows(good))) if good else [])

    def _good(self) -> list[int]:
        return [row for row in range(self._count) if row not in self._problems]

    def _all(self, outcomes: list[Outcome]) -> list[Outcome]:
        scored = iter(outcomes)
        return [self._bad(row) if row in self._problems else next(scored) for row in range(self._count)]

    def _rows(self, rows: list[int]) -> tuple[list[Any], dict[str, Any]]:
        return [self._completions[row] for row in rows], {name: [values[row] for row in rows] for name, values in self._given.items()}

    def _bad(self, row: int) -> Outcome:
        return Outcome("unscored", reason="bad_row", detail=self._problems[row])


def one(scorer: Scorer, completion: Any, gold: Any = None, *, prompt: Any = None, columns: Mapping[str, Any] | None = None) -> Batch:
    """Returns a batch of one completion. `columns` has the values of its row."""
    rows = {name: [found] for name, found in (columns or {}).items()}
    tests = [rows["tests"][0]] if "tests" in rows and gold is None else None
    return Batch(scorer, [completion], [gold], prompts=None if prompt is None else [prompt], columns=rows, tests=tests)


def spare(golds: Sequence[Any], columns: Mapping[str, list[Any]]) -> list[Any] | None:
    """Returns the column `tests`, with None for rows that have a reference: in those it may hold something else."""
    tests = columns.get("tests")
    return None if tests is None else [own if gold is None else None for own, gold in zip(tests, golds, strict=True)]


def table(rows: Iterable[Mapping[str, Any] | None]) -> dict[str, list[Any]]:
    """Converts rows to columns, with None where a row does not have a column."""
    given = [row if isinstance(row, Mapping) else {} for row in rows]
    names = dict.fromkeys(name for row in given for name in row if isinstance(name, str))
    return {name: [row.get(name) for row in given] for name in names}


def token_columns(ids: Any) -> dict[str, Any]:
    """Returns the token ids of a completion and their number, as columns.

    Lists of ids, one for each turn, are concatenated.
    """
    if ids is None:
        return {}
    flat = list(ids.tolist() if hasattr(ids, "tolist") else ids)
    if flat and all(isinstance(turn, (list, tuple)) for turn in flat):
        flat = [number for turn in flat for number in turn]
    return {"completion_tokens": len(flat), "completion_ids": flat}


def _is_text(gold: Any) -> bool:
    return isinstance(gold, str) or isinstance(gold, (list, tuple)) and bool(gold) and all(isinstance(one, str) for one in gold)


def _reads_reference(scorer: Scorer) -> bool:
    return any(scorer._engine.use_of(name, True) for name in ("answer", "tests"))


def _column(values: Any, count: int) -> list[Any] | None:
    if isinstance(values, (str, bytes, Mapping)) or not hasattr(values, "__len__") or len(values) != count:
        return None
    return list(values)


def _prompts(prompts: Sequence[Any]) -> list[Any]:
    readable: list[Any] = []
    last = None
    for prompt in prompts:
        # The samples of a group often have the same prompt object.
        readable.append(readable[-1] if readable and prompt is last else _prompt(prompt))
        last = prompt
    return readable


def _prompt(prompt: Any) -> Any:
    """Converts a prompt to readable data.

    An object such as an image is replaced by its type and a hash of its content.
    """
    if isinstance(prompt, str) or unreadable(prompt) is None:
        return prompt
    if isinstance(prompt, Mapping):
        return {str(name): _prompt(part) for name, part in prompt.items()}
    if isinstance(prompt, (list, tuple)):
        return [_prompt(part) for part in prompt]
    return f"<{type(prompt).__name__} {_mark(prompt)}>"


def _mark(thing: Any) -> str:
    import hashlib

    try:
        content = thing if isinstance(thing, (bytes, bytearray)) else thing.tobytes()
        return hashlib.blake2b(content, digest_size=8).hexdigest()
    except Exception:
        return hex(id(thing))
