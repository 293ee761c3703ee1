"""Real Ray: two CPUs, two actors."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import r1rewards

ray = pytest.importorskip("ray")
pa = pytest.importorskip("pyarrow")
pytest.importorskip("ray.data")

import pyarrow.parquet as parquet  # noqa: E402

import r1rewards.ray  # noqa: E402


@pytest.fixture(scope="module", autouse=True)
def cluster():
    os.environ["RAY_AUTH_MODE"] = "disabled"
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    ray.init(num_cpus=2, object_store_memory=256 << 20, include_dashboard=False, log_to_driver=False)
    ray.data.DataContext.get_current().enable_progress_bars = False
    yield
    ray.shutdown()


def table(count: int = 1000) -> pa.Table:
    answers = [str(number) for number in range(count)]
    completions = [f"so \\boxed{{{number + (number % 3 == 0)}}}" if number % 7 else "no answer" for number in range(count)]
    return pa.table({"id": list(range(count)), "completion": completions, "answer": answers})


def by_id(rows: pa.Table) -> pa.Table:
    return rows.sort_by("id")


def collected(dataset: ray.data.Dataset) -> pa.Table:
    blocks = [block for block in ray.get(dataset.to_arrow_refs()) if block.num_rows]
    return by_id(pa.concat_tables(blocks))


def test_a_data_set_has_the_verdicts_of_the_command_line(tmp_path: Path) -> None:
    rows = table()
    parquet.write_table(rows, tmp_path / "rows.parquet")
    scored = collected(r1rewards.ray.score_dataset(ray.data.read_parquet(str(tmp_path / "rows.parquet")), {"kind": "math"}, actors=2, batch_size=64))
    assert scored.column_names[:3] == ["id", "completion", "answer"]
    command = [sys.executable, "-m", "r1rewards", "score", "rows.parquet", "-o", "out.jsonl", "--reward", "math", "-q"]
    subprocess.run(command, cwd=tmp_path, check=True)
    expected = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    for name in ("verdict", "reason", "reward", "extracted", "rule", "detail"):
        assert scored.column(name).to_pylist() == [row.get(name) for row in expected], name
    assert set(scored.column("verdict").to_pylist()) == {"correct", "incorrect"}


def test_rows_that_cannot_be_read_are_unscored_and_lose_no_others() -> None:
    rows = ray.data.from_items([{"id": 0, "completion": "\\boxed{1}", "answer": "1"}, {"id": 1, "completion": None, "answer": "1"}])
    scored = collected(r1rewards.ray.score_dataset(rows, {"kind": "math"}, actors=1))
    assert scored.column("verdict").to_pylist() == ["correct", "unscored"]
    assert scored.column("reason").to_pylist() == ["equal", "bad_row"]
    assert scored.column("reward").to_pylist() == [1.0, None]


def test_fields_and_new_columns_may_have_other_names() -> None:
    rows = ray.data.from_arrow(table(10).rename_columns(["id", "text", "reward"]))
    fields = {"completion": "text", "answer": "reward"}
    scored = collected(r1rewards.ray.score_dataset(rows, {"kind": "math"}, map=fields, actors=1, prefix="r1_"))
    assert {"reward", "r1_reward", "r1_verdict"} <= set(scored.column_names)
    assert scored.column("r1_verdict").to_pylist()[1] == "correct"


def test_a_reward_that_compares_samples_needs_the_column_of_the_group() -> None:
    rows = ray.data.from_items([{"id": row, "prompt": f"p{row % 2}", "completion": f"\\boxed{{{row % 3}}}"} for row in range(12)])
    with pytest.raises(r1rewards.SpecError, match="group_by"):
        r1rewards.ray.score_dataset(rows, {"kind": "majority"})
    scored = collected(r1rewards.ray.score_dataset(rows, {"kind": "majority"}, group_by="prompt", actors=2))
    scorer = r1rewards.Scorer({"kind": "majority"})
    whole = scorer.score_rows(rows.take_all())
    assert scored.column("reward").to_pylist() == whole.rewards


def test_an_actor_that_is_killed_loses_no_row(tmp_path: Path) -> None:
    killed = tmp_path / "killed"

    class Dying(r1rewards.ray._Judge):
        def __call__(self, batch: pa.Table) -> pa.Table:
            if 500 in batch.column("id").to_pylist() and not killed.exists():
                killed.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            return super().__call__(batch)

    given = {"scorer": r1rewards.Scorer({"kind": "math"}, jobs=1), "map": {}, "prefix": ""}
    pool = ray.data.ActorPoolStrategy(size=2)
    rows = ray.data.from_arrow([table().slice(start, 100) for start in range(0, 1000, 100)])
    dataset = rows.map_batches(Dying, compute=pool, batch_format="pyarrow", batch_size=100, fn_constructor_kwargs=given)
    scored = collected(dataset)
    assert killed.exists()
    assert scored.column("id").to_pylist() == list(range(1000))
    assert scored.column("verdict").to_pylist() == r1rewards.Scorer({"kind": "math"}).score_rows(table()).verdicts


def test_a_batch_that_always_ends_its_actor_ends_the_run_with_an_error() -> None:
    ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])
    rows = ray.data.from_items([{"completion": "live"}, {"completion": "die"}])
    scored = r1rewards.ray.score_dataset(rows, r1rewards.Custom(ends_its_process), actors=1)
    with pytest.raises(Exception, match="ended the process of its actor 4 times"):
        scored.materialize()


def test_no_argument_is_deprecated(recwarn: pytest.WarningsRecorder) -> None:
    rows = ray.data.from_arrow(table(3))
    r1rewards.ray.score_dataset(rows, {"kind": "math"}, actors=1)
    r1rewards.ray.score_dataset(rows, {"kind": "math"}, actors=1, group_by="id")
    assert not [str(one.message) for one in recwarn if "ray_remote_args" in str(one.message)]


def test_a_pool_gives_the_outcomes_of_a_scorer() -> None:
    rows = table(60)
    completions, answers = rows.column("completion").to_pylist(), rows.column("answer").to_pylist()
    expected = r1rewards.Scorer({"kind": "math"}).score_batch(completions, answers)
    pool = r1rewards.ray.RewardPool({"kind": "math"}, actors=2)
    try:
        references = [pool.submit(text, answer) for text, answer in zip(completions, answers, strict=True)]
        assert [outcome.reason for outcome in ray.get(references)] == expected.reasons
        assert pool.score_batch(completions, answers).rewards == expected.rewards
        assert pool.score("\\boxed{2}", "2").verdict == "correct"

        async def all_of_them() -> list[float | None]:
            found = await asyncio.gather(*map(pool.score_async, completions, answers))
            return [outcome.reward for outcome in found]

        assert asyncio.run(all_of_them()) == expected.rewards

        @ray.remote(num_cpus=0)
        def elsewhere(pool: r1rewards.ray.RewardPool) -> str:
            return pool.score("\\boxed{2}", "2").verdict

        assert ray.get(elsewhere.remote(pool)) == "correct"
    finally:
        pool.close()


def test_a_pool_goes_on_after_an_actor_is_killed_and_shares_its_name() -> None:
    pool = r1rewards.ray.RewardPool({"kind": "math"}, actors=1, name="shared")
    try:
        same = r1rewards.ray.RewardPool({"kind": "math"}, actors=1, name="shared")
        assert same._actors[0]._actor_id == pool._actors[0]._actor_id
        ray.kill(pool._actors[0], no_restart=False)
        assert pool.score("\\boxed{2}", "2").verdict == "correct"
    finally:
        pool.close()
    with pytest.raises(RuntimeError, match="closed"):
        pool.submit("\\boxed{2}", "2")


def test_a_pool_that_another_one_closed_says_so() -> None:
    pool, other = (r1rewards.ray.RewardPool({"kind": "math"}, actors=1, name="closed elsewhere") for _ in range(2))
    assert pool.score("\\boxed{2}", "2").verdict == "correct"
    other.close()
    for use in (lambda: pool.score("\\boxed{2}", "2"), lambda: pool.score_batch(["2"], ["2"]), lambda: asyncio.run(pool.score_async("2", "2"))):
        with pytest.raises(RuntimeError, match="was closed elsewhere"):
            use()
    with pytest.raises(ray.exceptions.RayActorError):
        ray.get(pool.submit("\\boxed{2}", "2"), timeout=60)
    again = r1rewards.ray.RewardPool({"kind": "math"}, actors=1, name="closed elsewhere")
    try:
        assert again.score("\\boxed{2}", "2").verdict == "correct"
    finally:
        again.close()


def test_a_pool_is_closed_when_close_returns(monkeypatch: pytest.MonkeyPatch) -> None:
    # `ray.kill` returns before the actor has ended, on a busy machine long before: the next pool of its name was given it.
    kill = ray.kill
    monkeypatch.setattr(ray, "kill", lambda actor: threading.Timer(0.5, kill, (actor,)).start())
    pool = r1rewards.ray.RewardPool({"kind": "math"}, actors=1, name="opened again")
    assert pool.score("\\boxed{2}", "2").verdict == "correct"
    (actor,) = pool._actors
    pool.close()
    with pytest.raises(ray.exceptions.ActorDiedError):
        ray.get(actor.__ray_ready__.remote(), timeout=60)


def test_a_spec_that_is_refused_is_refused_before_the_cluster_sees_it() -> None:
    for build in (r1rewards.ray.RewardPool, lambda spec: r1rewards.ray.score_dataset(ray.data.range(1), spec)):
        with pytest.raises(r1rewards.SpecError, match="maths"):
            build({"kind": "maths"})


def ends_its_process(completion: str, **columns: object) -> float:
    if "die" in completion:
        os._exit(1)
    return 1.0


def test_a_sample_that_ends_its_actor_does_not_hang() -> None:
    ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])
    pool = r1rewards.ray.RewardPool(r1rewards.Custom(ends_its_process), actors=1)
    try:
        assert pool.score("live").reward == 1.0
        with pytest.raises(ray.exceptions.RayActorError):
            ray.get(pool.submit("die"), timeout=120)
        assert ray.get(pool.submit("live"), timeout=120).reward == 1.0
    finally:
        pool.close()


def test_actors_that_could_not_start_are_refused() -> None:
    with pytest.raises(r1rewards.SpecError, match="fewer `actors`"):
        r1rewards.ray.RewardPool({"kind": "math"}, actors=8)


def test_columns_with_the_names_of_results_are_refused_at_once() -> None:
    rows = ray.data.from_arrow(table(3).append_column("verdict", [["a", "b", "c"]]))
    with pytest.raises(r1rewards.SpecError, match="prefix"):
        r1rewards.ray.score_dataset(rows, {"kind": "math"})


def test_a_sample_that_cannot_be_sent_leaves_the_pool_as_it_was() -> None:
    import threading

    pool = r1rewards.ray.RewardPool({"kind": "math"}, actors=1)
    try:
        with pytest.raises(TypeError):
            pool.submit("\\boxed{2}", "2", lock=threading.Lock())
        assert pool._unfinished == [0]
    finally:
        pool.close()


def test_a_pool_outlives_no_shutdown_and_starts_no_ray_of_its_own(tmp_path: Path) -> None:
    program = tmp_path / "shut.py"
    program.write_text(
        """
