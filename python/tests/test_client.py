"""`Client`: the same outcomes as a scorer in this process, from a server in another."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import decimal
import json
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import r1rewards

ROWS = [{"id": f"q{number}", "completion": f"so \\boxed{{{number % 3}}}", "answer": "1"} for number in range(700)]


def started(listen: str = "127.0.0.1:0", *arguments: str) -> tuple[subprocess.Popen[str], str]:
    command = [sys.executable, "-m", "r1rewards", "serve", "--listen", listen, *arguments]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert server.stderr is not None
    line = server.stderr.readline()
    assert "listening on " in line, line
    # The log must be read, or the server waits for room in the pipe.
    threading.Thread(target=server.stderr.read, daemon=True).start()
    return server, line.split("listening on ")[1].strip()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server, url = started()
    yield url
    server.send_signal(signal.SIGTERM)
    assert server.wait(60) == 0


@pytest.mark.parametrize("spec", [None, {"kind": "math"}, r1rewards.Math(policy="lenient")])
def test_outcomes_are_those_of_a_scorer(url: str, spec: object) -> None:
    client, scorer = r1rewards.Client(url, spec, batch_size=100), r1rewards.Scorer(spec or "auto")
    assert client.score_rows(ROWS) == scorer.score_rows(ROWS)
    texts, golds = [row["completion"] for row in ROWS], [row["answer"] for row in ROWS]
    assert client.score_batch(texts, golds) == scorer.score_batch(texts, golds)
    assert client.score(texts[1], "1") == scorer.score(texts[1], "1")
    assert client.submit(texts[1], answer="1").result() == scorer.score(texts[1], "1")
    assert list(client.results(ROWS[:9])) == list(scorer.results(ROWS[:9]))
    assert asyncio.run(client.score_rows_async(ROWS[:3])) == scorer.score_rows(ROWS[:3])
    assert (client.config, client.config_hash, client.names) == (scorer.config, scorer.config_hash, scorer.names)
    assert pickle.loads(pickle.dumps(client)).score(texts[1], "1") == scorer.score(texts[1], "1")
    assert len(client.score_rows([])) == 0


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), datetime.date(2020, 1, 1), datetime.datetime(2020, 1, 1), decimal.Decimal("1.0"), b"1", (1,), "1\ud800", True, None],
)
def test_a_value_that_json_lacks_has_the_outcome_that_a_scorer_gives(url: str, value: object) -> None:
    client, scorer = r1rewards.Client(url, {"kind": "math"}), r1rewards.Scorer({"kind": "math"})
    rows = [{"completion": "\\boxed{1}", "answer": value, "other": value}, {"completion": "\\boxed{1} \ud800", "answer": "1", "other": value}]
    here, there = scorer.score_rows(rows, errors="unscored"), client.score_rows(rows, errors="unscored")
    assert (there.verdicts, there.reasons) == (here.verdicts, here.reasons)
    assert there.verdicts[1] == "correct"


def test_rows_may_have_other_names_messages_and_tests(url: str) -> None:
    client = r1rewards.Client(url)
    renamed = client.score_rows([{"output": "\\boxed{1}", "gold": 1}], {"completion": "output", "answer": "gold"})
    assert renamed.verdicts == ["correct"]
    shadowed = [{"completion": "\\boxed{2}", "output": "\\boxed{1}", "answer": 2, "gold": 1}]
    for map in ({"completion": "output", "answer": "gold"}, {"answer": "gold", "completion": "output"}):
        assert client.score_rows(shadowed, map).verdicts == ["correct"]
    assert client.score([{"role": "assistant", "content": "\\boxed{1}"}], "1").is_correct
    tests = {"kind": "call", "entry": "f", "tests": [{"args": [2], "expected": 4}]}
    assert client.score("def f(x): return 2 * x", tests=tests).is_correct


def test_a_row_that_cannot_be_read_is_an_error_or_unscored(url: str) -> None:
    client = r1rewards.Client(url)
    rows = [ROWS[1], {"answer": "1"}]
    with pytest.raises(r1rewards.RowError, match="completion"):
        client.score_rows(rows)
    assert client.score_rows(rows, errors="unscored").verdicts == ["correct", "unscored"]
    with pytest.raises(r1rewards.RowError, match="type object"):
        client.score("1", object())
    with pytest.raises(r1rewards.RowError, match="`answer` has 1"):
        client.score_batch(["1", "2"], ["1"])


def test_rewards_of_whole_groups_get_them_in_one_request(url: str) -> None:
    client = r1rewards.Client(url, "majority", batch_size=2)
    texts = ["\\boxed{1}", "\\boxed{2}", "\\boxed{1}", "\\boxed{2}", "\\boxed{1}"]
    assert client.score_batch(texts, prompt=["p"] * 5).rewards == [1.0, 0.0, 1.0, 0.0, 1.0]
    with pytest.raises(r1rewards.SpecError, match="score_batch"):
        client.submit("1")


def test_errors_say_what_was_refused(url: str) -> None:
    with pytest.raises(r1rewards.ServerError, match="lenght"):
        r1rewards.Client(url, json.loads('{"kind": "math"}'))._request("POST", "/score", b'{"rows": [], "spec": {"kind": "lenght"}}')
    with pytest.raises(r1rewards.SpecError, match="http://host:port"):
        r1rewards.Client("localhost:8000")
    with pytest.raises(r1rewards.ServerError, match="cannot be reached"):
        r1rewards.Client("http://127.0.0.1:9", patience=0.0).score("1", "1")


def programs(count: int) -> list[dict[str, object]]:
    tests = {"kind": "stdio", "tests": [{"output": "1"}]}
    return [{"completion": f"sum(range(300_000))\nprint({row % 2})", "tests": tests} for row in range(count)]


def killed_while(server: subprocess.Popen[str], client: r1rewards.Client, rows: list[dict[str, object]]) -> list[object]:
    """Kills a server while it judges rows, and returns a list that will hold their outcomes or the error."""
    found: list[object] = []

    def score() -> None:
        try:
            found.append(client.score_rows(rows))
        except Exception as error:
            found.append(error)

    scoring = threading.Thread(target=score, daemon=True)
    scoring.start()
    deadline = time.monotonic() + 60
    while b"outcomes_total{" not in client._request("GET", "/metrics", None) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not found, "it is in the middle of its work"
    found.append(scoring)
    server.kill()
    server.wait(60)
    return found


def test_a_server_that_is_killed_and_started_again_scores_the_rest() -> None:
    server, url = started()
    again: subprocess.Popen[str] | None = None
    rows = programs(400)
    try:
        found = killed_while(server, r1rewards.Client(url, batch_size=20), rows)
        again, _ = started(url.removeprefix("http://"))
        scoring = found[0]
        assert isinstance(scoring, threading.Thread)
        scoring.join(120)
        outcomes = found[1]
        assert isinstance(outcomes, r1rewards.Outcomes), outcomes
        assert outcomes.verdicts == ["incorrect", "correct"] * 200
    finally:
        for one in (server, again):
            if one is not None:
                one.kill()
                one.wait(60)


def test_a_server_that_is_killed_for_good_ends_the_client_with_an_error_that_names_it() -> None:
    server, url = started()
    found = killed_while(server, r1rewards.Client(url, batch_size=20, patience=0.5), programs(400))
    scoring = found[0]
    assert isinstance(scoring, threading.Thread)
    scoring.join(60)
    error = found[1]
    assert isinstance(error, r1rewards.ServerError) and f"{url} cannot be reached" in str(error), error
    assert "0.5 seconds" in str(error)


def test_a_body_that_is_too_large_is_an_error_and_is_not_sent_again() -> None:
    import pathlib
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        config = pathlib.Path(folder) / "serve.toml"
        config.write_text("[limits]\nbody = 1000\n")
        server, url = started("127.0.0.1:0", "--config", str(config))
    try:
        with pytest.raises(r1rewards.ServerError, match="too_large"):
            r1rewards.Client(url).score("x" * (20 << 20), "1")
    finally:
        server.kill()
        server.wait(60)


def test_only_the_columns_that_are_asked_for_are_sent(url: str) -> None:
    class Spy(r1rewards.Client):
        def _body(self, rows, first):  # type: ignore[no-untyped-def]
            sent.extend(rows)
            return super()._body(rows, first)

    sent: list[dict[str, object]] = []
    client = Spy(url, {"kind": "math"}, columns=["answer"])
    rows = [{"completion": "\\boxed{1}", "gold": "1", "answer": "2", "image": "x" * 1000}]
    assert client.score_rows(rows, {"answer": "gold"}).verdicts == ["correct"]
    assert client.score("\\boxed{1}", "1", image="x" * 1000).is_correct
    assert pickle.loads(pickle.dumps(r1rewards.Client(url, columns=["answer"])))._columns == {"answer", "completion"}
    assert [sorted(row) for row in sent] == [["answer", "completion"]] * 2
    with pytest.raises(r1rewards.SpecError, match=r"\['answer'\]"):
        r1rewards.Client(url, columns="answer")


def test_what_went_wrong_within_a_stream_is_tried_again_or_an_error() -> None:
    replies = [b'{"error": {"code": "stopping", "message": "later"}}\n', _correct()]
    with answering(replies) as url:
        assert r1rewards.Client(url).score("\\boxed{1}", "1").is_correct
    with answering([_correct() + b'{"error": {"code": "internal", "message": "a fault"}}\n']) as url, pytest.raises(r1rewards.ServerError, match="internal: a fault"):
        r1rewards.Client(url).score("\\boxed{1}", "1")
    with answering([_correct()]) as url, pytest.raises(r1rewards.ServerError, match="1 results for 2 rows"):
        r1rewards.Client(url, {"kind": "math"}).score_batch(["1", "2"], ["1", "2"])


@contextlib.contextmanager
def answering(replies: list[bytes]) -> Iterator[str]:
    """A server that gives these replies, one after another."""
    left = iter(replies)

    class Scripted(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            body = next(left)
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Scripted)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()


def test_a_busy_server_is_asked_again() -> None:
    asked = []

    class Busy(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            asked.append(self.path)
            if len(asked) == 2:
                # The connection breaks without a response.
                self.close_connection = True
                return
            busy = len(asked) < 4
            body = b'{"error": {"code": "busy", "message": "later"}}' if busy else _correct()
            self.send_response(429 if busy else 200)
            self.send_header("content-length", str(len(body)))
            if busy:
                self.send_header("retry-after", "0")
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            body = b'{"config": {}, "config_hash": "", "names": [], "needs_whole_group": false}'
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Busy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        client = r1rewards.Client(f"http://127.0.0.1:{server.server_address[1]}")
        assert client.score("\\boxed{1}", "1").is_correct
        assert asked == ["/score"] * 4
        asked.clear()
        with pytest.raises(r1rewards.ServerError, match="busy: later"):
            r1rewards.Client(f"http://127.0.0.1:{server.server_address[1]}", patience=0.0).score("\\boxed{1}", "1")
    finally:
        server.shutdown()


def _correct() -> bytes:
    row = {"id": 1, "verdict": "correct", "reward": 1.0, "reason": "equal", "extracted": "1", "rule": None, "cost": {"work": 1}}
    return json.dumps(row).encode() + b"\n"
