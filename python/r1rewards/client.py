"""`Client`: a scorer on another machine, served by `verify serve`."""

from __future__ import annotations

import json
import math
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from ._columns import as_list, as_rows, present
from ._r1rewards import Outcome, Outcomes, RowError, SpecError
from ._results import Results
from .scorer import Completion, Errors
from .spec import Spec, entries

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

_Result = TypeVar("_Result")
_LINES = "application/x-ndjson"


class ServerError(RuntimeError):
    """The server refused a request, or could not be reached; the message has its code and its message."""


class Client:
    """Scores with a server as `Scorer` does in this process: the methods and their results are the same.

    Rows are sent as JSON, in batches over a few connections. A request that the server refuses because it has too much
    to do is sent again after the time that the server says; so is one whose connection broke, because the server was
    killed or restarted for example. Rows that are judged twice for it have the same outcomes.

    Args:
        url: The address of the server, `http://host:port`, or `https://` where a proxy adds TLS.
        spec: Rewards for these requests, as for `Scorer`; default: those of the server.
        token: The server's token.
        batch_size: The number of rows in a request.
        connections: The number of requests at a time.
        timeout: The seconds in which the server must send something.
        patience: The seconds during which refused and broken requests are sent again.
        columns: The columns to send besides `completion`, by their names after `map`, such as `["answer", "prompt"]`. By
            default all are sent: which ones are read may depend on the row (a `reward` of its own, a `route`). Give it where
            rows have large columns that no reward reads.

    Raises:
        SpecError: a spec that is refused, or an address without a host.

    >>> client = Client("http://127.0.0.1:8000")
    >>> client
    Client('http://127.0.0.1:8000')
    """

    def __init__(
        self,
        url: str,
        spec: Spec | None = None,
        *,
        token: str | None = None,
        batch_size: int = 256,
        connections: int = 4,
        timeout: float = 600.0,
        patience: float = 600.0,
        columns: Iterable[str] | None = None,
    ) -> None:
        from urllib.parse import urlsplit

        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SpecError(f"the address of a server is http://host:port, got {url!r}")
        for name, number in (("batch_size", batch_size), ("connections", connections)):
            if number < 1:
                raise SpecError(f"`{name}` must be at least 1, got {number}")
        if isinstance(columns, str):
            raise SpecError(f"`columns` must be a list of names, got the text {columns!r}: write [{columns!r}]")
        self._columns = None if columns is None else frozenset(columns) | {"completion"}
        self._given = (url, spec, token, batch_size, connections, timeout, patience, self._columns)
        self._url, self._parts = url, parts
        self._spec = None if spec is None else {"reward": entries(spec)}
        self._token, self._size, self._connections = token, batch_size, connections
        self._timeout, self._patience = timeout, patience
        self._local = threading.local()
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._told: dict[str, Any] | None = None

    def score(self, completion: Completion, answer: object = None, **columns: object) -> Outcome:
        """Scores one completion; see `Scorer.score`.

        Raises:
            RowError: a value cannot be read; the message names the column.
            ServerError: the server refused the request, or could not be reached.
        """
        return self._send([{"completion": completion, **present(answer, columns)}], "raise")[0]

    def score_batch(
        self,
        completions: Iterable[Completion],
        answer: Iterable[object] | None = None,
        *,
        errors: Errors = "raise",
        **columns: Iterable[object] | None,
    ) -> Outcomes:
        """Scores completions and returns one outcome for each, in order; see `Scorer.score_batch`.

        Raises:
            RowError: columns have different lengths; with `errors="raise"`, a value cannot be read.
            ServerError: the server refused the request, or could not be reached.
        """
        texts = as_list("completion", completions)
        lists = {name: as_list(name, values) for name, values in present(answer, columns).items()}
        for name, values in lists.items():
            if len(values) != len(texts):
                raise RowError(f"`{name}` has {len(values)} values and `completion` has {len(texts)}")
        rows = [{"completion": text, **{name: values[row] for name, values in lists.items()}} for row, text in enumerate(texts)]
        return self._send(rows, errors)

    def score_rows(
        self, rows: Iterable[Mapping[str, object]], map: Mapping[str, str] | None = None, *, errors: Errors = "raise"
    ) -> Outcomes:
        """Scores rows in the format of `verify score`; see `Scorer.score_rows`.

        `map` reads columns by their names here; paths into columns are for the server's `--map`.

        Raises:
            RowError: with `errors="raise"`, a row cannot be read. The message names the row and the column.
            ServerError: the server refused the request, or could not be reached.
        """
        return self._send([_mapped(row, map or {}) for row in as_rows(rows)], errors)

    async def score_async(self, completion: Completion, answer: object = None, **columns: object) -> Outcome:
        """Does the same as `score` in a thread, so that the event loop is not blocked."""
        return await _in_thread(lambda: self.score(completion, answer, **columns))

    async def score_batch_async(
        self,
        completions: Iterable[Completion],
        answer: Iterable[object] | None = None,
        *,
        errors: Errors = "raise",
        **columns: Iterable[object] | None,
    ) -> Outcomes:
        """Does the same as `score_batch` in a thread, so that the event loop is not blocked."""
        return await _in_thread(lambda: self.score_batch(completions, answer, errors=errors, **columns))

    async def score_rows_async(
        self, rows: Iterable[Mapping[str, object]], map: Mapping[str, str] | None = None, *, errors: Errors = "raise"
    ) -> Outcomes:
        """Does the same as `score_rows` in a thread, so that the event loop is not blocked."""
        return await _in_thread(lambda: self.score_rows(rows, map, errors=errors))

    def submit(self, completion: Completion, answer: object = None, **columns: object) -> Future[Outcome]:
        """Sends one sample in the background and returns immediately.

        Raises:
            SpecError: a reward needs all samples of a prompt at once; use `score_batch` for it.
        """
        if self.needs_whole_group:
            raise SpecError("a reward of this server compares all samples of a prompt: use score_batch")
        return self._threads().submit(self.score, completion, answer, **columns)

    def results(self, rows: Iterable[Mapping[str, object]], *, errors: Errors = "raise") -> Results:
        """Scores rows of an iterable in the background and yields their outcomes in order; see `Scorer.results`."""

        def submit(row: object) -> Future[Outcome]:
            one = dict(row) if isinstance(row, Mapping) else row
            return self._threads().submit(lambda: self._send([one], errors)[0])

        return Results(submit, rows, 4 * self._connections)

    @property
    def names(self) -> list[str]:
        """The names of the rewards, as in results."""
        return list(self._config["names"])

    @property
    def needs_whole_group(self) -> bool:
        """Whether a reward needs all samples of a prompt in one batch."""
        return bool(self._config["needs_whole_group"])

    @property
    def config(self) -> dict[str, object]:
        """The configuration as a spec, with all names and weights."""
        return dict(self._config["config"])

    @property
    def config_hash(self) -> str:
        """The stable hash of the configuration; store it with results."""
        return str(self._config["config_hash"])

    def __repr__(self) -> str:
        return f"Client({self._url!r})"

    def __getstate__(self) -> tuple[Any, ...]:
        return self._given

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        url, spec, token, size, connections, timeout, patience, columns = state
        self.__init__(  # type: ignore[misc]
            url,
            spec,
            token=token,
            batch_size=size,
            connections=connections,
            timeout=timeout,
            patience=patience,
            columns=columns,
        )

    @property
    def _config(self) -> dict[str, Any]:
        if self._told is None:
            if self._spec is None:
                self._told = json.loads(self._request("GET", "/config", None))
            else:
                from .scorer import Scorer

                scorer = Scorer(self._spec, jobs=1)
                self._told = {
                    "config": scorer.config,
                    "config_hash": scorer.config_hash,
                    "names": scorer.names,
                    "needs_whole_group": scorer.needs_whole_group,
                }
        return self._told

    def _send(self, rows: Sequence[Any], errors: Errors) -> Outcomes:
        if self._columns is not None:
            rows = [_some(row, self._columns) for row in rows]
        size = len(rows) if len(rows) > self._size and self.needs_whole_group else self._size
        batches = [rows[start : start + size] for start in range(0, len(rows), max(size, 1))]
        bodies = [self._body(batch, start * size) for start, batch in enumerate(batches)]
        counts = [len(batch) for batch in batches]
        if len(bodies) < 2:
            texts = [self._judged(*one) for one in zip(bodies, counts, strict=True)]
        else:
            texts = list(self._threads().map(self._judged, bodies, counts))
        outcomes = Outcomes.from_json("[" + ",".join(text for text in texts if text) + "]")
        if errors == "raise":
            bad = next((outcome for outcome in outcomes if outcome.reason == "bad_row"), None)
            if bad is not None:
                raise RowError(bad.detail or bad.why)
        return outcomes

    def _body(self, rows: Sequence[Any], first: int) -> bytes:
        spec = {} if self._spec is None else {"spec": self._spec}
        try:
            try:
                text = json.dumps({"rows": rows, **spec}, default=_plain, ensure_ascii=False, allow_nan=False)
            except ValueError:
                # JSON has no numbers that are not finite: as for a scorer, they are no value.
                text = json.dumps({"rows": _finite(rows), **spec}, default=_plain, ensure_ascii=False)
        except (TypeError, ValueError, RecursionError) as error:
            raise RowError(f"one of the rows {first + 1} to {first + len(rows)} cannot be sent as JSON: {error}") from error
        try:
            return text.encode("utf-8")
        except UnicodeEncodeError:
            # Half a character of UTF-16 is read as the replacement character.
            return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode("utf-8")

    def _judged(self, body: bytes, rows: int) -> str:
        """Returns the results of a request as JSON texts with commas between them."""
        lines = self._request("POST", "/score", body).decode().split("\n")
        results = [line for line in lines if line]
        # A row may have several completions.
        if len(results) < rows:
            raise ServerError(f"{self._url} gave {len(results)} results for {rows} rows: is it `verify serve`?")
        return ",".join(results)

    def _request(self, method: str, path: str, body: bytes | None) -> bytes:
        """Sends a request until it is answered."""
        from http.client import HTTPException

        deadline = time.monotonic() + self._patience
        pause = 0.1
        while True:
            try:
                status, headers, text = self._once(method, path, body)
            except (OSError, HTTPException) as error:
                self._close()
                if time.monotonic() + pause > deadline:
                    said = str(error) or type(error).__name__
                    tried = f"; it was tried for {self._patience:g} seconds (`patience`)" if self._patience else ""
                    raise ServerError(f"{self._url} cannot be reached: {said}{tried}") from error
                wait = pause
            else:
                last = text[text.rstrip().rfind(b"\n") + 1 :]
                if status == 200 and not last.startswith(b'{"error"'):
                    return text
                # A stream of results ends with what went wrong after its beginning.
                refusal = _refusal(status, (last if status == 200 else text).decode("utf-8", "replace"))
                if status == 200:
                    status = {"busy": 429, "stopping": 503}.get(refusal.code, status)
                wait = max(pause, float(headers.get("retry-after") or 0))
                if status not in (429, 502, 503, 504) or refusal.code == "time_limit" or time.monotonic() + wait > deadline:
                    raise refusal
            time.sleep(wait)
            pause = min(2 * pause, 10.0)

    def _once(self, method: str, path: str, body: bytes | None) -> tuple[int, Any, bytes]:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            from http.client import HTTPConnection, HTTPSConnection

            kind = HTTPSConnection if self._parts.scheme == "https" else HTTPConnection
            connection = kind(self._parts.hostname or "", self._parts.port, timeout=self._timeout)
            self._local.connection = connection
        headers = {"Accept": _LINES if path == "/score" else "application/json", "Content-Type": "application/json"}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            connection.request(method, self._parts.path.rstrip("/") + path, body, headers)
        except (BrokenPipeError, ConnectionResetError):
            # A server that refuses a request before it has read it may close the connection: its response says why.
            if connection.sock is None:
                raise
        response = connection.getresponse()
        return response.status, response.headers, response.read()

    def _close(self) -> None:
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            self._local.connection = None
            connection.close()

    def _threads(self) -> ThreadPoolExecutor:
        from concurrent.futures import ThreadPoolExecutor

        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self._connections, thread_name_prefix="r1rewards-client")
            return self._pool


