"""`Scorer`: rewards summed over samples, one at a time, in batches, and while generation goes on."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from ._columns import as_list, as_rows
from ._notices import Notices
from ._progress import Progress
from ._queue import ScoringQueue
from ._r1rewards import Engine, Outcome, Outcomes, RowError, SpecError
from ._results import Results
from .spec import Spec, entries

if TYPE_CHECKING:
    # Slow to import, and few programs that score need it.
    from concurrent.futures import Future

    Until = Callable[[int, int], bool]

_Result = TypeVar("_Result")
Completion = Any
"""Text, or a message list of which the last assistant message counts."""
Errors = Literal["raise", "unscored"]
"""What becomes of a row that cannot be read: an exception, or an outcome that is unscored with reason `bad_row`."""


class Scorer:
    """Scores samples with the weighted sum of rewards.

    With one reward of weight 1 its outcome is the result. Otherwise the reward is the weighted sum, the first reward gives the verdict, and
    `components` holds each outcome by name. The same sample and spec give the same outcome on any machine and number of threads.

    Only the columns that a reward reads are looked at: others may hold images or anything else. Where a whole batch is left without a reward, a
    warning (`UnscoredWarning`) says why, once.

    Args:
        spec: Rewards, (weight, reward), a list of these, a mapping, the name of a kind (`"math"`), JSON or TOML text, or the path of a spec file.
        jobs: The number of threads for batches, at most 256; by default one for every core. Rewards that are coroutine functions wait on more.
        queue_size: How many submitted samples may wait before `submit` blocks.

    Raises:
        SpecError: an unknown kind or option, a value that a kind refuses, two rewards of one name.
        FileNotFoundError: a path where no file is.

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
        self._entries = entries(spec)
        self._engine = Engine(self._entries, jobs)
        self._notices = Notices(self._engine)
        self._queue = ScoringQueue(self._engine, self._notices, queue_size)

    def score(self, completion: Completion, answer: object = None, **columns: object) -> Outcome:
        """Scores one completion.

        Args:
            completion: Text, or a message list of which the last assistant message counts.
            answer: The reference, or a list of acceptable ones: text or numbers.
            **columns: What else the row has: `prompt`, `tests`, `id`, `reward`, or any column a reward reads.

        Raises:
            RowError: a value of the wrong type; names the column.
        """
        given = _given(answer, columns)
        outcome = self._engine.score(completion, given)
        self._notices.one(outcome, given)
        return outcome

    def score_batch(
        self,
        completions: Iterable[Completion],
        answer: Iterable[object] | None = None,
        *,
        errors: Errors = "raise",
        progress: bool = False,
        **columns: Iterable[object] | None,
    ) -> Outcomes:
        """Scores completions on every core: one outcome a completion, in order. Ctrl-C ends it within a second (of millions of samples, within some seconds).

        What is no completion (None, a number) has an outcome of its own, unscored with reason `bad_row`, and costs the others nothing.

        Args:
            completions: One a sample, as for `score`.
            answer: One a sample; so for each of `columns`. None leaves a column out.
            errors: `raise`: a value beside the completions that cannot be read ends the call. `unscored`: it costs its own row, which is
                unscored with reason `bad_row` and a detail that names the column.
            progress: Show on standard error how far it is: with tqdm where it is installed, else a line every few seconds.

        Raises:
            RowError: columns of different lengths; unless `errors` says otherwise, a value of the wrong type beside the completions, no completion
                at all. Names row and column.
        """
        given = _given(answer, columns)
        return self._batch(completions, given, _keeps(errors), _Watch(progress))

    def score_rows(
        self,
        rows: Iterable[Mapping[str, object]],
        map: Mapping[str, str] | None = None,
        *,
        errors: Errors = "raise",
        progress: bool = False,
    ) -> Outcomes:
        """Scores rows as `verify score` reads them; a row with a list of completions gives one outcome for each.

        A completion that cannot be read, in a list with others, is unscored with reason `bad_row`.

        Args:
            rows: Mappings with `completion` and, by the reward, `answer`, `tests`, `prompt` and others; or a pandas or polars data frame, or an Arrow table.
            map: Where a field is to be read from another column: `{"completion": "output.text"}`.
            errors: `raise`: a row that cannot be read ends the call. `unscored`: it is unscored with reason `bad_row`, once for each of its
                completions, and the others are scored.
            progress: As for `score_batch`.

        Raises:
            RowError: unless `errors` says otherwise, a missing column or a value of the wrong type; names the row, and the columns that it has.
        """
        return self._rows(rows, map, _keeps(errors), _Watch(progress))

    async def score_async(self, completion: Completion, answer: object = None, **columns: object) -> Outcome:
        """As `score`, in a thread, so that the event loop goes on; where the task is cancelled, the work ends soon."""
        given = _given(answer, columns)
        outcome = await _in_thread(lambda until: self._engine.score(completion, given, until))
        self._notices.one(outcome, given)
        return outcome

    async def score_batch_async(
        self,
        completions: Iterable[Completion],
        answer: Iterable[object] | None = None,
        *,
        errors: Errors = "raise",
        progress: bool = False,
        **columns: Iterable[object] | None,
    ) -> Outcomes:
        """As `score_batch`, in a thread, so that the event loop goes on; where the task is cancelled, the work ends soon."""
        given, keep = _given(answer, columns), _keeps(errors)
        return await _in_thread(lambda until: self._batch(completions, given, keep, _Watch(progress, until)))

    async def score_rows_async(
        self,
        rows: Iterable[Mapping[str, object]],
        map: Mapping[str, str] | None = None,
        *,
        errors: Errors = "raise",
        progress: bool = False,
    ) -> Outcomes:
        """As `score_rows`, in a thread, so that the event loop goes on; where the task is cancelled, the work ends soon."""
        keep = _keeps(errors)
        return await _in_thread(lambda until: self._rows(rows, map, keep, _Watch(progress, until)))

    def submit(self, completion: Completion, answer: object = None, **columns: object) -> Future[Outcome]:
        """Queues one sample and returns at once, so that it is scored while the next ones are generated.

        Blocks while `queue_size` samples wait. A sample that cannot be read gives its `RowError` from the future. Samples that still wait
        when the interpreter ends are cancelled.

        Raises:
            RuntimeError: the interpreter is ending.
            SpecError: a reward needs all samples of a prompt at once; use `score_batch`.
        """
        return self._submit(completion, _given(answer, columns), keep=False)

    def results(self, rows: Iterable[Mapping[str, object]], *, errors: Errors = "raise") -> Results:
        """Scores rows as they come, in the background, and yields their outcomes in order.

        At most `queue_size` rows are read ahead. The keys of a row are the arguments of `submit`. Ctrl-C loses nothing: the iterator can be gone on with,
        and `ready()` gives what was scored by then.

        Args:
            errors: `raise`: a row that cannot be read raises its `RowError` in its place; going on gives the next. `unscored`: its outcome is unscored
                with reason `bad_row`.
        """
        keep = _keeps(errors)

        def submit(row: object) -> Future[Outcome]:
            if not isinstance(row, Mapping) or not all(isinstance(name, str) for name in row):
                return _no_row(row, keep)
            beside = dict(row)
            return self._submit(beside.pop("completion", None), beside, keep)

        return Results(submit, rows, self._queue_size)

    def _submit(self, completion: Completion, given: dict[str, object], keep: bool) -> Future[Outcome]:
        if self._engine.needs_whole_group:
            raise SpecError("a reward of this scorer needs all samples of a prompt at once: use score_batch")
        return self._queue.submit(completion, given, keep)

    def _batch(self, completions: Iterable[Completion], given: Mapping[str, Any], keep: bool, watch: _Watch) -> Outcomes:
        outcomes = self._columns(completions, given, keep, watch)
        self._notices.batch(outcomes, given)
        return outcomes

    def _unwarned(self, completions: Iterable[Completion], given: Mapping[str, Any]) -> Outcomes:
        """As `score_batch` with `errors="unscored"`, for adapters, which warn in the trainer's own words."""
        return self._columns(completions, given, True, _Watch(False))

    async def _unwarned_async(self, completions: Iterable[Completion], given: Mapping[str, Any]) -> Outcomes:
        return await _in_thread(lambda until: self._columns(completions, given, True, _Watch(False, until)))

    def _columns(self, completions: Iterable[Completion], given: Mapping[str, Any], keep: bool, watch: _Watch) -> Outcomes:
        lists = {}
        for name, values in given.items():
            use = self._engine.use_of(name, "reward" in given)
            # A key only saves work: what would have to be turned into a list first is left alone.
            if use is not None and (use != "key" or isinstance(values, list)):
                lists[name] = as_list(name, values)
        return watch.over(lambda until: self._engine.score_columns(as_list("completion", completions), lists, until, keep))

    def _rows(self, rows: Iterable[Mapping[str, object]], map: Mapping[str, str] | None, keep: bool, watch: _Watch) -> Outcomes:
        found, paths = as_rows(rows), dict(map or {})
        # A field that is mapped is given, whatever its column is called.
        given = {*found[0], *paths} if found and isinstance(found[0], Mapping) else set(paths)
        names = {name for name in given if isinstance(name, str)} - (set(paths.values()) - set(paths))
        outcomes = watch.over(lambda until: self._engine.score_rows(found, list(paths.items()), until, keep))
        self._notices.batch(outcomes, names)
        return outcomes

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
        # A file may be another one, or none, where this is read again.
        spec = self._entries if isinstance(self._spec, (str, os.PathLike)) else self._spec
        return {"spec": spec, "jobs": self._jobs, "queue_size": self._queue_size}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]


