"""Scores data sets and streams of samples on a Ray cluster (`pip install r1rewards[ray]`); docs/ray.md.

Ray starts, places and restarts the workers; a worker keeps one `Scorer`.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import tempfile
import threading
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ._columns import as_list, present
from ._r1rewards import Outcome, Outcomes, SpecError
from ._tables import RESULT_COLUMNS, score_table
from .scorer import Completion, Scorer
from .spec import Spec


def score_dataset(
    dataset: Any,
    spec: Spec,
    *,
    map: Mapping[str, str] | None = None,
    group_by: str | None = None,
    actors: int | tuple[int, int] | None = None,
    batch_size: int = 8192,
    prefix: str = "",
    **options: Any,
) -> Any:
    """Scores a data set of Ray Data: its rows with the columns of their outcomes.

    Each actor keeps a scorer with one thread and judges batches that stay in Arrow. A batch that ends its actor is tried
    up to four times; then the data set fails. As all operations of Ray Data, it runs
    when the result is used. The verdicts are those of `verify score` and `Scorer.score_rows`.

    Args:
        dataset: A `ray.data.Dataset` with the columns of rows: `completion`, `answer`, `prompt`, `tests`, ...
        spec: Rewards, as for `Scorer`. A file is read here, not by the actors.
        map: The columns to read fields from if they have other names.
        group_by: The column whose equal values make a group; needed by rewards that compare the samples of a prompt.
        actors: The number of actors, or the least and the most; default: from one to one for each CPU of the cluster.
        batch_size: The number of rows that an actor judges at a time. A batch of programs takes long: use fewer.
        prefix: Put in front of the names of the new columns: `verdict`, `reward` (null if unscored), `reason`, `extracted`,
            `rule`, `detail`, `work`, `components.NAME`.
        **options: Arguments for the actors, as `map_batches` takes them: `memory`, `runtime_env`, ... By default `num_cpus` is 1, or
            less so that one CPU of the cluster stays free: where actors hold all CPUs, Ray has none to read the rows with,
            and waits for ever. Options that `map_batches` does not name, such as `max_task_retries`, are deprecated by Ray.

    Raises:
        ImportError: Ray is not installed.
        SpecError: the spec is refused, or a reward compares the samples of a prompt and `group_by` is not given.

    Use as `r1rewards.ray.score_dataset(ray.data.read_parquet("rows/"), {"kind": "math"}).write_parquet("scored/")`.
    """
    ray = _ray("ray.data")
    scorer = Scorer(spec, jobs=1)
    if scorer.needs_whole_group and group_by is None:
        raise SpecError("a reward of this spec compares the samples of a prompt: give `group_by`, the column that names the prompt")
    cpus = float(ray.cluster_resources().get("CPU", 1))
    least, most = (1, max(1, int(cpus))) if actors is None else (actors, actors) if isinstance(actors, int) else actors
    names = set(dataset.columns(fetch_if_missing=False) or ()) & {prefix + name for name in RESULT_COLUMNS}
    if names:
        raise SpecError(f"the data set has the columns {sorted(names)} already: choose another `prefix`, or rename them")
    if not 1 <= least <= most:
        raise SpecError(f"`actors` must be at least 1, and the least at most the most, got {actors!r}")
    given: dict[str, Any] = {"scorer": scorer, "map": dict(map or {}), "prefix": prefix}
    share = round(min(1.0, max(0.0, (cpus - 1) / most)), 2)
    if group_by is not None and scorer.needs_whole_group:
        given["map"].setdefault("prompt", group_by)
    options = {"num_cpus": share, **options, "fn_constructor_kwargs": given, "batch_format": "pyarrow"}
    if group_by is not None:
        return dataset.groupby(group_by).map_groups(_Judge, concurrency=(least, most), **options)
    options["compute"] = ray.data.ActorPoolStrategy(min_size=least, max_size=most)
    return dataset.map_batches(_Judge, batch_size=batch_size, zero_copy_batch=True, **options)


class _Judge:
    """What an actor of Ray Data keeps: a scorer, made once."""

    def __init__(self, scorer: Scorer, map: Mapping[str, str], prefix: str) -> None:
        self._scorer, self._map, self._prefix = scorer, map, prefix

    def __call__(self, table: Any) -> Any:
        with _bounded(table, self._map.get("completion", "completion")):
            return score_table(self._scorer, table, self._map, prefix=self._prefix)


_MOST_TRIES = 4
"""How often a batch is tried that ends its actor."""


@contextlib.contextmanager
def _bounded(table: Any, column: str) -> Iterator[None]:
    """Refuses a batch that ended the process of its actor as often as it may be tried.

    Ray tries it again without end, in the same actor, and the argument of `map_batches` that would bound it is deprecated.
    So each try adds a byte to a file of the actor and the batch, which is removed when the batch is done.
    """
    actor = _ray("ray").get_runtime_context().get_actor_id()
    first = str(table.column(column)[0]) if table.num_rows and column in table.column_names else ""
    batch = f"{table.num_rows}-{table.nbytes}-{zlib.crc32(first.encode('utf-8', 'replace')):08x}"
    path = os.path.join(tempfile.gettempdir(), f"r1rewards-{actor}-{batch}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
    try:
        file = os.open(path, flags, 0o600)
        try:
            os.write(file, b".")
            tries = os.fstat(file).st_size
        finally:
            os.close(file)
    except OSError:
        # Without a folder to write to, tries are not counted.
        tries = 0
    try:
        if tries > _MOST_TRIES:
            raise RuntimeError(
                f"a batch of {table.num_rows} rows ended the process of its actor {_MOST_TRIES} times: it was killed, "
                "perhaps for want of memory (give a smaller `batch_size`, or `memory`), or a reward of your own ends it"
            )
        yield
    finally:
        with contextlib.suppress(OSError):
            os.unlink(path)


class RewardActor:
    """Keeps a scorer in a process of its own; `RewardPool` starts several.

    It is a plain class: `ray.remote(RewardActor).remote(spec)` makes one actor.
    """

    def __init__(self, spec: Spec | Scorer, jobs: int = 1) -> None:
        self._scorer = spec if isinstance(spec, Scorer) else Scorer(spec, jobs=jobs)

    def score(self, completion: Completion, columns: dict[str, Any]) -> Outcome:
        """Scores one completion; see `Scorer.score`."""
        return self._scorer.score(completion, **columns)

    def score_batch(self, completions: list[Completion], columns: dict[str, Any]) -> Outcomes:
        """Scores completions, in order; one that cannot be read is unscored."""
        return self._scorer.score_batch(completions, errors="unscored", **columns)


class RewardPool:
    """Actors that score for a trainer, on any machine of the cluster, while it generates.

    A sample goes to the actor with the fewest unfinished ones. An actor that dies is started again by Ray, and its samples
    are judged again: a sample has the same outcome wherever it is judged. The pool may be sent to other tasks and actors,
    which then share the actors.

    Args:
        spec: Rewards, as for `Scorer`.
        actors: The number of actors; default: one for each CPU of the cluster but one, which stays free for other tasks.
        jobs: The number of threads, and CPUs, of an actor.
        name: Actors with a name outlive the job that started them, and a pool of the same name and spec uses them. They are in
            Ray's namespace `r1rewards`, whatever that of the job.
        **options: Options of the actors, as Ray's `options` takes them: `memory`, `scheduling_strategy`, `runtime_env`, ...
            By default a sample is given to an actor up to four times if the actor dies (`max_task_retries=3`); then
            waiting for it raises Ray's `RayActorError`.

    Raises:
        ImportError: Ray is not installed.
        SpecError: the spec is refused, or the cluster has too few CPUs for the actors.

    Its methods raise `RuntimeError` where the pool was closed, also by another process, and where Ray was shut down.
    """

    def __init__(self, spec: Spec, *, actors: int | None = None, jobs: int = 1, name: str | None = None, **options: Any) -> None:
        ray = _ray("ray")
        scorer = Scorer(spec, jobs=jobs)
        cpus = float(ray.cluster_resources().get("CPU", 1))
        count = actors if actors is not None else max(1, int(cpus - 1) // jobs)
        if count < 1:
            raise SpecError(f"`actors` must be at least 1, got {count}")
        shared: dict[str, Any] = {"num_cpus": jobs, "max_restarts": -1, "max_task_retries": 3, **options}
        if count * float(shared["num_cpus"]) > cpus:
            raise SpecError(
                f"{count} actors with {shared['num_cpus']} CPUs each need more than the {cpus:g} CPUs of the cluster, so that some "
                "would never start: give fewer `actors`, or a smaller `num_cpus`"
            )
        if name is not None:
            shared |= {"lifetime": "detached", "get_if_exists": True, "namespace": "r1rewards"}
        remote = ray.remote(RewardActor)
        names = [None if name is None else f"{name}-{scorer.config_hash}-{place}" for place in range(count)]
        actors_of_it = [remote.options(**shared, **({} if own is None else {"name": own})).remote(scorer) for own in names]
        self.__setstate__((actors_of_it, scorer.needs_whole_group))

    def submit(self, completion: Completion, answer: object = None, **columns: object) -> Any:
        """Hands over one sample and returns the `ObjectRef` of its outcome, for `ray.get` or `await`.

        Raises:
            SpecError: a reward compares the samples of a prompt; use `submit_batch`.
        """
        return self._watched(*self._one(completion, answer, columns))

    def submit_batch(
        self, completions: Iterable[Completion], answer: Iterable[object] | None = None, **columns: Iterable[object] | None
    ) -> Any:
        """Hands over completions to one actor and returns the `ObjectRef` of their `Outcomes`.

        A completion that cannot be read is unscored with reason `bad_row`.
        """
        return self._watched(*self._several(completions, answer, columns))

    async def score_async(self, completion: Completion, answer: object = None, **columns: object) -> Outcome:
        """Scores one completion; see `Scorer.score_async`."""
        place, reference = self._one(completion, answer, columns)
        try:
            with _told():
                outcome: Outcome = await reference
                return outcome
        finally:
            self._count(place, -1)

    async def score_batch_async(
        self, completions: Iterable[Completion], answer: Iterable[object] | None = None, **columns: Iterable[object] | None
    ) -> Outcomes:
        """Scores completions on one actor and returns their outcomes in order."""
        place, reference = self._several(completions, answer, columns)
        try:
            with _told():
                outcomes: Outcomes = await reference
                return outcomes
        finally:
            self._count(place, -1)

    def score(self, completion: Completion, answer: object = None, **columns: object) -> Outcome:
        """Scores one completion and waits for it."""
        with _told():
            outcome: Outcome = _ray("ray").get(self.submit(completion, answer, **columns))
            return outcome

    def score_batch(
        self, completions: Iterable[Completion], answer: Iterable[object] | None = None, **columns: Iterable[object] | None
    ) -> Outcomes:
        """Scores completions on one actor and waits for their outcomes, in order."""
        with _told():
            outcomes: Outcomes = _ray("ray").get(self.submit_batch(completions, answer, **columns))
            return outcomes

    def close(self) -> None:
        """Ends the actors, also those of a pool with a name, and waits until they have ended, for ten seconds at most."""
        ray = _ray("ray")
        if ray.is_initialized():
            killed = []
            for actor in self._actors:
                # Actors of a cluster that this process has left cannot be ended from here.
                with contextlib.suppress(ray.exceptions.RayError):
                    ray.kill(actor)
                    killed.append(actor)
            _wait_for_their_end(killed, seconds=10)
        self._actors.clear()
        self._unfinished.clear()

    def _one(self, completion: Completion, answer: object, columns: Mapping[str, Any]) -> tuple[int, Any]:
        if self._needs_whole_group:
            raise SpecError("a reward of this pool compares all samples of a prompt: use submit_batch or score_batch_async")
        return self._send("score", completion, present(answer, columns))

    def _several(self, completions: Iterable[Completion], answer: object, columns: Mapping[str, Any]) -> tuple[int, Any]:
        given = {name: as_list(name, values) for name, values in present(answer, columns).items()}
        return self._send("score_batch", as_list("completion", completions), given)

    def _send(self, method: str, completions: Any, columns: dict[str, Any]) -> tuple[int, Any]:
        """Returns the place of the actor that has the task, and the reference of its result."""
        if not self._actors:
            raise RuntimeError("the pool was closed")
        if not _ray("ray").is_initialized():
            # Sending would start a Ray of its own, which knows no actors.
            raise RuntimeError(
                "Ray is not running in this process, perhaps after ray.shutdown(): call ray.init() and make a new RewardPool"
            )
        with self._lock:
            place = min(range(len(self._actors)), key=self._unfinished.__getitem__)
            self._unfinished[place] += 1
        try:
            return place, getattr(self._actors[place], method).remote(completions, columns)
        except BaseException as error:
            # What cannot be sent is not unfinished.
            self._count(place, -1)
            if "different cluster" in str(error):
                told = "the actors of this pool are of another cluster, which this process has left: make a new RewardPool"
                raise RuntimeError(told) from error
            raise

    def _watched(self, place: int, reference: Any) -> Any:
        reference.future().add_done_callback(lambda _: self._count(place, -1))
        return reference

    def _count(self, place: int, change: int) -> None:
        with self._lock:
            if self._unfinished:
                self._unfinished[place] += change

    def __getstate__(self) -> tuple[list[Any], bool]:
        return self._actors, self._needs_whole_group

    def __setstate__(self, state: tuple[list[Any], bool]) -> None:
        actors, self._needs_whole_group = state
        self._actors: list[Any] = actors
        self._unfinished = [0] * len(actors)
        self._lock = threading.Lock()


def _wait_for_their_end(actors: list[Any], seconds: float) -> None:
    """Returns when the actors, which were killed, are dead.

    `ray.kill` returns before that: until then, an actor answers, and a new pool of the same name would get it.
    """
    ray = _ray("ray")
    until = time.monotonic() + seconds
    for actor in actors:
        # An error says that the actor is dead, or that it cannot be asked in time.
        with contextlib.suppress(ray.exceptions.RayError):
            while (left := until - time.monotonic()) > 0:
                ray.get(actor.__ray_ready__.remote(), timeout=left)
                time.sleep(0.01)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Says what happened where an actor was ended for good; one that ended by itself is started again."""
    try:
        yield
    except _ray("ray").exceptions.ActorDiedError as error:
        raise RuntimeError(
            "an actor of the pool was ended: the pool was closed elsewhere (`close()` on a pool of the same name ends its "
            f"actors), or the job or the cluster that held it is gone; make a new RewardPool. Ray says: {error}"
        ) from error


def _ray(module: str) -> Any:
    """Returns the package `ray` after importing a module of it."""
    try:
        importlib.import_module(module)
    except ImportError as error:
        raise ImportError(f"r1rewards.ray needs `{module}`: pip install 'r1rewards[ray]'") from error
    return importlib.import_module("ray")
