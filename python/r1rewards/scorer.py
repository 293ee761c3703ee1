"""`Scorer`: scores samples with a weighted sum of rewards, one at a time, in batches, or in the background."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from ._columns import as_list, as_rows, present
from ._notices import Notices
from ._progress import Progress
from ._queue import ScoringQueue
from ._r1rewards import Engine, Outcome, Outcomes, RowError, SpecError
from ._results import Results
from .spec import Spec, entries

if TYPE_CHECKING:
    # Not imported at run time: it is slow to import and few programs use it.
    from concurrent.futures import Future

    Until = Callable[[int, int], bool]

_Result = TypeVar("_Result")
Completion = Any
"""Text, or a list of messages of which the last assistant message is judged."""
Errors = Literal["raise", "unscored"]
"""The treatment of a row that cannot be read: an exception, or an unscored outcome with reason `bad_row`."""


class Scorer:
    """Scores samples with the weighted sum of rewards.

    With one reward of weight 1 the result is its outcome. Otherwise the reward is the weighted sum, the verdict is that
    of the first reward, and `components` has each outcome by name. The same sample and spec give the same outcome on
    any machine and with any number of threads.

    Only the columns that a reward reads are accessed. Other columns may hold images or any other objects. If no sample
    of a batch is scored, an `UnscoredWarning` gives the reason, once.

    Args:
        spec: Rewards, (weight, reward), a list of these, a mapping, the name of a kind (`"math"`), JSON or TOML text,
            or the path of a spec file.
        jobs: The number of threads for batches, at most 256; default: one for each core. Rewards that are coroutine
            functions use more.
        queue_size: The number of submitted samples that may wait before `submit` blocks.

    Raises:
        SpecError: an unknown kind or option, an invalid value of an option, or two rewards with the same name.
        FileNotFoundError: there is no file at the path.

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
            completion: Text, or a list of messages of which the last assistant message is judged.
            answer: The reference, or a list of acceptable ones; each is text or a number.
            **columns: The other columns of the row: `prompt`, `tests`, `id`, `reward`, or any column that a reward
                reads.

        Raises:
            RowError: a value has the wrong type; the message names the column.
        """
        given = present(answer, columns)
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
        """Scores completions on all cores and returns one outcome for each completion, in order.

        Ctrl-C ends the call within a second (within a few seconds for millions of samples).

        An entry of `completions` that is not a completion (None, a number) is unscored with reason `bad_row`. The other
        samples are scored.

        Args:
            completions: The completion of each sample, as for `score`.
            answer: The reference of each sample. None leaves the column out.
            errors: With `raise`, a value in a column other than the completions that cannot be read ends the call with
                a `RowError`. With `unscored`, only its row is unscored, with reason `bad_row` and a detail that names
                the column.
            progress: Whether progress is shown on standard error: a tqdm bar if tqdm is installed, else a line every 5
                seconds.
            **columns: The other columns, each with one value for each sample. None leaves a column out.

        Raises:
            RowError: columns have different lengths; or, with `errors="raise"`, a value in a column other than the
                completions has the wrong type, or no entry of `completions` is a completion. The message names row and
                column.
        """
        given = present(answer, columns)
        return self._batch(completions, given, _keeps(errors), _Watch(progress))

    def score_rows(
        self,
        rows: Iterable[Mapping[str, object]],
        map: Mapping[str, str] | None = None,
        *,
        errors: Errors = "raise",
        progress: bool = False,
    ) -> Outcomes:
        """Scores rows in the format of `verify score`.

        A row with a list of completions gives one outcome for each completion.

        A completion that cannot be read, in a list with others, is unscored with reason `bad_row`.

        Args:
            rows: Mappings with `completion` and the columns that the rewards read (`answer`, `tests`, `prompt` and
                others); or a pandas or polars data frame, or an Arrow table.
            map: The columns to read fields from if they have other names: `{"completion": "output.text"}`.
            errors: With `raise`, a row that cannot be read ends the call with a `RowError`. With `unscored`, it is
                unscored with reason `bad_row`, once for each of its completions, and the other rows are scored.
            progress: As for `score_batch`.

        Raises:
            RowError: with `errors="raise"`, a column is missing or a value has the wrong type. The message names the
                row and the columns that it has.
        """
        return self._rows(rows, map, _keeps(errors), _Watch(progress))

    async def score_async(self, completion: Completion, answer: object = None, **columns: object) -> Outcome:
        """Does the same as `score` in a thread, so that the event loop is not blocked.

        Cancelling the task ends the work.
        """
        given = present(answer, columns)
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
        """Does the same as `score_batch` in a thread, so that the event loop is not blocked.

        Cancelling the task ends the work.
        """
        given, keep = present(answer, columns), _keeps(errors)
        return await _in_thread(lambda until: self._batch(completions, given, keep, _Watch(progress, until)))

    async def score_rows_async(
        self,
        rows: Iterable[Mapping[str, object]],
        map: Mapping[str, str] | None = None,
        *,
        errors: Errors = "raise",
        progress: bool = False,
    ) -> Outcomes:
        """Does the same as `score_rows` in a thread, so that the event loop is not blocked.

        Cancelling the task ends the work.
        """
        keep = _keeps(errors)
        return await _in_thread(lambda until: self._rows(rows, map, keep, _Watch(progress, until)))

    def submit(self, completion: Completion, answer: object = None, **columns: object) -> Future[Outcome]:
        """Queues one sample and returns immediately, so that it is scored while the next ones are generated.

        Blocks while `queue_size` samples wait. For a sample that cannot be read, the future raises the `RowError`.
        Samples that are still waiting when the interpreter ends are cancelled.

        Raises:
            RuntimeError: the interpreter is ending.
            SpecError: a reward needs all samples of a prompt at once; use `score_batch` for it.
        """
        return self._submit(completion, present(answer, columns), keep=False)

    def results(self, rows: Iterable[Mapping[str, object]], *, errors: Errors = "raise") -> Results:
        """Scores rows of an iterable in the background and yields their outcomes in order.

        At most `queue_size` rows are read ahead. Ctrl-C loses no outcome: the iterator can be continued, and `ready()`
        returns the outcomes that are complete.

        Args:
            rows: Mappings whose keys are the arguments of `submit`.
            errors: With `raise`, the iterator raises the `RowError` of a row that cannot be read in its place, and can
                then be continued. With `unscored`, the outcome of the row is unscored with reason `bad_row`.
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
            raise SpecError("a reward of this scorer compares all samples of a prompt: use score_batch")
        return self._queue.submit(completion, given, keep)

    def _batch(self, completions: Iterable[Completion], given: Mapping[str, Any], keep: bool, watch: _Watch) -> Outcomes:
        outcomes = self._columns(completions, given, keep, watch)
        self._notices.batch(outcomes, given)
        return outcomes

    def _unwarned(self, completions: Iterable[Completion], given: Mapping[str, Any]) -> Outcomes:
        """Does the same as `score_batch` with `errors="unscored"`, without warnings: adapters give warnings with the
        trainer's terms."""
        return self._columns(completions, given, True, _Watch(False))

    async def _unwarned_async(self, completions: Iterable[Completion], given: Mapping[str, Any]) -> Outcomes:
        return await _in_thread(lambda until: self._columns(completions, given, True, _Watch(False, until)))

    def _columns(self, completions: Iterable[Completion], given: Mapping[str, Any], keep: bool, watch: _Watch) -> Outcomes:
        lists = {}
        for name, values in given.items():
            use = self._engine.use_of(name, "reward" in given)
            # A key is optional, so it is used only if it is a list already: converting it could cost more than it
            # saves.
            if use is not None and (use != "key" or isinstance(values, list)):
                lists[name] = as_list(name, values)
        return watch.over(lambda until: self._engine.score_columns(as_list("completion", completions), lists, until, keep))

    def _rows(self, rows: Iterable[Mapping[str, object]], map: Mapping[str, str] | None, keep: bool, watch: _Watch) -> Outcomes:
        found, paths = as_rows(rows), dict(map or {})
        # For the warnings, a mapped field counts as given under its own name, and not under the name of its column.
        given = {*found[0], *paths} if found and isinstance(found[0], Mapping) else set(paths)
        names = {name for name in given if isinstance(name, str)} - (set(paths.values()) - set(paths))
        outcomes = watch.over(lambda until: self._engine.score_rows(found, list(paths.items()), until, keep))
        self._notices.batch(outcomes, names)
        return outcomes

    @property
    def names(self) -> list[str]:
        """The names of the rewards, as in results."""
        return self._engine.names

    @property
    def needs_whole_group(self) -> bool:
        """Whether a reward needs all samples of a prompt in one batch."""
        return self._engine.needs_whole_group

    @property
    def config(self) -> dict[str, object]:
        """The configuration as a spec, with all names and weights."""
        return self._engine.config

    @property
    def config_hash(self) -> str:
        """The stable hash of the configuration; store it with results."""
        return self._engine.config_hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scorer) and self.config == other.config

    def __hash__(self) -> int:
        return hash(self.config_hash)

    def __repr__(self) -> str:
        return f"Scorer({self._spec!r})"

    def __getstate__(self) -> dict[str, object]:
        # The content of a spec file is pickled, not its path: the file may be changed or missing where this is
        # unpickled.
        spec = self._entries if isinstance(self._spec, (str, os.PathLike)) else self._spec
        return {"spec": spec, "jobs": self._jobs, "queue_size": self._queue_size}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]


class _Watch:
    """Observes a batch while it is scored: shows the progress and tells the engine when to stop."""

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


def _no_row(row: object, keep: bool) -> Future[Outcome]:
    """Returns the future for an entry that is not a row: unscored with `keep`, else a `RowError`."""
    from concurrent.futures import Future

    future: Future[Outcome] = Future()
    problem = f"a row must be a mapping with text keys, got a value of type {type(row).__name__}"
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
    """Runs work in a thread and tells it to stop if the task is cancelled (`asyncio.run` cancels it at Ctrl-C)."""
    import asyncio

    cancelled = threading.Event()
    try:
        return await asyncio.to_thread(work, lambda *_progress: cancelled.is_set())
    except asyncio.CancelledError:
        cancelled.set()
        raise