class _Refusal(ServerError):
    code: str


def _refusal(status: int, text: str) -> _Refusal:
    try:
        told = json.loads(text)["error"]
        code, message = str(told["code"]), str(told["message"])
    except (ValueError, KeyError, TypeError):
        code, message = str(status), text[:500]
    refusal = _Refusal(f"{code}: {message}")
    refusal.code = code
    return refusal


def _some(row: Any, columns: frozenset[str]) -> Any:
    """Returns a row with these columns only."""
    return {name: value for name, value in row.items() if name in columns} if isinstance(row, Mapping) else row


def _mapped(row: Any, map: Mapping[str, str]) -> Any:
    """Returns a row with each field of `map` from its column, and not from the column of the field's own name."""
    if not isinstance(row, Mapping):
        return row
    others = {name: value for name, value in row.items() if name not in map}
    return {**others, **{field: row[column] for field, column in map.items() if column in row}}


def _plain(value: Any) -> Any:
    """Returns numbers and lists of numpy and torch, mappings, dates and decimals as JSON has them; of other objects, which no
    reward can read, the type."""
    if isinstance(value, Mapping):
        return dict(value)
    for name in ("tolist", "item"):
        if callable(getattr(value, name, None)):
            return getattr(value, name)()
    from datetime import date, time, timedelta
    from decimal import Decimal

    if isinstance(value, (date, time, timedelta, Decimal)):
        return str(value)
    return {f"an object of type {type(value).__name__}": None}


def _finite(value: Any) -> Any:
    """Returns a value in which numbers that are not finite are None."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, Mapping):
        return {name: _finite(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return _finite(_plain(value))


async def _in_thread(work: Callable[[], _Result]) -> _Result:
    import asyncio

    return await asyncio.to_thread(work)
