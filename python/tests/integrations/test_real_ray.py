"""A Ray actor, in which trainers run rewards: a scorer that was used in this process is sent to the actor and scores
there."""

import pytest

ray = pytest.importorskip("ray")

import r1rewards

COMPLETIONS = [rf"\boxed{{{number}}}" for number in range(200)]


def actor_with(scorer):
    # Defined in this function, so that the class is sent by value: the actor's process cannot import this file.
    class Judge:
        def __init__(self, scorer):
            self.scorer = scorer

        def rewards(self, completions, answers):
            return self.scorer.score_batch(completions, answers).rewards

        async def reward(self, completion, answer):
            return (await self.scorer.score_async(completion, answer)).reward

    return ray.remote(num_cpus=0)(Judge).remote(scorer)


@pytest.fixture(scope="module")
def cluster():
    ray.init(num_cpus=2, include_dashboard=False, configure_logging=False)
    yield
    ray.shutdown()


def test_actors_score_what_this_process_scores(cluster):
    scorer = r1rewards.Scorer(r1rewards.Math(), jobs=2)
    here = scorer.score_batch(COMPLETIONS, ["7"] * 200).rewards
    actors = [actor_with(scorer) for _ in range(2)]
    there = [actor.rewards.remote(COMPLETIONS, ["7"] * 200) for actor in actors for _ in range(3)]
    assert ray.get(there, timeout=120) == [here] * 6
    assert here.count(1.0) == 1


def test_an_actor_with_an_event_loop_awaits_many_at_once(cluster):
    actor = actor_with(r1rewards.Scorer(r1rewards.Math(), jobs=2))
    rewards = ray.get([actor.reward.remote(completion, "7") for completion in COMPLETIONS], timeout=120)
    assert rewards == [1.0 if number == 7 else 0.0 for number in range(200)]
