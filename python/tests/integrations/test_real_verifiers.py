"""verifiers: rubrics (releases before 0.2) score a state, and tasks of `verifiers.v1` score a trace."""

import asyncio

import pytest

vf = pytest.importorskip("verifiers")

from real_forms import FORMS, fenced

import r1rewards
from r1rewards.integrations import verifiers

RIGHT, WRONG = r"so \boxed{42}", r"so \boxed{41}"


@pytest.mark.skipif(not hasattr(vf, "Rubric"), reason="this release of verifiers has no rubrics")
def test_a_rubric_weighs_our_reward():
    rubric = vf.Rubric(funcs=[verifiers.reward(r1rewards.Math(), name="math")], weights=[0.5])
    assert not rubric.has_group_rewards

    async def score(text, answer):
        state = vf.State(
            prompt=[{"role": "user", "content": "6 times 7?"}],
            completion=[{"role": "assistant", "content": text}],
            answer=answer,
            info={},
        )
        await rubric.score_rollout(state)
        return state

    right, wrong = asyncio.run(score(RIGHT, "42")), asyncio.run(score(WRONG, "42"))
    assert (right["reward"], right["metrics"]) == (0.5, {"math": 1.0})
    assert (wrong["reward"], wrong["metrics"]) == (0.0, {"math": 0.0})


@pytest.mark.skipif(not hasattr(vf, "Rubric"), reason="this release of verifiers has no rubrics")
def test_a_rubric_hands_over_whole_groups_to_rewards_that_compare():
    rubric = vf.Rubric(funcs=[verifiers.group_reward(r1rewards.Majority(), name="vote")], weights=[2.0])
    assert rubric.has_group_rewards
    prompt = [{"role": "user", "content": "6 times 7?"}]
    states = [
        vf.State(prompt=prompt, completion=[{"role": "assistant", "content": text}], answer="", info={}, trajectory=[])
        for text in (RIGHT, RIGHT, WRONG)
    ]
    asyncio.run(rubric.score_group(states))
    assert [(state["reward"], state["metrics"]) for state in states] == [(2.0, {"vote": 1.0})] * 2 + [(0.0, {"vote": 0.0})]


@pytest.mark.skipif(not hasattr(vf, "Rubric"), reason="this release of verifiers has no rubrics")
@pytest.mark.parametrize("form", FORMS)
def test_a_rubric_judges_code_in_the_forms_of_real_data_sets(form):
    gold, right, wrong = FORMS[form]
    rubric = vf.Rubric(funcs=[verifiers.reward(name="code")])

    async def score(program):
        state = vf.State(prompt=[], completion=[{"role": "assistant", "content": fenced(program)}], answer=gold, info={})
        await rubric.score_rollout(state)
        return state["reward"]

    assert (asyncio.run(score(right)), asyncio.run(score(wrong))) == (1.0, 0.0)


@pytest.mark.skipif(not hasattr(vf, "SingleTurnEnv"), reason="this release of verifiers has no environments of this form")
def test_an_environment_evaluates_a_client_with_our_reward():
    from datasets import Dataset
    from openai.types.chat import ChatCompletion, ChatCompletionMessage
    from openai.types.chat.chat_completion import Choice

    class Client:
        """The part of an OpenAI client that is called. It answers with the text after the `|` of the question."""

        base_url = "http://nowhere"

        def __init__(self):
            self.chat = self.completions = self

        async def create(self, *, messages, model, **kwargs):
            question = messages[-1]["content"]
            text = question if isinstance(question, str) else question[0]["text"]
            message = ChatCompletionMessage(role="assistant", content=text.split("|")[1])
            choice = Choice(finish_reason="stop", index=0, message=message)
            return ChatCompletion(id="1", choices=[choice], created=0, model=model, object="chat.completion")

    rows = Dataset.from_list([{"question": f"6*7?|{text}", "answer": "42"} for text in (RIGHT, WRONG)])
    env = vf.SingleTurnEnv(dataset=rows, eval_dataset=rows, rubric=vf.Rubric(funcs=[verifiers.reward(r1rewards.Math())]))
    from verifiers.clients import OpenAIChatCompletionsClient

    client = OpenAIChatCompletionsClient(Client())
    found = asyncio.run(env.evaluate(client, "model", num_examples=2, rollouts_per_example=1))
    assert sorted(output["reward"] for output in found["outputs"]) == [0.0, 1.0]


def v1_scored(text, answer, **config):
    """Returns what a task of `verifiers.v1` records of a rollout that ended with this reply."""
    import verifiers.v1 as v1

    class Data(v1.TaskData):
        answer: str | None = None

    class Sums(v1.Task[Data, v1.State, v1.TaskConfig]):
        @v1.reward(weight=0.5)
        async def own(self, task, trace):
            return await verifiers.trace_reward(r1rewards.Math(), name="own")(task, trace)

    task = Sums(Data(prompt="6*7?", answer=answer), v1.TaskConfig(**config))
    trace = v1.Trace(task=v1.TraceTask(type="Sums", data=task.data), agent=v1.AgentInfo(config={}), root_reply=text)
    asyncio.run(task.score(trace))
    return {name: (found.score, found.weight) for name, found in trace.rewards.items()}, trace.reward


V1 = pytest.mark.skipif(hasattr(vf, "Rubric"), reason="verifiers.v1 is another thing in releases with rubrics")


@V1
def test_a_task_judges_the_last_reply_by_a_method():
    assert v1_scored(RIGHT, "42") == ({"own": (1.0, 0.5)}, 0.5)
    assert v1_scored(WRONG, "42") == ({"own": (0.0, 0.5)}, 0.0)


@V1
def test_a_configuration_plugs_our_reward_by_its_path():
    rewards = {"math": {"fn": "r1rewards.integrations.verifiers:score", "weight": 2.0}}
    assert v1_scored(RIGHT, "42", rewards=rewards)[0]["r1rewards"] == (1.0, 2.0)


@V1
def test_what_cannot_be_judged_records_no_reward():
    assert v1_scored(RIGHT, None) == ({}, 0.0)