import os
import ray, r1rewards.ray
os.environ["RAY_AUTH_MODE"] = "disabled"
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
start = lambda: ray.init(num_cpus=2, object_store_memory=128 << 20, include_dashboard=False, log_to_driver=False)
start()
pool, other = (r1rewards.ray.RewardPool({"kind": "math"}, actors=1) for _ in range(2))
print(pool.score("1", "1").reason)
ray.shutdown()
for again in (False, True):
    if again:
        start()
    try:
        pool.submit("1", "1")
    except RuntimeError as error:
        print(ray.is_initialized(), error)
other.close()
ray.shutdown()
pool.close()
print("closed", ray.is_initialized())
"""
    )
    found = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, timeout=180, check=True).stdout.splitlines()
    assert [line.split(":")[0] for line in found[-3:]] == [
        "False Ray is not running in this process, perhaps after ray.shutdown()",
        "True the actors of this pool are of another cluster, which this process has left",
        "closed False",
    ], found


TRAPS_AROUND_RAY = """
import ray
import r1rewards

TESTS = {"kind": "stdio", "tests": [{"input": "", "output": "1"}]}


def reason():
    return r1rewards.code.run("while True: pass", TESTS, seconds=0.1).outcome.reason


assert reason() == "out_of_fuel"
ray.init(num_cpus=1, object_store_memory=128 << 20, include_dashboard=False, log_to_driver=False)
assert reason() == "out_of_fuel"
ray.shutdown()
assert reason() == "out_of_fuel"
"""


def test_programs_out_of_fuel_do_not_end_a_process_that_starts_ray_after_its_first_program():
    done = subprocess.run([sys.executable, "-c", TRAPS_AROUND_RAY], capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done