class _Watch:
    """Who looks at a batch from time to time: shows how far it is, and says whether somebody still waits."""

    def __init__(self, progress: bool, ended: Callable[[], bool] | None = None) -> None:
        self._progress = Progress() if progress else None
        self._ended = ended

    def over(self, work: Callable[[Until | None], Outcomes]) -> Outcomes:
        if self._progress is None:
            return work(None if self._ended is None else self._look)
        scored = None
        try:
            outcomes = work(self._look)
            scored = len(outcomes)
        finally:
            self._progress.close(scored)
        return outcomes

    def _look(self, done: int, total: int) -> bool:
        if self._progress is not None:
            self._progress(done, total)
        return self._ended is not None and self._ended()


def _given(answer: object, columns: Mapping[str, object]) -> dict[str, Any]:
    """The columns that are given, by name."""
    return {name: values for name, values in {**columns, "answer": answer}.items() if values is not None}


def _no_row(row: object, keep: bool) -> Future[Outcome]:
    """What comes of something that is no row."""
    from concurrent.futures import Future

    future: Future[Outcome] = Future()
    problem = f"the row must be a mapping with text keys, got one of type {type(row).__name__}"
    if keep:
        future.set_result(Outcome("unscored", reason="bad_row", detail=problem))
    else:
        future.set_exception(RowError(problem))
    return future


def _keeps(errors: Errors) -> bool:
    if errors not in ("raise", "unscored"):
        raise SpecError(f"`errors` must be raise or unscored, got {errors!r}")
    return errors == "unscored"


async def _in_thread(work: Callable[[Callable[..., bool]], _Result]) -> _Result:
    """Runs work in a thread; where the task is cancelled (asyncio.run does it at Ctrl-C), the work is told."""
    import asyncio

    cancelled = threading.Event()
    try:
        return await asyncio.to_thread(work, lambda *_progress: cancelled.is_set())
    except asyncio.CancelledError:
        cancelled.set()
        raise
