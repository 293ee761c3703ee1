"""Episodes, and the metrics of self-correction and self-reflection, in the Python package."""

import pickle

import pytest

import r1rewards
from r1rewards.episode import Episode, Turn
from r1rewards.metrics import MARKERS, reflection, summarize_reflection

MATH = r1rewards.Scorer([r1rewards.Math(), (0.0, r1rewards.Format("boxed"))])


def corrected(first, second):
    return Episode([("user", "6 times 7?"), ("assistant", first), ("user", "Are you sure?"), ("assistant", second)])


def test_attempts_are_judged_and_shaped():
    # SCoRe: r1, then r2 + 10 (r2 - r1).
    mended = corrected(r"\boxed{41}", r"\boxed{42}").score(MATH, "42")
    assert [(turn.turn, turn.bonus, turn.value) for turn in mended] == [(1, 0.0, 0.0), (3, 10.0, 11.0)]
    assert list(mended[1].outcome.components) == ["math", "format"]
    spoiled = corrected(r"\boxed{42}", r"\boxed{41}").score(MATH, "42", alpha=2.0)
    assert [turn.value for turn in spoiled] == [1.0, -2.0]
    assert [turn.value for turn in corrected("a", "b").score(MATH)] == [None, None]


def test_tests_and_other_columns_reach_the_attempts():
    scorer = r1rewards.Scorer(r1rewards.Code())
    episode = corrected("```python\ndef f(x): return x\n```", "```python\ndef f(x): return 2 * x\n```")
    tests = {"kind": "call", "entry": "f", "tests": [{"args": [2], "expected": 4}]}
    assert [turn.value for turn in episode.score(scorer, tests=tests)] == [0.0, 11.0]


def test_masks_cover_trainable_turns_only():
    turns = [Turn("user", "?", (0, 2)), Turn("assistant", "a", (2, 4), trainable=False), Turn("assistant", "b", (4, 5))]
    episode = Episode(turns)
    assert episode.trainable_mask(6) == [False] * 4 + [True, False]
    assert [turn.text for turn in episode.attempts] == ["a", "b"] and episode.attempts[0].tokens == (2, 4)
    assert pickle.loads(pickle.dumps(episode)) == episode and hash(episode) == hash(Episode(turns))


@pytest.mark.parametrize(
    ("turns", "message"),
    [
        ([], "turns.*at least one turn"),
        ([("robot", "?")], "robot.*user.*assistant"),
        ([Turn("user", "?", trainable=True)], "trainable.*assistant turns only"),
        ([Turn("assistant", "a", (0, 4)), Turn("assistant", "b", (3, 5))], r"tokens.*3\.\.5 for turn 1.*from 4 on"),
    ],
)
def test_broken_episodes_name_the_turn(turns, message):
    with pytest.raises(r1rewards.SpecError, match=message):
        Episode(turns)


def test_reflection_reads_answers_by_the_users_functions():
    def answer(text):
        return r1rewards.math.parse(text).extracted

    text = r"So \boxed{0.5}. Wait, double-check: \boxed{\frac{1}{2}}"
    assert reflection(text, answer=answer).changed is True, "other text"
    seen = reflection(text, answer=answer, same=lambda left, right: r1rewards.math.verify(left, right, extract="none"))
    assert (seen.markers, seen.changed) == (2, False)
    assert "wait" in MARKERS and reflection(text, ["so"]) == (1, seen.words, None)
    with pytest.raises(ZeroDivisionError):
        reflection(text, answer=lambda _: 1 / 0)


def test_reflection_is_averaged():
    found = summarize_reflection([reflection("Wait, what?"), reflection("However, but"), reflection("Four"), reflection("")])
    assert (found.responses, found.markers, found.with_marker, found.changed) == (4, 0.75, 0.5, 0.0)
    assert found.words == 5 / 4


def test_pass_at_k_over_problems():
    assert r1rewards.metrics.mean_pass_at_k([(2, 1), (2, 0)], 1) == 0.25 == r1rewards.metrics.pass_at_1(4, 1)
    with pytest.raises(r1rewards.SpecError, match="problem 1.*at least k = 3"):
        r1rewards.metrics.mean_pass_at_k([(3, 1), (2, 0)], 3)
