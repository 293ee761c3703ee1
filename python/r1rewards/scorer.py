"""`Scorer`: rewards summed over samples, one at a time, in batches, and while generation goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from ._queue import ScoringQueue
from ._r1rewards import Engine, Outcome, Outcomes, SpecError
from .spec import Spec, entries

if TYPE_CHECKING:
    # Slow to import, and few programs that score need it.
    from concurrent.futures import Future

_Result = TypeVar("_Result")
Completion = Any
"""Text, or a message list of which the last assistant message counts."""


class Scorer:
    """Scores samples with the weighted sum of rewards.

    With one reward of weight 1 its outcome is the result. Otherwise the reward is the weighted sum, the first reward gives the verdict, and
    `components` holds each outcome by name. The same sample and spec give the same outcome on any machine and number of threads.

    Args:
        spec: Rewards, (weight, reward), a list of these, a mapping, JSON or TOML text, or the path of a spec file.
        jobs: The number of threads for batches, at most 256; every core unless said.
        queue_size: How many submitted samples may wait before `submit` blocks.

    Raises:
        SpecError: an unknown kind or option, a value that a kind refuses, two rewards of one name.

    >>> scorer = Scorer({"kind": "math"})
    >>> scorer.score("so it is 42", "42").reason
    'no_answer'
    >>> scorer.score_batch([r"\\boxed{42}", r"\\boxed{41}"], ["42", "42"]).rewards
    [1.0, 0.0]
    """

    def __init__(self, spec: Spec, *, jobs: int | None = None, queue_size: int = 4096) -> None:
        if queue_size < 1:
            raise SpecError(f"`queue_size` must be at least 1, got {queue_size}")
        self._spec = spec
        self._jobs = jobs
        self._queue_size = queue_size
        self._engine = Engine(entries(spec), jobs)
        self._queue = ScoringQueue(self._engine, queue_size)

    def score(self, completion: Completion, answer: object = None, **columns: object) -> Outcome:
        """Scores one completion.

        Args:
            completion: Text, or a message list of which the last assistant message counts.
            answer: The reference, or a list of acceptable ones: text or numbers.
            **columns: What else the row has: `prompt`, `tests`, `id`, `reward`, or any column a reward reads.

        Raises:
            RowError: a value of the wrong type; names the column.
        """
        return self._engine.score(completion, {**columns, "answer": answer})

    def score_batch(
        self, completions: Iterable[Completion], answer: Iterable[object] | None = None, **columns: Iterable[object] | None
    ) -> Outcomes:
        """Scores completions on every core: one outcome a completion, in order. Ctrl-C ends it within a second.

        What is no completion (None, a number) has an outcome of its own, unscored with reason `bad_row`, and costs the others nothing.

        Args:
            completions: One a sample, as for `score`.
            answer: One a sample; so for each of `columns`. None leaves a column out.

        Raises:
            RowError: columns of different lengths, a value of the wrong type beside the completions, no completion at all; names row and column.
        """
        return self._engine.score_columns(*_lists(completions, {**columns, "answer": answer}))

    def score_rows(self, rows: Iterable[Mapping[str, object]], map: Mapping[str, str] | None = None) -> Outcomes:
        """Scores rows as `verify score` reads them; a row with a list of completions gives one outcome for each.

        A completion that cannot be read, in a list with others, is unscored with reason `bad_row`.

        Args:
            rows: Mappings with `completion` and, by the reward, `answer`, `tests`, `prompt` and others.
            map: Where a field is to be read from another column: `{"completion": "output.text"}`.

        Raises:
            RowError: a missing column or a value of the wrong type; names the row, and the columns that it has.
        """
        return self._engine.score_rows(as_list("rows", rows), list((map or {}).items()))

    async def score_async(self, completion: Completion, answer: object = None, **columns: object) -> Outcome:
        """As `score`, in a thread, so that the event loop goes on; where the task is cancelled, the work ends soon."""
        return await _in_thread(lambda until: self._engine.score(completion, {**columns, "answer": answer}, until))

    async def score_batch_async(
        self, completions: Iterable[Completion], answer: Iterable[object] | None = None, **columns: Iterable[object] | None
    ) -> Outcomes:
        """As `score_batch`, in a thread, so that the event loop goes on; where the task is cancelled, the work ends soon."""
        given = {**columns, "answer": answer}
        return await _in_thread(lambda until: self._engine.score_columns(*_lists(completions, given), until))

    def submit(self, completion: Completion, answer: object = None, **columns: object) -> Future[Outcome]:
        """Queues one sample and returns at once, so that it is scored while the next ones are generated.

        Blocks while `queue_size` samples wait. A sample that cannot be read gives its `RowError` from the future. Samples that still wait
        when the interpreter ends are cancelled.

        Raises:
            RuntimeError: the interpreter is ending.
            SpecError: a reward needs all samples of a prompt at once; use `score_batch`.
        """
        if self._engine.needs_whole_group:
            raise SpecError("a reward of this scorer needs all samples of a prompt at once: use score_batch")
        return self._queue.submit(completion, {**columns, "answer": answer})

    def results(self, rows: Iterable[Mapping[str, object]]) -> Iterator[Outcome]:
        """Scores rows as they come, in the background, and yields their outcomes in order.

        At most `queue_size` rows are read ahead. The keys of a row are the arguments of `submit`.
        """
        waiting: list[Future[Outcome]] = []
        for row in rows:
            waiting.append(self._submit_row(row))
            while waiting and (waiting[0].done() or len(waiting) > self._queue_size):
                yield waiting.pop(0).result()
        for future in waiting:
            yield future.result()

    def _submit_row(self, row: Mapping[str, object]) -> Future[Outcome]:
        beside = dict(row)
        return self.submit(beside.pop("completion", None), beside.pop("answer", None), **beside)

    @property
    def names(self) -> list[str]:
        """The names of the rewards, as results show them."""
        return self._engine.names

    @property
    def needs_whole_group(self) -> bool:
        """Whether a reward needs every sample of a prompt in one batch."""
        return self._engine.needs_whole_group

    @property
    def config(self) -> dict[str, object]:
        """The configuration as a spec, names and weights filled in."""
        return self._engine.config

    @property
    def config_hash(self) -> str:
        """The stable hash of the configuration; keep it beside results."""
        return self._engine.config_hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scorer) and self.config == other.config

    def __hash__(self) -> int:
        return hash(self.config_hash)

    def __repr__(self) -> str:
        return f"Scorer({self._spec!r})"

    def __getstate__(self) -> dict[str, object]:
        return {"spec": self._spec, "jobs": self._jobs, "queue_size": self._queue_size}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]


def _lists(
    completions: Iterable[Completion], columns: Mapping[str, Iterable[object] | None]
) -> tuple[list[Any], dict[str, list[Any]]]:
    lists = {name: as_list(name, values) for name, values in columns.items() if values is not None}
    return as_list("completion", completions), lists


async def _in_thread(work: Callable[[Callable[[], bool]], _Result]) -> _Result:
    """Runs work in a thread; where the task is cancelled (asyncio.run does it at Ctrl-C), the work is told."""
    import asyncio

    cancelled = threading.Event()
    try:
        return await asyncio.to_thread(work, cancelled.is_set)
    except asyncio.CancelledError:
        cancelled.set()
        raise


def as_list(name: str, values: Iterable[Any]) -> list[Any]:
    """A column as a list: arrays and Arrow columns turn themselves into one, text is refused."""
    if isinstance(values, list):
        return values
    if isinstance(values, (str, bytes)):
        raise SpecError(f"`{name}` must be a list with one entry a sample, got one text: use score for one sample")
    for method in ("to_pylist", "tolist", "to_list"):
        if hasattr(values, method):
            return list(getattr(values, method)())
    return list(values)
